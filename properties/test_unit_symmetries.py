"""What no claim about ties could do without: the names and the signs of hidden units carry no meaning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import output_mistake
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, gradient_bounds, scene_of, targets_of
from symcheck.suite.failure import Scene, check_close, check_params
from symcheck.types import Params

PLACE = "the order of the hidden units matters somewhere: a sum that leaves out or weighs a unit by its place"


@claim("C1", theorem="relabelling", needs=("forward", "activation"))
@given(case=decimal_problems(min_hidden=1, max_width=5), seed=st.integers(0, 2**32 - 1))
def test_outputs_do_not_depend_on_the_order_of_units(implementation: Implementation, case: Problem, seed: int) -> None:
    """Permuting hidden units changes no output."""
    moved = replace(case, params=_relabelled(case.params, *_permutations(case, seed)))
    _same_outputs(implementation, case, moved, "outputs of the network with its units permuted", PLACE)


@claim("C1", theorem="relabelling", needs=("gradients",))
@given(case=decimal_problems(min_hidden=1, max_width=5), seed=st.integers(0, 2**32 - 1))
def test_gradients_follow_the_order_of_units(implementation: Implementation, case: Problem, seed: int) -> None:
    """Permuting hidden units permutes their gradients, and nothing else."""
    orders, signs = _permutations(case, seed)
    _same_gradients(implementation, case, orders, signs, "of the network with its units permuted", PLACE)


@claim("C1", theorem="signs", needs=("forward", "activation"))
@given(case=decimal_problems(min_hidden=1, max_width=4), seed=st.integers(0, 2**32 - 1))
def test_outputs_do_not_depend_on_signs_of_odd_units(implementation: Implementation, case: Problem, seed: int) -> None:
    """For an odd activation a unit with all signs turned computes the same."""
    moved = replace(case, params=_relabelled(case.params, *_flips(implementation, case, seed)))
    _same_outputs(
        implementation, case, moved, "outputs of the network with signs of units turned", "the activation is not odd"
    )


@claim("C1", theorem="signs", needs=("gradients", "activation"))
@given(case=decimal_problems(min_hidden=1, max_width=4), seed=st.integers(0, 2**32 - 1))
def test_gradients_follow_signs_of_odd_units(implementation: Implementation, case: Problem, seed: int) -> None:
    """For an odd activation the gradients of a unit with all signs turned are turned too."""
    orders, signs = _flips(implementation, case, seed)
    what = "of the network with signs of units turned"
    _same_gradients(implementation, case, orders, signs, what, "the derivative of the activation is not even")


@claim("C5", theorem="equitable-partitions", needs=("forward", "activation"))
@given(case=decimal_problems(hidden=1, min_width=2), places=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_units_with_equal_rows_may_swap_their_outgoing_weights(
    implementation: Implementation, case: Problem, places: tuple[int, int]
) -> None:
    """Two units with equal rows and biases compute the same, so exchanging what they send changes no output or loss."""
    (W, b), (above, last) = case.params
    i = places[0] % len(b)
    k = (i + 1 + places[1] % (len(b) - 1)) % len(b)
    W, b = W.copy(), b.copy()
    W[k], b[k] = W[i], b[i]
    order = np.arange(len(b))
    order[[i, k]] = k, i
    first, second = (
        replace(case, params=[(W, b), (above, last)]),
        replace(case, params=[(W, b), (above[:, order], last)]),
    )
    what = f"outputs after the equal units {i} and {k} swap their outgoing weights"
    _same_outputs(implementation, first, second, what, PLACE)


@claim("C18", theorem="he-gain", needs=("forward", "activation"))
@given(case=decimal_problems(hidden=1, biases=False), power=st.integers(-3, 3))
def test_relu_units_scale(implementation: Implementation, case: Problem, power: int) -> None:
    """For ReLU and its leaky kin sigma(a z) = a sigma(z), a > 0: scale moves freely between layers."""
    if not implementation.activation.homogeneous:
        pytest.skip(f"{implementation.activation.name} is not homogeneous")
    (W, b), (above, last) = case.params
    moved = replace(case, params=[(W * 2.0**power, b), (above * 2.0**-power, last)])
    _same_outputs(
        implementation,
        case,
        moved,
        "outputs with scale moved from one layer to the next",
        "the activation is not homogeneous",
    )


def _permutations(case: Problem, seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    widths = case.sizes[1:-1]
    return [rng.permutation(n) for n in widths], [np.ones(n) for n in widths]


def _flips(implementation: Implementation, case: Problem, seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    if implementation.activation.symmetry != "odd":
        pytest.skip(f"{implementation.activation.name} is not odd")
    rng = np.random.default_rng(seed)
    widths = case.sizes[1:-1]
    return [np.arange(n) for n in widths], [rng.choice([-1.0, 1.0], n) for n in widths]


def _relabelled(params: Params, orders: list[np.ndarray], signs: list[np.ndarray]) -> Params:
    """Units of hidden layer l in another order and with signs; gradients transform in the same way."""
    moved = [(W.copy(), b.copy()) for W, b in params]
    for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        (W, b), (above, last) = moved[layer], moved[layer + 1]
        moved[layer] = (W[order] * sign[:, None], b[order] * sign)
        moved[layer + 1] = (above[:, order] * sign, last)
    return moved


def _same_outputs(implementation: Implementation, case: Problem, moved: Problem, what: str, mistake: str) -> None:
    one, other = implementation.forward(case.params, case.X), implementation.forward(moved.params, moved.X)
    bound = sum(bounds_of(implementation, c, [one, other]).outputs_error for c in (case, moved))
    if implementation.offer.loss == "softmax_cross_entropy" and implementation.offer.output_activation is None:
        # Probabilities move by at most as much as what goes into the softmax; both are allowed.
        bound = 2 * bound.max(axis=1, keepdims=True) + 64 * np.finfo(one.dtype).eps
    check_close(
        other,
        one,
        bound,
        what,
        Scene(implementation, moved.params, moved.X),
        "subject.forward(params, X)",
        lambda: output_mistake(implementation, moved, other) or mistake,
    )


def _same_gradients(
    implementation: Implementation, case: Problem, orders: list, signs: list, what: str, mistake: str
) -> None:
    moved = replace(case, params=_relabelled(case.params, orders, signs))
    Y = targets_of(implementation, case)
    one, other = implementation.gradients(case.params, case.X, Y), implementation.gradients(moved.params, case.X, Y)
    positive = [np.ones(len(s)) for s in signs]
    bounds = [gradient_bounds(implementation, c, [one, other]) for c in (case, moved)]
    allowed = [
        (w + v, b + c) for (w, b), (v, c) in zip(_relabelled(bounds[0], orders, positive), bounds[1], strict=True)
    ]
    check_params(
        other,
        _relabelled(one, orders, signs),
        doubled(allowed),
        f"gradient {what}",
        scene_of(implementation, moved),
        "subject.gradients(params, X, Y)",
        mistake,
    )

"""Claims C7, C9, C16, C17: what constant weights lose, what random ones keep, and where units saturate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import as_outputs, bounds_of, doubled, gradient_bounds, scene_of, targets_of
from symcheck.suite.failure import Scene, check_close, check_params, fail


@claim("C7", "C9", theorem="constant-init", needs=("forward", "activation"))
@given(case=decimal_problems(weights="constant", min_inputs=2, min_hidden=1))
def test_constant_weights_lose_inputs_of_equal_sum(implementation: Implementation, case: Problem) -> None:
    """W_1 has rank 1: inputs whose features have one sum are one input to the network."""
    other = replace(case, X=case.X[:, ::-1].copy())
    one, two = (implementation.forward(c.params, c.X) for c in (case, other))
    first, second = (bounds_of(implementation, c, [one, two]) for c in (case, other))
    bound = as_outputs(implementation, one, first)[1] + as_outputs(implementation, two, second)[1]
    check_close(
        two,
        one,
        bound,
        "outputs of a constant network for the features in reverse order",
        Scene(implementation, case.params, other.X),
        "subject.forward(params, X)",
        "the features do not enter alike: one is left out, or weighed by its place",
    )


@claim("C7", theorem="constant-init", needs=("gradients",))
@given(case=decimal_problems(weights="constant", min_hidden=1, min_width=2))
def test_constant_weights_give_gradients_of_rank_one(implementation: Implementation, case: Problem) -> None:
    """Rows of dW_1 are one row, so every direction but one is lost on the way back."""
    (dW, _), *_ = got = implementation.gradients(case.params, case.X, targets_of(implementation, case))
    bound = doubled(gradient_bounds(implementation, case, [got]))[0][0]
    check_close(
        dW,
        np.tile(dW[0], (len(dW), 1)),
        bound + bound[0],
        "gradient of W of layer 1, beside its first row,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)[0][0]",
    )


@claim("C7", "C9", theorem="forward-pass", needs=("forward", "activation"))
@given(case=decimal_problems(weights="generic", min_hidden=1, min_samples=2))
def test_random_weights_tell_inputs_apart(implementation: Implementation, case: Problem) -> None:
    """Outputs that differ in exact arithmetic by more than rounding differ."""
    got = implementation.forward(case.params, case.X)
    expected, bound = as_outputs(implementation, got, bounds_of(implementation, case, got))
    apart = np.abs(expected[0] - expected[1]) > 2 * (bound[0] + bound[1])
    if (apart & (got[0] == got[1])).any():
        fail(
            "two inputs get the same output",
            Scene(implementation, case.params, case.X),
            got=got,
            expected=expected,
            expression="subject.forward(params, X)",
        )


@claim("C16", "C17", theorem="backpropagation", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems(weights="generic", hidden=1), large=st.sampled_from([50.0, 200.0]))
def test_saturated_units_do_not_learn(implementation: Implementation, case: Problem, large: float) -> None:
    """Large weights drive tanh, sigmoid and erf to where their slope is nothing: gradients below vanish."""
    if implementation.activation.name not in ("tanh", "sigmoid", "erf"):
        pytest.skip(f"{implementation.activation.name} does not saturate on both sides, or not exponentially")
    (W, b), above = case.params
    reach = np.where(W[:, 0] < 0, -large, large)
    if implementation.offer.biases:
        case = replace(case, params=[(np.zeros_like(W), reach), above])
    else:
        # A first feature of 1 stands for the bias.
        X, W = case.X.copy(), np.zeros_like(W)
        X[:, 0], W[:, 0] = 1.0, reach
        case = replace(case, params=[(W, b), above], X=X)
    Y = case.targets(implementation.objective)
    got = implementation.gradients(case.params, case.X, Y)
    exact = bounds_of(implementation, case, got)
    check_params(
        got[:1],
        exact.gradients[:1],
        doubled(exact.gradients_error)[:1],
        "gradient of saturated units,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
    )


@claim("C17", theorem="backpropagation", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems(weights="generic", hidden=1), power=st.integers(4, 20))
def test_small_weights_do_not_saturate(implementation: Implementation, case: Problem, power: int) -> None:
    """Near 0 the slope is sigma'(0), however small the weights are: what shrinks is the signal, not the slope."""
    (W, b), (V, d) = case.params
    case = replace(case, params=[(W * 2.0**-power, np.zeros_like(b)), (V, d)])
    Y = case.targets(implementation.objective)
    got = implementation.gradients(case.params, case.X, Y)
    exact = bounds_of(implementation, case, got)
    check_params(
        got[:1],
        exact.gradients[:1],
        doubled(exact.gradients_error)[:1],
        "gradient of units near 0,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
    )

"""What every claim rests on: outputs and gradients are those of the network, and an update is a step of descent."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import call_mistake, gradient_mistake, output_mistake, update_mistake
from symcheck.reference.bounds import unit_of
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.claim import claim
from symcheck.suite.experiments import as_clipped, as_outputs, bounds_of, doubled, scene_of, targets_of
from symcheck.suite.failure import Scene, check_close, check_params, fail
from symcheck.suite.requirements import require_activation, require_loss

#: Hidden layers of some networks: a fault may lie in the fourth layer alone.
DEEPEST = 4


@claim(theorem="forward-pass", needs=("forward",))
@given(case=decimal_problems(max_width=5, max_hidden=DEEPEST))
def test_outputs_are_those_of_the_network(implementation: Implementation, case: Problem) -> None:
    """z_l = W_l h_(l-1) + b_l, h_l = sigma(z_l), and no activation on the last layer."""
    require_activation(implementation)
    try:
        got = implementation.forward(case.params, case.X)
    except Misbehaviour as error:
        squeezed = error.answer.misfit == "squeezed"
        because = "outputs are squeezed: keep one row for each sample" if squeezed else None
        scene = Scene(implementation, case.params, case.X)
        fail(error, scene, expression="subject.forward(params, X)", mistake=because)
    expected, bound = as_outputs(implementation, got, bounds_of(implementation, case, got))
    scene = Scene(implementation, case.params, case.X)
    check_close(
        got,
        expected,
        bound,
        "outputs",
        scene,
        "subject.forward(params, X)",
        lambda: output_mistake(implementation, case, got),
    )


@claim("C1", "C3", theorem="backpropagation", needs=("gradients", "activation"))
@given(case=decimal_problems(max_width=5, max_hidden=DEEPEST), scale=st.sampled_from([1.0, 1.0, 16.0]))
def test_gradients_are_those_of_the_loss(implementation: Implementation, case: Problem, scale: float) -> None:
    """Reverse-mode differentiation of the loss, for every W and b."""
    require_loss(implementation)
    # Large inputs and targets give gradients beyond 1, which clipping would show.
    case = replace(case, X=case.X * scale**0.5, Y=case.Y * scale)
    promised = implementation.promised or implementation.objective
    Y = case.targets(promised)
    scene = Scene(implementation, case.params, case.X, Y)
    try:
        with implementation.taking_clipped():
            got = implementation.gradients(case.params, case.X, Y)
    except Misbehaviour as error:
        because = functools.partial(call_mistake, implementation, len(case.X), error)
        fail(error, scene, expression="subject.gradients(params, X, Y)", mistake=because)
    exact = bounds_of(implementation, case, got, objective=promised)
    wanted, bounds = as_clipped(
        implementation, exact.gradients, doubled(exact.gradients_error), "gradients", "train_step"
    )
    check_params(
        got,
        wanted,
        bounds,
        "gradient",
        scene,
        "subject.gradients(params, X, Y)",
        lambda: gradient_mistake(implementation, case, got),
    )


@claim("C2", theorem="zero-init", needs=("gradients", "activation"))
@given(case=decimal_problems(min_hidden=1, max_width=3), seed=st.integers(0, 2**32 - 1))
def test_flat_units_at_zero_have_no_gradient(implementation: Implementation, case: Problem, seed: int) -> None:
    """Where sigma(0) = sigma'(0) = 0, as for ReLU in every framework, units without weights stay dead."""
    if implementation.activation.symmetry != "flat":
        import pytest

        pytest.skip(f"{implementation.activation.name} has a slope at 0")
    (W, b), *rest = case.params
    dead = int(np.random.default_rng(seed).integers(len(b)))
    W, b = W.copy(), b.copy()
    W[dead], b[dead] = 0.0, 0.0
    case = replace(case, params=[(W, b), *rest])
    Y = targets_of(implementation, case)
    (dW, db), *_ = implementation.gradients(case.params, case.X, Y)
    check_close(
        np.append(dW[dead], db[dead]),
        np.zeros(W.shape[1] + 1),
        0.0,
        f"gradient of the dead unit {dead} of layer 1",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)[0]",
        "derivative of the activation at 0 is 1/2 or 1, but should be 0: write z > 0",
    )


@claim(theorem="descent", needs=("update", "sgd"))
@given(case=decimal_problems(), seed=st.integers(0, 2**32 - 1), size=st.sampled_from([1.0, 1.0, 128.0]))
def test_an_update_is_a_step_of_descent(implementation: Implementation, case: Problem, seed: int, size: float) -> None:
    """theta - eta * gradient, entry by entry, for W and b of every layer, for gradients of size 1 and for large ones."""
    rng, biased = np.random.default_rng(seed), implementation.offer.biases
    # Some of them so large that clipping would show.
    size = rng.choice([1.0, 1.0, 256.0])
    slopes = [
        (size * np.round(rng.standard_normal(W.shape), 2), size * np.round(biased * rng.standard_normal(b.shape), 2))
        for W, b in case.params
    ]
    with implementation.taking_clipped():
        got = implementation.update(case.params, slopes, case.rate)
    shown = "[" + ", ".join(f"(np.array({dW.tolist()}), np.array({db.tolist()}))" for dW, db in slopes) + "]"
    slopes, _ = as_clipped(implementation, slopes, [], "update")
    expected = [(W - case.rate * dW, b - case.rate * db) for (W, b), (dW, db) in zip(case.params, slopes, strict=True)]
    unit = unit_of(got)
    bounds = [
        (8 * unit * (np.abs(W) + case.rate * np.abs(dW)), 8 * unit * (np.abs(b) + case.rate * np.abs(db)))
        for (W, b), (dW, db) in zip(case.params, slopes, strict=True)
    ]
    check_params(
        got,
        expected,
        bounds,
        "updated",
        Scene(implementation, case.params),
        f"subject.update(params, {shown}, {case.rate})",
        lambda: update_mistake(implementation, case.params, slopes, case.rate, got),
    )

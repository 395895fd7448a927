"""The rounding bounds hold for evaluations in either precision, and are far below any fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.reference import gradients
from symcheck.reference.bounds import descend, evaluate
from symcheck.reference.output_bounds import shares_error
from symcheck.reference.rounding import UNIT, smoothness
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import reference_implementation
from symcheck.suite.experiments import doubled, scene_of
from symcheck.suite.failure import PropertyFailure, check_params

NAMES = st.sampled_from([*ACTIVATIONS, "leaky_relu(0.3)", "elu(0.5)"])
LOSSES = st.sampled_from(["mse", "softmax_cross_entropy"])


def within(got: Any, exact: Any, bounds: Any) -> bool:
    return all(
        (np.abs(a - b) <= e).all()
        for p, q, r in zip(got, exact, bounds, strict=True)
        for a, b, e in zip(p, q, r, strict=True)
    )


@settings(max_examples=150, deadline=None)
@given(case=decimal_problems(max_width=5), name=NAMES, loss=LOSSES)
def test_the_reference_lies_within_the_bounds_in_both_precisions(case: Problem, name: str, loss: str) -> None:
    activation, Y = get_activation(name), case.targets(loss)
    exact = evaluate(case.params, case.X, Y, activation, loss)
    assert within(gradients(case.params, case.X, Y, name, loss), exact.gradients, doubled(exact.gradients_error))
    single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in case.params]
    coarse = evaluate(case.params, case.X, Y, activation, loss, unit=UNIT["float32"])
    assert within(gradients(single, case.X, Y, name, loss), exact.gradients, doubled(coarse.gradients_error))


@settings(max_examples=60, deadline=None)
@given(case=decimal_problems(weights="generic", max_width=3), loss=LOSSES, steps=st.integers(1, 4))
def test_bounds_of_a_run_hold_in_single_precision(case: Problem, loss: str, steps: int) -> None:
    activation, Y = get_activation("tanh"), case.targets(loss)
    batches = [(case.X, Y)] * steps
    exact = descend(case.params, batches, activation, loss, 0.1)[-1][0]
    coarse, bounds = descend(case.params, batches, activation, loss, 0.1, unit=UNIT["float32"])[-1]
    single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in case.params]
    for _ in range(steps):
        slopes = gradients(single, case.X, Y, "tanh", loss)
        single = [
            (W - np.float32(0.1) * dW, b - np.float32(0.1) * db)
            for (W, b), (dW, db) in zip(single, slopes, strict=True)
        ]
    assert within(coarse, exact, bounds)
    assert within(single, exact, bounds)


@settings(max_examples=60, deadline=None)
@given(case=decimal_problems(weights="generic", min_hidden=1), loss=LOSSES)
def test_bounds_are_tight_enough_to_see_any_fault(case: Problem, loss: str) -> None:
    exact = evaluate(case.params, case.X, case.targets(loss), get_activation("tanh"), loss)
    assert max(float(e.max()) for pair in exact.gradients_error for e in pair) < 1e-12


@pytest.mark.parametrize("factor", [1.001, 1 + 1e-9, -1.0])
def test_gradients_that_are_slightly_or_grossly_wrong_are_rejected(factor: float) -> None:
    rng = np.random.default_rng()
    params = [
        (rng.standard_normal((3, 2)), rng.standard_normal(3)),
        (rng.standard_normal((1, 3)), rng.standard_normal(1)),
    ]
    case = Problem(params, rng.standard_normal((4, 2)), rng.standard_normal((4, 1)))
    exact = evaluate(case.params, case.X, case.Y, get_activation("tanh"), "mse")
    wrong = [(factor * dW, db) for dW, db in exact.gradients]
    scene = scene_of(reference_implementation("tanh", "mse"), case)
    with pytest.raises(PropertyFailure, match=r"gradient dW of layer \d \(weights\)\[\d, \d\] is .*, but should be"):
        check_params(wrong, exact.gradients, doubled(exact.gradients_error), "gradient", scene)
    check_params(exact.gradients, exact.gradients, doubled(exact.gradients_error), "gradient", scene)


@pytest.mark.parametrize("name", [*ACTIVATIONS, "elu(0.5)", "leaky_relu(0.3)"])
def test_curvature_and_jump_bound_the_change_of_the_slope(name: str) -> None:
    activation = get_activation(name)
    curvature, jump = smoothness(activation)
    derivative = activation.derivative
    assert derivative is not None
    z = np.linspace(-6, 6, 24001)
    change = np.abs(np.diff(derivative(z)))
    assert (change <= curvature * np.diff(z) * (1 + 1e-6) + jump * (np.abs(z[1:]) < 1e-3) + 1e-12).all()


@pytest.mark.parametrize("loss", ["mse", "softmax_cross_entropy"])
@pytest.mark.parametrize("name", ["relu", "elu", "softplus", "identity"])
@pytest.mark.parametrize("size", [1e3, 1e80, 1e200])
def test_a_run_that_diverges_is_bounded_by_nothing_and_warns_of_nothing(name: str, loss: str, size: float) -> None:
    params = [(np.full((2, 2), size), np.full(2, size)), (np.full((2, 2), size), np.zeros(2))]
    X, Y = np.array([[0.5, 1.0], [2.0, -1.0]]), np.eye(2)
    run = descend(params, [(X, Y)] * 6, get_activation(name), loss, 1.0)
    assert len(run) == 7
    for W, b in run[-1][1]:
        assert not (np.concatenate([W.ravel(), b]) < 1e-9).any()


def test_shares_of_a_softmax_never_move_by_more_than_one() -> None:
    shares = np.array([[0.25, 0.75, 0.0]])
    assert shares_error(shares, np.array([[1e-9]])) == pytest.approx(shares * 1e-9)
    assert (shares_error(shares, np.array([[49.0]])) <= 1).all()
    assert (shares_error(shares, np.array([[1e300]])) == 1).all()

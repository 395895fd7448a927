"""Claim C13: without hidden units zero is as good a start as any."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.reference.bounds import unit_of
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, largest, scene_of
from symcheck.suite.failure import check_params, fail


@claim("C13", theorem="logistic-regression", needs=("gradients", "update", "sgd", "loss"), weight=3)
@given(case=decimal_problems(max_hidden=0), steps=st.integers(1, 5))
def test_descent_from_zero_and_from_anywhere_approach_each_other(
    implementation: Implementation, case: Problem, steps: int
) -> None:
    """A step of rate 1/L on a convex L-smooth loss takes no two starts further apart (Nesterov 2004, theorem 2.1.5)."""
    Y = case.targets(implementation.loss)
    one = [(np.zeros_like(W), np.zeros_like(b)) for W, b in case.params]
    other = case.params
    extended = np.column_stack([case.X, np.ones(len(case.X))])
    curvature = float(np.linalg.eigvalsh(extended.T @ extended)[-1]) / len(case.X)
    # Largest curvature of the loss in the outputs: 2 / n for the mean square, at most 1/2 for softmax.
    rate = 1 / (curvature * (2 / case.sizes[-1] if implementation.loss == "mse" else 0.5))
    for step in range(steps):
        before = _distance(one, other)
        slopes = [implementation.gradients(params, case.X, Y) for params in (one, other)]
        one, other = (implementation.update(p, g, rate) for p, g in zip((one, other), slopes, strict=True))
        scale = max(1.0, largest(one), largest(other), rate) * max(1.0, float(np.abs(extended).max()) ** 2)
        rounding = 1e3 * unit_of(one, other, *slopes) * scale * extended.size * case.sizes[-1]
        if _distance(one, other) > before + rounding:
            fail(
                f"step {step + 1} takes the run from zero and the run from these weights further apart, from "
                f"{before:.6g} to {_distance(one, other):.6g}: this is no gradient step of a convex loss",
                scene_of(implementation, case),
                expression="subject.gradients(params, X, Y)",
                mistake="the gradient has the wrong sign or is too large (a mean forgotten), or targets enter wrongly",
            )


@claim("C13", theorem="logistic-regression", needs=("gradients", "loss"))
@given(case=decimal_problems(weights="zero", max_hidden=0, min_outputs=2, min_samples=2))
def test_zero_weights_learn_without_hidden_units(implementation: Implementation, case: Problem) -> None:
    """dW = sum of delta x^T at zero is that of the data: nothing is tied or frozen."""
    Y = case.targets(implementation.loss)
    got = implementation.gradients(case.params, case.X, Y)
    activation = implementation.offer.activation
    exact = bounds_of(implementation, case, got) if activation else _without_activation(implementation, case, got)
    check_params(
        got,
        exact.gradients,
        doubled(exact.gradients_error),
        "gradient",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        (lambda: gradient_mistake(implementation, case, got)) if activation else None,
    )


def _without_activation(implementation: Implementation, case: Problem, got: list):
    from symcheck.activations import get_activation
    from symcheck.reference.bounds import evaluate

    Y = case.targets(implementation.loss)
    return evaluate(case.params, case.X, Y, get_activation("identity"), implementation.loss, unit=unit_of(got))


def _distance(one: list, other: list) -> float:
    return float(
        np.sqrt(sum(((a - b) ** 2).sum() for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)))
    )

"""Claim C13: without hidden units zero is as good a start as any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symcheck.activations import get_activation
from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.reference.bounds import unit_of
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, exact_of, largest, scene_of, step_shown
from symcheck.suite.failure import check_params, fail

#: The largest curvature of an entry of the loss in z, where it is convex: Boehning and Lindsay 1988 for the entropies.
CURVATURES = {
    ("squared_error", "identity"): 2.0,
    ("softmax_cross_entropy", "softmax"): 0.5,
    ("binary_cross_entropy", "sigmoid"): 0.25,
}
#: How many times its guard a logarithm may change a derivative, where probabilities are far from 0 and 1.
_GUARDED = 1e4


@claim("C13", theorem="logistic-regression", needs=("steps", "sgd", "loss"), weight=3)
@given(case=decimal_problems(hidden=0), steps=st.integers(1, 5))
def test_descent_from_zero_and_from_anywhere_approach_each_other(
    implementation: Implementation, case: Problem, steps: int
) -> None:
    """A step of rate 1/L on a convex L-smooth loss takes no two starts further apart (Nesterov 2004, theorem 2.1.5)."""
    Y = case.targets(implementation.objective)
    one = [(np.zeros_like(W), np.zeros_like(b)) for W, b in case.params]
    other = case.params
    extended = np.column_stack([case.X, np.ones(len(case.X))])
    curvature = float(np.linalg.eigvalsh(extended.T @ extended)[-1]) / len(case.X)
    objective = implementation.objective
    if (objective.loss, objective.link) not in CURVATURES:
        pytest.skip(f"the {objective.loss} is not convex behind {objective.link} outputs")
    scale = objective.scale(len(case.X), case.sizes[-1]) * len(case.X)
    stepping = "update" not in implementation.offer.methods
    rate = implementation.offer.rate if stepping else None
    rate = rate or 1 / (curvature * CURVATURES[objective.loss, objective.link] * scale)
    # A rate that the subject insists on may be too large for this batch.
    assume(rate * curvature * CURVATURES[objective.loss, objective.link] * scale <= 2)
    for step in range(steps):
        before = _distance(one, other)
        slopes = []
        if not stepping:
            slopes = [implementation.gradients(params, case.X, Y) for params in (one, other)]
            one, other = (implementation.update(p, g, rate) for p, g in zip((one, other), slopes, strict=True))
        else:
            one, other = (implementation.train_step(params, case.X, Y, rate) for params in (one, other))
        size = max(1.0, largest(one), largest(other), rate) * max(1.0, float(np.abs(extended).max()) ** 2)
        rounding = 1e3 * unit_of(one, other, *slopes) * size * extended.size * case.sizes[-1]
        rounding += 2 * rate * abs(scale) * objective.guard * _GUARDED * float(np.abs(extended).sum())
        if _distance(one, other) > before + rounding:
            fail(
                f"step {step + 1} takes the run from zero and the run from these weights further apart, from "
                f"{before:.6g} to {_distance(one, other):.6g}: this is no gradient step of a convex loss",
                scene_of(implementation, case),
                expression=step_shown(implementation, rate),
                mistake="the step goes uphill or too far (a sign, a mean forgotten), or targets enter wrongly",
            )


@claim("C13", theorem="logistic-regression", needs=("gradients", "loss"))
@given(case=decimal_problems(weights="zero", hidden=0, min_outputs=2, min_samples=2))
def test_zero_weights_learn_without_hidden_units(implementation: Implementation, case: Problem) -> None:
    """dW = sum of delta x^T at zero is that of the data: nothing is tied or frozen."""
    Y = case.targets(implementation.objective)
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
    Y = case.targets(implementation.objective)
    return exact_of(implementation, case.params, case.X, Y, unit_of(got), activation=get_activation("identity"))


def _distance(one: list, other: list) -> float:
    return float(
        np.sqrt(sum(((a - b) ** 2).sum() for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)))
    )

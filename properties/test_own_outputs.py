"""Where the activation is none that is known: gradients are those of the subject's own outputs, by difference quotients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symcheck.diagnosis.objectives import FAR
from symcheck.diagnosis.own_outputs import Quotients, delta_of, own_mistake, quotients, shown_delta
from symcheck.objective import Objective
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.claim import claim
from symcheck.suite.experiments import doubled, frame_of, targets_of
from symcheck.suite.failure import Scene, check_params
from symcheck.types import Array, Params


@claim(theorem="backpropagation", needs=("forward", "gradients"), weight=2)
@given(
    case=decimal_problems(weights="generic", min_hidden=1, max_width=3, min_samples=2), seed=st.integers(0, 2**32 - 1)
)
def test_gradients_are_those_of_its_own_outputs(implementation: Implementation, case: Problem, seed: int) -> None:
    """The sum over samples and outputs of dL/do times the difference quotient of o, for every W and b, near 0 and far from it."""
    settled = implementation.settlement
    if settled is None or not settled.by_outputs:
        pytest.skip("its activation is known, and its gradients are judged by that")
    # Numbers of few decimals would meet kinks exactly.
    rng = np.random.default_rng(seed)
    biases = implementation.offer.biases
    params = [
        (W + 0.01 * rng.standard_normal(W.shape), b + 0.01 * biases * rng.standard_normal(b.shape))
        for W, b in case.params
    ]
    objective = settled.promised or settled.objective or implementation.offer.objective
    if objective is None:
        count = implementation.offer.samples or 1
        case = replace(case, X=case.X[:count], Y=case.Y[:count])
    Y = targets_of(implementation, case) if objective is None else case.targets(objective)
    near = quotients(implementation, params, case.X)
    assume(near.smooth)
    _hold(implementation, params, case.X, Y, near, objective)
    far = _far(implementation, params, case.X) if _unsaturated(objective) else None
    if far is not None:
        _hold(implementation, params, FAR * case.X, Y, far, objective)


def _hold(
    implementation: Implementation, params: Params, X: Array, Y: Array, found: Quotients, objective: Objective | None
) -> None:
    got = implementation.gradients(params, X, Y)
    delta = shown_delta(found, params, got) if objective is None else delta_of(objective, found.outputs, Y)
    if delta is None:
        assume(False)
        return
    exact, bounds = found.gradients(params, delta)
    check_params(
        got,
        exact,
        doubled(bounds),
        "gradient",
        Scene(implementation, params, X, Y),
        "subject.gradients(params, X, Y)",
        lambda: own_mistake(implementation, frame_of(implementation).nearest([3, 4, 2])),
    )


def _unsaturated(objective: Objective | None) -> bool:
    """Whether derivatives of the loss by the outputs are those of numbers near 0 and 1 nowhere."""
    return objective is not None and (objective.loss == "squared_error" or objective.output_activation == "identity")


def _far(implementation: Implementation, params: Params, X: Array) -> Quotients | None:
    """The quotients for large inputs, where no kink lies within a step; an exponential may overflow there."""
    try:
        found = quotients(implementation, params, FAR * X)
    except Misbehaviour:
        return None
    return found if found.smooth else None

"""Claim C22: units with different supports are told apart by their inputs, although every weight is equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, scene_of
from symcheck.suite.failure import check_close, fail


@claim("C22", theorem="equitable-partitions", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems(weights="constant", min_inputs=2, hidden=1, min_width=2, min_samples=2))
def test_units_with_their_own_inputs_are_not_tied(implementation: Implementation, case: Problem) -> None:
    """One input for each unit, all weights equal: the gradients on the supports differ as the inputs do."""
    (W, b), above = case.params
    support = np.arange(len(b)) % W.shape[1]
    mask = np.equal.outer(support, np.arange(W.shape[1]))
    case = replace(case, params=[(W * mask, b), above])
    Y = case.targets(implementation.objective)
    (dW, _), *_ = got = implementation.gradients(case.params, case.X, Y)
    exact = bounds_of(implementation, case, got)
    expected, bound = exact.gradients[0][0][mask], doubled(exact.gradients_error)[0][0][mask]
    shown = "subject.gradients(params, X, Y)[0][0]"
    check_close(
        dW[mask],
        expected,
        bound,
        "gradient of the weight of unit ",
        scene_of(implementation, case),
        shown,
        lambda: gradient_mistake(implementation, case, got),
    )
    i, k = 0, 1
    if abs(expected[i] - expected[k]) > bound[i] + bound[k] and dW[mask][i] == dW[mask][k]:
        fail(
            "units 0 and 1 have inputs of their own and equal gradients",
            scene_of(implementation, case),
            got=dW[mask],
            expected=expected,
            expression=shown,
        )

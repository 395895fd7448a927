"""What optimizers promise: every step is theirs, from the gradients so far and the parameters before it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import step_mistake
from symcheck.diagnosis.optimizer_steps import rule_of
from symcheck.reference.bounds import unit_of
from symcheck.reference.step_bounds import step_bounds
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import as_clipped, bounds_of, reject_divergence, scene_of, step_shown, tame
from symcheck.suite.failure import Undecided, check_params
from symcheck.suite.requirements import require_no_piling, unknown_steps


@claim(theorem="descent", needs=("steps", "activation"), weight=3)
@given(case=decimal_problems(weights="generic"), steps=st.integers(1, 5))
def test_steps_are_those_of_the_optimizer(implementation: Implementation, case: Problem, steps: int) -> None:
    """Momentum, Adam and their kin from a fresh start, each step judged from the subject's own parameters before it."""
    rule = rule_of(implementation.offer)
    if implementation.offer.piling and unknown_steps(implementation):
        if "gradients" not in implementation.offer.methods:
            require_no_piling(implementation)
        pytest.skip("its gradients grow from call to call, and its steps with them")
    if unknown := unknown_steps(implementation):
        raise Undecided(unknown)
    if lacking := implementation.lacks(("loss",)):
        pytest.skip(lacking)
    if rule is None:
        pytest.skip(f"its optimizer is {implementation.offer.optimizer}, which the reference does not know")
    Y, rate = case.targets(implementation.objective), tame(case, implementation)
    # The whole run comes first: reading gradients off a training step begins afresh, and would forget the run.
    taken = [case.params]
    for step in range(steps):
        with implementation.taking_clipped():
            taken.append(implementation.step(taken[-1], case.X, Y, rate, fresh=step == 0))
    state, history = rule.init(case.params), []
    for step, (params, moved) in enumerate(pairwise(taken), 1):
        exact = bounds_of(implementation, case, params=params)
        reject_divergence([(params, exact.gradients_error)])
        slopes = exact.gradients
        if implementation.first_step or not implementation.by_steps:
            # Whether the gradients are right is for another property.
            with implementation.taking_clipped():
                slopes = implementation.as_stepped(implementation.gradients(params, case.X, Y), params, len(case.X))
        history.append(exact.gradients_error)
        inside = "update" if implementation.by_steps else "train_step"
        slopes, history[-1] = as_clipped(implementation, slopes, history[-1], "update", inside)
        expected, state = rule.step(params, slopes, state, rate)
        check_params(
            moved,
            expected,
            step_bounds(rule, params, expected, slopes, state, history, rate, unit_of(slopes, moved)),
            f"step {step}, updated",
            scene_of(implementation, case),
            step_shown(implementation, rate),
            lambda: step_mistake(implementation),
        )

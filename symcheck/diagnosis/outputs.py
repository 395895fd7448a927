"""Mistakes of outputs with a figure, read off one network."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.diagnosis.comparing import fitted, narrow_type
from symcheck.diagnosis.faults.evaluation import Evaluation, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.fitted import figure, narrow_hypothesis
from symcheck.diagnosis.trial import Trial
from symcheck.types import Array


def fitted_outputs(case: Trial, got: Array) -> Iterator[Hypothesis]:
    """What can be behind outputs of one network that are not right, with the figures that they have there."""
    right = evaluate(case, {}, outputs_only=True)
    if right is None:
        return
    narrow = narrow_type([got], [right.outputs])
    if narrow is not None:
        yield narrow_hypothesis(*narrow)
    factor = fitted([got], [0 * right.outputs], [right.outputs])
    if factor is not None:

        def scaled(trial: Trial) -> Evaluation | None:
            return evaluate(trial, {"outputs": lambda at, outputs: factor * outputs})

        yield Hypothesis(f"every output is {figure(factor)} times the right one", scaled, vague=2)

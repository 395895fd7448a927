"""Right gradients that are returned wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symcheck.diagnosis.faults.evaluation import Evaluation, Pairs, evaluate
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.trial import Trial

Change = Callable[[Trial, Pairs], Pairs]


def changed(change: Change) -> Callable[[Trial], Evaluation | None]:
    """The right pass with its gradients changed afterwards."""

    def evaluation(trial: Trial) -> Evaluation | None:
        right = evaluate(trial, {})
        if right is None or right.gradients is None:
            return None
        return Evaluation(right.outputs, change(trial, right.gradients))

    return evaluation


def misplaced() -> Iterator[Hypothesis]:
    """Those of one layer in the place of another."""
    yield Hypothesis(
        "gradients are in reverse order: those of the last layer come first",
        changed(lambda trial, pairs: pairs[::-1]),
        "turn the list round before it is returned, or fill it from the front",
    )
    yield Hypothesis(
        "gradients are off by one layer: those of the first layer come last",
        changed(lambda trial, pairs: [*pairs[1:], pairs[0]]),
    )
    yield Hypothesis(
        "gradients are off by one layer: those of the last layer come first",
        changed(lambda trial, pairs: [pairs[-1], *pairs[:-1]]),
    )

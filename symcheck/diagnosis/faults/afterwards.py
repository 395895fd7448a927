"""Faults in what is done with gradients that are right."""

from __future__ import annotations

from collections.abc import Callable

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


ORDERS: tuple[Hypothesis, ...] = (
    Hypothesis(
        "gradients are in reverse order: those of the last layer come first",
        changed(lambda trial, pairs: pairs[::-1]),
        "turn the list round before it is returned, or fill it from the front",
    ),
    Hypothesis(
        "every layer is given the gradients of the last one",
        changed(lambda trial, pairs: [pairs[-1]] * len(pairs)),
        "keep dW and db of each layer",
    ),
    Hypothesis(
        "every layer is given the gradients of the first one",
        changed(lambda trial, pairs: [pairs[0]] * len(pairs)),
        "keep dW and db of each layer",
    ),
    Hypothesis(
        "gradients are off by one layer: those of the first layer come last",
        changed(lambda trial, pairs: [*pairs[1:], pairs[0]]),
    ),
    Hypothesis(
        "gradients are off by one layer: those of the last layer come first",
        changed(lambda trial, pairs: [pairs[-1], *pairs[:-1]]),
    ),
)

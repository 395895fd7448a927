"""The loss that is meant where the last layer shows none: one that a known mistake would spoil so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from symcheck.diagnosis.clipped_losses import clipped, with_small_errors
from symcheck.diagnosis.comparing import agree
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.output_deltas import output_faults
from symcheck.diagnosis.objectives import Seen, gives_below
from symcheck.diagnosis.trial import Trial
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, fits
from symcheck.subjects.implementation import Implementation


def suspected(subject: Implementation, seen: Sequence[Seen], hidden: str, outputs: Sequence[str]) -> Objective | None:
    """A loss for which a known mistake of the output layer gives dW of the last layer on every network, or clipping all gradients,
    or of which the gradients of all layers below are those."""
    offer, small = subject.offer, with_small_errors(subject, seen)
    objectives = [
        Objective(loss, offer.reduction or reduction, offer.loss_factor or factor, output)
        for output, loss, reduction, factor in product(
            outputs or ["identity", "sigmoid", SOFTMAX], LOSSES, REDUCTIONS, (1.0, 0.5)
        )
        if fits(loss, output)
    ]
    for objective in objectives:
        if any(all(_gives(fault, hidden, objective, s) for s in seen) for fault in output_faults(hidden, objective)):
            return objective
        if clipped([*seen, *small] if objective.loss == "squared_error" else seen, hidden, objective):
            return objective
    return next((o for o in objectives if gives_below(seen, hidden, o)), None)


def _gives(fault: Fault, hidden: str, objective: Objective, seen: Seen) -> bool:
    """Whether a fault gives dW of the last layer."""
    case, got = seen.case, seen.gradients
    wrong = evaluate(
        Trial(case.params, (True,) * len(case.params), case.X, seen.targets, hidden, objective), fault.lines
    )
    if wrong is None or wrong.gradients is None or got is None:
        return False
    return agree([got[-1][0]], [wrong.gradients[-1][0]])

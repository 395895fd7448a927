"""The loss that is meant where the last layer shows none: one that a known mistake would spoil so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from symcheck.diagnosis.clipped_losses import clipped, with_small_errors
from symcheck.diagnosis.comparing import agree, leaves
from symcheck.diagnosis.faults import forward_pass
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.faults.factors import by_another_count
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.faults.output_deltas import output_faults
from symcheck.diagnosis.objectives import Seen, gives_below
from symcheck.diagnosis.trial import Trial
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, fits
from symcheck.subjects.implementation import Implementation


def suspected(subject: Implementation, seen: Sequence[Seen], hidden: str, outputs: Sequence[str]) -> Objective | None:
    """A loss for which a known mistake of the output layer gives dW of the last layer on every network, or clipping all gradients,
    or of which the gradients of all layers below are those, or those of a forward pass with a known mistake."""
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
        if any(_gives_all(hypothesis, seen, hidden, objective) for hypothesis in by_another_count(objective)):
            return objective
        if clipped([*seen, *small] if objective.loss == "squared_error" else seen, hidden, objective):
            return objective
    below = next((o for o in objectives if gives_below(seen, hidden, o)), None)
    return below or next((o for o in objectives if _through_another_pass(seen, hidden, o)), None)


def _through_another_pass(seen: Sequence[Seen], hidden: str, objective: Objective) -> bool:
    """Whether gradients are those of a forward pass with a known mistake, which need not be the one that gives the outputs."""
    deepest = max(len(s.case.params) for s in seen)
    return any(
        _gives_all(hypothesis, seen, hidden, objective)
        for fault in (*forward_pass.AFFINE, *forward_pass.ACTIVATION)
        if fault.fits(hidden, objective)
        for hypothesis in fault.hypotheses(deepest)
    )


def _gives_all(hypothesis: Hypothesis, seen: Sequence[Seen], hidden: str, objective: Objective) -> bool:
    """Whether a mistake gives all gradients of all networks, and there are some."""
    shown = [(_trial(s, hidden, objective), s.gradients) for s in seen if s.gradients is not None]
    given = ((trial, leaves(gradients, trial.biased)) for trial, gradients in shown)
    return bool(shown) and all(got is not None and hypothesis.gives_gradients(trial, got) for trial, got in given)


def _trial(seen: Seen, hidden: str, objective: Objective) -> Trial:
    case = seen.case
    return Trial(case.params, (seen.biased,) * len(case.params), case.X, seen.targets, hidden, objective)


def _gives(fault: Fault, hidden: str, objective: Objective, seen: Seen) -> bool:
    """Whether a fault gives dW of the last layer."""
    got = seen.gradients
    wrong = evaluate(_trial(seen, hidden, objective), fault.lines)
    if wrong is None or wrong.gradients is None or got is None:
        return False
    return agree([got[-1][0]], [wrong.gradients[-1][0]])

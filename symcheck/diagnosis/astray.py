"""Outputs that no pair of activations gives: which fault of the forward pass gives them, and with which pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from symcheck.activations import ACTIVATIONS
from symcheck.diagnosis.comparing import agree
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.faults.forward_pass import FAULTS
from symcheck.diagnosis.objectives import FACTORS, Seen
from symcheck.diagnosis.trial import Trial
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, fits
from symcheck.subjects.data import Offer


@dataclass(frozen=True)
class Astray:
    """A fault of the forward pass with the activations behind it.

    Attributes:
        objective: whose gradients these are where backpropagation goes through the same pass; None where none has them.
    """

    hidden: str
    output: str
    fault: Fault
    objective: Objective | None = None


def astray(seen: Sequence[Seen], offer: Offer) -> Astray | None:
    """The first fault that gives the outputs of all networks; None where there is none, or where faults give them with several
    pairs of activations, of which one would be a guess.
    """
    shown = [s for s in seen if s.outputs is not None]
    hidden = [offer.activation] if offer.activation else list(ACTIVATIONS)
    outputs = [offer.output_activation] if offer.output_activation else ["identity", SOFTMAX, *ACTIVATIONS[1:]]
    found = [
        (name, output, fault)
        for fault in FAULTS
        for name, output in product(hidden, outputs)
        if shown
        and fault.fits(name, Objective(output_activation=output))
        and all(_gives_outputs(fault, s, name, output) for s in shown)
    ]
    if len({(name, output) for name, output, _ in found}) != 1:
        return None
    name, output, first = found[0]
    for _, _, fault in found:
        for objective in _objectives(offer, output):
            if all(_gives_gradients(fault, s, name, objective) for s in shown):
                return Astray(name, output, fault, objective)
    return Astray(name, output, first)


def _objectives(offer: Offer, output: str) -> Iterator[Objective]:
    losses = [offer.loss] if offer.loss in LOSSES else LOSSES
    for loss, reduction, factor in product(losses, REDUCTIONS, FACTORS):
        if fits(loss, output):
            yield Objective(loss, offer.reduction or reduction, offer.loss_factor or factor, output)


def _gives_outputs(fault: Fault, seen: Seen, hidden: str, output: str) -> bool:
    wrong = evaluate(_trial(seen, hidden, Objective(output_activation=output)), fault.lines, outputs_only=True)
    return wrong is not None and seen.outputs is not None and agree([seen.outputs], [wrong.outputs])


def _gives_gradients(fault: Fault, seen: Seen, hidden: str, objective: Objective) -> bool:
    wrong = evaluate(_trial(seen, hidden, objective), fault.lines)
    if seen.gradients is None or wrong is None or wrong.gradients is None:
        return False
    return all(
        agree([dW], [wrong_dW]) and (not seen.biased or agree([db], [wrong_db]))
        for (dW, db), (wrong_dW, wrong_db) in zip(seen.gradients, wrong.gradients, strict=True)
    )


def _trial(seen: Seen, hidden: str, objective: Objective) -> Trial:
    case = seen.case
    return Trial(case.params, (seen.biased,) * len(case.params), case.X, seen.targets, hidden, objective)

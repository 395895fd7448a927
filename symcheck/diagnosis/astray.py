"""Outputs that no pair of activations gives: which fault of the forward pass gives them, and with which pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from symcheck.activations import ACTIVATIONS
from symcheck.diagnosis.comparing import leaves
from symcheck.diagnosis.faults import forward_pass, normalizing
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.objectives import FACTORS, Seen
from symcheck.diagnosis.trial import Trial
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, fits
from symcheck.subjects.data import Offer

#: Pairs of activations with which faults of single layers are tried.
_FEW = 16


@dataclass(frozen=True)
class Astray:
    """A fault of the forward pass with the activations behind it.

    Attributes:
        fault: what is wrong. objective: whose gradients these are where backpropagation goes through the same pass; None where none has them.
    """

    hidden: str
    output: str
    fault: str
    objective: Objective | None = None


def astray(seen: Sequence[Seen], offer: Offer) -> Astray | None:
    """The first fault that gives the outputs of all networks; None where there is none, or where faults give them with several
    pairs of activations, of which one would be a guess.
    """
    shown = [s for s in seen if s.outputs is not None]
    hidden = [offer.activation] if offer.activation else list(ACTIVATIONS)
    outputs = [offer.output_activation] if offer.output_activation else ["identity", SOFTMAX, *ACTIVATIONS[1:]]
    pairs = list(product(hidden, outputs))
    deepest = max((len(s.case.params) for s in shown), default=0)
    found = [
        (name, output, fault, hypothesis)
        for fault in (*forward_pass.FAULTS, *normalizing.FAULTS)
        for name, output in pairs
        if any(fault.fits(name, objective) for objective in _objectives(offer, output) if objective.link == output)
        # In single layers too, where that does not take long.
        for hypothesis in islice(fault.hypotheses(deepest), None if len(pairs) <= _FEW else 1)
        if shown and all(_gives_outputs(hypothesis, s, name, output) for s in shown)
    ]
    if len({(name, output) for name, output, *_ in found}) != 1:
        return None
    name, output, _, first = found[0]
    trained = [s for s in shown if s.gradients is not None]
    for _, _, fault, hypothesis in found:
        for objective in _objectives(offer, output):
            fits_all = trained and all(_gives_gradients(hypothesis, s, name, objective) for s in trained)
            if fault.fits(name, objective) and fits_all:
                return Astray(name, output, hypothesis.name, objective)
    return Astray(name, output, first.name)


def _objectives(offer: Offer, output: str) -> Iterator[Objective]:
    losses = [offer.loss] if offer.loss in LOSSES else LOSSES
    for loss, reduction, factor in product(losses, REDUCTIONS, FACTORS):
        if fits(loss, output):
            yield Objective(loss, offer.reduction or reduction, offer.loss_factor or factor, output)


def _gives_outputs(hypothesis: Hypothesis, seen: Seen, hidden: str, output: str) -> bool:
    trial = _trial(seen, hidden, Objective(output_activation=output))
    return seen.outputs is not None and hypothesis.gives_outputs(trial, seen.outputs)


def _gives_gradients(hypothesis: Hypothesis, seen: Seen, hidden: str, objective: Objective) -> bool:
    trial = _trial(seen, hidden, objective)
    got = None if seen.gradients is None else leaves(seen.gradients, trial.biased)
    return got is not None and hypothesis.gives_gradients(trial, got)


def _trial(seen: Seen, hidden: str, objective: Objective) -> Trial:
    case = seen.case
    return Trial(case.params, (seen.biased,) * len(case.params), case.X, seen.targets, hidden, objective)

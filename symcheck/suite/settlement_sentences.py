"""What was measured of an implementation, in sentences for the top of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

from symcheck.clipping import Clipping
from symcheck.diagnosis.objective_sentences import by_what, meant_by, objective_words, once_more, slope_missing
from symcheck.errors import listed
from symcheck.objective import Objective
from symcheck.penalty import Penalty, Term
from symcheck.subjects.data import ReturnedLoss
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.settlement import Settlement
from symcheck.suite.second_sentences import second_lines


def settlement_lines(subject: Implementation) -> list[str]:
    """One line for each thing that was measured, or that the subject's declarations leave unsaid."""
    found = subject.settlement
    lines = [*subject.offer.notes, *second_lines(subject)]
    if found is None:
        return lines + _skipped(subject)
    if subject.offer.clipping is not None:
        lines.append(_clipped(subject.offer.clipping, subject.offer.clips_in))
    if found.penalty is not None:
        lines.append(_penalty(found.penalty, subject.offer.l2))
    elif subject.offer.l2:
        lines.append(f"l2 = {subject.offer.l2:g} is declared; its gradients have no such term, and none is looked for")
    if found.unknown:
        lines.append(unknown_activation(found))
    if found.astray:
        hidden, output = subject.offer.activation, subject.offer.output_activation
        through = "" if output in (None, "identity") else f" through {output}"
        lines.append(f"its outputs are those of {hidden} units{through}, but for one fault: {found.astray}")
        if found.objective is not None:
            lines.append(f"by the same pass its gradients are those of {objective_words(found.objective)}")
    elif found.activation:
        lines.append(f"activation not named: its outputs are those of {found.activation} units")
    if found.output_activation and not found.astray:
        lines.append(f"output_activation not named: its outputs go through {found.output_activation}")
    if found.optimizer is not None:
        settings = ", ".join(f"{name} {value:g}" for name, value in found.settings if name != "epsilon")
        inside = "; epsilon stands inside the root there, as Keras's RMSprop and optax's eps_root have it"
        steps = f"those of {found.optimizer} ({settings})" if settings else f"those of {found.optimizer}"
        lines.append(
            f"optimizer not named: its steps are {steps if found.optimizer else 'those of none that is known'}"
            f"{inside if dict(found.settings).get('eps_root') else ''}"
        )
    if found.scaleless and found.objective is not None:
        lines.append(_scaleless(found.objective, dict(found.settings)))
    elif found.objective is not None and found.parts:
        lines.append(_measured(found, subject.offer.returned_loss, penalized=subject.offer.penalty is not None))
    elif found.nearest is not None or found.against:
        lines.append(unknown_loss(found) if found.objective is None else _nearest(found))
    elif found.objective is not None and not found.astray:
        lines.append(f"the last layer shows no loss; judged by {objective_words(found.objective)}")
    elif subject.undecided and not found.unknown:
        lines.append(f"{subject.undecided}: what needs no loss is judged; give it an attribute loss for the rest")
    return lines + _skipped(subject)


#: What clips gradients, by the method in which it was seen, and what is held to the clipped ones.
_CLIPS = {
    "gradients": ("its backward clips", "gradients are"),
    "train_step": ("its step clips", "updates are"),
    "update": ("its update clips", "updates are"),
}


def _clipped(clipping: Clipping, method: str) -> str:
    """How gradients are clipped, and how they are judged."""
    clips, held = _CLIPS[method]
    return f"{clips} gradients at {clipping.told}: {held} held to the clipped gradients, and where none is clipped to plain ones"


def _penalty(penalty: Penalty, declared: float | None) -> str:
    """Which penalty is in the gradients, and how they are judged."""
    weights, biases = penalty.weights, penalty.biases
    kinds = [f"an {name}" for name, factor in (("L2", weights.l2), ("L1", weights.l1)) if factor]
    over = " / m" if penalty.per_sample else ""

    def size(term: Term, name: str) -> str:
        told = term.told(name)
        return f"({told}){over}" if over and "+" in told else f"{told}{over}"

    of = f"{size(weights, 'W')} ({'weights and biases' if biases == weights else 'weights alone'})"
    if biases and biases != weights:
        of = f"{size(weights, 'W')} (weights) and {size(biases, 'b')} (biases)"
    told = f"its gradients contain {' and '.join(kinds)} penalty, {of}"
    if declared is None:
        say = f": say l2 = {weights.l2:g}" if weights.l2 and not weights.l1 else ""
        return (
            f"{told}, which is declared nowhere{say}; they are judged without it, and it is taken off in what is shown"
        )
    if declared == weights.l2:
        return f"{told}, as declared; it is taken off before they are judged"
    return f"{told}, where l2 = {declared:g} is declared: they are judged by that"


def _skipped(subject: Implementation) -> list[str]:
    """Which part of the suite is passed over for want of a function, and what of the subject was not asked for."""
    wanted = {"forward": "forward", "gradients": "gradients (or train_step)", "initialize": "initialize"}
    # Of what is found and not offered it is said there why, and of steps that give no gradients what is judged of them.
    found = {part.part for part in subject.offer.found} & {"initialize"}
    found |= {"gradients"} if "train_step" in subject.offer.methods else set()
    lacking = [s for need, s in wanted.items() if need not in found and subject.lacks((need,)).startswith("it has no")]
    if "gradients" in subject.offer.methods and subject.lacks(("steps",)):
        lacking.append("update (or train_step)")
    if not lacking:
        return []
    unused = f"; not used of it: {', '.join(subject.offer.unused)}" if subject.offer.unused else ""
    # Of code as its author left it no more is known than that nothing was taken for it.
    told = f"no {listed(lacking)} was found in it" if subject.offer.found else f"it has no {listed(lacking)}"
    return [f"{told}: every property that needs one is skipped{unused}"]


def _measured(found: Settlement, loss: ReturnedLoss | None, *, penalized: bool) -> str:
    objective = found.objective
    assert objective is not None
    whose = "these are the gradients"
    if not found.whole:
        several = len(found.parts) > 1
        whose = f"d{' and d'.join(found.parts)} of the last layer {'are those' if several else 'is that'}"
    told = f"{whose} of {objective_words(objective)}"
    if found.promised is not None:
        told += f"; {meant_by(found)} {objective_words(found.promised)}: {by_what(objective, found.promised)}"
        return f"{told} (if the gradients are what is meant, {_said(objective)})" if found.returned else told
    if found.power:
        return f"{told}, {once_more(found.power)}"
    if found.alike:
        told += f", or of {listed(map(objective_words, found.alike))}: no network that it can be tells them apart"
    own = loss is not None and found.whole and loss.same
    if loss is not None and found.whole:
        told += _beside(loss, penalized=penalized)
    if objective.loss == "binary_cross_entropy" and found.guessed and not own:
        told += f"; if you meant the squared error, {slope_missing(objective)}"
    if objective.factor < 0:
        told += "; a step against them makes the loss larger: if that is what is taken, their sign is wrong (y - a for a - y)"
    if objective.reduction == "sum" and not own:
        told += "; if you meant the mean over the samples, they are too large by their number m"
    if objective.guard:
        told += f" (its logarithms are guarded: right within {objective.guard:g} of a probability)"
    return told


def _beside(loss: ReturnedLoss, *, penalized: bool) -> str:
    """How the loss that comes beside gradients is related to that of which they are."""
    name = loss.name or "the number"
    if loss.changes:
        return f"; {name}, which it returns beside them, is another one at a second call, as a running mean is, and is not judged"
    if isnan(loss.factor):
        return f"; {name}, which it returns beside them, was not found to be a multiple of that, and is not judged"
    if not loss.same:
        return ""
    if loss.along_weights:
        return ", and of the loss that it returns beside them"
    than = "another term of the weights than they have" if penalized else "a term of the weights that they lack"
    return f", and of the loss that it returns beside them but for {than}"


def _said(objective: Objective) -> str:
    """What declares it, beside its loss."""
    factor = f", loss_factor = {objective.factor:g}" if objective.factor != 1 else ""
    return f"say reduction = {objective.reduction!r}{factor}"


def unknown_activation(found: Settlement) -> str:
    """That outputs are those of no activation that is known, and what is judged all the same."""
    named = f", although its code names {found.meant}" if found.meant else ""
    units = f" (its hidden units compute {found.units})" if found.units else ""
    told = f"its outputs are those of no activation that is known{named}{units}, and so are not judged"
    if found.mixed:
        told = f"its hidden layers have different activations ({', '.join(found.mixed)}), for which its outputs are not judged"
    if not found.by_outputs:
        return f"{told}; nor are gradients"
    told += "; its gradients are, beside difference quotients of its own outputs"
    return told if found.objective is not None else f"{told}, but not their loss, which is none that is known"


def _scaleless(objective: Objective, settings: Mapping[str, float]) -> str:
    if settings.get("eps_root"):
        return f"its steps follow the gradients of {objective_words(objective)}"
    if settings.get("l2"):
        return (
            f"its steps follow the gradients of {objective_words(objective)} with that penalty, or of any multiple of both: "
            "they divide by their size"
        )
    return f"its steps follow the gradients of {_loss_words(objective)}; its reduction and factor leave no trace in them, for they divide by their size"


def _loss_words(objective: Objective) -> str:
    """The loss without its reduction."""
    return objective_words(replace(objective, reduction="sum")).replace("summed ", "")


#: What speaks against there being any loss, in words.
_AGAINST = {
    "layers": "those of the layers below do not follow from those of the last one",
    "samples": "those of a batch are no multiple of the sum over its samples",
    "function": "the derivatives by the outputs are those of no function: their own derivatives are not symmetric",
}


def unknown_loss(found: Settlement) -> str:
    """That gradients are those of no loss that is known, with the nearest, and what follows from it."""
    if found.against == "still":
        return "the gradients of the last layer are 0 whatever the targets: it is never trained"
    if found.against:
        return f"{_nearest(found)}; nor of any other: {_AGAINST[found.against]}"
    if found.robust:
        return (
            f"backpropagation below the last layer is right; the gradients are those of {found.robust}, by which nothing else is "
            'judged: say loss = "other" if that is meant'
        )
    return (
        f'backpropagation below the last layer is right; {_nearest(found)}. Where another loss is meant, say loss = "other"; '
        "where this one is, its derivative by the outputs is wrong"
    )


#: That steps were looked at and not recognized, with what follows.
NO_OPTIMIZER = (
    "its training steps are those of no optimizer that is known, so that no run of training is judged: name it, as in "
    'optimizer = "momentum", or any other name where none of the table is meant'
)
#: Why gradients grow from call to call.
PILED = "gradients accumulate from call to call: a sum is never set back to zero"


def piled_gradients(names: Sequence[str]) -> str:
    """That a second call with the same arguments gives gradients that are twice as large."""
    return (
        f"of {', '.join(names)} a second call with the same arguments gives twice the first, and a third three times: nothing "
        "that was found of the code sets them back to zero"
    )


#: Relative difference from which a loss is another one, and not the same with another factor for each batch.
_NOT_APART = 1e-6


def _nearest(found: Settlement) -> str:
    assert found.nearest is not None
    judged = "" if found.objective is None else f"; judged by {objective_words(found.objective)}"
    if found.distance < _NOT_APART:
        return (
            f"the gradients are those of no loss that is known: dW of the last layer is a multiple of that of "
            f"{_loss_words(found.nearest)}, by no reduction that is known{judged}"
        )
    return (
        f"the gradients are those of no loss that is known; the nearest is a multiple of {_loss_words(found.nearest)}, "
        f"{found.distance:.1%} off{judged}"
    )

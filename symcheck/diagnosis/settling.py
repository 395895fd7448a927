"""By which objective an implementation is judged: what it declares, and what its outputs and gradients show of the rest."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from symcheck.activations import get_activation
from symcheck.diagnosis.adaptive_steps import ADAPTIVE, USUAL, adaptive_rule, scaled
from symcheck.diagnosis.astray import Astray, astray
from symcheck.diagnosis.broken_steps import Broken, broken_steps
from symcheck.diagnosis.clipped_steps import measure_clipping
from symcheck.diagnosis.objectives import Fit, Measured, Seen, beyond, forwards, look, measure
from symcheck.diagnosis.optimizer_steps import Walk, rule_of, walk
from symcheck.diagnosis.own_activation import own_activation
from symcheck.diagnosis.own_outputs import by_outputs, consistent
from symcheck.diagnosis.penalties import but_for_penalty
from symcheck.diagnosis.robust_losses import robust_loss
from symcheck.diagnosis.single_precision import SINGLE, works_in_single
from symcheck.diagnosis.small_differences import small_difference
from symcheck.diagnosis.some_loss import against_any_loss
from symcheck.diagnosis.stepping import beside_gradients, dampening, following, goes_uphill, linear
from symcheck.diagnosis.suspected_loss import suspected
from symcheck.objective import LOSSES, SOFTMAX, Objective, fits, get_objective
from symcheck.strategies.frame import Frame
from symcheck.subjects.data import Offer
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.settlement import Settlement


def settle(subject: Implementation, frame: Frame) -> Settlement:
    """Find out what an implementation leaves open, and write it into its offer; done once for each.

    What it declares completely stays what ``gradients`` are held to (``promised``). Where all of them are those of
    another objective, everything else is judged by that one, so that one mistake is one failure.
    """
    if subject.settlement is None:
        if subject.offer.found and subject.offer.dtype == "float64":
            _precision(subject, frame)
        subject.settlement = but_for_penalty(subject, frame, _settled)
    return subject.settlement


def _precision(subject: Implementation, frame: Frame) -> None:
    """Write into the offer how finely the code can be judged, where that is not as finely as double precision."""
    offer = subject.offer
    if (found := small_difference(subject, frame)) is not None:
        dtype, coarse = ("float32", found.words) if found.small else (offer.dtype, "")
        subject.offer = replace(offer, dtype=dtype, coarse=coarse, notes=(*offer.notes, found.told))
    elif works_in_single(subject, frame):
        subject.offer = replace(offer, dtype="float32", notes=(*offer.notes, SINGLE))


def _settled(subject: Implementation, frame: Frame) -> Settlement:
    offer = subject.offer
    if subject.lacks(("forward",)) and (subject.lacks(("gradients",)) or offer.activation is None):
        return Settlement()
    if offer.activation is not None and get_activation(offer.activation).function is None:
        return Settlement()
    # An update that is given gradients forgets between calls what a training step keeps.
    kept = "train_step" in offer.methods and ("update" not in offer.methods or not offer.optimizer_named)
    # A rule shows in the steps as they come; what is left without a penalty follows once the rule is known.
    taken = _as_they_come(subject, frame) if kept else None
    stepping = linear(subject, taken)
    taken = taken if taken is None or subject.offer.penalty is None else walk(subject, frame)
    unwalked = kept and taken is None and not offer.optimizer_named
    if unwalked and not subject.by_steps and (broken := broken_steps(subject, frame)) is not None:
        stepping = next((following(subject, stepping, rule) for rule, *_ in broken.by(USUAL)), stepping)
    if taken is not None and not subject.by_steps:
        stepping, taken = beside_gradients(subject, taken, stepping), None
    measure_clipping(subject, frame)
    seen = look(subject, frame)
    wide = [*seen, *beyond(subject, seen)]
    pairs = forwards(wide, offer)
    if not pairs and (off := astray(wide, offer)) is not None:
        return _astray(subject, off, stepping)
    meant = "" if offer.activation is None or pairs or not offer.activation_mentioned else offer.activation
    if meant and (consistent(subject, seen) or own_activation(subject, frame)):
        # The name stands in the code, and forward has another function, on which backward is at one with it or not.
        subject.offer = offer = replace(offer, activation=None)
    hidden = offer.activation or next((h for h, _ in pairs), None)
    if hidden is None:
        units = own_activation(subject, frame) if not subject.lacks(("forward",)) else ""
        found = replace(stepping, meant=meant, units=units, mixed=offer.mixed, unknown=True)
        return by_outputs(subject, seen, found)
    outputs = [o for h, o in pairs if h == hidden]
    shown = bool(outputs) or all(s.outputs is None for s in seen)
    found = replace(stepping, activation=None if offer.activation else hidden)
    subject.offer = offer = replace(subject.offer, activation=hidden)
    if taken is not None and not subject.first_step:
        return _adaptive(subject, taken, found, outputs)
    if (
        unwalked
        and subject.by_steps
        and (broken := broken_steps(subject, frame, _of_steps(offer, outputs))) is not None
    ):
        return _broken(subject, broken, found)
    if subject.lacks(("gradients",)):
        return _outputs_only(subject, found, outputs)
    if taken is not None and (damped := dampening(subject, seen, outputs)):
        settings = (*subject.offer.settings, ("dampening", damped))
        subject.offer = offer = replace(subject.offer, settings=settings)
        found, seen = replace(found, optimizer="momentum", settings=settings), look(subject, frame)
    if offer.objective is not None:
        return _held(subject, seen, found, outputs)
    if offer.other_loss:
        subject.undecided = "it says that its loss is another one than those that are known"
        return _outputs_only(subject, found, outputs)
    if not shown:
        # Gradients follow from outputs: what is wrong there would be found again as a wrong loss.
        subject.undecided = "its outputs are not those of the network, so its loss cannot be measured"
        return found
    found = _open(subject, seen, found, outputs)
    lacking = offer.biases and any(not s.biased for s in seen)
    return replace(found, parts="W", whole=False) if lacking and found.objective is not None else found


def _as_they_come(subject: Implementation, frame: Frame) -> Walk | None:
    """A walk from which no penalty is taken off."""
    offer = subject.offer
    subject.offer = replace(offer, penalty=None)
    taken = walk(subject, frame)
    subject.offer = offer
    return taken


def _astray(subject: Implementation, off: Astray, found: Settlement) -> Settlement:
    """Where a fault of the forward pass alone keeps its outputs from being those of a network."""
    offer, objective = subject.offer, subject.offer.objective or off.objective
    subject.offer = replace(offer, activation=off.hidden, output_activation=off.output)
    found = replace(
        found,
        activation=None if offer.activation else off.hidden,
        output_activation=None if offer.output_activation or off.output == "identity" else off.output,
        astray=off.fault,
    )
    if objective is None:
        subject.undecided = "its outputs are not those of the network, so its loss cannot be measured"
        return found
    _write(subject, objective)
    subject.promised = objective
    return found if offer.objective is not None else replace(found, objective=objective, whole=False, parts="")


def _adaptive(subject: Implementation, taken: Walk, found: Settlement, outputs: list[str]) -> Settlement:
    """Where steps do not show gradients: rule and loss are found together, up to a scale that the rule divides out."""
    offer = subject.offer
    own = rule_of(offer) if offer.optimizer_named else None
    rules = ADAPTIVE if not offer.optimizer_named else [own] if own is not None else []
    losses = [offer.loss] if offer.loss in LOSSES else ["squared_error"] if offer.loss else list(LOSSES)
    meant = [offer.output_activation] if offer.output_activation else outputs or ["identity", "sigmoid", SOFTMAX]
    if offer.optimizer_named and offer.objective is not None:
        return found
    told = adaptive_rule(taken, rules, str(offer.activation), meant, losses)
    if told is None:
        subject.undecided = subject.undecided or "its training steps are those of no optimizer and loss that are known"
        return _outputs_only(subject, found, outputs)
    rule, objective = told
    if not offer.optimizer_named:
        found = following(subject, found, rule)
    if offer.objective is not None:
        return found
    _write(subject, objective)
    subject.promised = objective
    return replace(found, objective=objective, scaleless=True)


def _of_steps(offer: Offer, outputs: list[str]) -> list[Objective]:
    """The objectives whose gradients steps may follow, up to a scale."""
    if offer.objective is not None:
        return [offer.objective]
    losses = [offer.loss] if offer.loss in LOSSES else list(LOSSES)
    meant = [offer.output_activation] if offer.output_activation else outputs or ["identity", "sigmoid", SOFTMAX]
    plain = [Objective(loss, "samples", 1.0, output) for output, loss in product(meant, losses) if fits(loss, output)]
    return list(scaled(plain))


def _broken(subject: Implementation, broken: Broken, found: Settlement) -> Settlement:
    """Where a step leaves what is no number: the rule and the loss, if a known mistake leaves the same."""
    rule, objective, *_ = next(broken.by(USUAL), (None, None))
    if rule is None or objective is None:
        return found
    found = following(subject, found, rule)
    if subject.offer.objective is not None:
        return found
    _write(subject, objective)
    subject.promised = objective
    return replace(found, objective=objective, scaleless=True)


def _outputs_only(subject: Implementation, found: Settlement, outputs: list[str]) -> Settlement:
    offer = subject.offer
    open_output = offer.objective is None and offer.output_activation is None and outputs
    if not open_output or outputs[0] == "identity":
        return found
    subject.offer = replace(offer, output_activation=outputs[0])
    return replace(found, output_activation=outputs[0])


def _held(subject: Implementation, seen: list[Seen], found: Settlement, outputs: list[str]) -> Settlement:
    """Where the objective is declared completely."""
    promised, hidden = subject.objective, str(subject.offer.activation)
    own = measure(seen, hidden, [promised.output_activation])
    same = next((f for f in own.fits if _same(f, promised)), None)
    if same is not None:
        subject.offer = replace(subject.offer, guard=same.objective.guard)
        subject.promised = subject.objective
        return found
    for output in dict.fromkeys([promised.output_activation, *outputs]):
        measured = own if output == promised.output_activation else measure(seen, hidden, [output])
        if measured.fits and measured.fits[0].whole and not measured.fits[0].power:
            return _adopted(subject, replace(found, promised=promised), measured.fits[0], measured)
    return found


def _open(subject: Implementation, seen: list[Seen], found: Settlement, outputs: list[str]) -> Settlement:
    """Where something of the objective is left open."""
    offer, hidden = subject.offer, str(subject.offer.activation)
    meant = [offer.output_activation] if offer.output_activation else outputs
    losses = [offer.loss] if offer.loss else list(LOSSES)
    for among, behind in ((losses, meant), (losses, []), (list(LOSSES), meant), (list(LOSSES), [])):
        measured = measure(seen, hidden, behind, among)
        if not measured.fits:
            continue
        kept = [f for f in measured.fits if _keeps(offer, f.objective) and not f.power]
        first = kept[0] if kept and (kept[0].whole or not measured.fits[0].whole) else measured.fits[0]
        found = replace(found, guessed=offer.loss is None)
        promised = _promised(offer, first.objective)
        if promised is None and (promised := _returned(offer, first)) is not None:
            found = replace(found, returned=True)
        found = _adopted(subject, found if promised is None else replace(found, promised=promised), first, measured)
        if promised is None and goes_uphill(subject, seen, first.objective):
            subject.promised = replace(subject.objective, factor=-first.objective.factor)
        return found
    return _unknown(subject, seen, found, meant)


def _unknown(subject: Implementation, seen: list[Seen], found: Settlement, outputs: list[str]) -> Settlement:
    """Where no loss fits: one whose gradients a known mistake spoils, or none."""
    offer, hidden = subject.offer, str(subject.offer.activation)
    measured = measure(seen, hidden, outputs, [offer.loss] if offer.loss else LOSSES)
    found = replace(found, nearest=measured.nearest, distance=measured.distance, whole=False, parts="")
    output = outputs[0] if outputs else None
    objective = _default(offer, output) if offer.loss else suspected(subject, seen, hidden, outputs)
    if objective is not None:
        _write(subject, objective)
        subject.promised = objective
        return replace(found, objective=objective)
    subject.undecided = "it does not say its loss, and its gradients are those of no loss that is known"
    if all(s.gradients is None for s in seen):
        subject.undecided = "it does not say its loss, and it gives no gradients by which that could be measured"
    if output and output != "identity":
        subject.offer = replace(offer, output_activation=output)
    robust = robust_loss(subject, seen, output or "identity")
    return replace(found, against=against_any_loss(subject, seen), robust=robust)


def _same(fit: Fit, promised: Objective) -> bool:
    other = fit.objective
    return not fit.power and (other.loss, other.link, other.reduction, other.factor) == (
        promised.loss,
        promised.link,
        promised.reduction,
        float(f"{promised.factor:.6g}"),
    )


def _keeps(offer: Offer, objective: Objective) -> bool:
    """Whether an objective is one of those that the declarations leave open."""
    factor = offer.loss_factor if offer.loss_factor is not None else (1.0 if offer.reduction else None)
    return (
        offer.loss in (None, objective.loss)
        and offer.reduction in (None, objective.reduction)
        and factor in (None, objective.factor)
        and offer.output_activation in (None, objective.output_activation)
    )


def _promised(offer: Offer, measured: Objective) -> Objective | None:
    """What is declared, with what it leaves open as measured; None where that is what was measured."""
    if _keeps(offer, measured):
        return None
    loss = offer.loss or measured.loss
    output = offer.output_activation or measured.output_activation
    output = output if fits(loss, output) else get_objective(loss).output_activation
    reduction = offer.reduction or measured.reduction
    factor = offer.loss_factor if offer.loss_factor is not None else 1.0 if offer.reduction else measured.factor
    if loss == "squared_error" != measured.loss and factor == measured.factor and not offer.loss_factor:
        # With a - y in both, the squared error is half of one, whatever else is wrong.
        factor /= 2
    return Objective(loss, reduction, factor, output)


def _returned(offer: Offer, fit: Fit) -> Objective | None:
    """The loss that comes beside the gradients, where it is another multiple than theirs, and none is declared."""
    beside = offer.returned_loss
    if beside is None or not beside.factor > 0 or fit.power or offer.reduction or offer.loss_factor:
        return None
    if not fit.whole and len(fit.parts) < 2:
        # Held to the loss was a whole layer.
        return None
    other = fit.objective.times(beside.factor, beside.samples, beside.outputs)
    return None if other == fit.objective else other


def _default(offer: Offer, output: str | None) -> Objective:
    usual = get_objective(str(offer.loss))
    output = offer.output_activation or output or usual.output_activation
    output = output if fits(usual.loss, output) else usual.output_activation
    return Objective(usual.loss, offer.reduction or usual.reduction, offer.loss_factor or 1.0, output)


def _adopted(subject: Implementation, found: Settlement, fit: Fit, measured: Measured) -> Settlement:
    _write(subject, fit.objective)
    subject.promised = replace(found.promised or fit.objective, guard=fit.objective.guard)
    return replace(
        found, objective=fit.objective, whole=fit.whole, parts=fit.parts, power=fit.power, alike=measured.alike
    )


def _write(subject: Implementation, objective: Objective) -> None:
    subject.offer = subject.offer.held_to(objective)

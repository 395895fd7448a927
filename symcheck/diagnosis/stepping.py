"""What training steps leave open of an optimizer that is not named: what follows from the steps alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from symcheck.diagnosis.adaptive_steps import ADAPTIVE, USUAL, with_penalties
from symcheck.diagnosis.objectives import FACTORS, Seen, measure
from symcheck.diagnosis.optimizer_faults import wrong_forms
from symcheck.diagnosis.optimizer_steps import Walk, follows, linear_rule, of_parts, rule_of
from symcheck.diagnosis.step_faults import Uphill
from symcheck.objective import Objective
from symcheck.reference.optimizers import OPTIMIZERS, SGD, Momentum, Optimizer
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.settlement import Settlement
from symcheck.types import Params

#: The rate of a step by which it is told where it leads, where the code has none of its own.
_RATE = 0.125


def linear(subject: Implementation, taken: Walk | None) -> Settlement:
    """An optimizer that is not named, where its steps show it whatever the gradients are."""
    if taken is None or subject.offer.optimizer_named:
        return Settlement()
    rule = linear_rule(taken)
    if rule is None:
        subject.offer = replace(subject.offer, optimizer="no optimizer that is known")
        return Settlement(optimizer="")
    return following(subject, Settlement(), rule)


def beside_gradients(subject: Implementation, taken: Walk, found: Settlement) -> Settlement:
    """What steps beside gradients follow: a rule that divides by their size, or the mean where gradients are summed."""
    try:
        slopes = [
            subject.as_stepped(subject.gradients(params, taken.X, taken.Y), params, len(taken.X))
            for params in taken.params[:-1]
        ]
    except Misbehaviour:
        return found
    if not found.optimizer and found.optimizer is not None:
        rule = next((rule for rule in _adaptive(taken, slopes)), None)
        return found if rule is None else following(subject, found, rule)
    if found.optimizer == "momentum" and (damped := _damped(subject, taken, slopes)) is not None:
        return following(subject, found, damped)
    means = [[(dW / len(taken.X), db / len(taken.X)) for dW, db in each] for each in slopes]
    if subject.offer.optimizer == "sgd" and len(taken.X) > 1 and follows(taken, SGD(), means):
        methods = tuple(m for m in subject.offer.methods if m != "train_step")
        note = "its training steps divide its gradients by the number of samples; they are not judged beside them"
        subject.offer = replace(subject.offer, methods=methods, notes=(*subject.offer.notes, note))
    return found


def _adaptive(taken: Walk, slopes: Sequence[Params]) -> Iterator[Optimizer]:
    """The rules that divide by the size of the gradient and take these steps, plain ones first; then those whose steps they are
    but for a mistake, in all of them or in one part."""
    yield from (rule for rule in ADAPTIVE if follows(taken, rule, slopes))
    yield from (rule for rule in with_penalties(USUAL) if follows(taken, rule, slopes))
    for rule in USUAL:
        if any(follows(taken, form, slopes) for form in wrong_forms(rule, taken.biased)):
            yield rule
    for rule in USUAL:
        if any(of_parts(taken, rule, slopes)):
            yield rule


def _damped(subject: Implementation, taken: Walk, slopes: Sequence[Params]) -> Momentum | None:
    """The form of momentum whose velocity takes 1 - momentum of the gradient, in the right direction or in the wrong one."""
    rule = rule_of(subject.offer)
    if not isinstance(rule, Momentum) or rule.dampening:
        return None
    damped = replace(rule, dampening=rule.momentum)
    if any(follows(taken, other, slopes) for other in (damped, Uphill(rule=damped))):
        return damped
    # Where plain momentum is not what any part moves by, and damped momentum is.
    return damped if any(of_parts(taken, damped, slopes)) and not any(of_parts(taken, rule, slopes)) else None


def following(subject: Implementation, found: Settlement, rule: Optimizer) -> Settlement:
    """Write a rule into the offer."""
    name = next(key for key, kind in OPTIMIZERS.items() if kind is type(rule))
    settings = tuple(
        (f.name, getattr(rule, f.name))
        for f in fields(rule)
        if (value := getattr(rule, f.name)) is not None
        and (value or f.default != 0)
        and (f.name != "epsilon" or rule.slots)
    )
    subject.offer = replace(subject.offer, optimizer=name, settings=settings)
    return found if name == "sgd" else replace(found, optimizer=name, settings=settings)


def dampening(subject: Implementation, seen: list[Seen], outputs: list[str]) -> float | None:
    """The momentum, where the velocity takes only 1 - momentum of the gradient: told by a loss that is too small by that."""
    offer = subject.offer
    settings = dict(offer.settings)
    if offer.optimizer != "momentum" or "dampening" in settings:
        return None
    momentum = settings.get("momentum", 0.9)
    wanted = {offer.objective.factor} if offer.objective else set(FACTORS)
    found = measure(seen, str(offer.activation), [offer.output_activation] if offer.output_activation else outputs)
    factors = [f.objective.factor for f in found.fits if f.whole and not f.power]
    if any(factor in wanted for factor in factors):
        return None
    fits_damped = any(float(f"{factor / (1 - momentum):.4g}") in wanted for factor in factors)
    return momentum if fits_damped else None


def goes_uphill(subject: Implementation, seen: Sequence[Seen], objective: Objective) -> bool:
    """Whether steps make a loss larger whose negative the gradients are of.

    Gradients of the other sign are right where what updates adds them; where there are no steps, that is not known.
    """
    if objective.factor >= 0 or subject.by_steps:
        return objective.factor < 0
    if subject.lacks(("steps",)):
        return False
    for s in seen:
        if s.gradients is None:
            continue
        try:
            after = subject.step(s.case.params, s.case.X, s.targets, subject.offer.rate or _RATE, fresh=True)
        except Misbehaviour:
            continue
        layers = zip(s.case.params, after, s.gradients, strict=True)
        return sum(float(((W - V) * dW).sum()) for (W, _), (V, _), (dW, _) in layers) > 0
    return False

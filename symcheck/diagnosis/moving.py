"""The mistake of what is done with gradients: of an update, or of the steps of an optimizer that remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.random import default_rng

from symcheck.diagnosis.broken_steps import broken_steps
from symcheck.diagnosis.cause import Cause
from symcheck.diagnosis.comparing import Leaves, agree, leaves, same_shapes
from symcheck.diagnosis.faults.factors import times
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.knowledge import Known, Part
from symcheck.diagnosis.looking import frame_of_trials
from symcheck.diagnosis.optimizer_steps import RATE, Walk, follows, rule_of, slopes_of, walk, wrong_rules
from symcheck.diagnosis.step import Step
from symcheck.diagnosis.trial import Trial
from symcheck.diagnosis.trials import trials
from symcheck.diagnosis.updates import UpdateMistake, clipped_on_one_side, update_mistakes
from symcheck.reference.optimizers import SGD, Momentum, Nesterov, Optimizer
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Params
from symcheck.verdict import Extent

#: The learning rates of walks: what is wrong at one of them may be another mistake at the next.
_WALKED = (RATE, 0.3)
#: Widths of the networks that updates are tried on, their learning rates, and the size of gradients.
_UPDATED = (
    ((3, 4, 4, 2), 0.3, 1.0),
    ((2, 3, 2), 0.125, 1.0),
    ((3, 3, 3, 3), 0.5, 1.0),
    ((3, 2, 2), 0.25, 0.01),
    ((3, 4, 4, 2), 0.3, 100.0),
)


@dataclass(frozen=True)
class Movement:
    """What was found out of an update that should be gradient descent.

    Attributes:
        found: its mistake; () where none is known, or nothing is wrong. known: what is known where none explains it.
    """

    found: tuple[Cause, ...] = ()
    known: Known | None = None


def of_update(subject: Implementation) -> Movement:
    """The mistake of its update, if it has one and should be gradient descent."""
    if subject.lacks(("sgd",)):
        return Movement()
    common: list[UpdateMistake] | None = None
    right: list[tuple[Step, Leaves]] = []
    wrong: list[tuple[Step, Leaves]] = []
    for step, got in _updates(subject) if not subject.lacks(("update",)) else _steps(subject):
        if agree(got, step.right):
            right.append((step, got))
            continue
        wrong.append((step, got))
        here = list(update_mistakes(step, got))
        names = {m.name for m in here}
        common = here if common is None else [m for m in common if m.name in names]
    common = common or (list(clipped_on_one_side(wrong)) if wrong else [])
    common = [m for m in common if all(_gives(m, step, got) for step, got in right)] or common
    if not common:
        return Movement(known=_known(wrong, right) if wrong else None)
    least = min(m.together for m in common)
    common = [m for m in common if m.together == least]
    # Of one mistake in several places that are one here, the first is told.
    families = {m.family or m.sentence: m for m in reversed(common)}
    told = tuple(dict.fromkeys(m.sentence for m in common if m in families.values()))
    return Movement((Cause("update", told, len(wrong), moved=common[0].moved, together=least),))


def _gives(mistake: UpdateMistake, step: Step, got: Leaves) -> bool:
    wanted = mistake.moved(step)
    return wanted is not None and agree(got, wanted)


def _known(wrong: Sequence[tuple[Step, Leaves]], right: Sequence[tuple[Step, Leaves]]) -> Known:
    """Which arrays an update moves rightly wherever it was looked at, and which it does not."""
    off: dict[Part, bool] = {}
    for step, got in wrong:
        if not same_shapes(got, step.right):
            continue
        for (layer, part), one, other in zip(step.places, got, step.right, strict=True):
            place = (part, step.last - layer)
            off[place] = off.get(place, False) or not agree([one], [other])
    order = sorted(off, key=lambda place: (place[1], place[0]))
    compared = [tuple((_sizes(s), s.samples) for s, _ in part) for part in (wrong, right)]
    return Known(
        tuple(p for p in order if not off[p]),
        tuple(p for p in order if off[p]),
        (),
        len(wrong) + len(right),
        Extent(compared[0], compared[1]),
        of="update",
    )


def _sizes(step: Step) -> tuple[int, ...]:
    weights = [a.shape for a, (_, part) in zip(step.start, step.places, strict=True) if part == "W"]
    return (weights[0][1], *(n for n, _ in weights))


def _updates(subject: Implementation) -> Iterator[tuple[Step, Leaves]]:
    """Updates along gradients that are drawn, and what came of them."""
    rng = default_rng(0)
    biased = subject.offer.biases
    for wanted, rate, size in _UPDATED:
        sizes = Frame(subject.offer.widths).nearest(wanted)
        start, slopes = (_drawn(sizes, rng, biased, scale) for scale in (1.0, size))
        try:
            yield _step_of(start, slopes, rate, biased), _arrays(subject.update(start, slopes, rate), biased)
        except Misbehaviour:
            continue


def _steps(subject: Implementation) -> Iterator[tuple[Step, Leaves]]:
    """Training steps along its own gradients, where it gives these as well, and what came of them."""
    if subject.by_steps or subject.lacks(("train_step", "gradients", "activation", "loss")):
        return
    biased = subject.offer.biases
    for case in trials(subject.activation.name, subject.objective, default_rng(0), frame_of_trials(subject)):
        params = [(W, b) for W, b in case.params]
        rate = subject.offer.rate or _UPDATED[0][1]
        try:
            slopes = subject.gradients(params, case.X, case.Y)
            after = subject.train_step(params, case.X, case.Y, rate)
        except Misbehaviour:
            continue
        step = replace(_step_of(params, slopes, rate, biased), samples=len(case.X))
        yield replace(step, of_sample=_one_by_one(subject, case)), _arrays(after, biased)


def _one_by_one(subject: Implementation, case: Trial) -> Callable[[int], Leaves | None]:
    """The gradients of single samples, asked for when something is wrong."""

    def of_sample(number: int) -> Leaves | None:
        chosen = [number]
        try:
            slopes = subject.gradients([(W, b) for W, b in case.params], case.X[chosen], case.Y[chosen])
        except Misbehaviour:
            return None
        return _arrays(slopes, subject.offer.biases)

    return cache(of_sample)


def _step_of(start: Params, slopes: Params, rate: float, biased: bool) -> Step:
    return Step(_arrays(start, biased), _arrays(slopes, biased), rate, (biased,) * len(start))


def _arrays(params: Params, biased: bool) -> Leaves:
    found = leaves(params, (biased,) * len(params))
    assert found is not None
    return found


def _drawn(sizes: Sequence[int], rng: np.random.Generator, biases: bool, size: float) -> Params:
    shapes = [(n, m) for m, n in pairwise(sizes)]
    return [(size * rng.standard_normal(shape), size * biases * rng.standard_normal(shape[0])) for shape in shapes]


def of_steps(subject: Implementation) -> list[Cause]:
    """The mistake of an optimizer that remembers, or of training steps that should not."""
    remembers = subject.lacks(("sgd",)) or "train_step" in subject.offer.methods
    if subject.lacks(("steps", "activation", "loss")) or not remembers:
        return []
    rule = rule_of(subject.offer)
    walks = [
        (w, s)
        for rate in _WALKED
        if (w := walk(subject, frame_of_trials(subject), rate)) and (s := _slopes(subject, w))
    ]
    if rule is None or len(walks) < len(_WALKED):
        return _broken(subject, rule) if rule is not None else []
    (found, slopes), *others = walks
    for words, form in wrong_rules(found, rule, slopes):
        if all(follows(other, form, along) for other, along in others):
            return [Cause("steps", (words,), len(walks), rule=form)]
    return []


def _broken(subject: Implementation, rule: Optimizer) -> list[Cause]:
    """The mistake of an optimizer of which a step leaves what is no number."""
    found = broken_steps(subject, frame_of_trials(subject), [subject.objective])
    told = [(words, form) for _, _, words, form in found.by([rule])] if found is not None else []
    return [Cause("steps", tuple(words for words, _ in told), 1, rule=told[0][1])] if told else []


def _slopes(subject: Implementation, found: Walk) -> list[Params]:
    """The gradients along which a walk should go; none where the subject raises."""
    if not subject.first_step and subject.by_steps:
        return slopes_of(found, subject.activation.name, subject.objective)
    try:
        return [subject.gradients(p, found.X, found.Y) for p in found.params[:-1]]
    except Misbehaviour:
        return []


def of_velocity(subject: Implementation) -> Iterator[Hypothesis]:
    """What gradients are read as, where the first step takes another share of them than that of the optimizer that is named."""
    rule, objective = rule_of(subject.offer), subject.promised or subject.offer.objective
    if not subject.by_steps or not subject.first_step or not isinstance(rule, Momentum) or objective is None:
        return
    found = walk(subject, frame_of_trials(subject))
    if found is None:
        return
    for words, form in wrong_rules(found, rule, slopes_of(found, subject.activation.name, objective)):
        if isinstance(form, Momentum | SGD):
            factor = _first_share(form) / subject.first_step
            yield Hypothesis(words, times(lambda trial, factor=factor: factor), family=f"{factor:.6g}", of_step=True)  # type: ignore[misc]


def _first_share(rule: Momentum | SGD) -> float:
    """How many times learning rate and gradient its first step subtracts."""
    if isinstance(rule, SGD):
        return 1.0
    velocity = 1 - rule.dampening
    return 1 + rule.momentum * velocity if isinstance(rule, Nesterov) else velocity

"""The mistakes behind everything that an implementation does wrong, found on several networks of its own kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np

from symcheck.diagnosis.cause import Cause, Causes
from symcheck.diagnosis.comparing import agree, leaves
from symcheck.diagnosis.explaining import Explained, Got, candidates, explain, gives_gradients, gives_outputs
from symcheck.diagnosis.faults.evaluation import FORWARD
from symcheck.diagnosis.faults.hypothesis import Hypothesis, right_gradients
from symcheck.diagnosis.knowledge import known_of
from symcheck.diagnosis.looking import frame_of_trials, look
from symcheck.diagnosis.measured_slopes import measured_slope
from symcheck.diagnosis.moving import of_steps, of_update, of_velocity
from symcheck.diagnosis.objective_sentences import by_what, meant_by, objective_words
from symcheck.diagnosis.overwritten import overwritten
from symcheck.diagnosis.pairs import explain_gradients_beside, explain_gradients_by_two, explain_outputs_by_two
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.messages import Answer

_ANOTHER_PASS = "forward is right: it is in the pass that the gradients come from"
#: Equal samples of one batch, among which a dropout has left out several.
_EQUAL_SAMPLES = 16

_FOUND: WeakKeyDictionary[Implementation, Causes] = WeakKeyDictionary()


def causes_of(subject: Implementation) -> Causes:
    """The mistakes behind what an implementation gives, found out once; its objective has to be settled."""
    if subject not in _FOUND:
        _FOUND[subject] = _causes_of(subject)
    return _FOUND[subject]


def ask_no_further(subject: Implementation) -> None:
    """Have no mistakes looked for in an implementation of which they are known."""
    _FOUND[subject] = Causes()


def _causes_of(subject: Implementation) -> Causes:
    if _draws(subject):
        return Causes(wrong=("outputs",), random=True)
    if subject.lacks(("activation",)) or subject.activation.function is None:
        moved = of_update(subject)
        return Causes(moved.found, moved.known, ("update",) if moved.known else ())
    seen = look(subject)
    if _random(subject, seen):
        return Causes(wrong=("outputs",), random=True)
    of_outputs = _of_outputs(seen, subject)
    found, known = [of_outputs] if of_outputs else [], None
    if not (of_outputs and "gradients" in of_outputs.spoils):
        of_gradients = _of_gradients(seen, subject, of_outputs)
        found += [of_gradients] if of_gradients else []
        wrong = [s for s in seen if s.gradients_wrong]
        if of_gradients is None and wrong and not any(s.outputs_wrong for s in seen):
            known = known_of(seen, candidates(seen, subject.by_steps))
    # Steps are judged along the gradients that are given, whatever these are.
    moved = of_update(subject)
    found += moved.found or of_steps(subject)
    checks = (
        ("outputs", any(s.outputs_wrong for s in seen)),
        ("gradients", any(s.gradients_wrong for s in seen)),
        ("update", moved.known is not None),
    )
    return Causes(tuple(found), known or moved.known, tuple(part for part, off in checks if off))


def _random(subject: Implementation, seen: Sequence[Got]) -> bool:
    """Whether wrong outputs are other ones at every call."""
    got = next((s for s in seen if s.outputs_wrong), None)
    if got is None:
        return False
    try:
        first, second, third = (subject.forward(got.trial.params, got.trial.X) for _ in range(3))
    except Misbehaviour:
        return False
    return not any(got.trial.same([one], [other]) for one, other in ((first, second), (second, third), (first, third)))


def _draws(subject: Implementation) -> bool:
    """Whether equal samples of one batch have other outputs, because a forward draws: from a generator that is seeded before
    each call, so that two calls are alike."""
    if subject.lacks(("forward",)) or subject.offer.samples is not None:
        return False
    rng = np.random.default_rng(0)
    sizes = frame_of_trials(subject).nearest((3, 4, 2))
    params = [(rng.standard_normal((n, m)), np.zeros(n)) for m, n in pairwise(sizes)]
    try:
        outputs = subject.forward(params, np.repeat(rng.standard_normal((1, sizes[0])), _EQUAL_SAMPLES, axis=0))
    except Misbehaviour:
        return False
    return bool(subject.seen.state) and not agree([outputs], [np.repeat(outputs[:1], _EQUAL_SAMPLES, axis=0)])


def _of_outputs(seen: Sequence[Got], subject: Implementation) -> Cause | None:
    wrong = [s for s in seen if s.outputs_wrong] or [s for s in seen if _misshapen(s.outputs)]
    if not wrong:
        return None
    known = candidates(seen)
    found = explain(seen, wrong, known, gives_outputs) or explain_outputs_by_two(seen, wrong, known, gives_outputs)
    if found is None:
        return None
    both = tuple(h for h in found.every if all(gives_gradients(h, s) or s.failed for s in seen))
    found = replace(found, every=both or found.every)
    spoiled = [s for s in seen if s.gradients_wrong or _misshapen(s.gradients)]
    spoils = ("outputs", "gradients") if both and spoiled else ("outputs",)
    return _cause("outputs", found, spoils, subject, wrong[0].trial)


def _of_gradients(seen: Sequence[Got], subject: Implementation, of_outputs: Cause | None) -> Cause | None:
    wrong = [s for s in seen if s.gradients_wrong] or [s for s in seen if _misshapen(s.gradients)]
    if not wrong:
        return None
    known = candidates(seen, subject.by_steps, of_velocity(subject))
    found = explain(seen, wrong, known, gives_gradients)
    if found is None and of_outputs is None and (slope := measured_slope(subject)) is not None:
        found = explain(seen, wrong, [slope], gives_gradients)
    if found is None and of_outputs is None and (assigned := overwritten(subject, wrong)) is not None:
        found = Explained((assigned,), len(seen))
    if found is None and of_outputs is not None and of_outputs.hypothesis is not None:
        found = explain_gradients_beside(of_outputs.hypothesis, seen, wrong, known, gives_gradients)
    found = found or explain_gradients_by_two(seen, wrong, known, gives_gradients)
    if found is None:
        return None
    cause = _cause("gradients", found, ("gradients",), subject, wrong[0].trial)
    if _of_another_pass(found.mistakes[0], seen, wrong[0].trial):
        cause = replace(cause, mistakes=tuple(f"{told}; {_ANOTHER_PASS}" for told in cause.mistakes))
    settled = subject.settlement
    if found.mistakes[0].of_step:
        return cause
    if settled is not None and settled.promised is not None and settled.objective is not None and settled.whole:
        words = f"these are the gradients of {objective_words(settled.objective)}"
        meant = f"{meant_by(settled)} {objective_words(settled.promised)}"
        first = found.mistakes[0]
        told = by_what(settled.objective, settled.promised) if first.of_loss else first.name
        return replace(cause, mistakes=(f"{told}: {words}; {meant}",))
    return cause


def _of_another_pass(first: Hypothesis, seen: Sequence[Got], shown: Trial) -> bool:
    """Whether a mistake of a forward pass explains gradients, and none is in the outputs."""
    asked = [s for s in seen if isinstance(s.outputs, np.ndarray)]
    lines = first.replaced(shown).wrong if first.replaced is not None else {}
    return bool(FORWARD & set(lines)) and bool(asked) and not any(s.outputs_wrong for s in asked)


def _misshapen(got: object) -> bool:
    """Whether something came back that is no number or has another shape; what raises may do so for any reason."""
    return isinstance(got, Answer) and got.kind == "nonsense"


def _cause(part: str, found: Explained, spoils: tuple[str, ...], subject: Implementation, shown: Trial) -> Cause:
    every = found.mistakes
    first = every[0]
    whole = Cause(
        part, tuple(h.told for h in every), found.networks, found.extent, first, spoils=spoils, together=first.together
    )
    # Of pairs that cannot be told apart each half is told with those that stand in its place beside the same other one.
    places = [[h.halves[i] for h in every if h.halves and h.halves[1 - i] is first.halves[1 - i]] for i in (0, 1)]
    halves = tuple(
        replace(
            whole,
            mistakes=tuple(dict.fromkeys(h.told for h in alike)),
            hypothesis=alike[0],
            together=1,
            judged_by=_judged_by(alike[0], subject, shown),
        )
        for alike in places
        if alike
    )
    return replace(whole, halves=halves)


def _judged_by(half: Hypothesis, subject: Implementation, shown: Trial) -> Objective | None:
    """The objective that is measured where a half of two mistakes stands alone: the same if it gives its last layer, else the
    one that is meant."""
    measured = subject.offer.objective
    if measured is None or subject.promised in (None, measured):
        return subject.promised
    trial = replace(shown, objective=measured)
    alone, right = half.evaluation(shown), right_gradients(trial)
    got = None if alone is None or alone.gradients is None else leaves(alone.gradients, trial.biased)
    last = -1 - trial.biased[-1]
    same = got is not None and right is not None and trial.same(got[last:], right[last:])
    return measured if same else subject.promised

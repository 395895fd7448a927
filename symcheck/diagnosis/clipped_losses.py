"""Whether gradients are those of a loss, clipped or divided by their norm on every network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcheck.activations import get_activation
from symcheck.diagnosis.clipping import clippings, one_sided
from symcheck.diagnosis.comparing import agree, leaves, parts_of
from symcheck.diagnosis.objectives import Seen
from symcheck.objective import Objective
from symcheck.reference.bounds import evaluate
from symcheck.subjects.implementation import Implementation, Misbehaviour

#: Errors whose gradients no limit reaches.
_SMALL = 1e-3


def with_small_errors(subject: Implementation, seen: Sequence[Seen]) -> list[Seen]:
    """The networks with targets close to their outputs, by which the scale of a loss shows where larger gradients are clipped."""
    found = []
    for s in seen:
        if s.outputs is None or s.gradients is None:
            continue
        targets = s.outputs + _SMALL * s.targets
        try:
            slopes = subject.gradients(s.case.params, s.case.X, targets)
        except Misbehaviour:
            continue
        found.append(replace(s, targets=targets, gradients=slopes))
    return found


def clipped(seen: Sequence[Seen], activation: str, objective: Objective) -> bool:
    """Whether one way to clip gives all gradients of an objective; of those that are right already nothing is said."""
    biased = [(s.biased,) * len(s.case.params) for s in seen]
    got = [None if s.gradients is None else leaves(s.gradients, own) for s, own in zip(seen, biased, strict=True)]
    sigma, right = get_activation(activation), []
    for s, own, arrays in zip(seen, biased, got, strict=True):
        found = leaves(evaluate(s.case.params, s.case.X, s.targets, sigma, objective).gradients, own)
        if arrays is None or found is None:
            return False
        right.append(found)
    rows = [(g, r, parts_of(own)) for g, r, own in zip(got, right, biased, strict=True) if g is not None]
    wrong = [row for row in rows if not agree(row[0], row[1])]
    ways = [*clippings(*wrong[0]), *one_sided(wrong)] if wrong else []
    return any(all(agree(g, way.of(r, parts)) for g, r, parts in rows) for way in ways)

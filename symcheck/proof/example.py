"""Numbers in which the two sides of a step that is not accepted differ, small enough to be followed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.evaluate import Evaluator
from symcheck.proof.kernel.judges import places
from symcheck.proof.kernel.proofs import Induction, Lemma
from symcheck.proof.kernel.terms import Term, instantiate, number
from symcheck.proof.theorem import Theorem

#: Worlds that are looked at; entries have whole numbers up to this; larger results are not shown.
_WORLDS, _LARGEST_ENTRY, _LARGEST = 40, 9, 100_000
#: More entries than these are not listed.
_LISTED = 6


@dataclass(frozen=True)
class Example:
    """A place where two sides are evaluated.

    Attributes:
        place: the variables of the step with their values.
        entries: entries that stand in the sides, with their values.
        sides: the two sides there.
        left, right: their values.
    """

    place: tuple[tuple[str, int], ...]
    entries: tuple[tuple[Term, Fraction], ...]
    sides: tuple[Term, Term]
    left: Fraction
    right: Fraction


class _Small(np.random.Generator):
    """Gives small positive whole numbers where a world asks for any elements of its field."""

    def integers(self, low: Any, high: Any = None, *rest: Any, **more: Any) -> Any:
        if high == P:
            return super().integers(1, _LARGEST_ENTRY + 1)
        return super().integers(low, high, *rest, **more)


def differing(theorem: Theorem, checked: Checked) -> Example | None:
    """Small numbers in which what is given holds and the two sides of a step differ; None where none are found."""
    lemma = theorem.lemma_of(checked)
    if lemma is None:
        return None
    left, right = checked.claim
    best: Example | None = None
    for evaluation in _worlds(theorem, lemma):
        try:
            for place in places(lemma.goal.ranges, evaluation):
                one, other = evaluation.number(left, place), evaluation.number(right, place)
                first, second = _readable(one), _readable(other)
                if one == other or first is None or second is None:
                    continue
                shown = tuple((str(n), v) for n, v in place.items() if n in left.free | right.free)
                entries = _entries((left, right), place, evaluation)
                sides = _at(left, place, evaluation), _at(right, place, evaluation)
                found = Example(shown, entries, sides, first, second)
                if best is None or _size(found) < _size(best):
                    best = found
        except (TypeError, ValueError, ZeroDivisionError, KeyError, RecursionError):
            continue
    return best


def agreeing(theorem: Theorem, checked: Checked) -> bool:
    """Whether both sides of a step have one value wherever they were evaluated."""
    return not checked.verdict.values and not checked.verdict.place and _has_value(theorem, checked)


def _has_value(theorem: Theorem, checked: Checked) -> bool:
    lemma = theorem.lemma_of(checked)
    if lemma is None:
        return False
    seen = False
    for evaluation in _worlds(theorem, lemma):
        try:
            for place in places(lemma.goal.ranges, evaluation):
                seen = True
                if evaluation.number(checked.claim[0], place) != evaluation.number(checked.claim[1], place):
                    return False
        except (TypeError, ValueError, ZeroDivisionError, KeyError, RecursionError):
            return False
    return seen


def _worlds(theorem: Theorem, lemma: Lemma) -> Iterator[Evaluator]:
    assumed = {f.name for h in theorem.assumptions for f in h.facts}
    claims = {c.name for p in theorem.parts if isinstance(p, Induction) for c in p.claims}
    given = frozenset(lemma.given) & (assumed | claims)
    given |= {h.name for h in theorem.assumptions if h.sizes}
    for _ in range(_WORLDS):
        try:
            world = theorem.proof.world(_Small(np.random.PCG64()), given, 0)
        except (TypeError, ValueError, ZeroDivisionError, KeyError, RecursionError):
            return
        yield world.evaluation(theorem.definitions)


def _readable(value: Any) -> Fraction | None:
    """An element of the field as the small fraction that it stands for, by the extended Euclidean algorithm; or None."""
    if not isinstance(value, int):
        return None
    before, now, coefficient_before, coefficient = P, value % P, 0, 1
    while now > isqrt(P // 2):
        quotient = before // now
        before, now = now, before - quotient * now
        coefficient_before, coefficient = coefficient, coefficient_before - quotient * coefficient
    if abs(now) > _LARGEST or not coefficient or abs(coefficient) > _LARGEST:
        return None
    return Fraction(now, coefficient)


def _entries(
    sides: tuple[Term, Term], place: dict[Any, int], evaluation: Evaluator
) -> tuple[tuple[Term, Fraction], ...]:
    found: dict[Term, Fraction] = {}
    for side in sides:
        for term in side.walk():
            if term.op != "entry" or term.loose or not term.free <= place.keys() | evaluation.world.sizes.keys():
                continue
            value = _readable(evaluation.number(term, place))
            # A side that is one entry is shown with its value anyway.
            if value is not None and term not in sides:
                found[_at(term, place, evaluation)] = value
    return tuple(found.items())[:_LISTED]


def _at(term: Term, place: dict[Any, int], evaluation: Evaluator) -> Term:
    numbers = {n: number(v) for n, v in {**evaluation.world.sizes, **place}.items()}
    return instantiate(term, {n: numbers[n] for n in term.free if n in numbers})


def _size(example: Example) -> int:
    values = (example.left, example.right)
    return sum(abs(v.numerator) + v.denominator for v in values) + sum(abs(v) for _, v in example.place)

"""The two judges of a step, neither of which knows of the other.

`symbolic` applies the declared rewrite of the rule and reduces the difference of both sides to zero by ring algebra.
`numeric` evaluates both sides exactly in random worlds in which the assumptions hold by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.algebra import normal, same
from symcheck.proof.kernel.evaluate import Evaluator, World
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import NotApplicable, Scope, Step
from symcheck.proof.kernel.terms import ZERO, Fact, Range, Term, TooLarge

#: Worlds that a step is evaluated in, values of its free indices in each, and of these the most that are listed.
WORLDS, PLACES, LISTED = 4, 10, 4000
#: Places at which it is tried whether an assumption holds in a world that was made for it.
TRIED = 3


@dataclass(frozen=True)
class StepVerdict:
    """What a judge says.

    Attributes:
        accepted: whether it accepts.
        why: why not.
        residual: what is left of the difference of both sides, a term.
        place: where they were seen to differ: each free variable with its value.
        values: and the values of both sides there, in the field or the real numbers.
        missing: a fact that the step uses and that is not available where it stands.
    """

    accepted: bool
    why: str = ""
    residual: Term | None = None
    place: tuple[tuple[str, int], ...] = ()
    values: tuple[Any, ...] = field(default=(), compare=False)
    missing: str = ""


def symbolic(step: Step, scope: Scope) -> StepVerdict:
    """Accept when the rewrite of the named rule turns one side into the other."""
    rule = RULES.get(step.rule)
    if rule is None:
        return StepVerdict(False, f"{step.rule!r} is not a rule")
    try:
        if step.rule != "algebra" and same(step.left, step.right):
            return StepVerdict(False, f"the sides are equal already: {step.rule} does nothing")
        why = ""
        for start, end in ((step.left, step.right), (step.right, step.left)):
            try:
                if same(rule(step, scope)(start), end, scope.known.nonzero):
                    return StepVerdict(True)
            except NotApplicable as reason:
                why = why or str(reason)
        why = why or f"{step.rule} does not turn one side into the other"
        missing = next((name for name in step.uses if name not in scope.facts), "")
        return StepVerdict(False, why, difference(step), missing=missing)
    except TooLarge as reason:
        return StepVerdict(False, str(reason))


def difference(step: Step) -> Term:
    """What is left of ``left - right`` by ring algebra, sums, arrays and functions being opaque."""
    return normal(step.left - step.right)


def signed(goal: Fact, known: Known) -> StepVerdict:
    """Accept a goal ``left >= 0`` whose right side, to which its steps lead, is known not to be negative."""
    if known.nonnegative(goal.right):
        return StepVerdict(True)
    return StepVerdict(False, "the last side is not known to be at least 0", goal.right)


def numeric(
    left: Term,
    right: Term,
    ranges: Sequence[Range],
    evaluations: Iterable[Evaluator],
    replaced: bool = True,
    limit: int = PLACES,
) -> StepVerdict:
    """Accept when both sides agree at every place tried, in every world.

    Args:
        limit: how many places are tried in a world, beside those at the ends of the ranges.
        replaced: whether places count at which the left side has another value than its definition says.
    """
    tried = 0
    for evaluation in evaluations:
        try:
            for place in places(ranges, evaluation, limit):
                if not replaced and evaluation.is_replaced(left, place):
                    continue
                tried += 1
                one, other = evaluation.number(left, place), evaluation.number(right, place)
                if one != other:
                    shown = tuple((str(name), value) for name, value in place.items() if name in left.free | right.free)
                    return StepVerdict(False, _told(shown), None, shown, (one, other))
        except (TypeError, ValueError, ZeroDivisionError, KeyError, RecursionError) as reason:
            return StepVerdict(False, f"it has no exact value: {_reason(reason)}")
    return StepVerdict(tried > 0, "" if tried else "no instance of it was found to evaluate")


def _told(place: tuple[tuple[str, int], ...]) -> str:
    return f"the sides differ at {', '.join(f'{n} = {v}' for n, v in place)}" if place else "the sides differ"


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "its definitions go round in a circle, or it is too deep"
    return f"{error} is not declared" if isinstance(error, KeyError) else str(error)


def places(ranges: Sequence[Range], evaluation: Evaluator, limit: int = PLACES) -> list[dict[Any, int]]:
    """Values of the free indices within their ranges: those with the most distinct values first."""
    found: list[dict[Any, int]] = [{}]
    for r in ranges:
        if r.kind != "index":
            continue
        low, high = evaluation.reader(ZERO if r.low is None else r.low), evaluation.reader(r.high)
        every = ({**p, r.name: v} for p in found for v in range(low(p, ()), high(p, ()) + 1))
        found = list(islice(every, LISTED))
    order = evaluation.world.rng.permutation(len(found))
    ranked = sorted((found[i] for i in order), key=lambda p: -len(set(p.values())))
    # The places at the ends of the ranges are where a wrong range shows, those with many values where a wrong index does.
    return ranked[:limit] + [p for p in (found[:1] + found[-1:]) if p not in ranked[:limit]]


def drawn(
    make: Callable[..., World], definitions: Sequence[Fact], assumed: frozenset[str], horizon: int, reach: int
) -> list[Evaluator]:
    """Fresh random worlds in which the assumptions hold; ranges without an end stop at ``horizon``.

    Args:
        reach: the largest number that the proof mentions as an index or a size: some worlds have to go past it.
    """
    evaluations = []
    for number in range(WORLDS):
        world = make(np.random.default_rng(), assumed, reach if number % 2 else 0)
        world.sizes["horizon"] = max(horizon, world.sizes["horizon"])
        evaluations.append(world.evaluation(definitions))
    return evaluations


def signs_hold(left: Term, ranges: Sequence[Range], evaluations: Iterable[Evaluator]) -> StepVerdict:
    """Whether what is assumed not to be negative is so in the worlds: there it is a square."""
    for evaluation in evaluations:
        for place in places(ranges, evaluation):
            value = evaluation.number(left, place)
            if isinstance(value, int) and value % P and pow(value, (P - 1) // 2, P) != 1:
                return StepVerdict(False, "a number assumed not to be negative is no square in the world made for it")
    return StepVerdict(True)

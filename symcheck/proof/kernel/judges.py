"""The two judges of a step, neither of which knows of the other.

`symbolic` applies the declared rewrite of the rule and lets sympy reduce the difference of both sides to zero.
`numeric` evaluates both sides exactly in random worlds in which the assumptions hold by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Symbol

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import Evaluation, World
from symcheck.proof.kernel.rules import rule_named
from symcheck.proof.kernel.steps import NotApplicable, Scope, Step
from symcheck.proof.kernel.terms import ZERO, Fact, NormalForm, Range, same

#: Worlds that a step is evaluated in, and values of its free indices in each.
WORLDS, PLACES = 3, 12


@dataclass(frozen=True)
class StepVerdict:
    """What a judge says: accepted or not, why not, and what is left of the difference."""

    accepted: bool
    why: str = ""
    residual: Any = None


def symbolic(step: Step, scope: Scope) -> StepVerdict:
    """Accept when the rewrite of the named rule turns one side into the other."""
    rule = rule_named(step.rule)
    if rule is None:
        return StepVerdict(False, f"{step.rule!r} is not a rule", difference(step.left, step.right))
    if step.rule != "algebra" and same(step.left, step.right):
        return StepVerdict(False, f"the sides are equal already: {step.rule} does nothing", ZERO)
    why = ""
    for start, end in ((step.left, step.right), (step.right, step.left)):
        try:
            residual = difference(rule(step, scope)(start), end)
        except NotApplicable as reason:
            why = why or str(reason)
            continue
        if residual == 0:
            return StepVerdict(True)
    why = why or f"{step.rule} does not turn one side into the other"
    return StepVerdict(False, why, difference(step.left, step.right))


def difference(left: Expr, right: Expr) -> Expr:
    """What sympy leaves of ``left - right`` by ring algebra, sums, arrays and functions being opaque."""
    return _difference(left, right, sympy.expand, sympy.simplify)


# Rules that do not apply leave the same two sides, again and again. What does the algebra is part of the key: a
# result is never taken for that of another `expand` or `simplify`.
@lru_cache(maxsize=4096)
def _difference(left: Expr, right: Expr, expand: Callable[[Expr], Expr], simplify: Callable[[Expr], Expr]) -> Expr:
    normal = NormalForm()
    gap = expand(normal(left) - normal(right))
    if any(power.exp.is_negative is not False for power in gap.atoms(sympy.Pow)):
        gap = simplify(gap)  # expanding is a normal form only of polynomials
    # An opaque symbol may stand for a sum over another one.
    return gap.xreplace(normal.meaning)


def numeric(left: Expr, right: Expr, context: Sequence[Range], evaluations: Iterable[Evaluation]) -> StepVerdict:
    """Accept when both sides agree at every place tried, in every world."""
    tried = 0
    for evaluation in evaluations:
        for place in places(context, evaluation):
            tried += 1
            try:
                one, other = evaluation.number(left, place), evaluation.number(right, place)
            except (TypeError, ValueError, ZeroDivisionError) as reason:
                return StepVerdict(False, f"it has no exact value: {reason}")
            if one != other:
                where = ", ".join(f"{s} = {v}" for s, v in place.items())
                return StepVerdict(False, f"the sides differ at {where}", (one - other) % P)
    return StepVerdict(tried > 0, "" if tried else "no instance of it was found to evaluate")


def places(context: Sequence[Range], evaluation: Evaluation, limit: int = PLACES) -> list[dict[Symbol, int]]:
    """Values of the free indices within their ranges: those with the most distinct values first."""
    found: list[dict[Symbol, int]] = [{}]
    for r in context:
        found = [
            {**p, r.symbol: v}
            for p in found
            for v in range(evaluation.integer(r.low, p), evaluation.integer(r.high, p) + 1)
        ]
    order = evaluation.world.rng.permutation(len(found))
    return sorted((found[i] for i in order), key=lambda p: -len(set(p.values())))[:limit]


def drawn(
    make: Callable[..., World], definitions: Sequence[Fact], assumed: frozenset[str], horizon: int
) -> list[Evaluation]:
    """Fresh random worlds in which the assumptions hold; ranges without an end stop at ``horizon``."""
    evaluations = []
    for _ in range(WORLDS):
        world = make(np.random.default_rng(), assumed)
        world.sizes["horizon"] = horizon
        evaluations.append(world.evaluation(definitions))
    return evaluations

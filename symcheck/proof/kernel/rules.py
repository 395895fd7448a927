"""The rules of inference: each is a rewrite of one side of an equation, declared here and nowhere else.

A rule gets the step and the scope and returns the rewrite; it raises `NotApplicable` with the reason where the
step asks for something that the rule does not give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy

from symcheck.proof.kernel.derivatives import chain_rule, differentiate
from symcheck.proof.kernel.inequalities import lies_within
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.sums import collapse, count, exchange, factor, sum_rule
from symcheck.proof.kernel.terms import Binding, Fact, Partial, Range, instantiate, match, rewrite, same


def fact_used(step: Step, scope: Scope) -> Fact:
    """The fact that a step puts in.

    Raises:
        NotApplicable: it is not available.
    """
    if step.uses not in scope.facts:
        raise NotApplicable(f"{step.uses or 'a fact'} is not available here")
    return scope.facts[step.uses]


def _substitution(step: Step, scope: Scope, under_sums: bool) -> Rewrite:
    fact = fact_used(step, scope)
    free = [v for v in fact.variables if v not in scope.held.get(step.uses, ())]
    if unknown := set(step.at) - set(free):
        raise NotApplicable(f"{fact.name} has no variable {', '.join(map(str, unknown))} to choose")
    given: Binding = {v: sympy.sympify(e) for v, e in step.at.items()}
    identity = step.uses in scope.definitions
    sides = [fact.left, fact.right, *(end for r in fact.ranges for end in (r.low, r.high))]
    constant = set().union(*(e.free_symbols for e in sides)) - set(free)

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if isinstance(e, Partial) and not identity:
            return e  # what holds at a point says nothing about derivatives there
        if type(e) is not type(fact.left) or bool(binders) != under_sums:
            return None
        if constant & {r.symbol for r in binders}:
            return None  # an index of the sum is not the symbol of the same name in the fact
        found = match(fact.left, e, free, given)
        if found is None or set(free) - set(found) or not in_ranges(fact, found, scope, binders):
            return None
        return instantiate(fact.right, found)

    return lambda e: rewrite(e, change)


def in_ranges(fact: Fact, found: Binding, scope: Scope, binders: tuple[Range, ...]) -> bool:
    """Whether what was found for the variables of a fact lies in their ranges, inside these sums."""
    context = {**scope.context, **{r.symbol: r for r in binders}}
    for r in fact.ranges:
        low, high = instantiate(r.low, found), instantiate(r.high, found)
        if not lies_within(found.get(r.symbol, r.symbol), low, high, context):
            return False
    return True


def definition(step: Step, scope: Scope) -> Rewrite:
    """Unfold (or fold back) a definition, outside sums."""
    if step.uses not in scope.definitions:
        raise NotApplicable(f"{step.uses or 'nothing'} is not a definition")
    return _substitution(step, scope, under_sums=False)


def substitute(step: Step, scope: Scope) -> Rewrite:
    """Put in a hypothesis or a lemma, outside sums."""
    if step.uses in scope.definitions:
        raise NotApplicable(f"{step.uses} is a definition")
    return _substitution(step, scope, under_sums=False)


def congruence(step: Step, scope: Scope) -> Rewrite:
    """Equal terms give equal sums: put a fact into the terms of a sum, for every value of its index."""
    return _substitution(step, scope, under_sums=True)


def split_cases(step: Step, scope: Scope) -> Rewrite:
    """Put in one fact where an index is at most ``cut``, and another where it is larger: ``through`` is (index, cut)."""
    names = step.uses.split(", ")
    if len(names) != 2 or len(step.through) != 2 or step.through[0] not in scope.context:
        raise NotApplicable("two facts, an index and where to cut its range are needed")
    symbol, cut = step.through
    whole = scope.context[symbol]
    parts = (Range(symbol, whole.low, cut), Range(symbol, cut + 1, whole.high))
    first, second = (
        substitute(replace(step, uses=name), replace(scope, context={**scope.context, symbol: part}))
        for name, part in zip(names, parts, strict=True)
    )

    def change(e: Any) -> Any:
        one, other = first(e), second(e)
        if not same(one, other):
            raise NotApplicable("the two cases do not give the same")
        return one

    return change


def algebra(step: Step, scope: Scope) -> Rewrite:
    """The laws of a commutative ring, sums being opaque."""
    return lambda e: e


def rule_named(name: str) -> Callable[[Step, Scope], Rewrite] | None:
    """The rule of that name, or None."""
    return RULES.get(name)


RULES: dict[str, Callable[[Step, Scope], Rewrite]] = {
    "algebra": algebra,
    "definition": definition,
    "substitute": substitute,
    "congruence of sums": congruence,
    "cases": split_cases,
    "sum rule": sum_rule,
    "factor out of a sum": factor,
    "count equal terms": count,
    "exchange sums": exchange,
    "collapse a sum": collapse,
    "differentiate": differentiate,
    "chain rule": chain_rule,
}

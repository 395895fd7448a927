"""The rules that put a fact in: definitions, hypotheses and lemmas, at any place, or case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symcheck.proof.kernel.algebra import cancelled, normal, same
from symcheck.proof.kernel.dependence import distinct
from symcheck.proof.kernel.matching import Binding, match
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.terms import (
    BINDERS,
    Fact,
    Range,
    Term,
    bound_range,
    close,
    instantiate,
    mul,
    number,
    open_,
    partial,
    power,
    rewrite,
    variable,
)


def definition(step: Step, scope: Scope) -> Rewrite:
    """Unfold a definition, or fold it back."""
    if step.uses[:1] and step.uses[0] not in scope.definitions:
        raise NotApplicable(f"{step.uses[0]} is not a definition")
    return _put_in(step, scope)


def substitute(step: Step, scope: Scope) -> Rewrite:
    """Put in a hypothesis or a lemma."""
    if step.uses[:1] and step.uses[0] in scope.definitions:
        raise NotApplicable(f"{step.uses[0]} is a definition")
    return _put_in(step, scope)


def congruence(step: Step, scope: Scope) -> Rewrite:
    """Equal terms give equal sums: put a fact into the terms of a sum, for every value of its index."""
    return _put_in(step, scope, only_inside=True)


def _put_in(step: Step, scope: Scope, only_inside: bool = False) -> Rewrite:
    if len(step.uses) != 1:
        raise NotApplicable("one fact has to be named")
    fact = scope.fact(step.uses[0])
    if fact.relation != "=":
        raise NotApplicable(f"{fact.name} is not an equation")
    if fact.functions:
        raise NotApplicable(f"the functions of {fact.name} have to be chosen")
    held = scope.held.get(fact.name, frozenset())
    if unknown := set(step.at) - set(fact.variables) | set(step.at) & held:
        raise NotApplicable(f"{fact.name} has no variable {', '.join(map(str, unknown))} to choose")
    given: Binding = {v: variable(v) for v in fact.variables if v in held} | dict(step.at)
    is_definition = fact.name in scope.definitions

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op == "partial":
            return _inside_derivative(e, around, ()) if is_definition else e
        if only_inside and not _in_sum(around):
            return None
        return put(fact, e, given, scope.known.around(around))

    def _inside_derivative(e: Term, around: tuple[Range, ...], outer: tuple[Term, ...]) -> Term:
        # A derivative asks how its body depends on the place: what is unfolded must not be that place itself, nor that of
        # a derivative around it.
        body, places = e.args[0], (*outer, e.args[1])

        def unfold(inner: Term, deeper: tuple[Range, ...]) -> Term | None:
            within = (*around, *deeper)
            if inner.op == "partial":
                return _inside_derivative(inner, within, places)
            if only_inside and not _in_sum(within):
                return None
            known = scope.known.around(within)
            if inner.op == "entry" and not all(distinct(inner, p, known) for p in places):
                return inner
            return put(fact, inner, given, known)

        return partial(rewrite(body, unfold), e.args[1])

    return lambda e: rewrite(e, change)


def _in_sum(around: tuple[Range, ...]) -> bool:
    """Whether one of the binders around is a sum, whose index has an end, unlike that of an integral or a limit."""
    return any(r.high is not None for r in around)


def put(fact: Fact, e: Term, given: Binding, known: Known) -> Term | None:
    """The right side of the instance of a fact whose left side this is, if its variables are in range; else None."""
    if e.op != fact.left.op or (fact.left.op in ("entry", "function") and e.head != fact.left.head):
        return None
    found = match(fact.left, e, fact.variables, given)
    if found is None or set(fact.variables) - set(found):
        return None
    # What matching found is not relied on.
    if not same(instantiate(fact.left, found), e) or not in_ranges(fact, found, known):
        return None
    return instantiate(fact.right, found)


def in_ranges(fact: Fact, found: Binding, known: Known) -> bool:
    """Whether what was found for the variables of a fact lies in their ranges.

    In a derivative numbers stay variables, each its own: what is put for one must not move with another.
    """
    if any(t.op == "partial" for side in (fact.left, fact.right) for t in side.walk()):
        numbers = [found[r.name] for r in fact.ranges if r.kind != "index"]
        if any(n.op != "variable" for n in numbers) or len(set(numbers)) < len(numbers):
            return False
    return all(
        known.within(found[r.name], replace(r, low=_at(r.low, found), high=_at(r.high, found))) for r in fact.ranges
    )


def _at(end: Term | None, found: Binding) -> Term | None:
    return None if end is None else instantiate(end, found)


def cases(step: Step, scope: Scope) -> Rewrite:
    """Put in one fact where an index is at most an end, and another where it is larger."""
    if len(step.uses) != 2 or step.through is None or step.through.op != "variable" or len(step.over) != 1:
        raise NotApplicable("two facts, an index and where to cut its range are needed")
    name, cut = step.through.head, step.over[0]
    whole = scope.known.ranges.get(name)
    if whole is None or whole.kind != "index" or name in cut.free:
        raise NotApplicable(f"{name} is not an index whose range can be cut there")
    # What is cut must be an integer, or values between the two parts would be missed.
    if not scope.known.is_index(cut):
        raise NotApplicable(f"{name} is cut at what is not an integer")
    parts = (replace(whole, high=cut), replace(whole, low=cut + 1))
    first, second = (
        substitute(replace(step, uses=(used,), through=None, over=()), _narrowed(scope, name, part))
        for used, part in zip(step.uses, parts, strict=True)
    )

    def change(e: Term) -> Term:
        one, other = first(e), second(e)
        if not same(one, other):
            raise NotApplicable("the two cases do not give the same")
        return one

    return change


def _narrowed(scope: Scope, name: Any, part: Range) -> Scope:
    return replace(scope, known=replace(scope.known, ranges={**scope.known.ranges, name: part}))


def algebra(step: Step, scope: Scope) -> Rewrite:
    """The laws of a commutative ring, sums being opaque; x / x = 1 where x is known not to be 0, inside sums too."""
    if step.left != step.right and same(step.left, step.right, scope.known.nonzero):
        return lambda e: e
    return lambda e: _divided(e, scope.known)


def powers(step: Step, scope: Scope) -> Rewrite:
    """x^(a + b) = x^a x^b, where a and b are known not to be negative, or x not to be 0."""

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op == "partial":
            return e
        exponent = normal(e.args[1]) if e.op == "pow" else number(0)
        if exponent.op != "add":
            return None
        known, base = scope.known.around(around), rewrite(e.args[0], change, around)
        if all(map(known.is_index, exponent.args)) and (
            known.nonzero(base) or all(known.at_least(t, number(0)) for t in exponent.args)
        ):
            return mul(*(power(base, t) for t in exponent.args))
        return None

    return lambda e: rewrite(e, change)


def _divided(e: Term, known: Known) -> Term:
    if e.op in BINDERS:
        name, body = open_(e)
        inside = known.around((bound_range(e, name),))
        return close(e.op, name, e.args[:-1], cancelled(_divided(body, inside), inside.nonzero))
    if e.op in ("entry", "partial", "delta") or not e.args:
        return e
    return Term(e.op, e.head, [_divided(a, known) for a in e.args])

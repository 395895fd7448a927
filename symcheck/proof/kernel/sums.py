"""The rules about sums: they are finite, and that is all that is known of them."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.proof.kernel.algebra import normal, polynomial
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Rewrite, Scope, Step
from symcheck.proof.kernel.terms import (
    BINDERS,
    Range,
    Term,
    add,
    bound_range,
    close,
    instantiate,
    mul,
    number,
    open_,
    power,
)

#: From the name of an opened index, its range and the body of its sum to what the sum becomes, or None.
_Change = Callable[[object, Range, Term, Known], Term | None]


def _on_sums(change: _Change, scope: Scope) -> Rewrite:
    """Apply a change to every sum, innermost first."""

    def inside(e: Term, known: Known) -> Term:
        if e.op in BINDERS:
            name, body = open_(e)
            range_ = bound_range(e, name)
            body = inside(body, known.around((range_,)))
            changed = change(name, range_, body, known) if e.op == "sum" else None
            return close(e.op, name, e.args[:-1], body) if changed is None else changed
        if e.op in ("entry", "partial", "delta") or not e.args:
            return e
        return Term(e.op, e.head, [inside(a, known) for a in e.args])

    return lambda e: inside(e, scope.known)


def _again(name: object, range_: Range, body: Term) -> Term:
    assert range_.low is not None
    assert range_.high is not None
    return close("sum", name, (range_.low, range_.high), body)


def terms_of(body: Term) -> list[Term]:
    """The terms of a body multiplied out, each a product."""
    expanded = normal(body)
    return list(expanded.args) if expanded.op == "add" else [expanded]


def factors_of(term: Term) -> list[Term]:
    """The factors of a product, powers being one factor."""
    p = polynomial(term)
    if len(p) != 1:
        return [term]
    ((monomial, coefficient),) = p.items()
    written = [power(a, e) if e > 1 else a for a, e in monomial]
    return written if coefficient == 1 and written else [number(coefficient), *written]


def sum_rule(step: Step, scope: Scope) -> Rewrite:
    """A sum of sums: Sum(f + g) = Sum(f) + Sum(g)."""

    def change(name: object, range_: Range, body: Term, known: Known) -> Term | None:
        terms = terms_of(body)
        return add(*(_again(name, range_, t) for t in terms)) if len(terms) > 1 else None

    return _on_sums(change, scope)


def factor(step: Step, scope: Scope) -> Rewrite:
    """Take what does not depend on the index out of a sum: Sum(c f) = c Sum(f)."""

    def change(name: object, range_: Range, body: Term, known: Known) -> Term | None:
        parts = factors_of(body)
        outside = [f for f in parts if name not in f.free]
        inner = [f for f in parts if name in f.free]
        return mul(*outside, _again(name, range_, mul(*inner))) if outside and inner else None

    return _on_sums(change, scope)


def count(step: Step, scope: Scope) -> Rewrite:
    """A sum of equal terms: Sum(c) = (number of terms) c, where that number is known not to be negative."""

    def change(name: object, range_: Range, body: Term, known: Known) -> Term | None:
        assert range_.low is not None
        assert range_.high is not None
        terms, body = range_.high - range_.low + 1, normal(body)
        if name in body.free:
            return None
        if body == number(0):
            return number(0)
        return mul(body, terms) if known.at_least(terms, number(0)) else None

    return _on_sums(change, scope)


def exchange(step: Step, scope: Scope) -> Rewrite:
    """Change the order of two finite sums, the inner one not depending on the index of the outer one."""

    def swap(e: Term) -> Term:
        if e.op == "sum":
            outer, body = open_(e)
            if body.op == "sum" and not any(outer in end.free for end in body.args[:2]):
                inner, term = open_(body)
                return close("sum", inner, body.args[:2], close("sum", outer, e.args[:2], term))
            return e
        if e.op in BINDERS or e.op in ("entry", "partial", "delta") or not e.args:
            return e
        return Term(e.op, e.head, [swap(a) for a in e.args])

    return swap


def collapse(step: Step, scope: Scope) -> Rewrite:
    """Of a sum with a Kronecker delta one term is left, if its index is in the range."""
    return collapsing(scope.known)


def collapsing(known: Known) -> Rewrite:
    """What collapses sums, with this known around them."""

    def inside(e: Term, around: Known) -> Term:
        if e.op in BINDERS:
            name, body = open_(e)
            range_ = bound_range(e, name)
            body = inside(body, around.around((range_,)))
            found = _one_left(name, range_, body, around) if e.op == "sum" else None
            # What is left may make the ends of an inner sum known, which then collapses too.
            return close(e.op, name, e.args[:-1], body) if found is None else inside(found[1], around)
        if e.op in ("entry", "partial", "delta") or not e.args:
            return e
        return Term(e.op, e.head, [inside(a, around) for a in e.args])

    return lambda e: inside(e, known)


def _one_left(name: object, range_: Range, body: Term, known: Known) -> tuple[Term | None, Term] | None:
    """The index that is left, and the term at it; None for an index that is bound in this term."""
    parts = factors_of(body)
    for place, own in enumerate(parts):
        if own.op != "delta" or name not in own.free:
            continue
        for one, other in (own.args, own.args[::-1]):
            if one.op == "variable" and one.head == name and name not in other.free and known.within(other, range_):
                return other, instantiate(mul(*parts[:place], *parts[place + 1 :]), {name: other})
    # A delta inside a sum of the body may come out, if it does not depend on its index.
    return _through_inner(name, range_, parts, known)


def _through_inner(name: object, range_: Range, parts: list[Term], known: Known) -> tuple[Term | None, Term] | None:
    for place, own in enumerate(parts):
        if own.op != "sum":
            continue
        inner, term = open_(own)
        rest = mul(*parts[:place], *parts[place + 1 :])
        found = _one_left(name, range_, mul(rest, term), known.around((bound_range(own, inner),)))
        if found is None:
            continue
        value, left = found
        value = None if value is None or inner in value.free else value
        ends = own.args[:2]
        if any(name in end.free for end in ends):
            if value is None:
                continue
            ends = tuple(instantiate(end, {name: value}) for end in ends)
        return value, close("sum", inner, ends, left)
    return None

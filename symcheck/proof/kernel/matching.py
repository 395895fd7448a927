"""Matching a pattern with a term: what to put for its variables. What it finds is checked by whoever uses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcheck.proof.kernel.algebra import normal, polynomial, same
from symcheck.proof.kernel.terms import BINDERS, Term, instantiate, mul, number, open_, power, variable

Binding = dict[Any, Term]
#: So many comparisons are made to find one binding.
MOST_COMPARISONS = 20_000


class Effort:
    """How many comparisons are left."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_COMPARISONS) -> None:
        self.left = left

    def spent(self) -> bool:
        """Take one more; whether none was left."""
        self.left -= 1
        return self.left < 0


def match(
    pattern: Term, term: Term, variables: Sequence[Any], binding: Binding, effort: Effort | None = None
) -> Binding | None:
    """The binding of the variables that turns the pattern into the term, or None if none is found within the effort.

    An argument of an array is a variable, a variable plus what is known, or something without free variables.
    """
    effort = effort or Effort()
    if effort.spent():
        return None
    free = [v for v in variables if v in pattern.free and v not in binding]
    if not free:
        return binding if same(instantiate(pattern, _of(pattern, binding)), term) else None
    if pattern.op == "variable":
        return None if term.loose else {**binding, pattern.head: term}
    if pattern.op == "mul" or (pattern.op == "pow" and term.op == "mul"):
        return _product(pattern, term, variables, binding, effort)
    if pattern.op == "add":
        found = _shifted(pattern, term, free, binding)
        return (
            _terms(pattern.args, term.args, variables, binding, effort) if found is None and term.op == "add" else found
        )
    if pattern.op != term.op or len(pattern.args) != len(term.args):
        return None
    if pattern.op in BINDERS:
        return _binder(pattern, term, variables, binding, effort)
    if pattern.head != term.head:
        return None
    return _all(list(zip(pattern.args, term.args, strict=True)), variables, binding, effort)


def _of(pattern: Term, binding: Binding) -> Binding:
    return {v: t for v, t in binding.items() if v in pattern.free}


def _binder(pattern: Term, term: Term, variables: Sequence[Any], binding: Binding, effort: Effort) -> Binding | None:
    name, body = open_(term)
    # The pattern is opened with the same variable, which a found term must not contain: there it would be loose.
    own, inner = open_(pattern)
    inner = instantiate(inner, {own: variable(name)})
    pairs = [*zip(pattern.args[:-1], term.args[:-1], strict=True), (inner, body)]
    found = _all(pairs, variables, binding, effort)
    return None if found is None or any(name in t.free for t in found.values()) else found


def _shifted(pattern: Term, term: Term, free: list[Any], binding: Binding) -> Binding | None:
    """A variable plus what is known."""
    rest = normal(instantiate(pattern, _of(pattern, binding)) - variable(free[0]))
    if len(free) != 1 or free[0] in rest.free or term.loose:
        return None
    return {**binding, free[0]: normal(term - rest)}


def _terms(
    patterns: Sequence[Term], terms: Sequence[Term], variables: Sequence[Any], binding: Binding, effort: Effort
) -> Binding | None:
    """Each term of the pattern takes a term that is its own, in some order, and none is left."""
    if not patterns or len(patterns) != len(terms):
        return None if patterns or terms else binding
    first, *others = patterns
    for place, term in enumerate(terms):
        taken = match(first, term, variables, binding, effort)
        left = [*terms[:place], *terms[place + 1 :]]
        if taken is not None and (found := _terms(others, left, variables, taken, effort)) is not None:
            return found
    return None


def _product(pattern: Term, term: Term, variables: Sequence[Any], binding: Binding, effort: Effort) -> Binding | None:
    """Each factor of the pattern takes a factor that is its own; a single variable takes what is left."""
    if len(polynomial(pattern)) != 1:
        # Multiplied out it is no product: only factor by factor could it be the same.
        alike = pattern.op == term.op and len(pattern.args) == len(term.args)
        return _all(list(zip(pattern.args, term.args, strict=True)), variables, binding, effort) if alike else None
    found: Binding | None = binding
    left = _factors(term)
    rest = [f for f in _factors(pattern) if f.op == "variable" and f.head in variables]
    for factor in (f for f in _factors(pattern) if f not in rest):
        taken = [(f, m) for f in left if (m := match(factor, f, variables, found or {}, effort)) is not None]
        if not taken or found is None:
            return None
        # Where several would do, the first that is written.
        own, found = taken[0]
        left.remove(own)
    if found is None or len(rest) > 1 or (left and not rest):
        return None
    return match(rest[0], mul(*left), variables, found, effort) if rest else found


def _factors(term: Term) -> list[Term]:
    p = polynomial(term)
    if len(p) != 1:
        return [term]
    ((monomial, coefficient),) = p.items()
    factors = [a for a, e in sorted(monomial, key=repr) for a in [a] * e]
    return [*([number(coefficient)] if coefficient != 1 else []), *factors] or [power(number(1), 1)]


def _all(pairs: list[tuple[Term, Term]], variables: Sequence[Any], binding: Binding, effort: Effort) -> Binding | None:
    # Arguments that fix a variable by themselves come first, sums that fix none last.
    found: Binding | None = binding
    for pattern, term in sorted(pairs, key=lambda p: _fixing(p[0], variables)):
        found = match(pattern, term, variables, found, effort) if found is not None else None
    return found


def _fixing(pattern: Term, variables: Sequence[Any]) -> int:
    if pattern.op == "add":
        return 1 if any(a.op == "variable" and a.head in variables for a in pattern.args) else 3
    return 0 if pattern.op == "variable" else 2

"""Terms as a reader would write them: l + 1 for (l + 2) - 1 in an index, no factor 1, no brackets where none are needed."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from math import prod

from symcheck.proof.kernel.algebra import normal
from symcheck.proof.kernel.terms import BINDERS, ZERO, Term, TooLarge, add, mul, number, power

#: What indices consist of.
_PLAIN = frozenset({"number", "variable", "bound", "add", "mul"})


def tidied(term: Term) -> Term:
    """The same by ring algebra; factors and terms stay in their order, but for numbers, which come first in a product."""
    if term.op in ("entry", "delta"):
        return Term(term.op, term.head, map(tidied_index, term.args))
    if term.op == "pow":
        return Term("pow", None, (tidied(term.args[0]), tidied_index(term.args[1])))
    if term.op == "function":
        # Before the argument that a function is differentiated by stand indices, if anything.
        *before, last = term.args or (ZERO,)
        indices = [tidied_index(a) if _PLAIN.issuperset(t.op for t in a.walk()) else tidied(a) for a in before]
        return Term("function", term.head, (*indices, tidied(last)) if term.args else ())
    args = [tidied(a) for a in term.args]
    if term.op == "sum":
        return Term("sum", term.head, (*map(tidied_index, term.args[:2]), args[2]))
    if term.op == "mul":
        return _product(args)
    if term.op == "add" and all(a.op == "number" for a in args):
        return number(sum((a.head for a in args), Fraction(0)))
    if term.op == "add":
        parts = chain.from_iterable(a.args if a.op == "add" else (a,) for a in args)
        return add(*(p for p in parts if p != ZERO))
    return Term(term.op, term.head, args)


def _product(factors: list[Term]) -> Term:
    flat = list(chain.from_iterable(f.args if f.op == "mul" else (f,) for f in factors))
    numbers = [(f, value) for f in flat if (value := _value(f)) is not None]
    scale = prod((value for _, value in numbers), start=Fraction(1))
    if not scale:
        return ZERO
    rest = [f for f in flat if all(f is not n for n, _ in numbers)]
    above = [number(scale.numerator)] if scale.numerator != 1 or not rest else []
    below = [power(number(scale.denominator), -1)] if scale.denominator != 1 else []
    # What reaches to the right goes last.
    last = len(rest) - (bool(rest) and rest[-1].op in BINDERS and rest[-1].op != "mean")
    return mul(*above, *rest[:last], *below, *rest[last:])


def _value(factor: Term) -> Fraction | None:
    """The value of a number, or of 1 by one."""
    if factor.op == "number":
        return Fraction(factor.head)
    inverse = factor.op == "pow" and factor.args[0].op == "number" and factor.args[1] == number(-1)
    return 1 / Fraction(factor.args[0].head) if inverse and factor.args[0].head else None


def tidied_index(term: Term) -> Term:
    """An index or an end of a range, what varies before what does not."""
    if term.op not in ("add", "mul"):
        return tidied(term)
    try:
        simple = normal(term)
    except TooLarge:
        return term
    if simple.op != "add":
        return simple
    return add(*sorted(simple.args, key=lambda a: (a.op == "number", _negative(a))))


def _negative(term: Term) -> bool:
    first = term.args[0] if term.op == "mul" else term
    return bool(first.op == "number" and first.head < 0)

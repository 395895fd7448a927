"""Terms as a reader would write them: l + 1 for (l + 2) - 1 in an index, no factor 1, no brackets where none are needed."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

from symcheck.proof.kernel.algebra import TooLarge, normal
from symcheck.proof.kernel.terms import ONE, ZERO, Term, add, mul, number

#: What indices consist of.
_PLAIN = frozenset({"number", "variable", "bound", "add", "mul"})


def tidied(term: Term) -> Term:
    """The same by ring algebra; factors and terms stay in their order, but for numbers, which come first in a product."""
    if term.op in ("entry", "delta"):
        return Term(term.op, term.head, map(_index, term.args))
    if term.op == "pow":
        return Term("pow", None, (tidied(term.args[0]), _index(term.args[1])))
    if term.op == "function":
        # Before the argument that a function is differentiated by stand indices, if anything.
        *before, last = term.args or (ZERO,)
        indices = [_index(a) if _PLAIN.issuperset(t.op for t in a.walk()) else tidied(a) for a in before]
        return Term("function", term.head, (*indices, tidied(last)) if term.args else ())
    args = [tidied(a) for a in term.args]
    if term.op == "sum":
        return Term("sum", term.head, (*map(_index, term.args[:2]), args[2]))
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
    scale = Fraction(1)
    for f in flat:
        scale *= f.head if f.op == "number" else 1
    rest = [f for f in flat if f.op != "number"]
    if not scale:
        return ZERO
    return mul(*([] if scale == 1 and rest else [number(scale)]), *rest) if rest or scale != 1 else ONE


def _index(term: Term) -> Term:
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

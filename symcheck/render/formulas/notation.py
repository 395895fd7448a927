"""From terms, as proofs have them, to boxes: bound indices get names, the outcome of random variables is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from symcheck.proof.kernel.terms import BINDERS, Fact, Fresh, Range, Term, mul, number, open_
from symcheck.proof.text.vocabulary import OUTCOME
from symcheck.proof.text.written import held_values, holding, renamed, sign_of, unused
from symcheck.render.formulas.boxes import (
    Application,
    Box,
    Bracketed,
    Derivative,
    Fraction,
    Integration,
    Limiting,
    Name,
    Number,
    Operator,
    Row,
    Scripts,
    Span,
    Summation,
)
from symcheck.render.formulas.tidy import tidied, tidied_index

#: How tightly things bind: a part that binds less than its surroundings is put in brackets.
ADD, MULTIPLY, POWER, ATOM = range(4)
#: What reaches to the right as far as it can.
_OPEN_ENDED = ("sum", "limit")


@dataclass(frozen=True)
class Notation:
    """How terms are written where these variables are in use.

    Attributes:
        numbers: the variables that stand for numbers; all others stand for indices.
        names: what bound indices are called.
        taken: names that no bound index may have; those that are free in the term where it is None.
    """

    numbers: frozenset[Any] = frozenset()
    names: tuple[tuple[Fresh, str], ...] = ()
    taken: frozenset[str] | None = None

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> Notation:
        """The notation where variables have these ranges."""
        return cls(frozenset(r.name for r in ranges if r.kind != "index"))

    def box(self, term: Term, around: int = ADD) -> Box:
        """The boxes of a term, in brackets where ``around`` binds more tightly."""
        if self.taken is None:
            return replace(self, taken=frozenset(map(str, term.free))).box(tidied(term), around)
        made, binding = self._made(term)
        return Bracketed(made) if binding < around else made

    def equation(self, left: Term, right: Term, relation: str = "=") -> Box:
        """The boxes of left = right."""
        return Row((self.box(left), Operator(relation), self.box(right)))

    def _name(self, name: Any) -> str:
        return dict(self.names).get(name, str(name)) if isinstance(name, Fresh) else str(name)

    def _made(self, e: Term) -> tuple[Box, int]:
        if e.op == "number":
            return _number(e)
        if e.op == "variable":
            return Name(self._name(e.head)), ATOM
        if e.op == "entry":
            return self._entry(e), ATOM
        if e.op == "function":
            return self._function(e), ATOM
        if e.op == "add":
            return self._terms(e.args), ADD
        if e.op == "mul":
            return self._product(e.args)
        if e.op == "pow":
            return self._product((e,)) if _below(e) else self._power(*e.args)
        if e.op == "delta":
            return Bracketed(self.equation(e.args[0], e.args[1]), square=True), ATOM
        if e.op == "partial":
            return Derivative(self.box(e.args[0], ATOM), self.box(e.args[1], ATOM)), ATOM
        if e.op in BINDERS:
            return self._binder(e)
        raise ValueError(f"an index that nothing binds is to be written: {e!r}")

    def _power(self, base: Term, exponent: Term) -> tuple[Box, int]:
        return Scripts(self.box(base, ATOM), above=self.box(exponent)), POWER

    def _terms(self, terms: Iterable[Term]) -> Box:
        parts: list[Box] = []
        shown = list(terms)
        for place, term in enumerate(shown, 1):
            negative, rest = sign_of(term)
            if parts or negative:
                parts.append(Operator("-" if negative else "+"))
            # A limit reaches over the terms after it, a sum only over its product.
            reaches = place < len(shown) and any(f.op == "limit" for f in _factors(rest)[-1:])
            made = self.box(rest, MULTIPLY)
            parts.append(Bracketed(made) if reaches else made)
        return Row(tuple(parts))

    def _product(self, factors: tuple[Term, ...]) -> tuple[Box, int]:
        negative, rest = sign_of(mul(*factors))
        if negative:
            return Row((Operator("-"), self.box(rest, MULTIPLY))), ADD
        above = [f for f in factors if not _below(f)]
        below = [power_ for f in factors if (power_ := _below(f)) is not None]
        if not below:
            return Row(tuple(self._side_by_side(above))), MULTIPLY
        # What reaches to the right stands beside the fraction and not above its line.
        beside = above[-1:] if above and above[-1].op in (*_OPEN_ENDED, "integral") else []
        over = above[: len(above) - len(beside)]
        shown = Fraction(self._joined(over), self._joined(below))
        return (Row((shown, *self._side_by_side(beside))), MULTIPLY) if beside else (shown, ATOM)

    def _joined(self, factors: list[Term]) -> Box:
        if len(factors) == 1:
            return self.box(factors[0])
        return Row(tuple(self._side_by_side(factors))) if factors else Number("1")

    def _side_by_side(self, factors: list[Term]) -> Iterable[Box]:
        for place, f in enumerate(factors, 1):
            reaches = place < len(factors) and f.op in _OPEN_ENDED
            yield self.box(f, ATOM if reaches else MULTIPLY if f.op in BINDERS else POWER)

    def _binder(self, e: Term) -> tuple[Box, int]:
        name, body = open_(e)
        if e.op == "mean":
            return self._mean(name, body), ATOM
        shown = unused(name.hint, self._used())
        inner = replace(self, names=(*self.names, (name, shown)))
        before, index = [self.box(a) for a in e.args[:-1]], Name(shown)
        if e.op == "integral":
            inner = replace(inner, numbers=inner.numbers | {name})
        reach = inner.box(body, MULTIPLY)
        if e.op == "limit":
            return Limiting(index, before[0], reach), MULTIPLY
        return (Integration if e.op == "integral" else Summation)(index, before[0], before[1], reach), MULTIPLY

    def _used(self) -> frozenset[str]:
        return (self.taken or frozenset()) | {shown for _, shown in self.names}

    def _mean(self, name: Fresh, body: Term) -> Box:
        """E[body], under the sign the random variables that a mean inside holds at a value."""
        inner = replace(self, names=(*renamed(self.names), (name, OUTCOME)))
        values: list[Box] = []
        held = held_values(name, body)
        for e, v in held.items():
            value = Row((Name(shown := unused(v.hint, inner._used())), Operator("="), inner.box(e)))
            values += [Operator(","), value] if values else [value]
            inner = replace(inner, names=(*inner.names, (v, shown)), numbers=inner.numbers | {v})
        sign: Box = Scripts(Name("expectation"), below=Row(tuple(values))) if values else Name("expectation")
        return Application(sign, Bracketed(inner.box(holding(body, held)), square=True))

    def _entry(self, e: Term) -> Box:
        # A random variable depends on the outcome, which nobody writes.
        indices = [i for i in e.args if not (i.op == "variable" and self._name(i.head) == OUTCOME)]
        return Scripts(Name(e.head), below=self._list(indices)) if indices else Name(e.head)

    def _function(self, e: Term) -> Box:
        name, arguments = Name(e.head[0] + "'" * e.head[1]), list(e.args)
        if not arguments:
            return name
        indices = arguments[:-1] if all(map(self._is_index, arguments[:-1])) else []
        head: Box = Scripts(name, below=self._list(indices)) if indices else name
        return Application(head, Bracketed(self._list(arguments[len(indices) :])))

    def _is_index(self, term: Term) -> bool:
        if term.op == "variable":
            return term.head not in self.numbers
        return term.op == "number" or (term.op in ("add", "mul") and all(map(self._is_index, term.args)))

    def _list(self, items: Iterable[Term]) -> Box:
        parts: list[Box] = []
        for item in items:
            parts += [Operator(","), self.box(item)] if parts else [self.box(item)]
        return Row(tuple(parts))


def _factors(term: Term) -> tuple[Term, ...]:
    return term.args if term.op == "mul" else (term,)


def _below(f: Term) -> Term | None:
    """What a factor is a division by, if it is one."""
    if f.op != "pow" or f.args[1].op != "number" or f.args[1].head >= 0:
        return None
    base, exponent = f.args
    return base if exponent.head == -1 else Term("pow", None, (base, number(-exponent.head)))


def _number(e: Term) -> tuple[Box, int]:
    value = abs(e.head)
    over = Number(str(value.numerator))
    shown = over if value.denominator == 1 else Fraction(over, Number(str(value.denominator)))
    return (shown, ATOM) if e.head >= 0 else (Row((Operator("-"), shown)), ADD)


def box(term: Term) -> Box:
    """The boxes of a term without variables that stand for numbers."""
    return Notation().box(term)


def equation(left: Term, right: Term, relation: str = "=") -> Box:
    """The boxes of an equation without such variables."""
    return Notation().equation(left, right, relation)


def said(fact: Fact) -> Box:
    """The boxes of what a fact says."""
    return Notation.of(fact.ranges).equation(fact.left, fact.right, fact.relation)


def spans(ranges: Iterable[Range]) -> list[Box]:
    """The boxes of variables with what they range over, without the outcome."""
    return [span(r) for r in ranges if str(r.name) != OUTCOME]


def span(range_: Range) -> Box:
    """The boxes of a variable with what it ranges over."""
    name = Name(str(range_.name))
    if range_.kind in ("nonnegative", "positive"):
        return Row((name, Operator(">=" if range_.kind == "nonnegative" else ">"), Number("0")))
    if range_.kind == "real" or range_.low is None:
        return Span(name)
    low = tidied_index(range_.low)
    if range_.high is None:
        return Span(name, box(low), following=box(tidied_index(low + 1)))
    return Span(name, box(low), box(tidied_index(range_.high)))

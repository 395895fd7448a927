"""What is known of signs: an index that stays in its range, a number that is not negative, one that is not 0.

These are the side conditions of rules. They follow from the ranges of indices by linear bounds, and for numbers from squares, sums and
products; what does not follow in this way is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symcheck.proof.kernel.algebra import normal, polynomial
from symcheck.proof.kernel.terms import INFINITY, ONE, Range, Term, bound_range, ends, instantiate, number, open_

#: So many facts may need each other to say that a number is not negative.
_DEEPEST = 3


@dataclass(frozen=True)
class Known:
    """What side conditions may rest on.

    Attributes:
        ranges: of the variables that are free or bound around the place, by name.
        sizes: the least value of each array of integers.
        not_negative: what proved or assumed facts say of a number: whether one of them says it is not negative.
        depth: how many such facts are being asked, each for what another one needs.
    """

    ranges: Mapping[Any, Range]
    sizes: Mapping[str, int] = field(default_factory=dict)
    not_negative: Callable[[Term, Known], bool] = lambda term, known: False
    depth: int = 0

    def around(self, inner: tuple[Range, ...]) -> Known:
        """The same inside these binders."""
        return replace(self, ranges={**self.ranges, **{r.name: r for r in inner}}) if inner else self

    def within(self, value: Term, range_: Range) -> bool:
        """Whether a value lies in a range: for a number, whether it has the sign that is asked for."""
        if range_.kind != "index":
            if not _finite(value):
                return False
            signed = range_.kind == "real" or self.nonnegative(value)
            return signed and (range_.kind != "positive" or self.nonzero(value))
        low, high = range_.low, range_.high
        return (
            self.is_index(value)
            and (low is None or self.at_least(value, low))
            and (high is None or self.at_least(high, value))
        )

    def at_least(self, one: Term, other: Term) -> bool:
        """Whether ``one >= other`` for all values of the indices in their ranges, by linear bounds."""
        return self._index_not_negative(normal(one - other))

    def is_index(self, value: Term) -> bool:
        """Whether a term is an integer: a sum or product of integers, indices and sizes."""
        if value.op == "number":
            return bool(value.head.denominator == 1)
        if value.op == "variable":
            return value.head in self.ranges and self.ranges[value.head].kind == "index"
        if value.op == "entry":
            return value.head in self.sizes
        return value.op in ("add", "mul") and all(map(self.is_index, value.args))

    def _index_not_negative(self, term: Term) -> bool:
        if not self.is_index(term):
            return False
        for _ in range(len(self.ranges) + 1):
            chosen = self._variable_to_bound(term)
            if chosen is None:
                break
            name, coefficient = chosen
            end = self.ranges[name].low if coefficient > 0 else self.ranges[name].high
            if end is None:
                return False
            term = normal(instantiate(term, {name: end}))
        return self._bounded_by_sizes(term)

    def _variable_to_bound(self, term: Term) -> tuple[Any, Fraction] | None:
        """A variable that stands alone, with its coefficient; before those that its own range mentions: they may cancel."""
        alone, elsewhere = {}, set()
        for monomial, coefficient in polynomial(term).items():
            if len(monomial) == 1 and next(iter(monomial))[0].op == "variable" and next(iter(monomial))[1] == 1:
                alone[next(iter(monomial))[0].head] = coefficient
            else:
                elsewhere |= {name for atom, _ in monomial for name in atom.free}
        # Put where it also stands inside a size, an end would change that size.
        free = [v for v in alone if v in self.ranges and v not in elsewhere]
        free = [v for v in free if not any(v in self._mentioned(o) for o in free if o != v)]
        best = min(free, key=str, default=None)
        return None if best is None else (best, alone[best])

    def _mentioned(self, name: Any) -> set[Any]:
        """The variables on which the range of one depends, also by the ranges of others."""
        found: set[Any] = set()
        waiting = [name]
        while waiting:
            range_ = self.ranges.get(waiting.pop())
            new = set().union(*(e.free for e in ends(range_))) - found if range_ is not None else set()
            found |= new
            waiting += new
        return found

    def _bounded_by_sizes(self, term: Term) -> bool:
        low = Fraction(0)
        for monomial, coefficient in polynomial(term).items():
            least = Fraction(1)
            for atom, exponent in monomial:
                bound = self._least(atom)
                if bound is None or bound < 0:
                    return False
                least *= Fraction(bound) ** exponent
            if coefficient < 0 and monomial:
                return False
            low += coefficient * least
        return low >= 0

    def _least(self, atom: Term) -> Fraction | None:
        if atom.op == "entry" and atom.head in self.sizes:
            return Fraction(self.sizes[atom.head])
        if atom.op == "variable" and atom.head in self.ranges:
            low = self.ranges[atom.head].low
            return low.head if low is not None and low.op == "number" else None
        return None

    def nonnegative(self, term: Term) -> bool:
        """Whether a number is at least 0."""
        if term.op == "number":
            return bool(term.head >= 0)
        if self.at_least(term, number(0)) or self._said(term):
            return True
        if term.op == "add":
            return all(map(self.nonnegative, term.args))
        if term.op == "mul":
            return self._product_nonnegative(term)
        if term.op == "pow":
            return self._even(term.args[1]) or self.nonnegative(term.args[0])
        if term.op == "delta" or term == PI or (term.op == "function" and term.head == ("exp", 0)):
            return True
        if term.op == "variable":
            return self._kind(term.head) in ("nonnegative", "positive")
        if term.op in ("sum", "mean"):
            name, body = open_(term)
            # Only a mean over real chances keeps signs, and that is what a mean is.
            return self.around((bound_range(term, name),)).nonnegative(body)
        return False

    def _said(self, term: Term) -> bool:
        return self.depth < _DEEPEST and self.not_negative(term, replace(self, depth=self.depth + 1))

    def _kind(self, name: Any) -> str:
        return self.ranges[name].kind if name in self.ranges else ""

    def _product_nonnegative(self, term: Term) -> bool:
        p = polynomial(term)
        if len(p) != 1:
            return all(map(self.nonnegative, term.args))
        ((monomial, coefficient),) = p.items()
        whole = coefficient >= 0 and all(e % 2 == 0 or self.nonnegative(a) for a, e in monomial)
        # A factor may be known as it stands, as minus something.
        return whole or all(map(self.nonnegative, term.args))

    def _even(self, exponent: Term) -> bool:
        return self.is_index(exponent) and all(c.denominator == 1 and c % 2 == 0 for c in polynomial(exponent).values())

    def nonzero(self, term: Term) -> bool:
        """Whether a number is known not to be 0: it is positive, or made of such by products."""
        if term.op == "mul":
            return all(map(self.nonzero, term.args))
        if term.op == "pow":
            return self.nonzero(term.args[0])
        if term.op == "function" and term.head == ("exp", 0):
            return True
        if term == PI:
            return True
        if term.op == "number":
            return bool(term.head)
        if term.op == "variable" and self._kind(term.head) == "positive":
            return True
        return self.at_least(term, ONE) or self._positive_sum(term)

    def _positive_sum(self, term: Term) -> bool:
        """A sum of numbers that are not negative, one of which is not 0."""
        total = normal(term)
        # Terms that are added up may turn out to be one term, whose parts are no terms of a sum.
        terms = total.args if total.op == "add" else ()
        return all(map(self.nonnegative, terms)) and any(map(self.nonzero, terms))


def _finite(e: Term) -> bool:
    """Whether infinity stands nowhere but where an integral ends and a limit is taken."""
    return e != INFINITY and all(map(_finite, e.args[-1:] if e.op in ("integral", "limit") else e.args))


PI = Term("function", ("pi", 0))

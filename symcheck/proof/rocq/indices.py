"""Indices as natural numbers: written so that no subtraction is ever cut off at 0.

In the language of proofs an index is an integer; in Rocq it is a natural number, and there ``0 - 1`` is 0. So
inequalities are written without subtraction, and an array is given an index ``l - 1`` only where the ranges around it show
that this is not negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symcheck.proof.kernel.terms import Range, Term

#: The name that a variable of a fact, or an entry of an array of integers, has in Rocq.
Atom = Callable[[Term], str]


class NotWritable(ValueError):
    """What is said has no counterpart in Rocq: the message says what and why."""


@dataclass(frozen=True)
class Affine:
    """``constant + sum of coefficients * atoms``; atoms are variables and entries of arrays of integers."""

    constant: int = 0
    parts: Mapping[Term, int] = field(default_factory=dict)

    def __add__(self, other: Affine | int) -> Affine:
        other = other if isinstance(other, Affine) else Affine(other)
        parts = Counter(self.parts)
        for atom, times in other.parts.items():
            parts[atom] += times
        return Affine(self.constant + other.constant, {a: k for a, k in parts.items() if k})

    def times(self, factor: int) -> Affine:
        """The same, multiplied by a whole number."""
        return Affine(self.constant * factor, {a: k * factor for a, k in self.parts.items() if factor})


def affine(term: Term) -> Affine:
    """An index, as a sum of atoms.

    Raises:
        NotWritable: it is no sum of whole multiples of variables and entries.
    """
    if term.op == "number" and term.head.denominator == 1:
        return Affine(int(term.head))
    if term.op in ("variable", "entry"):
        return Affine(0, {term: 1})
    if term.op == "add":
        return sum((affine(a) for a in term.args), Affine())
    if term.op == "mul":
        factors = [affine(a) for a in term.args]
        open_ = [f for f in factors if f.parts]
        if len(open_) <= 1:
            product = open_[0] if open_ else Affine(1)
            for f in factors:
                product = product if f.parts else product.times(f.constant)
            return product
    raise NotWritable(f"{term!r} is no index that can be written as a natural number")


def least(value: Affine, around: Mapping[Any, Range]) -> int | None:
    """The least value that the ranges around leave to an index; None where nothing is known."""
    total = value.constant
    for atom, times in value.parts.items():
        low: int | None = 0
        if atom.op == "variable":
            range_ = around.get(atom.head)
            low = None if range_ is None or range_.low is None else least(affine(range_.low), around)
        if times < 0 or low is None:
            return None
        total += times * low
    return total


def is_natural(value: Affine, around: Mapping[Any, Range]) -> bool:
    """Whether the ranges around show that an index is not negative."""
    low = least(value, around)
    return low is not None and low >= 0


def written(value: Affine, atom: Atom) -> str:
    """An index among natural numbers, as it stands inside ``( )%N``.

    A negative constant is subtracted: the caller knows that the value is not negative, or that cutting it off at 0
    changes nothing.

    Raises:
        NotWritable: an atom is subtracted.
    """
    terms = []
    for a, k in value.parts.items():
        if k < 0:
            raise NotWritable(f"an index counts down with {a!r}")
        terms.append(atom(a) if k == 1 else f"{k} * {atom(a)}")
    if not terms:
        return str(max(value.constant, 0))
    joined = " + ".join(terms)
    if value.constant == 0:
        return joined
    if abs(value.constant) == 1:
        after = ".+1" if value.constant > 0 else ".-1"
        return f"({joined}){after}" if " " in joined else f"{joined}{after}"
    return f"{joined} {'+' if value.constant > 0 else '-'} {abs(value.constant)}"


def argument(value: Affine, atom: Atom) -> str:
    """An index as an argument, where numbers and ``+`` are not known to be those of natural numbers."""
    text = written(value, atom)
    if not value.parts:
        return f"{text}%N"
    if len(value.parts) > 1 or abs(value.constant) > 1 or set(value.parts.values()) != {1}:
        return f"({text})%N"
    return f"({text})" if " " in text and value.constant == 0 else text


def bounds(low: Affine | None, value: Affine, high: Affine | None, atom: Atom) -> tuple[str, ...]:
    """``low <= value <= high`` as inequalities between natural numbers, every term on the side where it is added."""
    if low is not None and high is not None and _plain(low, 0) and _plain(high, -1):
        # n <= L - 1 is n < L.
        sign, end = ("<=", high) if high.constant >= 0 else ("<", high + 1)
        return (f"({written(low, atom)} <= {written(value, atom)} {sign} {written(end, atom)})%N",)
    below = () if low is None else (_at_most(low, value, atom),)
    above = () if high is None else (_at_most(value, high, atom),)
    return (*below, *above)


def _plain(value: Affine, least_constant: int) -> bool:
    return value.constant >= least_constant and all(k > 0 for k in value.parts.values())


def _at_most(one: Affine, other: Affine, atom: Atom) -> str:
    difference = other + one.times(-1)
    more = Affine(max(difference.constant, 0), {a: k for a, k in difference.parts.items() if k > 0})
    less = Affine(max(-difference.constant, 0), {a: -k for a, k in difference.parts.items() if k < 0})
    return f"({written(less, atom)} <= {written(more, atom)})%N"

"""Evaluation of terms by brute force over the rational numbers: a third opinion, which shares nothing with the kernel's judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symcheck.proof.kernel.terms import Range, Term

#: Ranges without an end stop here.
HORIZON = 4


class Model:
    """Numbers for arrays and functions; what is not given is some fixed small number of its own.

    Args:
        arrays, functions: those that are given.
        sizes: the names of arrays of integers, with their least values.
        seed: makes the numbers of one model others than those of the next.
    """

    def __init__(
        self,
        arrays: Mapping[str, Callable[..., Any]] | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        sizes: Mapping[str, int] | None = None,
        seed: int = 0,
    ) -> None:
        self.arrays, self.functions = dict(arrays or {}), dict(functions or {})
        self.sizes, self.seed = dict(sizes or {}), seed

    def entry(self, name: str, at: tuple[int, ...]) -> Fraction:
        if name in self.arrays:
            return Fraction(self.arrays[name](*at))
        mixed = hash((name, at, self.seed))
        return (
            Fraction(self.sizes[name] + mixed % 3) if name in self.sizes else Fraction(mixed % 97 - 48, 1 + mixed % 5)
        )

    def value(self, term: Term, free: Mapping[Any, Any], bound: tuple[int, ...] = ()) -> Fraction:
        """The value of a term; a sum whose end lies below its start is 0, and so is 1 / 0."""
        args = term.args
        if term.op == "number":
            return Fraction(term.head)
        if term.op == "variable":
            return Fraction(free[term.head])
        if term.op == "bound":
            return Fraction(bound[-1 - term.head])
        if term.op == "sum":
            low, high = (int(self.value(a, free, bound)) for a in args[:2])
            return sum((self.value(args[2], free, (*bound, v)) for v in range(low, high + 1)), Fraction(0))
        values = [self.value(a, free, bound) for a in args]
        if term.op == "add":
            return sum(values, Fraction(0))
        if term.op == "mul":
            total = Fraction(1)
            for v in values:
                total *= v
            return total
        if term.op == "pow":
            base, exponent = values
            return Fraction(0) if exponent < 0 and not base else base ** int(exponent)
        if term.op == "delta":
            return Fraction(values[0] == values[1])
        if term.op == "entry":
            return self.entry(term.head, tuple(map(int, values)))
        if term.op == "function":
            name = term.head[0] + "'" * term.head[1]
            known = self.functions.get(name)
            return Fraction(known(*values)) if known else Fraction(hash((name, *values, self.seed)) % 89 - 40, 3)
        raise TypeError(f"a {term.op} is not evaluated here")


def assignments(
    ranges: Sequence[Range], model: Model, known: Mapping[Any, int] | None = None, horizon: int = HORIZON
) -> Iterator[dict[Any, int]]:
    """All values of the variables in their ranges, up to the horizon where these have no end."""
    if not ranges:
        yield dict(known or {})
        return
    first, *rest = ranges
    free = dict(known or {})
    low = 0 if first.low is None else int(model.value(first.low, free))
    high = horizon if first.high is None else int(model.value(first.high, free))
    for value in range(low, min(high, horizon + 1) + 1):
        yield from assignments(rest, model, {**free, first.name: value}, horizon)


def differs(left: Term, right: Term, ranges: Sequence[Range], models: Sequence[Model]) -> dict[Any, int] | None:
    """A place in some model at which both sides differ, or None."""
    for model, place in ((m, p) for m in models for p in assignments(ranges, m)):
        if model.value(left, place) != model.value(right, place):
            return place
    return None

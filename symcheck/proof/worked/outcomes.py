"""Exact means over all outcomes of independent weights with finitely many, equally likely values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

Row = tuple[Fraction, ...]

SIGNAL: Row = (Fraction(1), Fraction(2))


def mean(values: Iterable[Fraction]) -> Fraction:
    """The exact mean of equally likely values."""
    listed = list(values)
    return Fraction(sum(listed), len(listed))


def draws(values: Sequence[Any], count: int) -> list[Row]:
    """All equally likely outcomes of independent weights, each with these values."""
    return [tuple(map(Fraction, outcome)) for outcome in product(values, repeat=count)]


def weighted(row: Row, signal: Row) -> Fraction:
    """A pre-activation without a bias."""
    return sum((w * x for w, x in zip(row, signal, strict=True)), Fraction(0))


def leaky(slope: Fraction) -> Callable[[Fraction], Fraction]:
    """The activation z where z > 0 and slope z elsewhere; slope 0 is ReLU."""
    return lambda z: z if z > 0 else slope * z


relu = leaky(Fraction(0))


def mean_square(signal: Row) -> Fraction:
    """|h|^2 / n."""
    return mean(x * x for x in signal)

"""Random variables with finitely many, equally likely outcomes: exact means, and whether laws are equal or factor.

A random variable is the sequence of its values in the outcomes, one for each. A probability that is not one over
their number is had by listing a value more than once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

Values = Sequence[Any]


def exact_mean(values: Iterable[Any]) -> Fraction:
    """The exact mean of rational values."""
    listed = list(values)
    return Fraction(sum(listed), len(listed))


def covariance(one: Values, other: Values) -> Fraction:
    """The exact covariance of two random variables; of one with itself it is the variance."""
    return exact_mean(u * v for u, v in zip(one, other, strict=True)) - exact_mean(one) * exact_mean(other)


def symmetric(values: Values) -> bool:
    """Whether a random variable and its negative have the same law."""
    return Counter(values) == Counter(-v for v in values)


def independent(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether the joint law of two random variables, or vectors, is the product of their laws."""
    left, right, both = Counter(one), Counter(other), Counter(zip(one, other, strict=True))
    return all(len(one) * both[u, v] == left[u] * right[v] for u, v in product(left, right))


def law(values: Values) -> str:
    """The law in words: each value with its probability."""
    return ", ".join(f"{v} (chance {Fraction(count, len(values))})" for v, count in Counter(values).items())


def violation(dropped: str, broken: set[str], gap: Any) -> float:
    """By how much a conclusion fails, or 0 unless the hypothesis that is dropped is the only one that does not hold."""
    return float(gap) if broken == {dropped} else 0.0

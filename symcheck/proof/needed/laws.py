"""Random variables with finitely many, equally likely outcomes: exact means, and whether laws are equal or factor.

A random variable is the sequence of its values in the outcomes, one for each; what is more likely is listed more often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from symcheck.errors import listed
from symcheck.proof.needed.exactly import fit
from symcheck.proof.needed.line import NeededError, Settings, Vector, tuple_of

Values = Sequence[Any]

#: Functions in the place of relu: their slopes on the positive and on the negative side.
FUNCTIONS = {"relu": (1, 0), "identity": (1, 1), "absolute value": (1, -1)}
_MOST_OUTCOMES = 4096


def mean(values: Iterable[Any]) -> Fraction:
    """The exact mean of rational values."""
    listed = list(values)
    return Fraction(sum(listed), len(listed))


def covariance(one: Values, other: Values) -> Fraction:
    """The exact covariance of two random variables; of one with itself it is the variance."""
    return mean(u * v for u, v in zip(one, other, strict=True)) - mean(one) * mean(other)


def mean_square(vectors: Sequence[Vector]) -> Fraction:
    """E|h|^2 / n."""
    return mean(mean(x * x for x in vector) for vector in vectors)


def asymmetry(name: str, values: Values) -> str:
    """How a random variable and its negative fail to have the same law."""
    counts = Counter(values)
    for v in counts:
        if counts[v] != counts[-v]:
            p, q = (Fraction(counts[u], len(values)) for u in (v, -v))
            return f"{name} is {v} with probability {p} and {-v} with probability {q}"
    return ""


def dependence(names: tuple[str, str], one: Sequence[Hashable], other: Sequence[Hashable]) -> str:
    """How the joint law of two random variables, or vectors, fails to be the product of their laws."""
    left, right, both = Counter(one), Counter(other), Counter(zip(one, other, strict=True))
    for u, v in product(left, right):
        if len(one) * both[u, v] != left[u] * right[v]:
            pair = f"{names[0]} = {_shown(u)} and {names[1]} = {_shown(v)}"
            chance, expected = Fraction(both[u, v], len(one)), Fraction(left[u] * right[v], len(one) ** 2)
            return f"{pair} come together with probability {chance}, and independent ones would with {expected}"
    return ""


def laws_of(vectors: Mapping[str, Sequence[Vector]]) -> str:
    """The laws of random vectors in words, by their names; jointly of those that depend on the first one."""
    (first, *_) = vectors.values()
    joint = [name for name, v in vectors.items() if v is first or dependence(("", ""), first, v)]
    together = [tuple(x for part in parts for x in part) for parts in zip(*(vectors[n] for n in joint), strict=True)]
    names = [entry for name in joint for entry in _entries(name, len(vectors[name][0]))]
    apart = [(_entries(name, len(v[0])), v) for name, v in vectors.items() if name not in joint]
    return ", ".join(f"{tuple_of(of)} is {law(v)}" for of, v in [(names, together), *apart])


def _entries(name: str, size: int) -> list[str]:
    return [name] if size == 1 or name.startswith("(") else [f"{name}_{i + 1}" for i in range(size)]


def law(values: Sequence[Any]) -> str:
    """The law in words: each value with its probability."""
    counts = Counter(values)
    if len(counts) == 1:
        return f"always {_shown(values[0])}"
    return listed(f"{_shown(v)} with probability {Fraction(count, len(values))}" for v, count in counts.items())


def _shown(value: Any) -> str:
    return tuple_of(value) if isinstance(value, tuple) else str(value)


def apply(function: str, u: Any) -> Any:
    """The function of this name."""
    return u * FUNCTIONS[function][u < 0]


def jointly(settings: Settings, names: tuple[str, ...]) -> list[list[Vector]]:
    """Random vectors in all outcomes; all are independent of the first one unless they are given with it.

    ``h = 1, -1`` is a law of its own; ``h given w = 1, 1, 0`` says what h is in each outcome of w. A vector has one entry
    for each of the first one, and the gradient d has one.

    Raises:
        NeededError: another size, another number of outcomes, or too many.
    """
    start = settings.matrix(names[0])
    vectors = [list(start)]
    for name in names[1:]:
        size = 1 if name == "d" else len(start[0])
        if settings.given(f"{name} given {names[0]}"):
            rows = fit(name, settings.matrix(f"{name} given {names[0]}"), size, "input")
            if len(rows) != len(start):
                raise NeededError(f"{name} must have {len(start)} rows, one for each of {names[0]}")
            # Laws before this one have multiplied the outcomes of the first vector.
            vectors.append([rows[i % len(start)] for i in range(len(vectors[0]))])
            continue
        rows = fit(name, settings.matrix(name), size, "input")
        if len(vectors[0]) * len(rows) > _MOST_OUTCOMES:
            raise NeededError(f"there are more than {_MOST_OUTCOMES} outcomes")
        vectors = [*([v for _ in rows for v in vector] for vector in vectors), [r for r in rows for _ in vectors[0]]]
    return vectors

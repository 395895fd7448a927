"""Why the theorems on normal pre-activations need what they assume of the normal law.

The laws are finite and their moments exact; only the arc-cosine map has irrational values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import acos, cos, pi, sin
from typing import Any

from symcheck.proof.necessity import Found, integers, smallest, smallest_law
from symcheck.proof.settings.finite_laws import covariance, exact_mean, independent, law, symmetric


@dataclass(frozen=True)
class Preactivations:
    """The pre-activations g of a layer, in units of their variance, in equally likely outcomes.

    Attributes:
        values: the vector g in each outcome.
        slopes: of the function in the place of relu, on the positive and on the negative side.
    """

    values: Sequence[tuple[Any, ...]]
    slopes: tuple[int, int] = (1, 0)

    def broken(self) -> set[str]:
        """The names of the hypotheses that do not hold."""
        entries = list(zip(*self.values, strict=True))
        p, q = self.slopes
        holds = {
            # p u for u > 0 and q u for u < 0: relu(u) - relu(-u) = u asks for the one, relu(u)^2 = u relu(u) for the other.
            "relu": p + q == 1 and p * p == p and q * q == q,
            "symmetric": all(map(symmetric, entries)),
            "second-moment": all(exact_mean(g**2 for g in entry) == 1 for entry in entries),
            "fourth-moment": all(exact_mean(g**4 for g in entry) == 3 for entry in entries),
            "independent": all(independent(one, other) for one, other in combinations(entries, 2)),
        }
        return {name for name, held in holds.items() if not held}

    def _ratios(self) -> list[Any]:
        """R = (2 / m) Sum relu(g_i)^2 with one input, m = 1, in each outcome."""
        return [2 * sum((g * self.slopes[g < 0]) ** 2 for g in draw) for draw in self.values]

    def mean_gap(self) -> Fraction:
        """How far the mean of R is from n / m."""
        return abs(exact_mean(self._ratios()) - len(self.values[0]))

    def variance_gap(self) -> Fraction:
        """How far the variance of R is from 5 n / m^2."""
        ratios = self._ratios()
        return abs(covariance(ratios, ratios) - 5 * len(self.values[0]))


def one_unit(values: Sequence[Any], slopes: tuple[int, int] = (1, 0)) -> Preactivations:
    """A layer of one unit."""
    return Preactivations([(g,) for g in values], slopes)


#: A symmetric law with the second and the fourth moment of the normal law, 1 and 3.
NORMAL_LIKE = (2, -2, 1, 1, -1, -1, 0, 0, 0, 0, 0, 0)


def _centred(a: int, b: int) -> list[int]:
    """A law of mean 0 on three values and 0; with 2, -1 and -1 its moments are those of `NORMAL_LIKE`."""
    return [a, b, -a - b, 0, 0, 0]


def _counted(twos: int, ones: int, zeros: int) -> list[int]:
    return [2, -2] * twos + [1, -1] * ones + [0, 0] * zeros


_MEAN = "the mean of the ratio of squared lengths is not n / m"
_VARIANCE = "the variance of the ratio of squared lengths is not 5 n / m^2"

RATIO: dict[str, Found] = {
    "relu": smallest_law(
        _MEAN, integers(2, 1), lambda p, q: one_unit(NORMAL_LIKE, (p, q)),
        lambda p, q: f"n = m = 1, the function {p} u for u > 0 and {q} u for u < 0 in place of relu, g = {law(NORMAL_LIKE)}",
        Preactivations.mean_gap,
    ),
    "symmetric": smallest_law(
        _MEAN, 2, lambda a, b: one_unit(_centred(a, b)),
        lambda a, b: f"n = m = 1, ReLU, g = {law(_centred(a, b))}: mean 0, but not symmetric",
        Preactivations.mean_gap,
    ),
    "second-moment": smallest_law(
        _MEAN, integers(3, 0, 6), lambda *counts: one_unit(_counted(*counts)),
        lambda *counts: f"n = m = 1, ReLU, g = {law(_counted(*counts))}: the fourth moment is 3",
        Preactivations.mean_gap,
    ),
    "fourth-moment": smallest_law(
        _VARIANCE, integers(3, 0, 6), lambda *counts: one_unit(_counted(*counts)),
        lambda *counts: f"n = m = 1, ReLU, g = {law(_counted(*counts))}: the second moment is 1",
        Preactivations.variance_gap,
    ),
    "independent": smallest_law(
        _VARIANCE, 1, lambda c: Preactivations([(g, c * g) for g in NORMAL_LIKE]),
        lambda c: f"n = 2, m = 1, ReLU, g_1 = {law(NORMAL_LIKE)}, g_2 = {c} g_1",
        Preactivations.variance_gap,
    ),
}


def map_gap(kept: Any, correlation: Any) -> float:
    """How far 2 E[relu(u) relu(v)] is from the arc-cosine map of the correlation."""
    theta = acos(correlation)
    return abs(float(kept) - (sin(theta) + (pi - theta) * cos(theta)) / pi)


def pair_gap(pairs: Sequence[tuple[Any, Any]]) -> float:
    """The same for a finite law of (u, v), or 0 unless both have mean 0 and variance 1, as normal ones do."""
    standard = all(exact_mean(u) == 0 and exact_mean(x * x for x in u) == 1 for u in zip(*pairs, strict=True))
    kept = 2 * exact_mean(max(u, 0) * max(v, 0) for u, v in pairs)
    return map_gap(kept, exact_mean(u * v for u, v in pairs)) if standard else 0.0


ANGLE: dict[str, Found] = {
    "normal": smallest(
        "2 E[relu(u) relu(v)] is not (sin(theta) + (pi - theta) cos(theta)) / pi", integers(4, -1, 1),
        lambda *v: pair_gap(list(zip((1, 1, -1, -1), v, strict=True))),
        lambda *v: f"two signs in place of a normal pair: (u, v) = {law(list(zip((1, 1, -1, -1), v, strict=True)))}, "
        f"their correlation is {exact_mean(u * w for u, w in zip((1, 1, -1, -1), v, strict=True))}",
    ),
}

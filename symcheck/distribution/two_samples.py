"""Are two samples drawn from one distribution? Three tests that hold for every distribution, each with a guaranteed p-value.

Under the hypothesis all orders of the pooled entries are equally likely, so that ranks, ties broken at random, are a draw of n
out of n + m without replacement: no law has to be known, and no tail is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from symcheck.distribution.moments import times_two_to
from symcheck.types import Array, Floats

#: Of which a difference may be.
ASPECTS = ("location", "scale", "distribution")


@dataclass(frozen=True)
class TwoSampleTest:
    """One test.

    Attributes:
        aspect: of :data:`ASPECTS`.
        first, second: the figures it compares: medians, median distances from the common median, distribution functions.
    """

    aspect: str
    p_value: float
    first: float
    second: float


def two_sample_tests(first: Array, second: Array, rng: np.random.Generator) -> list[TwoSampleTest]:
    """Location by the ranks of the entries, scale by the ranks of their distances from the common median, and the largest gap
    between the two distribution functions.

    Args:
        first, second: entries of any shape, finite. rng: breaks ties.
    """
    pooled = np.concatenate([first.ravel(), second.ravel()]).astype(np.float64)
    exponent = int(np.frexp(np.abs(pooled).max(initial=0.0))[1])
    pooled = np.ldexp(pooled, -exponent)
    n = first.size
    shuffled = rng.permutation(pooled.size)
    middle = float(np.median(pooled))
    away = np.abs(pooled - middle)
    ranks = _ranks(pooled, shuffled)

    def figure(values: Floats, part: slice) -> float:
        return times_two_to(float(np.median(values[part])), exponent)

    one, other = slice(n), slice(n, None)
    gap = _gap(ranks, n)
    return [
        TwoSampleTest("location", _rank_p(ranks, n), figure(pooled, one), figure(pooled, other)),
        TwoSampleTest("scale", _rank_p(_ranks(away, shuffled), n), figure(away, one), figure(away, other)),
        TwoSampleTest("distribution", _gap_p(gap, n, pooled.size - n), gap, 0.0),
    ]


def visible_ratio(n: int, m: int, false_alarm: float, miss: float = 1e-6) -> float:
    """By how much the scales of two normal samples must differ for the rank test to see it, as a share: a design figure.

    A change of the scale by a small share d moves the share of pairs in which the second is farther out by d / pi; that share
    has the standard deviation sqrt((n + m + 1) / (12 n m)).
    """
    from scipy.special import ndtri

    noise = sqrt((n + m + 1) / (12 * n * m))
    return float((sqrt(-2 * np.log(false_alarm / 2)) - ndtri(miss)) * noise * np.pi)


def _ranks(values: Floats, shuffled: Array) -> Floats:
    """Ranks from 0 to 1, ties broken by a random order."""
    # Which of equal values stands where is random before they are sorted, and so after it, however it is done.
    order = shuffled[np.argsort(values[shuffled])]
    ranks = np.empty(values.size)
    ranks[order] = (np.arange(values.size) + 0.5) / values.size
    return ranks


def _rank_p(ranks: Floats, n: int) -> float:
    """Bound of the chance that the mean rank of n out of all is so far from 1/2.

    Chernoff's, with the exact moment generating function of Mann and Whitney's U, a ratio of q-binomial coefficients (Mann and
    Whitney 1947, section 3): E exp(s (U - n m / 2)) is the product over j = 1 ... m of h(s (n + j) / 2) / h(s j / 2) with
    h(x) = sinh(x) / x. It holds for every s; the one taken is the best for a normal law of U's variance.
    """
    size = ranks.size
    m = size - n
    # U counts pairs: the sum of the ranks from 1 on, less its least value.
    off = abs(float(ranks[:n].mean()) - 0.5) * n * size
    step = off / (n * m * (size + 1) / 12)
    if not step:
        return 1.0
    few, many = min(n, m), max(n, m)
    places = np.arange(1, few + 1, dtype=np.float64) * (step / 2)
    growth = float((_log_sinhc(places + many * step / 2) - _log_sinhc(places)).sum())
    return min(1.0, 2 * exp(min(growth - step * off, 0.0)))


def _log_sinhc(x: Floats) -> Floats:
    """log(sinh(x) / x) for positive x."""
    return np.asarray(x + np.log(-np.expm1(-2 * x) / (2 * x)))


def _gap(ranks: Floats, n: int) -> float:
    steps = np.concatenate([np.full(n, 1 / n), np.full(ranks.size - n, -1 / (ranks.size - n))])[np.argsort(ranks)]
    return float(np.abs(np.cumsum(steps)).max())


def _gap_p(gap: float, n: int, m: int) -> float:
    """P(D > d) <= e exp(-2 d^2 n m / (n + m)) for all sizes (Wei and Dudley 2012, theorem 1)."""
    return min(1.0, exp(1 - 2 * gap * gap * n * m / (n + m)))

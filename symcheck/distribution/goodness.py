"""Four tests of independent entries against their law, each with a p-value that is exact or a guaranteed bound.

They are about ideal draws, of a law whose standard deviation is of the order of 1: see `symcheck.distribution.rounding`.

Nothing here leans on an asymptotic tail: at the false-alarm rates of a whole run (1e-9 split over dozens of tests)
a normal approximation is not good enough. A p-value of a bound is at most too large, never too small.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt

import numpy as np

from symcheck.laws.families import EntryLaw
from symcheck.types import Array


@dataclass(frozen=True)
class Outcome:
    """One test: the p-value with the figures it compares."""

    p_value: float
    measured: float
    expected: float


def two_sided(p: float) -> float:
    """Twice the smaller tail, at most 1."""
    return min(1.0, 2.0 * p)


def bounded_mean_p(mean: float, expected: float, n: int) -> float:
    """Bound on the chance that the mean of n draws in [0, 1] is as far out as ``mean`` (Hoeffding 1963, theorem 1).

    exp(-n KL(mean || expected)) on each side; holds for every distribution on [0, 1] with that expectation.
    """
    m = min(max(mean, 0.0), 1.0)
    kl = (m * log(m / expected) if m > 0 else 0.0) + ((1 - m) * log((1 - m) / (1 - expected)) if m < 1 else 0.0)
    return two_sided(exp(-n * max(kl, 0.0)))


def _chi2_p(value: float, n: float) -> float:
    from scipy.stats import chi2

    return two_sided(float(min(chi2.cdf(value, n), chi2.sf(value, n))))


def scale_test(sample: Array, entry: EntryLaw) -> Outcome:
    """Standard deviation: by a statistic that is exactly chi-squared, or by a bound for a bounded law."""
    w = np.asarray(sample, dtype=np.float64).ravel()
    n = w.size
    measured = sqrt(float(np.mean((w - entry.mean) ** 2)))
    seen = entry.seen_in(n)
    if seen.exponent is not None:
        p = _chi2_p(seen.chi_squared(w), 2 * n / seen.exponent)
        return Outcome(p, measured, entry.std)
    centre, half = (entry.low + entry.high) / 2, (entry.high - entry.low) / 2
    expected = (entry.std**2 + (entry.mean - centre) ** 2) / half**2
    square = float(np.mean(np.minimum(((w - centre) / half) ** 2, 1.0)))
    p = bounded_mean_p(square, expected, n)
    # Values beyond the support are clipped for the bound's sake; the excess is judged by the bounds test.
    return Outcome(p, measured, entry.std)


def mean_test(sample: Array, entry: EntryLaw) -> Outcome:
    """Mean: by the tail that the family states, or by a bound for a bounded law."""
    w = np.asarray(sample, dtype=np.float64).ravel()
    n, measured = w.size, float(np.mean(w))
    seen = entry.seen_in(n)
    if seen.exponent is not None:
        return Outcome(two_sided(seen.mean_tail(abs(measured - entry.mean), n)), measured, entry.mean)
    width = entry.high - entry.low
    position = float(np.mean(np.clip((w - entry.low) / width, 0.0, 1.0)))
    p = bounded_mean_p(position, (entry.mean - entry.low) / width, n)
    return Outcome(p, measured, entry.mean)


def bounds_test(sample: Array, entry: EntryLaw, slack: float = 0.0, grain: float = 0.0) -> Outcome:
    """Extremes: the largest and smallest of n draws follow F^n exactly; nothing may lie beyond the support.

    Args:
        slack: how far from a bound arithmetic in the sample's dtype may end, beyond it or before it.
        grain: of the uniform numbers that the draws may be made of: so much of the law's ends may never come.
    """
    w = np.asarray(sample, dtype=np.float64).ravel()
    n, low, high = w.size, float(w.min()), float(w.max())
    measured, expected = (high, entry.high) if high - entry.mean >= entry.mean - low else (low, entry.low)
    if not entry.bounded:
        slack = 0.0
    if high > entry.high + slack or low < entry.low - slack:
        return Outcome(0.0, measured, expected)
    # In low precision draws lie on a grid, so the last step before a bound is as good as the bound.
    (_, above), (below, _) = entry.tails(np.array(high + slack)), entry.tails(np.array(low - slack))
    # A bounded law's largest draw may round onto its bound, so only its falling short counts.
    one_sided = [_all_within(max(float(tail) - grain, 0.0), n) for tail in (above, below)]
    if not entry.seen_in(n).bounded:
        (_, beyond), (short, _) = entry.tails(np.array(high)), entry.tails(np.array(low))
        one_sided += [min(1.0, n * float(beyond)), min(1.0, n * float(short))]
        expected = float("nan")
    return Outcome(min(1.0, len(one_sided) * min(one_sided)), measured, expected)


def beyond_test(n: int, low: float, high: float, entry: EntryLaw, slack: float = 0.0) -> Outcome:
    """Extremes of n draws that are too far out for so many: beyond the support, or where there is hardly anything of the law.

    Args:
        low, high: the smallest and the largest of them, each as far in as what it was rounded from may have been.
        slack: how far beyond a bound arithmetic in the dtype may end.
    """
    measured, expected = (high, entry.high) if high - entry.mean >= entry.mean - low else (low, entry.low)
    if entry.bounded:
        outside = high > entry.high + slack or low < entry.low - slack
        return Outcome(0.0 if outside else 1.0, measured, expected)
    (_, above), (below, _) = entry.tails(np.array(high)), entry.tails(np.array(low))
    return Outcome(min(1.0, 2 * n * min(float(above), float(below))), measured, float("nan"))


def _all_within(tail: float, n: int) -> float:
    """P(no draw of n falls into a tail of this probability)."""
    return exp(n * log1p(-tail)) if tail < 1 else 0.0


def family_test(sample: Array, entry: EntryLaw, grain: float = 0.0) -> Outcome:
    """Shape of the distribution: the largest gap D between empirical and exact distribution function.

    P(D > d) <= 2 exp(-2 n d^2) for every n (Dvoretzky, Kiefer and Wolfowitz 1956; constant of Massart 1990).

    Args:
        grain: of the uniform numbers that the draws may be made of: their distribution function is so far off at most.
    """
    w = np.sort(np.asarray(sample, dtype=np.float64).ravel())
    n = w.size
    ranks = np.arange(n + 1) / n
    share = entry.tails(w)[0]
    gap = max(float(np.max(ranks[1:] - share)), float(np.max(share - ranks[:-1])), 0.0)
    beyond = max(gap - grain, 0.0)
    return Outcome(min(1.0, 2 * exp(-2 * n * beyond * beyond)), gap, sqrt(log(2) / (2 * n)))

"""The smallest error in a standard deviation that a test of n draws can be relied on to see."""

from __future__ import annotations

from math import log, sqrt

from symcheck.laws.families import EntryLaw


def visible_scale_error(entry: EntryLaw, n: int, false_alarm: float, miss: float = 1e-6) -> float:
    """Relative error of the standard deviation that :func:`goodness.scale_test` misses with chance ``miss`` at most.

    Exact tests, of exponent p: the two normal quantiles over sqrt(p n). Bounded laws: by the Hoeffding bound, whose
    variance is the Bernoulli one. A design figure, to one or two digits.
    """
    from scipy.special import ndtri

    exponent = entry.seen_in(n).exponent
    if exponent is not None:
        quantiles = -float(ndtri(false_alarm / 2)) - float(ndtri(miss))
        return quantiles / sqrt(exponent * n)
    half = (entry.high - entry.low) / 2
    share = (entry.std / half) ** 2
    deviation = sqrt(2 * share * (1 - share) / n)
    return deviation * (sqrt(log(2 / false_alarm)) + sqrt(log(2 / miss))) / (2 * share)

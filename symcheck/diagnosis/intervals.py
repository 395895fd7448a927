"""Intervals of a scale, a mean and bounds, by turning tests round; and the roundest number of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, inf, log, log10, sqrt

import numpy as np

from symcheck.distribution.goodness import scale_test
from symcheck.distribution.moments import mean_of, spread, times_two_to, to_unit
from symcheck.distribution.recognise import Observation
from symcheck.laws.families import FAMILIES
from symcheck.types import Array

_STEPS = 40


@dataclass(frozen=True)
class Interval:
    """Numbers from ``low`` to ``high``; empty where they are the other way round."""

    low: float
    high: float

    @property
    def empty(self) -> bool:
        """Whether there is no number in it."""
        return not self.low <= self.high

    def __and__(self, other: Interval) -> Interval:
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def times(self, factor: float) -> Interval:
        """``factor``, which is positive, times its numbers."""
        return Interval(factor * self.low, factor * self.high)


def common(intervals: Sequence[Interval]) -> Interval:
    """What lies in all of them."""
    kept = Interval(-inf, inf)
    for interval in intervals:
        kept &= interval
    return kept


def roundest(low: float, high: float) -> float:
    """The number with the fewest digits between two, nearest to their middle."""
    if low <= 0 <= high:
        return 0.0
    middle = (low + high) / 2
    for digits in range(17):
        place = digits - floor(log10(abs(middle)))
        near = float(round(middle, place))
        if low <= near <= high:
            return near
    return middle


def std_interval(sample: Array, family: str, limit: float) -> Interval | None:
    """The standard deviations of a family's members that the test of scale does not reject at a rate; None for no family.

    About the sample's own mean, which takes 1/n off the variance.
    """
    if family not in FAMILIES or spread(sample) == 0:
        return None
    unit, exponent = to_unit(np.ravel(sample), mean_of(sample))
    middle = spread(unit)

    def accepted(std: float) -> bool:
        return scale_test(unit, FAMILIES[family].of_std(std)).p_value >= limit

    if not accepted(middle):
        return None
    ends = []
    for factor in (0.5, 2.0):
        out, inside = middle, middle
        while accepted(out) and abs(log(out / middle)) < 50:
            inside, out = out, out * factor
        for _ in range(_STEPS):
            between = sqrt(out * inside)
            out, inside = (out, between) if accepted(between) else (between, inside)
        ends.append(times_two_to(inside, exponent))
    return Interval(*ends)


def mean_interval(observation: Observation, limit: float) -> Interval:
    """The means that a normal law of the sample's own standard deviation may have at a rate of error."""
    from scipy.special import ndtri

    half = -float(ndtri(limit / 2)) * observation.std / sqrt(observation.sample.size)
    mean = mean_of(observation.sample)
    return Interval(mean - half, mean + half)


def uniform_ends(sample: Array, limit: float) -> tuple[Interval, Interval]:
    """Where the ends of a uniform law may lie at a rate of error: no farther out than so many draws would have come."""
    low, high = float(np.min(sample)), float(np.max(sample))
    beyond = (high - low) * log(1 / limit) / max(np.size(sample), 1)
    # Rounding may have moved the last of them by a spacing.
    near = 1e-3 * beyond
    return Interval(low - beyond, low + near), Interval(high - near, high + beyond)

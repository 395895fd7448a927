"""A standard normal variable between two bounds, wherever they lie: in the bulk, in a far tail, or close together.

In a tail nothing is a difference of numbers near 0 or 1: shares are taken from logarithms of tails.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log, pi, sqrt

import numpy as np

from symcheck.types import Array

#: Beyond this many standard deviations, and beyond exp(-72) of the density at its largest, nothing is left.
_FAR = 12.0
_NODES = 256


def _log_above(z: Array | float) -> Array:
    """log P(N(0, 1) > z)."""
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-np.asarray(z, np.float64)))


@dataclass(frozen=True)
class Cut:
    """N(0, 1) given that it lies in [low, high]."""

    low: float
    high: float

    @property
    def _mirrored(self) -> bool:
        """Whether it lies more to the left; then it is looked at from the other side."""
        return self.low + self.high < 0

    def tails(self, z: Array) -> tuple[Array, Array]:
        """P(Z <= z) and P(Z > z), each accurate where it is small."""
        z = np.clip(z, self.low, self.high)
        if self._mirrored:
            above, below = Cut(-self.high, -self.low).tails(-z)
            return below, above
        if self.low < 0:
            from scipy.special import ndtr

            start, end = ndtr(self.low), ndtr(-self.high)
            whole = ndtr(self.high) - start
            return np.clip((ndtr(z) - start) / whole, 0, 1), np.clip((ndtr(-z) - end) / whole, 0, 1)
        at, end = _log_above(z) - self._start, float(_log_above(self.high)) - self._start
        whole = -expm1(end)
        # P(Z > z) = (Q(z) - Q(high)) / (Q(low) - Q(high)), divided through by Q(low).
        return np.clip(-np.expm1(at) / whole, 0, 1), np.clip(np.exp(at) * -np.expm1(end - at) / whole, 0, 1)

    @property
    def _start(self) -> float:
        return float(_log_above(self.low))

    def quantile(self, share: Array | float) -> Array:
        """The z with P(Z <= z) = share."""
        from scipy.special import ndtr, ndtri, ndtri_exp

        share = np.asarray(share, np.float64)
        if self._mirrored:
            return -Cut(-self.high, -self.low).quantile(1 - share)
        if self.low < 0:
            start, end = ndtr(self.low), ndtr(self.high)
            return np.asarray(np.clip(ndtri(start + (end - start) * share), self.low, self.high))
        whole = -expm1(float(_log_above(self.high)) - self._start)
        return np.asarray(np.clip(-ndtri_exp(self._start + np.log1p(-share * whole)), self.low, self.high))

    @property
    def log_peak(self) -> float:
        """Logarithm of the largest density."""
        if self._mirrored:
            return Cut(-self.high, -self.low).log_peak
        nearest = max(self.low, 0.0)
        if self.low < 0:
            from scipy.special import ndtr

            log_share = log(float(ndtr(self.high) - ndtr(self.low)))
        else:
            log_share = self._start + log(-expm1(float(_log_above(self.high)) - self._start))
        return -nearest * nearest / 2 - log(sqrt(2 * pi)) - log_share

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation, by Gauss-Legendre quadrature over all of the density that counts."""
        if self._mirrored:
            mean, std = Cut(-self.high, -self.low).moments()
            return -mean, std
        start = max(self.low, -_FAR)
        # Where exp(-(z^2 - start^2) / 2) has fallen to exp(-72).
        far = sqrt(start * start + _FAR * _FAR) if start > 0 else _FAR
        width = min(self.high - start, (_FAR * _FAR) / (far + start) if start > 0 else far - start)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        t = (nodes + 1) / 2
        steps = width * t
        nearest = max(start, 0.0)
        density = weights * np.exp(-(start + steps - nearest) * (start + steps + nearest) / 2)
        density /= density.sum()
        mean = float(density @ t)
        std = sqrt(float(density @ (t - mean) ** 2))
        return 0.0 if self.low == -self.high else start + width * mean, width * std

"""The scale of weights: an interval for it, a test of one that was asked for, and the least error that can be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isinf, log, sqrt

from symcheck.propagation.layers import SignalLayer

#: The chance to miss an error of the size that is called decidable.
MISS = 1e-6
#: Excess kurtosis within this many standard errors of a law's is that law's.
_NEAR = 6
#: What orthogonal weights may be off by rounding.
_EXACT = 1e-4


@dataclass(frozen=True)
class Scale:
    """Of some layers together, relative to gains that they are held to.

    Attributes:
        square: the mean of g^2 / (g asked for)^2, weighted by the number of entries.
        freedom: such that ``freedom * square`` is chi^2 with this many degrees of freedom where the gains are as asked for; exact
            for normal entries, by the first two moments for others; infinite where all weights are orthogonal, whose scale is no
            matter of chance.
    """

    square: float
    freedom: float

    def interval(self, alpha: float) -> tuple[float, float]:
        """Where the logarithm of the true ``square`` lies but for a chance of ``alpha``."""
        from scipy.stats import chi2

        if isinf(self.freedom):
            return log(self.square) - _EXACT, log(self.square) + _EXACT
        centre = log(self.square) + log(self.freedom)
        return centre - log(chi2.isf(alpha / 2, self.freedom)), centre - log(chi2.ppf(alpha / 2, self.freedom))

    @property
    def p_value(self) -> float:
        """Of the gains that were asked for, two-sided."""
        from scipy.stats import chi2

        if isinf(self.freedom):
            return float(abs(log(self.square)) <= _EXACT)
        statistic = self.freedom * self.square
        return float(min(1.0, 2 * min(chi2.cdf(statistic, self.freedom), chi2.sf(statistic, self.freedom))))

    def decidable(self, alpha: float) -> float:
        """The least relative error of a common gain that is found but for a chance of `MISS`."""
        from scipy.stats import norm

        if isinf(self.freedom):
            return _EXACT
        return exp((norm.isf(alpha / 2) + norm.isf(MISS)) * sqrt(2 / self.freedom) / 2) - 1


def scale_of(layers: Sequence[SignalLayer], gains: Sequence[float]) -> Scale:
    """The scale of layers beside the gains that they are held to; weights that are all zero are left out.

    Weights that several layers share, or are copies of, are no more entries than one of them has.
    """
    once = {layer.weights: (layer, gain) for layer, gain in zip(layers, gains, strict=True) if layer.weights.square > 0}
    held = list(once.values())
    number = sum(layer.weights.number for layer, _ in held)
    square = sum(layer.weights.number * layer.gain**2 / gain**2 for layer, gain in held) / number
    spread = sum(layer.weights.number * (_kurtosis(layer) - 1) for layer, _ in held if not layer.weights.orthogonal)
    return Scale(square, 2 * number**2 / spread if spread else inf)


def _kurtosis(layer: SignalLayer) -> float:
    """Of a normal or a uniform law where the entries may have it, which leaves no error of its own; else as measured."""
    measured = layer.weights.kurtosis
    error = _NEAR * sqrt(24 / layer.weights.number)
    known = [law for law in (3.0, 1.8) if abs(measured - law) < error]
    return known[0] if known else max(measured, 1.0 + 1e-6)

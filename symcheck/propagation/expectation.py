"""E[sigma(z)^2] and E[sigma'(z)^2] for z ~ N(0, 1) of any function, in two ways whose difference is the stated error.

The line is cut until a Chebyshev interpolant holds the function on every panel; the cut closes in on kinks and jumps, which
the adaptive Gauss-Kronrod rule (QUADPACK, Piessens et al. 1983) is then told of. An error is what the two rules differ by
and what they estimate of themselves. Both may miss a narrow feature: the interpolants are compared at points 1e-4 apart.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from itertools import pairwise
from math import frexp, inf, pi, sqrt

import numpy as np

from symcheck.activations import Function
from symcheck.errors import SymcheckError
from symcheck.propagation.panels import REACH, Panels

#: An error above this part of the value leaves nothing to be said.
_USABLE = 1e-3
#: Values of a wider spacing at 1 are summed over so many steps of (-12, 12), beyond which z does not come.
_COARSE, _STEPS, _FAR = 1e-4, 1 << 17, 12.0


@dataclass(frozen=True)
class Expectation:
    """An expectation by quadrature.

    Attributes:
        value: of the panels.
        error: what the second rule differs by, with what both estimate of themselves.
    """

    value: float
    error: float


@dataclass(frozen=True)
class Moments:
    """What a function does to a standard normal z.

    Attributes:
        value: E[sigma(z)^2].
        slope: E[sigma'(z)^2]; None where the function jumps, or its slope grows without bound: there is no such moment.
        kinks, jumps: where the slope, or the value, is not continuous.
        constant: whether the value is the same everywhere, up to rounding.
    """

    value: Expectation
    slope: Expectation | None
    kinks: tuple[float, ...]
    jumps: tuple[float, ...]
    constant: bool = False


def moments(function: Function, derivative: Function | None = None, eps: float = 2.0**-52) -> Moments:
    """The two second moments.

    Args:
        function: elementwise, of shape (n,) to (n,) and finite from -38 to 38.
        derivative: its slope where that is known; else it is the interpolant's.
        eps: the spacing at 1 of the numbers that the function gives.

    Of numbers of few digits, as those of half precision, there are the second moment and its error alone.

    Raises:
        SymcheckError: the second moment is not finite, or the function is 0 everywhere.
    """
    scale = _scale(function)
    if eps > _COARSE:
        return _coarse(function, eps)
    found = _moments(_over(function, scale), None if derivative is None else _over(derivative, scale), eps)
    moments = [found.value] if found.slope is None else [found.value, found.slope]
    if not all(0 < one.value * scale * scale < inf for one in moments):
        raise SymcheckError(f"values of the size of {scale:.0e} have squares beyond the numbers of double precision")
    value, *slope = (Expectation(one.value * scale * scale, one.error * scale * scale) for one in moments)
    return replace(found, value=value, slope=slope[0] if slope else None)


def _coarse(function: Function, eps: float) -> Moments:
    """Values of few digits: a sum over equal steps, as exact as these are; of the slopes of such stairs nothing is known."""
    z = (np.arange(_STEPS) + 0.5) / _STEPS * 2 * _FAR - _FAR
    mass = np.exp(-z * z / 2)
    value = float(np.square(function(z)) @ mass / mass.sum())
    if not 0 < value < inf:
        raise SymcheckError("the function is 0 wherever z is likely: no factor makes its second moment 1")
    return Moments(Expectation(value, 2 * eps * value), None, (), ())


def _scale(function: Function) -> float:
    """A power of two near the largest value that counts, so that no bound on errors depends on the unit of the values."""
    z = np.linspace(-REACH, REACH, 7601)
    largest = float(np.abs(function(z) * np.exp(-z * z / 4)).max())
    return 2.0 ** (frexp(largest)[1] - 1) if 0 < largest < inf else 1.0


def _over(function: Function, scale: float) -> Function:
    return lambda z: np.asarray(function(z), np.float64) / scale


def _moments(function: Function, derivative: Function | None, eps: float) -> Moments:
    panels = Panels(function, eps)
    kinks, jumps = panels.kinks_and_jumps()
    value = _both(panels.second_moment(0), function, (*kinks, *jumps), panels.error(0))
    if value.value == 0:
        raise SymcheckError("the function is 0 wherever z is likely: no factor makes its second moment 1")
    if value.error > _USABLE * value.value:
        raise SymcheckError(
            f"E[sigma(z)^2] comes out with an error of {value.error / value.value:.1e} of itself: the function changes too fast, or its "
            "values are too rough"
        )
    if jumps:
        return Moments(value, None, kinks, jumps)
    if derivative is not None:
        slope = _both(panels.second_moment(1), derivative, kinks, 0.0)
    else:
        measured = panels.second_moment(1)
        slope = Expectation(measured, panels.error(1))
    # A slope that grows without bound, as at a root's zero, is one whose moment no rule settles on.
    known = slope if slope.error < _USABLE * slope.value else None
    return Moments(value, known, kinks, jumps, known is None and panels.constant())


def _both(of_panels: float, function: Function, points: tuple[float, ...], own: float) -> Expectation:
    """The mean over the panels beside the adaptive rule's, between the points where the function is not smooth."""
    from scipy.integrate import IntegrationWarning, quad

    def density(z: float) -> float:
        # The root of the density first, so that a large value does not overflow before it is made small.
        return float(function(np.array([z]))[0] * np.exp(-z * z / 4)) ** 2 / sqrt(2 * pi)

    total = estimated = 0.0
    ends = sorted({-float(REACH), -8.0, -3.0, 0.0, 3.0, 8.0, float(REACH), *points})
    with warnings.catch_warnings():
        # Rounding that it warns of is in its estimate.
        warnings.simplefilter("ignore", IntegrationWarning)
        for low, high in pairwise(ends):
            part, error = quad(density, low, high, epsabs=1e-16, epsrel=1e-13, limit=200)[:2]
            total, estimated = total + part, estimated + error
    return Expectation(of_panels, abs(total - of_panels) + estimated + own)

"""Chebyshev interpolants of a function of one variable on panels that close in on its kinks and jumps."""

from __future__ import annotations

from math import inf, pi, sqrt

import numpy as np
from numpy.polynomial import chebyshev
from numpy.polynomial.legendre import leggauss

from symcheck.activations import Function
from symcheck.errors import SymcheckError
from symcheck.types import Array, Flags, Floats

#: Beyond this the density is no normal number.
REACH = 38
_DEGREE, _NODES = 16, 40
#: What a slope is of the last coefficients, root mean square over a panel of width 1.
_STEEPER = 2 * _DEGREE**1.5
#: Panels at a kink are cut down to this width; all in all there are no more than this.
_NARROWEST, _MOST = 1e-13, 20_000
#: What an error may be of the whole.
_GOAL = 1e-17
#: Relative differences of slopes, and of values, at one point.
_KINK, _JUMP = 1e-5, 1e-7
#: And how many times the errors of both.
_OFF = 8
#: A jump is one between points this near to it.
_CLOSE = 2e-12
#: From that far to neighbouring numbers.
_HALVINGS = 64
#: Between the nodes the interpolants are compared at so many points of (-8, 8), up to this part of the largest value.
_BETWEEN, _AGREES = 1 << 17, 1e-6
#: Slopes of panels that are narrower are not looked at.
_ROUGH = 1e-4


class Panels:
    """Chebyshev interpolants of a function, side by side from -38 to 38.

    Attributes:
        low, high: shape (panels,).
        coefficients: shape (degree + 1, panels).
    """

    def __init__(self, function: Function, eps: float) -> None:
        self._eps, self._function = eps, function
        self._nodes = np.cos(pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))
        self._from_values = np.linalg.inv(chebyshev.chebvander(self._nodes, _DEGREE))
        # Near 0 functions turn that are steep there, as a scaled tanh does.
        steep = np.geomspace(1e-12, 0.1, 12)
        inner = np.concatenate([-steep, np.arange(-8, 8.125, 0.25), steep])
        edges = np.sort(np.concatenate([np.arange(-REACH, -8.0), inner, np.arange(9.0, REACH + 1)]))
        low, high = edges[:-1], edges[1:]
        kept: list[tuple[Floats, Floats, Floats, Floats]] = []
        number, totals = 0, np.zeros(2)
        while len(low):
            values = self._values(function, low, high)
            errors, parts, rounded = self._judged(values, low, high, float(np.sqrt(totals[0])))
            totals = np.maximum(totals, parts.sum(axis=1))
            fine = rounded | (errors <= _GOAL * totals[:, None]).all(axis=0) | (high - low < _NARROWEST)
            if number + len(low) > _MOST:
                raise SymcheckError(
                    "the function changes too fast, or at too many places, to be integrated to a known error"
                )
            kept.append((low[fine], high[fine], values[:, fine], errors[:, fine]))
            number += int(fine.sum())
            middle = (low[~fine] + high[~fine]) / 2
            low, high = np.concatenate([low[~fine], middle]), np.concatenate([middle, high[~fine]])
        self.low, self.high = (np.concatenate([k[i] for k in kept]) for i in (0, 1))
        order = np.argsort(self.low)
        self.low, self.high = self.low[order], self.high[order]
        self.coefficients = np.concatenate([k[2] for k in kept], axis=1)[:, order]
        self._errors = np.concatenate([k[3] for k in kept], axis=1)[:, order]
        self._compare()

    def _compare(self) -> None:
        """Look between the nodes.

        Raises:
            SymcheckError: the function is another one there.
        """
        z = -8 + 16 * (np.arange(_BETWEEN) + 0.618) / _BETWEEN
        panel = np.searchsorted(self.low, z, side="right") - 1
        x = (2 * z - self.low[panel] - self.high[panel]) / (self.high[panel] - self.low[panel])
        off = np.abs(self._function(z) - chebyshev.chebval(x, self.coefficients[:, panel], tensor=False))
        # What lies in a panel next to a jump is no feature of its own.
        off[self.high[panel] - self.low[panel] < 4 * _NARROWEST] = 0
        inner = np.abs(self.coefficients[:, panel]).max()
        if off.max() > max(_AGREES, 256 * self._eps) * inner:
            raise SymcheckError(
                f"the function changes too fast near z = {z[int(np.argmax(off))]:.6g} to be integrated to a known error"
            )

    def _values(self, function: Function, low: Floats, high: Floats) -> Floats:
        z = (low + high) / 2 + (high - low) / 2 * self._nodes[:, None]
        return np.asarray(self._from_values @ function(z.ravel()).reshape(z.shape), np.float64)

    def _judged(self, c: Floats, low: Floats, high: Floats, usual: float) -> tuple[Floats, Floats, Flags]:
        """For value and slope, shape (2, panels): what is left out of the second moment, and the moment itself; and whether
        what is left out, shape (panels,), is rounding: of the value, of its argument, or of terms of the ``usual`` size.
        """
        root = np.exp(-(np.minimum(np.abs(low), np.abs(high)) ** 2) / 4) * np.sqrt(high - low)
        size, tail = np.abs(c).max(axis=0), np.abs(c[-3:]).max(axis=0)
        slope = np.abs(chebyshev.chebder(c)).max(axis=0) * 2 / (high - low)
        rounding = 8 * self._eps * (size + np.maximum(np.abs(low), np.abs(high)) * slope + usual)
        sizes, tails = np.stack([size, slope]), np.stack([tail, tail * _STEEPER / (high - low)])
        with np.errstate(over="ignore", invalid="ignore"):
            return (2 * sizes + tails) * root * (tails * root), (sizes * root) ** 2, tail <= rounding

    def second_moment(self, order: int) -> float:
        """Of the function (0) or its slope (1).

        Raises:
            SymcheckError: most of it lies at the ends of the range.
        """
        x, weights = leggauss(_NODES)
        half = (self.high - self.low) / 2
        coefficients = self.coefficients if order == 0 else chebyshev.chebder(self.coefficients) / half
        z = (self.low + self.high) / 2 + half * x[:, None]
        roots = chebyshev.chebval(x, coefficients).T * np.exp(-z * z / 4)
        with np.errstate(over="ignore"):
            parts = weights @ roots**2 * half / sqrt(2 * pi)
        total = float(parts.sum())
        if not total < inf or float(parts[np.abs(self.low + self.high) > 2 * REACH - 4].sum()) > 1e-16 * total:
            raise SymcheckError("E[sigma(z)^2] is not finite: the function grows too fast for a normal z")
        return total

    def error(self, order: int) -> float:
        """What the interpolants leave out, as their last coefficients tell: rounding too."""
        errors = self._errors[order]
        return float(errors[np.isfinite(errors)].sum()) + 4e-16

    def constant(self) -> bool:
        """Whether all panels hold one value."""
        first = self.coefficients[0]
        rest = float(np.abs(self.coefficients[1:]).max()) + float(np.ptp(first))
        return rest <= 64 * self._eps * float(np.abs(first).max())

    def kinks_and_jumps(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Where neighbours differ in slope, and where in value; only where z is likely."""
        at, left, right, scale = self._neighbours(4 * _NARROWEST)
        least = max(_JUMP, 16 * self._eps) * scale
        size = np.abs(left[0] - right[0])
        found = size > least
        if found.any():
            places = at[found]
            near = _CLOSE * np.maximum(1.0, np.abs(places))
            seen = np.abs(self._function(places + near) - self._function(places - near))
            if (seen < size[found] / 2).any():
                # What all nodes fall beside looks like a jump.
                place = places[np.argmin(seen / size[found])]
                raise SymcheckError(
                    f"the function changes too fast near z = {place:g} to be integrated to a known error"
                )
            found[found] = self._stay(places - near, places + near, seen)
        jumps = _places(at[found], ())
        # Panels next to a kink are narrow, and a slope read off one of them is rough: they are passed over.
        at, left, right, scale = self._neighbours(_ROUGH)
        steepest = max(float(np.abs([left[1], right[1]]).max(initial=0)), 1e-3 * scale)
        noise = 4 * _DEGREE**2 * self._eps / _ROUGH
        # Where z hardly comes interpolants are coarse, and their slopes are as far apart as they are off.
        off = self._slope_errors(_ROUGH)
        found = np.abs(left[1] - right[1]) > (_KINK + noise) * steepest + _OFF * (off[:-1] + off[1:])
        return _places(np.array([self._narrowest_at(place) for place in at[found].tolist()]), jumps), jumps

    def _stay(self, low: Floats, high: Floats, seen: Floats) -> Flags:
        """Whether a difference is there between neighbouring numbers too; a root's is not, which is only steep."""
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            left, at, right = (self._function(z) for z in (low, middle, high))
            below = np.abs(at - left) > np.abs(right - at)
            low, high = np.where(below, low, middle), np.where(below, middle, high)
        return np.asarray(np.abs(self._function(high) - self._function(low)) > seen / 4)

    def _narrowest_at(self, place: float) -> float:
        """Where the cuts close in, next to a place; the place itself where they do not."""
        near = np.flatnonzero((np.abs((self.low + self.high) / 2 - place) < _ROUGH) & (self.high - self.low < _ROUGH))
        if not len(near):
            return place
        least = near[np.argmin((self.high - self.low)[near])]
        return float((self.low[least] + self.high[least]) / 2)

    def _slope_errors(self, narrowest: float) -> Floats:
        """Of each panel that is not narrower, as its last coefficients tell."""
        wide = self._wide(narrowest)
        tails = np.abs(self.coefficients[-3:, wide]).max(axis=0)
        return np.asarray(tails * 2 * _DEGREE**2 / (self.high - self.low)[wide])

    def _wide(self, narrowest: float) -> Flags:
        return np.asarray((self.high - self.low >= narrowest) & (np.minimum(np.abs(self.low), np.abs(self.high)) < 8))

    def _neighbours(self, narrowest: float) -> tuple[Floats, Floats, Floats, float]:
        """Where panels that are not narrower meet, value and slope to the left and right of it, (2, places), and their scale."""
        wide = self._wide(narrowest)
        low, high, c = self.low[wide], self.high[wide], self.coefficients[:, wide]
        slopes = chebyshev.chebder(c) * 2 / (high - low)
        bends = chebyshev.chebder(slopes) * 2 / (high - low)
        at = np.where(high[:-1] == low[1:], low[1:], (high[:-1] + low[1:]) / 2)
        # To the middle of what narrower panels leave open, the slope goes on as it bends.
        half = (low[1:] - high[:-1]) / 2
        (low_values, values), (low_slopes, steps), (low_bends, turns) = map(_at_ends, (c, slopes, bends))
        left = np.stack([values[:-1], steps[:-1] + turns[:-1] * half])
        right = np.stack([low_values[1:], low_slopes[1:] - low_bends[1:] * half])
        return at, left, right, float(np.abs(c).max(initial=0))


def _at_ends(coefficients: Floats) -> tuple[Array, Array]:
    signs = (-1.0) ** np.arange(len(coefficients))
    return signs @ coefficients, coefficients.sum(axis=0)


def _places(places: Floats, but: tuple[float, ...]) -> tuple[float, ...]:
    """Each place once: cuts that close in on one end beside it more than once."""
    found: list[float] = []
    for place in places.tolist():
        near = round(place, 6) + 0.0
        if not any(abs(near - other) < 3 * _ROUGH for other in (*found, *but)):
            found.append(near if abs(near - place) < 1e-11 else place)
    return tuple(found)

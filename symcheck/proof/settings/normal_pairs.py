"""Worlds of real numbers in which two functions are the means of a pair of jointly normal variables.

They are computed by integrating over one of the two what the other contributes given it: Cartesian, so that the second
judge does not rest on the polar coordinates of the proof.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np

from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.reals import DIGITS, RealWorld, reals
from symcheck.proof.text.theory import Theory

#: Where the quadrature is split; beyond the last place the density is below 1e-50.
_SPLITS = [0, 1, 2, 4, 8, 16]


def normal_pairs(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Makes worlds with M(theta) = 2 E[relu(u) relu(v)] and S(theta) = 2 E[relu'(u) relu'(v)] at correlation cos(theta)."""
    plain = reals(theory, basic, ())

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> RealWorld:
        made = plain(rng, assumed, reach)
        assert isinstance(made, RealWorld)
        for function, hypothesis, mean in (("M", "normal", _lengths), ("S", "normal-slopes", _slopes)):
            if hypothesis in assumed:
                made.real_functions[function] = _Remembered(mean)
        return made

    return make


class _Remembered:
    """A function whose values are computed once."""

    def __init__(self, mean: Any) -> None:
        self._mean, self._values = mean, dict[str, Any]()

    def __call__(self, theta: Any) -> Any:
        key = mpmath.nstr(theta, DIGITS)
        if key not in self._values:
            self._values[key] = self._mean(theta)
        return self._values[key]


def _lengths(theta: Any) -> Any:
    c, s = mpmath.cos(theta), mpmath.sin(theta)

    def given(u: Any) -> Any:
        return 2 * u * (c * u * mpmath.ncdf(c * u / s) + s * mpmath.npdf(c * u / s)) * mpmath.npdf(u)

    return mpmath.quad(given, _SPLITS)


def _slopes(theta: Any) -> Any:
    if not theta:
        return mpmath.mpf(1)  # both are positive when one is
    ratio = mpmath.cot(theta)
    return mpmath.quad(lambda u: 2 * mpmath.ncdf(ratio * u) * mpmath.npdf(u), _SPLITS)

"""Wide layers of independent weights: how an activation maps second moments (Poole et al. 2016, Schoenholz et al. 2017).

For z ~ N(0, q): q -> E[sigma(z)^2] forward, E[sigma'(z)^2] backward, and the relative variance of sigma(z)^2, which divided by
the width is what one finite layer adds to the variance of the logarithm of the second moment (5/n for ReLU; Hanin 2018).
Two inputs: half the mean squared difference of two signals, which is q (1 - c) for a correlation c, so that nothing cancels
where inputs have become alike (the correlation map of the same papers).
"""

from __future__ import annotations

from functools import cache
from math import pi, sqrt

import numpy as np
from numpy.polynomial.legendre import leggauss

from symcheck.activations import Activation, Function
from symcheck.types import Floats

#: Panels on each side of 0; dense near it, where a saturating function turns when q is large.
_PANELS = (0.0, 0.003, 0.03, 0.1, 0.3, 0.8, 1.6, 3.0, 5.0, 8.0, 12.0)
_NODES = 14
#: Nodes of the difference of two signals, and the share of q below which it is its slope that counts.
_APART, _NEAR = 24, 1e-9


@cache
def _rule() -> tuple[Floats, Floats]:
    """Nodes and weights of the expectation over N(0, 1), split at 0."""
    x, weights = leggauss(_NODES)
    ends = np.array(_PANELS)
    half = np.diff(ends)[:, None] / 2
    z = ((ends[:-1] + ends[1:])[:, None] / 2 + half * x).ravel()
    mass = (half * weights).ravel() * np.exp(-z * z / 2) / sqrt(2 * pi)
    return np.concatenate([-z[::-1], z]), np.concatenate([mass[::-1], mass])


def forward(activation: Activation, q: Floats | float) -> Floats:
    """E[sigma(z)^2] for z ~ N(0, q), shape of ``q``."""
    return _mean(activation.function, q, 2)


def backward(activation: Activation, q: Floats | float) -> Floats:
    """E[sigma'(z)^2] for z ~ N(0, q), shape of ``q``."""
    return _mean(activation.derivative, q, 2)


def fluctuation(activation: Activation, q: Floats | float) -> Floats:
    """Var[sigma(z)^2] / E[sigma(z)^2]^2, shape of ``q``; 5 for ReLU, 2 for the identity."""
    return _mean(activation.function, q, 4) / forward(activation, q) ** 2 - 1


def slope_fluctuation(activation: Activation, q: Floats | float) -> Floats:
    """Var[sigma'(z)^2] / E[sigma'(z)^2]^2, shape of ``q``; 1 for ReLU, 0 for the identity."""
    return _mean(activation.derivative, q, 4) / backward(activation, q) ** 2 - 1


def apart(activation: Activation, q: float, d: float) -> float:
    """E[(sigma(u) - sigma(v))^2] / 2 for u, v ~ N(0, q) with E[(u - v)^2] / 2 = d."""
    function = activation.function
    assert function is not None
    share = d / q
    if share < _NEAR:
        return d * float(backward(activation, q))
    nodes, weights = _rule()
    across, parts = np.polynomial.hermite_e.hermegauss(_APART)
    # The sum of both varies by q (1 - share / 2), half their difference by q share / 2.
    middle = np.sqrt(q * max(1 - share / 2, 0.0)) * nodes[:, None]
    half = np.sqrt(q * share / 2) * across[None, :]
    difference = np.asarray(function(middle + half) - function(middle - half), np.float64)
    return float(weights @ difference**2 @ parts / parts.sum() / 2)


def _mean(function: Function | None, q: Floats | float, power: int) -> Floats:
    """E[f(z)^power] for z ~ N(0, q)."""
    assert function is not None
    nodes, weights = _rule()
    values = np.asarray(function(np.sqrt(np.asarray(q, np.float64))[..., None] * nodes), np.float64)
    return np.asarray(values**power @ weights)

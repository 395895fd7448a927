"""How far the outputs of the last layer, and the derivative of a loss by what goes into their activation, may be off.

z, of shape (samples, n), comes with a bound on its error; see `bounds` for the rules.
"""

from __future__ import annotations

import numpy as np

from symcheck.activations import get_activation
from symcheck.objective import SOFTMAX, Objective, activated, slope_of
from symcheck.reference.rounding import ELEMENTARY, gamma, smoothness
from symcheck.types import Array

Bounded = tuple[Array, Array]


def returned(z: Array, error: Array, activation: str, unit: float) -> Bounded:
    """The outputs after their activation (of the table, or ``softmax``), with a bound."""
    if activation == "identity":
        return z, error
    if activation == SOFTMAX:
        return shares(z, error, unit)
    return activated(z, activation), _after(z, error, activation, unit)[0]


def shares(z: Array, error: Array, unit: float) -> Bounded:
    """The softmax of every sample, with a bound."""
    found = activated(z, SOFTMAX)
    # A change of all arguments by at most e changes log-softmax by at most 2 e.
    argument = 2 * error.max(axis=1, keepdims=True) + 2 * unit * np.abs(z).max(axis=1, keepdims=True)
    return found, shares_error(found, argument) + found * (gamma(z.shape[1], unit) + ELEMENTARY * unit)


def shares_error(shares: Array, argument: Array) -> Array:
    """How far softmax shares move when the logarithm of each moves by at most ``argument``; they stay between 0 and 1."""
    return np.asarray(np.minimum(1.0, np.where(argument > 50, 1.0, shares * np.expm1(np.minimum(argument, 50.0)))))


def output_delta(z: Array, error: Array, Y: Array, objective: Objective, unit: float) -> Bounded:
    """The derivative of the loss by z, with a bound; targets ``Y`` of shape (samples, n).

    A cross-entropy whose logarithms are guarded may be off by what the guard adds to a probability, on either side.
    """
    scale = abs(objective.scale(*z.shape))
    delta = objective.delta(z, Y)
    whole = np.abs(Y)
    if objective.loss == "softmax_cross_entropy":
        found, spread = shares(z, error, unit)
        return delta, scale * (spread + 8 * unit * (found + whole) + _guarded(found, whole, objective.guard))
    if objective.link == SOFTMAX:
        found, spread = shares(z, error, unit)
        return delta, scale * _through_softmax(found, spread, Y, objective, unit)
    a = activated(z, objective.link)
    spread, slope, slope_spread = _after(z, error, objective.link, unit)
    if objective.loss == "binary_cross_entropy":
        other = np.abs(1 - Y)
        guard = objective.guard * (whole * (1 - a) / a + other * a / (1 - a)) if objective.guard else 0.0
        return delta, scale * ((whole + other) * (spread + 8 * unit) + guard)
    off = spread * (np.abs(slope) + slope_spread) + np.abs(a - Y) * slope_spread
    return delta, 2 * scale * (off + 8 * unit * (np.abs(a) + whole) * np.abs(slope))


def _after(z: Array, error: Array, name: str, unit: float) -> tuple[Array, Array, Array]:
    """The error of sigma(z), the slope there, and the error of the slope."""
    curvature, jump = smoothness(get_activation(name))
    own = ELEMENTARY * unit * (1 + np.abs(z)) if name != "identity" else np.zeros_like(z)
    slope = slope_of(z, name)
    slope_spread = curvature * error + own + jump * (np.abs(z) <= error)
    return (np.abs(slope) + slope_spread) * error + own, slope, slope_spread


def _through_softmax(a: Array, spread: Array, Y: Array, objective: Objective, unit: float) -> Array:
    """The error of a (g - sum g a), where g is the derivative by a of the squared error, or of a binary cross-entropy."""
    if objective.loss == "squared_error":
        slope, steep = np.abs(2 * (a - Y)), 2.0
    else:
        below, above = np.maximum(a, 1e-300), np.maximum(1 - a, 1e-300)
        slope = np.abs(Y) / below + np.abs(1 - Y) / above
        steep = slope / np.minimum(below, above)
    slope_spread = steep * (spread + 8 * unit + objective.guard)
    together = (slope * a).sum(axis=1, keepdims=True)
    moved = (slope_spread * a + slope * spread).sum(axis=1, keepdims=True)
    rounding = gamma(a.shape[1], unit) * a * (slope + together)
    return np.asarray(spread * (slope + together) + a * (slope_spread + moved) + rounding)


def _guarded(found: Array, targets: Array, guard: float) -> Array | float:
    if not guard:
        return 0.0
    inverse = targets / np.maximum(found, guard)
    return guard * np.asarray(inverse + found * inverse.sum(axis=1, keepdims=True))

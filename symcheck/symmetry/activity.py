"""Inputs at which ReLUs are seen to be active, which alone shows that they are not dead.

A ReLU may be zero for ever without a sign that says so, as z = relu(x) - relu(2 x) is. So a unit that is not
proved dead is called active only with an input at which its pre-activation is positive. It is evaluated in
float64 with a bound of its rounding error (Higham, *Accuracy and Stability of Numerical Algorithms*, section
3.5), and in a small network by Python's integers where that bound is too wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.activations import Activation
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import integers
from symcheck.network import Network
from symcheck.types import Flags, Floats

_EPS = float(np.finfo(np.float64).eps)
_TINY = 5e-324
_ENTRIES = 1 << 22
#: Weights of a network that is evaluated in Python's integers, and points that it is evaluated at.
_FEW, _POINTS = 1 << 14, 64
#: So many times the error that independent roundings are likely to leave, a number is taken for what it seems.
_MARGIN = 64


@dataclass(frozen=True, eq=False)
class Activity:
    """What one hidden layer of rectified units does at given inputs.

    Attributes:
        seen: shape (points, units): positive in float64, far beyond a likely rounding error; in a small network proved.
        proved: the same beyond any rounding error.
        certain: whether every sign was beyond rounding error, and nothing overflowed.
    """

    seen: Flags
    proved: Flags
    certain: bool = True


def activity(network: Network, points: Floats) -> list[Activity | None]:
    """What the rectified layers do at points of shape (points, inputs); None for the other layers.

    Raises:
        NotExact: NaN or infinity among the weights up to the last rectified layer; no others are read.
    """
    bounded = _with_bounds(network, points)
    size = sum(w.size for w in network.weights)
    if (
        all(a is None or a.certain for a in bounded)
        or size > _FEW
        or len(points) > _POINTS
        or not all(map(_piecewise, network.activations))
    ):
        return bounded
    return _in_integers(network, points)


def _piecewise(sigma: Activation) -> bool:
    return sigma.rectified or sigma.linear


@dataclass(frozen=True, eq=False)
class _Values:
    """Computed values, each of shape (points, units), a bound of their errors, and a likely size of these."""

    computed: Floats
    bound: Floats
    likely: Floats


def _with_bounds(network: Network, points: Floats) -> list[Activity | None]:
    """Evaluation in float64, with what rounding may have done to it and what it is likely to have done."""
    nothing = np.zeros_like(points)
    h = _Values(points, nothing, nothing)
    found: list[Activity | None] = []
    depth = max((i for i, sigma in enumerate(network.activations, 1) if sigma.rectified), default=0)
    few = sum(w.size for w in network.weights) <= _FEW
    with np.errstate(all="ignore"):
        for number, sigma in enumerate(network.activations[:depth]):
            z = _evaluated(network, number, h)
            if sigma.rectified:
                proved = (z.computed > z.bound) & np.isfinite(z.bound)
                seen = proved if few else proved | ((z.computed > _MARGIN * z.likely) & np.isfinite(z.likely))
                found.append(Activity(seen, proved, bool((np.abs(z.computed) > z.bound).all())))
            else:
                found.append(None)
            h = _activated(sigma, z)
    return [*found, *[None] * (len(network.activations) - depth)]


def _activated(sigma: Activation, z: _Values) -> _Values:
    if sigma.function is None:
        unknown = np.full_like(z.computed, np.inf)
        return _Values(np.zeros_like(unknown), unknown, unknown)
    h = np.asarray(sigma.function(z.computed))
    # A library's function is right to a few units in the last place; these two kinds are computed without an error.
    own = np.zeros_like(h) if _piecewise(sigma) else 8 * _EPS * np.abs(h) + _TINY
    return _Values(h, sigma.steepest * z.bound + own, sigma.steepest * z.likely + own)


def _evaluated(network: Network, number: int, h: _Values) -> _Values:
    """Pre-activations of a layer."""
    matrix, bias = network.weights[number], network.biases[number]
    shift = np.zeros(len(matrix)) if bias is None else bias.astype(np.float64)
    step = max(1, _ENTRIES // matrix.shape[1])
    parts = []
    for start in range(0, len(matrix), step):
        rows = matrix[start : start + step].astype(np.float64).T
        if not np.isfinite(rows).all():
            raise NotExact("the values contain NaN or infinity, which have no exact image")
        sizes = np.abs(rows)
        squares = np.square(h.likely) @ np.square(rows) if h.likely.any() else np.zeros((len(h.likely), rows.shape[1]))
        parts.append((h.computed @ rows, np.abs(h.computed) @ sizes, h.bound @ sizes, squares))
    sums, sizes, carried, squares = (np.concatenate(part, 1) for part in zip(*parts, strict=True))
    sizes = sizes + np.abs(shift)
    terms = matrix.shape[1] + 8
    # Twice the textbook's factor: the bounds are themselves computed with rounding.
    bound = 2 * (carried + terms * _EPS * sizes + terms * _TINY)
    return _Values(sums + shift, np.asarray(bound), np.asarray(np.sqrt(squares) + _EPS * sizes))


def _in_integers(network: Network, points: Floats) -> list[Activity | None]:
    """Evaluation in Python's integers, of a network whose layers are rectified or linear."""
    ring = integers([points])
    h, unit = ring.encode(points), ring.low
    found: list[Activity | None] = []
    for number, sigma in enumerate(network.activations):
        matrix, bias = network.weights[number], network.biases[number]
        weights = integers([matrix])
        z, unit = h @ weights.encode(matrix).T, unit + weights.low
        if bias is not None and bias.any():
            shift = integers([bias])
            low = min(unit, shift.low)
            z = z * 2 ** (unit - low) + shift.encode(bias) * 2 ** (shift.low - low)
            unit = low
        positive = np.asarray(z > 0, bool)
        found.append(Activity(positive, positive) if sigma.rectified else None)
        h = np.where(positive, z, 0) if sigma.rectified else z
    return found

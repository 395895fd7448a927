"""Inputs at which ReLUs are seen to be active, which alone shows that they are not dead.

A ReLU may be zero for ever without a sign that says so, as z = relu(x) - relu(2 x) is. So a unit that is not
proved dead is called active only with an input at which its pre-activation is positive. It is evaluated in
float64 with a bound of its rounding error (Higham, *Accuracy and Stability of Numerical Algorithms*, section
3.5), and in a small network by Python's integers where that bound is too wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import integers
from symcheck.network import Network
from symcheck.types import Flags, Floats, Labels

_EPS = float(np.finfo(np.float64).eps)
_TINY = 5e-324
_ENTRIES = 1 << 22
#: Weights of a network that is evaluated in Python's integers.
_FEW = 1 << 14
#: Of the sum of magnitudes, what rounding in any order leaves in doubt of a number that is only seen.
_MARGIN = 1e-9
_BATCH, _SCALES = 32, (0, 6, -6, 20)
_SOUGHT, _CLIMBS, _STRIDES = 64, 8, (0.05, 0.3, 1.0)
#: Multiplications that the search for inputs of single units may take.
_WORK = 1 << 32


@dataclass(frozen=True, eq=False)
class Activity:
    """What one hidden layer of rectified units does at given inputs.

    Attributes:
        seen: shape (points, units): positive in float64, beyond what rounding leaves in doubt.
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
        or len(points) > 2 * _BATCH
        or not all(map(_piecewise, network.activations))
    ):
        return bounded
    return _in_integers(network, points)


def seek_points(network: Network, wanted: Sequence[Flags | None], rng: Generator) -> Floats:
    """Points at which the wanted units are active, as far as a search finds any; shape (points, inputs).

    Args:
        wanted: for each hidden layer the units to look for, None for a layer that is not rectified.
    """
    left = [None if flags is None else flags.copy() for flags in wanted]
    kept = [np.zeros((0, network.sizes[0]))]
    kept += [_useful(network, _random_points(network, scale, rng), left) for scale in _SCALES if _any(left)]
    below = work = 0
    for layer, flags in enumerate(left):
        below += network.weights[layer].size
        if flags is None or not flags.any():
            continue
        units = np.flatnonzero(flags)[:_SOUGHT]
        work += (2 + len(_STRIDES)) * _CLIMBS * units.size * below
        if work <= _WORK:
            kept.append(_useful(network, _climb(network, layer, units, rng), left))
    return np.concatenate(kept)


def _any(left: Sequence[Flags | None]) -> bool:
    return any(flags is not None and flags.any() for flags in left)


def _useful(network: Network, points: Floats, left: Sequence[Flags | None]) -> Floats:
    """Few of the points at which all units are active that are at any; these are taken from what is left."""
    found = [a if a is None else (a.seen, a.proved) for a in activity(network, points)]
    chosen = np.zeros(len(points), bool)
    for each, flags in zip(found, left, strict=True):
        if each is None or flags is None:
            continue
        seen, proved = each
        flags &= ~seen[chosen].any(0)
        while flags.any():
            # A proof is worth more than a sight.
            gain = (seen[:, flags] + proved[:, flags].astype(int)).sum(1)
            best = int(gain.argmax())
            if gain[best] == 0:
                break
            chosen[best] = True
            flags &= ~seen[best]
    return points[chosen]


def _random_points(network: Network, scale: int, rng: Generator) -> Floats:
    low, high = network.inputs
    normal = np.rint(64 * rng.standard_normal((_BATCH, network.sizes[0]))) / 64
    if isfinite(low) and isfinite(high):
        return np.asarray(np.clip(low + (high - low) * rng.integers(0, 65, normal.shape) / 64, low, high))
    spread = normal * 2.0**scale
    if isfinite(low) or isfinite(high):
        spread = low + np.abs(spread) if isfinite(low) else high - np.abs(spread)
    return np.asarray(spread)


def _climb(network: Network, layer: int, units: Labels, rng: Generator) -> Floats:
    """Points at which the pre-activations of some units are large, each climbed to from the best of some random ones."""
    start = np.concatenate([_random_points(network, scale, rng) for scale in _SCALES[:2]])
    low, high = network.inputs
    rows = _rows(network, layer, units)
    with np.errstate(all="ignore"):
        heights = np.nan_to_num(_below(network, layer, start)[-1] @ rows.T, nan=-np.inf)
        x, height = start[heights.argmax(0)], heights.max(0)
        for _ in range(_CLIMBS):
            direction = _direction(network, layer, units, x)
            largest = np.abs(direction).max(1, keepdims=True)
            fitting = np.isfinite(largest) & (largest > 0)
            unit = np.where(fitting, direction / np.where(fitting, largest, 1), 0) * (
                1 + np.abs(x).max(1, keepdims=True)
            )
            for stride in _STRIDES:
                tried = np.clip(x + stride * unit, low, high)
                reached = np.nan_to_num((_below(network, layer, tried)[-1] * rows).sum(1), nan=-np.inf)
                better = reached > height
                x, height = np.where(better[:, None], tried, x), np.where(better, reached, height)
    return np.asarray(x)


def _direction(network: Network, layer: int, units: Labels, points: Floats) -> Floats:
    """The derivative of the pre-activation of each unit in the inputs, at a point of its own."""
    activations = _below(network, layer, points)
    back = _rows(network, layer, units)
    for number in reversed(range(layer)):
        z = _linear(network, number, activations[number])
        back = (back * _apply(network.activations[number], z, slope=True)) @ _rows(network, number)
    return back


def _below(network: Network, layer: int, points: Floats) -> list[Floats]:
    """What the layers up to the one below a hidden layer give, inputs first."""
    found = [points]
    for number in range(layer):
        found.append(_apply(network.activations[number], _linear(network, number, found[-1])))
    return found


def _rows(network: Network, number: int, units: Labels | slice = slice(None)) -> Floats:
    return network.weights[number][units].astype(np.float64)


def _linear(network: Network, number: int, h: Floats) -> Floats:
    bias = network.biases[number]
    z = h @ _rows(network, number).T
    return np.asarray(z if bias is None else z + bias.astype(np.float64))


def _apply(sigma: Activation, z: Floats, slope: bool = False) -> Floats:
    function = sigma.derivative if slope else sigma.function
    return np.asarray(np.zeros_like(z) if function is None else function(z))


def _piecewise(sigma: Activation) -> bool:
    return sigma.rectified or sigma.linear


def _with_bounds(network: Network, points: Floats) -> list[Activity | None]:
    """Evaluation in float64; errors are bounded as long as the layers below are rectified or linear."""
    h, error, bounded = points, np.zeros_like(points), True
    found: list[Activity | None] = []
    depth = max((i for i, sigma in enumerate(network.activations, 1) if sigma.rectified), default=0)
    with np.errstate(all="ignore"):
        for number, sigma in enumerate(network.activations[:depth]):
            z, doubt, size = _evaluated(network, number, h, error)
            if sigma.rectified:
                proved = (z > doubt) & bounded & np.isfinite(doubt)
                seen = proved | ((z > _MARGIN * size) & np.isfinite(size))
                found.append(Activity(seen, proved, bool((np.abs(z) > doubt).all())))
            else:
                found.append(None)
            bounded = bounded and _piecewise(sigma)
            h, error = _apply(sigma, z), doubt
    return [*found, *[None] * (len(network.activations) - depth)]


def _evaluated(network: Network, number: int, h: Floats, error: Floats) -> tuple[Floats, Floats, Floats]:
    """Pre-activations, bounds of their errors, and the sums of magnitudes that they are made of."""
    matrix, bias = network.weights[number], network.biases[number]
    shift = np.zeros(len(matrix)) if bias is None else bias.astype(np.float64)
    step = max(1, _ENTRIES // matrix.shape[1])
    z, size, carried = [], [], []
    for start in range(0, len(matrix), step):
        rows = matrix[start : start + step].astype(np.float64).T
        if not np.isfinite(rows).all():
            raise NotExact("the values contain NaN or infinity, which have no exact image")
        z.append(h @ rows)
        magnitudes = np.abs(rows)
        size.append(np.abs(h) @ magnitudes)
        carried.append(error @ magnitudes)
    sums = np.concatenate(z, 1) + shift
    sizes = np.concatenate(size, 1) + np.abs(shift)
    terms = matrix.shape[1] + 8
    # Twice the textbook's factor: the bounds are themselves computed with rounding.
    doubt = 2 * (np.concatenate(carried, 1) + terms * _EPS * sizes + terms * _TINY)
    return sums, np.asarray(doubt), np.asarray(sizes)


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

"""The search for inputs at which given ReLUs are active: random ones, then a climb for each unit that is left."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.network import Network
from symcheck.symmetry.activity import activity
from symcheck.types import Flags, Floats, Labels

#: Numbers of random inputs, with the powers of two that scale them; the first few are nearly always enough.
_BATCHES = ((32, 0), (256, 0), (64, 6), (64, -6), (32, 20))
#: Units of a layer that are climbed for, from how many inputs each, in how many steps at most.
_SOUGHT, _STARTS, _STEPS = 64, 3, 40
_STRIDES, _ZOOMS = (0.02, 0.1, 0.5), (4.0, 0.25)
#: Multiplications that all climbs together may take.
_WORK = 1 << 32


def seek_points(network: Network, wanted: Sequence[Flags | None], rng: Generator) -> Floats:
    """Points at which the wanted units are active, as far as a search finds any; shape (points, inputs).

    Args:
        wanted: for each hidden layer the units to look for, None for a layer that is not rectified.
    """
    left = [None if flags is None else flags.copy() for flags in wanted]
    kept = [np.zeros((0, network.sizes[0]))]
    kept += [
        _useful(network, _random_points(network, count, scale, rng), left) for count, scale in _BATCHES if _any(left)
    ]
    below, work = 0, _WORK
    for layer, flags in enumerate(left):
        below += network.weights[layer].size
        if flags is None or not flags.any():
            continue
        units = np.flatnonzero(flags)[:_SOUGHT]
        step = (2 + len(_STRIDES) + len(_ZOOMS)) * units.size * _STARTS * below
        steps = min(_STEPS, work // step)
        work -= steps * step
        if steps:
            kept.append(_useful(network, _climb(network, layer, units, steps, rng), left))
    return np.concatenate(kept)


def _any(left: Sequence[Flags | None]) -> bool:
    return any(flags is not None and flags.any() for flags in left)


def _useful(network: Network, points: Floats, left: Sequence[Flags | None]) -> Floats:
    """Few of the points at which all units are active that are at any; these are taken from what is left."""
    chosen = np.zeros(len(points), bool)
    for found, flags in zip(activity(network, points), left, strict=True):
        if found is None or flags is None:
            continue
        flags &= ~found.seen[chosen].any(0)
        while flags.any():
            # A proof is worth more than a sight.
            gain = (found.seen[:, flags] + found.proved[:, flags].astype(int)).sum(1)
            best = int(gain.argmax())
            if gain[best] == 0:
                break
            chosen[best] = True
            flags &= ~found.seen[best]
    return points[chosen]


def _random_points(network: Network, count: int, scale: int, rng: Generator) -> Floats:
    low, high = network.inputs
    normal = np.rint(64 * rng.standard_normal((count, network.sizes[0]))) / 64
    if isfinite(low) and isfinite(high):
        return np.asarray(np.clip(low + (high - low) * rng.integers(0, 65, normal.shape) / 64, low, high))
    spread = normal * 2.0**scale
    if isfinite(low) or isfinite(high):
        spread = low + np.abs(spread) if isfinite(low) else high - np.abs(spread)
    return np.asarray(spread)


def _climb(network: Network, layer: int, units: Labels, steps: int, rng: Generator) -> Floats:
    """Points at which some units are as near to active as steps from the best of some random points lead."""
    start = np.concatenate([_random_points(network, count, scale, rng) for count, scale in _BATCHES[1:3]])
    every = np.repeat(units, _STARTS)
    with np.errstate(all="ignore"):
        _, fed = _forward(network, layer, start)
        heights = np.stack([_height(network, layer, np.full(len(start), unit), fed) for unit in units])
        chosen = np.argsort(-heights, axis=1)[:, :_STARTS].ravel()
        x = start[chosen]
        height = _height(network, layer, every, fed[chosen])
        for _ in range(steps):
            direction = _direction(network, layer, every, x)
            for tried in _around(network, x, direction):
                reached = _height(network, layer, every, _forward(network, layer, tried)[1])
                better = reached > height
                x, height = np.where(better[:, None], tried, x), np.where(better, reached, height)
    return np.asarray(x)


def _around(network: Network, x: Floats, direction: Floats) -> list[Floats]:
    """Points a little way along directions, and nearer to 0 and farther from it, all in the range of the inputs."""
    low, high = network.inputs
    size, length = np.linalg.norm(x, axis=1, keepdims=True), np.linalg.norm(direction, axis=1, keepdims=True)
    unit = np.where(np.isfinite(length) & (length > 0), direction / np.where(length > 0, length, 1), 0)
    found = [x * zoom for zoom in _ZOOMS]
    for stride in _STRIDES:
        moved = x + stride * (size + (size == 0)) * unit
        # A ReLU without bias is the less below 0 the nearer to 0 the input is, which leads nowhere.
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        found.append(moved * np.where(lengths > 0, np.maximum(size, 1e-300) / np.where(lengths > 0, lengths, 1), 1))
    return [np.clip(one, low, high) for one in found]


def _height(network: Network, layer: int, units: Labels, fed: Floats) -> Floats:
    """The pre-activation of each unit, fed a row of its own, relative to the magnitudes that it is the sum of."""
    bias = network.biases[layer]
    terms = fed * _rows(network, layer, units)
    shift = np.zeros(len(units)) if bias is None else bias[units].astype(np.float64)
    height = (terms.sum(1) + shift) / (np.abs(terms).sum(1) + np.abs(shift))
    return np.asarray(np.nan_to_num(height, nan=-inf))


def _direction(network: Network, layer: int, units: Labels, points: Floats) -> Floats:
    """The derivative of the pre-activation of each unit in the inputs, at a point of its own."""
    below, _ = _forward(network, layer, points)
    back = _rows(network, layer, units)
    for number in reversed(range(layer)):
        back = (back * _apply(network.activations[number], below[number], slope=True)) @ _rows(network, number)
    return np.asarray(back)


def _forward(network: Network, layer: int, points: Floats) -> tuple[list[Floats], Floats]:
    """The pre-activations of the layers below a hidden layer, and what it is fed."""
    h = points
    below = []
    for number in range(layer):
        z, bias = h @ _rows(network, number).T, network.biases[number]
        below.append(z if bias is None else z + bias.astype(np.float64))
        h = _apply(network.activations[number], below[-1])
    return below, h


def _rows(network: Network, number: int, units: Labels | slice = slice(None)) -> Floats:
    return network.weights[number][units].astype(np.float64)


def _apply(sigma: Activation, z: Floats, slope: bool = False) -> Floats:
    function = sigma.derivative if slope else sigma.function
    return np.asarray(np.zeros_like(z) if function is None else function(z))

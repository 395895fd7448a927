"""Near ties: units that are not tied, but whose weights are almost the same.

They separate, yet so slowly at first that they learn as one; rounding a checkpoint or copying a unit with a
little noise makes them. This is a measurement in floating point and no part of a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import default_rng

from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certify import certify
from symcheck.types import Array, Floats, Labels

_ENTRIES = 1 << 20
_DIRECTIONS = 16


@dataclass(frozen=True)
class NearTie:
    """Two units of a hidden layer that are almost tied.

    Attributes:
        layer: number of the layer, 1 for the first hidden one.
        units: their indices, in increasing order.
        sign: 1, or -1 where one is almost the negative of the other (odd activations only).
        distance: |u - sign v| / max(|u|, |v|), where u and v hold incoming weights, bias and outgoing weights.
    """

    layer: int
    units: tuple[int, int]
    sign: int
    distance: float


def near_ties(network: Network, certificate: Certificate | None = None, at_most: float = 1e-3) -> list[NearTie]:
    """For each unit its nearest other one, where that is near but not tied, nearest pairs first.

    A class of tied units is represented by its first unit, and units that are zero for ever are left out. No
    near pair is overlooked for being one of many: each unit that has a near one is in some pair. The weights
    are projected onto random directions, which shortens distances and never lengthens them, and what is near
    there is measured in full.

    Args:
        network: weights of any supported dtype; they are read once, and memory stays small.
        certificate: of this network, if it is at hand.
        at_most: largest relative distance.
    """
    certificate = certificate or certify(network)
    found: list[NearTie] = []
    for layer in certificate.layers:
        first = np.unique(layer.labels, return_index=True)[1]
        units = np.sort(first[~layer.zero[first]])
        if units.size > 1:
            odd = network.activations[layer.layer - 1].symmetry == "odd"
            found += _nearest(_Vectors(network, layer.layer), units, odd, at_most)
    return sorted(found, key=lambda tie: tie.distance)


class _Vectors:
    """Incoming weights, bias and outgoing weights of the units of a layer, one vector for each."""

    def __init__(self, network: Network, layer: int) -> None:
        self.layer = layer
        self._incoming, self._outgoing = network.weights[layer - 1], network.weights[layer].T
        bias = network.biases[layer - 1]
        self._bias = np.zeros(len(self._incoming)) if bias is None else bias.astype(np.float64)
        # A softmax head does not see what all outputs have in common.
        self._centred = layer == network.depth - 1 and network.head == "softmax"
        largest = max(_largest(a) for a in (self._incoming, self._outgoing, self._bias))
        self._exponent = int(np.frexp(largest)[1])
        self.length = self._incoming.shape[1] + 1 + self._outgoing.shape[1]

    def take(self, units: Labels) -> Floats:
        """Shape (units, length), scaled by a power of two so that nothing overflows."""
        outgoing = np.ldexp(self._outgoing[units].astype(np.float64), -self._exponent)
        if self._centred:
            outgoing -= outgoing.mean(1, keepdims=True)
        incoming = np.ldexp(self._incoming[units].astype(np.float64), -self._exponent)
        return np.concatenate([incoming, np.ldexp(self._bias[units, None], -self._exponent), outgoing], 1)

    def project(self, units: Labels, directions: Floats) -> tuple[Any, Any]:
        """Components along directions, shape (units, directions), and norms."""
        step = max(1, _ENTRIES // self.length)
        parts, norms = [], []
        for start in range(0, units.size, step):
            vectors = self.take(units[start : start + step])
            parts.append(vectors @ directions)
            norms.append(np.linalg.norm(vectors, axis=1))
        return np.concatenate(parts), np.concatenate(norms)


def _nearest(vectors: _Vectors, units: Labels, odd: bool, at_most: float) -> list[NearTie]:
    from scipy.spatial import cKDTree

    count = min(_DIRECTIONS, vectors.length)
    directions = np.linalg.qr(default_rng().normal(size=(vectors.length, count)))[0]
    points, norms = vectors.project(units, directions)
    n = units.size
    tree = cKDTree(np.concatenate([points, -points]) if odd else points)
    pairs: dict[tuple[int, int], NearTie] = {}
    # Neighbours farther than this in the projection are too far apart; a little more allows for rounding.
    radius = at_most * norms.max() * (1 + 1e-9)
    waiting, among = np.arange(n), 4
    while waiting.size:
        among = min(among, tree.n)
        distances, places = tree.query(points[waiting], k=among, distance_upper_bound=radius)
        left = []
        for i, near, far in zip(waiting, places, distances, strict=True):
            candidates = [int(k) for k in near[np.isfinite(far)] if k % n != i]
            tie = _measured(vectors, units, norms, int(i), candidates, at_most)
            if tie is not None:
                pairs.setdefault(tie.units, tie)
            elif np.isfinite(far[-1]) and among < tree.n:
                left.append(i)
        waiting, among = np.array(left, np.intp), among * 8
    return list(pairs.values())


def _measured(
    vectors: _Vectors, units: Labels, norms: Any, i: int, candidates: list[int], at_most: float
) -> NearTie | None:
    """The nearest of the candidates, if it is near enough; numbers beyond the units stand for negatives."""
    if not candidates:
        return None
    places = np.array(candidates)
    others, signs = places % units.size, np.where(places < units.size, 1.0, -1.0)
    gaps = vectors.take(units[[i]]) - signs[:, None] * vectors.take(units[others])
    distances = np.linalg.norm(gaps, axis=1) / np.maximum(norms[i], norms[others])
    best = int(np.argmin(distances))
    if not 0 < distances[best] <= at_most:
        return None
    first, second = sorted((int(units[i]), int(units[others[best]])))
    return NearTie(vectors.layer, (first, second), int(signs[best]), float(distances[best]))


def _largest(values: Array) -> float:
    step = max(1, _ENTRIES // max(values.shape[-1], 1)) if values.ndim == 2 else _ENTRIES
    blocks = (values[start : start + step].astype(np.float64) for start in range(0, len(values), step))
    return max(float(np.abs(block).max()) for block in blocks)

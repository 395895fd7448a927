"""How strongly symmetry is broken: effective rank of the weights, and the smallest angle between units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import default_rng

from symcheck.network import Network
from symcheck.types import Floats

_ENTRIES = 1 << 22
# Multiplications spent on all pairs of units before pairs are sought among neighbours in a projection.
_WORK = 1 << 36
_LARGEST_SPECTRUM = 1024
_CANDIDATES = 64


@dataclass(frozen=True)
class Strength:
    """How different the units of one hidden layer are.

    Attributes:
        layer: number of the layer, 1 for the first hidden one.
        units: how many it has.
        stable_rank: |A|_F^2 / |A|_2^2 of the rows (incoming weights, bias) of the units, between 1 and their
            number (Rudelson and Vershynin, *Sampling from large matrices*, J. ACM 2007, section 1); 0 for A = 0.
        effective_rank: exp of the entropy of the singular values, taken as parts of their sum (Roy and
            Vetterli, *The effective rank*, EUSIPCO 2007, section 2); None where the smaller side of A is
            above 1,024, 0 for A = 0.
        smallest_angle: in radians, between the rows of two units (of lines, where the activation is odd);
            None for fewer than two units whose rows are not zero.
        between: the two units.
        all_pairs: whether all pairs were tried; otherwise the angle is the smallest one found.
    """

    layer: int
    units: int
    stable_rank: float
    effective_rank: float | None
    smallest_angle: float | None
    between: tuple[int, int] | None
    all_pairs: bool


def strength(network: Network) -> list[Strength]:
    """The strength of each hidden layer, measured in floating point.

    Memory beyond the weights is bounded. Where the effective rank is None the stable rank comes from the power
    method, which gives it a few parts in a hundred too large.
    """
    return [_layer(network, number) for number in range(1, network.depth)]


def _layer(network: Network, number: int) -> Strength:
    rows = _Rows(network, number)
    odd = network.activations[number - 1].symmetry == "odd"
    angle, pair, all_pairs = _smallest_angle(rows, odd)
    values = _spectrum(rows)
    stable = _power_method(rows) if values is None else _stable_rank(values)
    effective = None if values is None else _effective_rank(values)
    return Strength(number, rows.count, stable, effective, angle, pair, all_pairs)


class _Rows:
    """Incoming weights and bias of each unit, in float64 and scaled by a power of two: the largest is 1/2 to 1."""

    def __init__(self, network: Network, number: int) -> None:
        self._weights = network.weights[number - 1]
        bias = network.biases[number - 1]
        self._bias = np.zeros((len(self._weights), 0 if bias is None else 1))
        if bias is not None:
            self._bias[:, 0] = bias.astype(np.float64)
        self.count = len(self._weights)
        self.length = self._weights.shape[1] + self._bias.shape[1]
        self._exponent = 0
        largest = max(float(np.abs(self.take(block)).max()) for block in self.blocks())
        self._exponent = int(np.frexp(largest)[1])

    def take(self, units: Any) -> Floats:
        """Rows of some units, an index array or a slice."""
        rows = np.concatenate([self._weights[units].astype(np.float64), self._bias[units]], 1)
        return np.asarray(np.ldexp(rows, -self._exponent))

    def blocks(self) -> list[slice]:
        """The units in blocks of bounded size."""
        step = max(1, _ENTRIES // self.length)
        return [slice(start, start + step) for start in range(0, self.count, step)]


def _stable_rank(values: Floats) -> float:
    return float(np.sum((values / values.max()) ** 2)) if values.any() else 0.0


def _power_method(rows: _Rows) -> float:
    """The stable rank, from a lower bound of the largest singular value."""
    vector = default_rng().normal(size=rows.length)
    largest = total = 0.0
    for step in range(30):
        vector /= np.linalg.norm(vector)
        image = np.zeros(rows.length)
        for block in rows.blocks():
            part = rows.take(block)
            image += (part @ vector) @ part
            total += float(np.sum(part * part)) if step == 0 else 0.0
        if total == 0:
            return 0.0
        previous, largest = largest, float(np.linalg.norm(image))
        if largest - previous <= 1e-4 * largest:
            break
        vector = image
    return total / largest


def _spectrum(rows: _Rows) -> Floats | None:
    if min(rows.count, rows.length) > _LARGEST_SPECTRUM:
        return None
    short = min(rows.count, rows.length)
    if rows.count * rows.length <= _ENTRIES:
        return np.asarray(np.linalg.svd(rows.take(slice(None)), compute_uv=False))
    gram = np.zeros((short, short))
    if rows.length == short:
        for block in rows.blocks():
            part = rows.take(block)
            gram += part.T @ part
    else:
        for a in rows.blocks():
            part = rows.take(a)
            for b in rows.blocks():
                gram[a, b] = part @ rows.take(b).T
    return np.asarray(np.sqrt(np.maximum(np.linalg.eigvalsh(gram), 0.0)))


def _effective_rank(values: Floats) -> float:
    if not values.any():
        return 0.0
    shares = values / values.sum()
    shares = shares[shares > 0]
    return float(np.exp(-np.sum(shares * np.log(shares))))


def _smallest_angle(rows: _Rows, odd: bool) -> tuple[float | None, tuple[int, int] | None, bool]:
    norms = np.concatenate([np.linalg.norm(rows.take(block), axis=1) for block in rows.blocks()])
    units = np.flatnonzero(norms)
    if units.size < 2:
        return None, None, True
    all_pairs = units.size**2 * rows.length <= _WORK
    pairs = _closest_pairs(rows, units, norms, odd) if all_pairs else _neighbours(rows, units, norms, odd)
    angles = _angles(rows, pairs, norms, odd)
    best = int(np.argmin(angles))
    first, second = sorted(int(u) for u in pairs[best])
    return float(angles[best]), (first, second), all_pairs


def _closest_pairs(rows: _Rows, units: Any, norms: Any, odd: bool) -> Any:
    """Pairs of largest cosine, a few for each two blocks of units."""
    step = max(1, min(units.size, _ENTRIES // max(rows.length, units.size)))
    found = []
    for i in range(0, units.size, step):
        a = units[i : i + step]
        left = rows.take(a) / norms[a, None]
        for j in range(i, units.size, step):
            b = units[j : j + step]
            cosines = left @ (rows.take(b) / norms[b, None]).T
            if odd:
                cosines = np.abs(cosines)
            if i == j:
                cosines[np.tril_indices(len(a))] = -2.0
            most = min(_CANDIDATES, cosines.size)
            flat = np.argpartition(cosines, -most, axis=None)[-most:]
            first, second = np.unravel_index(flat[cosines.flat[flat] > -2.0], cosines.shape)
            found.append(np.stack([a[first], b[second]], 1))
    return np.concatenate(found)


def _neighbours(rows: _Rows, units: Any, norms: Any, odd: bool) -> Any:
    """Each unit with its nearest one in a random projection of the directions."""
    from scipy.spatial import cKDTree

    directions = default_rng().normal(size=(rows.length, 16))
    points = np.concatenate([rows.take(block) @ directions for block in rows.blocks()])
    points = points[units] / norms[units, None]
    tree = cKDTree(np.concatenate([points, -points]) if odd else points)
    nearest = tree.query(points, k=3 if odd else 2)[1] % units.size
    own = np.arange(units.size)
    other = np.where(nearest[:, 0] == own, nearest[:, 1], nearest[:, 0])
    other = np.where(other == own, nearest[:, -1], other)
    pairs = np.stack([own, other], 1)
    return units[pairs[pairs[:, 0] != pairs[:, 1]]]


def _angles(rows: _Rows, pairs: Any, norms: Any, odd: bool) -> Any:
    """Angles to full precision even when they are tiny: 2 atan2(|u - v|, |u + v|) of unit vectors (Kahan)."""
    parts = []
    step = max(1, _ENTRIES // rows.length)
    for start in range(0, len(pairs), step):
        i, k = pairs[start : start + step].T
        u, v = rows.take(i) / norms[i, None], rows.take(k) / norms[k, None]
        near, far = np.linalg.norm(u - v, axis=1), np.linalg.norm(u + v, axis=1)
        parts.append(2 * np.arctan2(np.minimum(near, far) if odd else near, np.maximum(near, far) if odd else far))
    return np.concatenate(parts)

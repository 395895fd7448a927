"""Fingerprints of units: the sums of their weights over classes, exactly, for an independent comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.exact.rings import rings
from symcheck.network import Network
from symcheck.symmetry.images import Image, exact_images, hashed_images
from symcheck.types import Array, Flags, Labels, Signs

_ENTRIES = 1 << 18

Digests = Array


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """Of units: equal fingerprints mean equal sums.

    Attributes:
        plus, minus: digests of the sums and of their negatives. Under coupled rules, of the weights.
        plus_odd, minus_odd: the same without what changes no sum: under coupled rules, pairs w and -w.
        zero: all sums are zero.
    """

    plus: Digests
    minus: Digests
    plus_odd: Digests
    minus_odd: Digests
    zero: Flags


@dataclass(frozen=True, eq=False)
class View:
    """Signed classes of some neighbours: their indices, sorted by class, where classes start, and signs."""

    columns: Labels
    starts: Labels
    signs: Signs

    @classmethod
    def of(cls, labels: Labels, signs: Signs, columns: Labels) -> View:
        """The view of the units that ``columns`` names, of a partition of all."""
        order = columns[np.argsort(labels[columns], kind="stable")]
        ordered = labels[order]
        starts = np.flatnonzero(np.r_[order.size > 0, ordered[1:] != ordered[:-1]])
        return cls(order, starts, signs[order])


class Fingerprinter:
    """Reads the weights of a network.

    Args:
        network: the network.
        coupled: compare the weights of a class up to their order, and not only their sums.
        rng: draws the functions under which weights are compared up to their order.
    """

    def __init__(self, network: Network, coupled: bool, rng: Generator) -> None:
        self._network, self._coupled, self._rng = network, coupled, rng
        self._key = rng.bytes(32)

    def incoming(self, layer: int, units: Labels, below: View) -> Fingerprints:
        """Of weights from classes of the layer below."""
        return self._take(self._network.weights[layer - 1], units, below, centred=False)

    def outgoing(self, layer: int, units: Labels, above: View, centred: bool) -> Fingerprints:
        """Of weights to classes of the layer above; ``centred``: up to adding a constant to all of them."""
        return self._take(self._network.weights[layer].T, units, above, centred)

    def _take(self, matrix: Array, units: Labels, view: View, centred: bool) -> Fingerprints:
        images = hashed_images(self._rng) if self._coupled else self._exact(matrix, units, view, centred)
        odd = [k for k, image in enumerate(images) if image.odd]
        found: tuple[list[Any], ...] = ([], [], [], [], [])
        for some in _chunks(units, view.columns.size):
            weights = matrix[np.ix_(some, view.columns)]
            reference = matrix[some, :1] if centred else None
            sums = [image.sums(weights, view.signs, view.starts, reference) for image in images]
            opposite = [image.negate(a) if image.odd else a for image, a in zip(images, sums, strict=True)]
            for part, arrays in zip(found, (sums, opposite), strict=False):
                part += _digests(arrays, some.size, self._key)
            for part, arrays in zip(found[2:], (sums, opposite), strict=False):
                part += _digests([arrays[k] for k in odd], some.size, self._key)
            found[4].append(~np.any([sums[k].any(1) for k in odd], 0))
        plus, minus, plus_odd, minus_odd = (np.array(part, object) for part in found[:4])
        return Fingerprints(plus, minus, plus_odd, minus_odd, np.concatenate([np.zeros(0, bool), *found[4]]))

    def _exact(self, matrix: Array, units: Labels, view: View, centred: bool) -> tuple[Image, ...]:
        def read() -> Iterator[Array]:
            for some in _chunks(units, view.columns.size):
                yield matrix[np.ix_(some, view.columns)]
                if centred:
                    yield matrix[some, :1]

        # Two sums over all columns at most, each column with the reference subtracted.
        return exact_images(rings(read(), 4 * max(view.columns.size, 1)), self._rng)


def _chunks(units: Labels, columns: int) -> Iterator[Labels]:
    step = max(1, _ENTRIES // max(columns, 1))
    return (units[start : start + step] for start in range(0, units.size, step))


def _digests(arrays: list[Array], rows: int, key: bytes) -> list[int]:
    """One number for each row of arrays of integers; rows that differ have equal ones once in 2^128 (BLAKE2b)."""
    return [
        int.from_bytes(blake2b(b"".join(_bytes(a[i]) for a in arrays), digest_size=16, key=key).digest(), "little")
        for i in range(rows)
    ]


def _bytes(row: Array) -> bytes:
    return repr(row.tolist()).encode() if row.dtype == object else row.tobytes()

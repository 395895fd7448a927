"""Images of weights in which sums over classes are compared.

An image is additive (`Exact`), so that equal sums of weights have equal images, or a random function of each
weight (`Hashed`), so that equal sums mean equal weights up to their order.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator

from symcheck.exact import residues
from symcheck.exact.field import P, Residues, negate
from symcheck.exact.random_functions import RandomFunction
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import IntegerRing, ResidueRing, Ring
from symcheck.symmetry.floats import FloatSums
from symcheck.types import Array, Labels, Signs

_LOW, _HALF = np.uint64(2**32 - 1), np.uint64(32)


class Image(Protocol):
    """A map of weights into an additive group, and of the group into GF(2^61 - 1)."""

    #: Whether -w has the image -image(w); otherwise -w and w have one image.
    odd: bool

    def encode(self, weights: Array) -> Array:
        """Images of weights, shape kept; NotExact for NaN and infinity."""

    def sums(self, weights: Array, signs: Signs, starts: Labels, reference: Array | None = None) -> Array:
        """Sums of images over runs of columns, shape (rows, runs).

        Args:
            weights: shape (rows, columns).
            signs: shape (columns,), factors of the images where these are odd.
            starts: where each run of columns starts.
            reference: shape (rows, 1), subtracted from every column.
        """

    def total(self, sums: Array) -> Array:
        """The sum of all columns, as one column."""

    def negate(self, sums: Array) -> Array:
        """-sums."""

    def lift(self, sums: Array) -> Residues:
        """An odd map into GF(2^61 - 1): different elements have one image with a probability of at most 2^-60."""


class Exact:
    """Sums of weights, in a ring of `symcheck.exact.rings`."""

    odd = True

    def __init__(self, ring: Ring, rng: Generator) -> None:
        self._ring, self._float_sums, self._key = ring, FloatSums(), rng.bytes(32)
        self.encode, self.negate = ring.encode, ring.negate

    def sums(self, weights: Array, signs: Signs, starts: Labels, reference: Array | None = None) -> Array:
        ring = self._ring
        long = weights.shape[1] >= 8 * starts.size
        if reference is None and long and isinstance(ring, ResidueRing):
            pair = self._float_sums(weights, signs, starts)
            if pair is not None:
                return ring.add(*(ring.encode(part) for part in pair))
        values = ring.encode(weights)
        if reference is not None:
            values = ring.subtract(values, ring.encode(reference))
        if (signs < 0).any():
            values = np.where(signs < 0, ring.negate(values), values)
        if starts.size == weights.shape[1]:
            return values
        if isinstance(ring, IntegerRing):
            return np.asarray(np.add.reduceat(values, starts, 1), dtype=object)
        return _segments(values, starts, ring.bits)

    def total(self, sums: Array) -> Array:
        return self._ring.total(sums, 1)[:, None]

    def lift(self, sums: Array) -> Residues:
        if isinstance(self._ring, IntegerRing):
            return np.array([_digest(value, self._key) for value in sums.flat], np.uint64).reshape(sums.shape)
        if self._ring.bits == 61:
            return sums
        modulus = np.uint64(2**self._ring.bits - 1)
        return np.where(sums > modulus // np.uint64(2), negate(modulus - sums), sums)


class Hashed:
    """A random function of each weight: an odd one or an even one."""

    def __init__(self, odd: bool, rng: Generator) -> None:
        self.odd = odd
        self._function = RandomFunction(rng)
        self.negate = residues.negate

    def encode(self, weights: Array) -> Array:
        """Depends on the value alone, not on how its dtype writes it."""
        if weights.dtype.kind in "iu":
            bits, negative = np.abs(weights).astype(np.uint64), weights < 0
        else:
            wide = np.ascontiguousarray(weights).astype(np.float64)
            if not np.isfinite(wide).all():
                raise NotExact("the values contain NaN or infinity, which have no exact image")
            bits, negative = np.abs(wide).view(np.uint64), wide < 0
        values = np.where(bits == 0, np.uint64(0), self._function(bits))
        return np.where(negative, negate(values), values) if self.odd else values

    def sums(self, weights: Array, signs: Signs, starts: Labels, reference: Array | None = None) -> Array:
        values = self.encode(weights)
        if reference is not None:
            values = residues.subtract(values, self.encode(reference))
        if self.odd and (signs < 0).any():
            values = np.where(signs < 0, negate(values), values)
        return values if starts.size == weights.shape[1] else _segments(values, starts, 61)

    def total(self, sums: Array) -> Array:
        return residues.total(sums, 1)[:, None]

    def lift(self, sums: Array) -> Residues:
        return sums


def exact_images(rings: tuple[Ring, ...], rng: Generator) -> tuple[Image, ...]:
    """Images that compare sums; equality in all of the rings is equality."""
    return tuple(Exact(ring, rng) for ring in rings)


def hashed_images(rng: Generator) -> tuple[Image, ...]:
    """Images that compare the weights of a class up to their order."""
    return Hashed(True, rng), Hashed(False, rng)


def _segments(a: Residues, starts: Labels, bits: int) -> Residues:
    low = residues.fold(np.add.reduceat(a & _LOW, starts, 1), bits)
    high = residues.fold(np.add.reduceat(a >> _HALF, starts, 1), bits)
    return residues.add(low, residues.rotate(high, 32, bits), bits)


def _digest(value: Any, key: bytes) -> int:
    number = int(value)
    data = abs(number).to_bytes((number.bit_length() + 8) // 8, "little")
    # The key is fresh for each comparison, so that no one can look for a collision beforehand.
    digest = int.from_bytes(blake2b(data, digest_size=16, key=key).digest(), "little") % P if number else 0
    return P - digest if number < 0 < digest else digest

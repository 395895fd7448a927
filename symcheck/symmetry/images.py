"""Images of weights in which sums over classes are compared.

An image is additive (`Exact`), so that equal sums of weights have equal images, or a random function of each
weight (`Hashed`), so that equal sums mean equal weights up to their order.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.exact import residues
from symcheck.exact.field import P, Residues, negate
from symcheck.exact.random_functions import RandomFunction
from symcheck.exact.residues import NotExact
from symcheck.exact.rings import IntegerRing, ResidueRing, Ring

_LOW, _HALF = np.uint64(2**32 - 1), np.uint64(32)


class Image(Protocol):
    """A map of weights into an additive group, and of the group into GF(2^61 - 1)."""

    #: Whether -w has the image -image(w); otherwise -w and w have one image.
    odd: bool

    def encode(self, weights: NDArray[Any]) -> NDArray[Any]:
        """Images of weights, shape kept; NotExact for NaN and infinity."""

    def subtract(self, a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        """a - b with broadcasting."""

    def negate(self, a: NDArray[Any]) -> NDArray[Any]:
        """-a."""

    def segments(self, a: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
        """Sums over runs of columns of a matrix; a run ends where the next one starts."""

    def lift(self, a: NDArray[Any]) -> Residues:
        """An odd map into GF(2^61 - 1) under which different elements stay different."""


class Exact:
    """Sums of weights, in a ring of `symcheck.exact.rings`."""

    odd = True

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.encode, self.subtract, self.negate = ring.encode, ring.subtract, ring.negate

    def segments(self, a: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
        if isinstance(self._ring, IntegerRing):
            return np.asarray(np.add.reduceat(a, starts, 1), dtype=object)
        return _segments(a, starts, self._ring.bits)

    def lift(self, a: NDArray[Any]) -> Residues:
        if isinstance(self._ring, IntegerRing):
            return np.array([_digest(value) for value in a.flat], np.uint64).reshape(a.shape)
        if self._ring.bits == 61:
            return a
        modulus = np.uint64(2**self._ring.bits - 1)
        return np.where(a > modulus // np.uint64(2), negate(modulus - a), a)


class Hashed:
    """A random function of each weight: an odd one or an even one."""

    def __init__(self, odd: bool, rng: Generator) -> None:
        self.odd = odd
        self._function = RandomFunction(rng)
        self.subtract, self.negate = residues.subtract, residues.negate

    def encode(self, weights: NDArray[Any]) -> NDArray[Any]:
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

    def segments(self, a: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
        return _segments(a, starts, 61)

    def lift(self, a: NDArray[Any]) -> Residues:
        return a


def exact_images(rings: tuple[Ring, ...] = (ResidueRing(61),)) -> tuple[Image, ...]:
    """Images that compare sums; equality in all of the rings is equality."""
    return tuple(Exact(ring) for ring in rings)


def hashed_images(rng: Generator) -> tuple[Image, ...]:
    """Images that compare the weights of a class up to their order."""
    return Hashed(True, rng), Hashed(False, rng)


def _segments(a: Residues, starts: NDArray[np.intp], bits: int) -> Residues:
    low = residues.fold(np.add.reduceat(a & _LOW, starts, 1), bits)
    high = residues.fold(np.add.reduceat(a >> _HALF, starts, 1), bits)
    return residues.add(low, residues.rotate(high, 32, bits), bits)


def _digest(value: Any) -> int:
    number = int(value)
    data = abs(number).to_bytes((number.bit_length() + 8) // 8, "little")
    digest = int.from_bytes(blake2b(data, digest_size=8).digest(), "little") % P if number else 0
    return P - digest if number < 0 < digest else digest

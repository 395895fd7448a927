"""The prime fields in which networks are trained: GF(2^61 - 1), fast, and GF(q) for a random prime q of 127 bits.

Weights are integers times powers of two, and enter a field by the one homomorphism there is. What differs in a
field differs in truth. What agrees in GF(2^61 - 1) may differ by a multiple of the modulus, as 1 and 2^61 do; a
random q divides a given difference of numbers between 2^-1074 and 2^1024, or of products of some of them, with
a probability below 2^-100, because few primes of its size can.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from symcheck.exact import field
from symcheck.exact.residues import NotExact
from symcheck.types import Array

# Multipliers of the 64-bit finalizer of Steele, Lea and Flood, "Fast splittable pseudorandom number
# generators", OOPSLA 2014 (their variant 13 of Stafford).
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

Shape = int | tuple[int, ...]


class Field(Protocol):
    """Arithmetic on arrays of representatives 0 .. modulus - 1; everything is elementwise and broadcasts."""

    modulus: int

    def encode(self, array: ArrayLike) -> Array:
        """Images of floats or integers; NotExact for NaN and infinity."""

    def add(self, a: Array, b: Array) -> Array:
        """a + b."""

    def subtract(self, a: Array, b: Array) -> Array:
        """a - b."""

    def negate(self, a: Array) -> Array:
        """-a."""

    def multiply(self, a: Array, b: Array) -> Array:
        """a * b."""

    def matmul(self, a: Array, b: Array) -> Array:
        """The matrix product of (..., n, k) and (..., k, m)."""

    def total(self, a: Array, axis: int) -> Array:
        """The sum over an axis."""

    def inverse(self, a: Array) -> Array:
        """1 / a of entries that are not 0."""

    def random(self, rng: Generator, shape: Shape) -> Array:
        """Independent uniform elements."""

    def random_function(self, rng: Generator) -> Callable[[Array], Array]:
        """A keyed hash of elements to elements."""


class Mersenne:
    """GF(2^61 - 1); arrays are uint64."""

    modulus = field.P

    encode = staticmethod(field.encode)
    add = staticmethod(field.add)
    subtract = staticmethod(field.subtract)
    negate = staticmethod(field.negate)
    multiply = staticmethod(field.multiply)
    matmul = staticmethod(field.matmul)
    inverse = staticmethod(field.inverse)
    random = staticmethod(field.random)

    def total(self, a: Array, axis: int) -> Array:
        return field.total(a, axis)

    def random_function(self, rng: Generator) -> Callable[[Array], Array]:
        keys = rng.integers(0, 2**64 - 1, 2, np.uint64, endpoint=True)

        def function(a: Array) -> Array:
            bits = np.asarray(a)
            for key in keys:
                bits = np.add(bits, key)
                bits = np.multiply(bits ^ (bits >> np.uint64(30)), _FIRST)
                bits = np.multiply(bits ^ (bits >> np.uint64(27)), _SECOND)
                bits = bits ^ (bits >> np.uint64(31))
            return field.fold(bits)

        return function


class RandomPrime:
    """GF(q) for a random prime q of 127 bits; arrays are of Python's integers, so it is slow."""

    def __init__(self, rng: Generator) -> None:
        # A second's worth of import that only this needs.
        from sympy import nextprime

        start = int.from_bytes(rng.bytes(16), "little") >> 1 | 1 << 126
        self.modulus = int(nextprime(start))

    def encode(self, array: ArrayLike) -> Array:
        values = np.asarray(array)
        if values.dtype.kind in "iu":
            return self._reduced(values.astype(object))
        wide = values.astype(np.float64)
        if not np.isfinite(wide).all():
            raise NotExact("the values contain NaN or infinity, which have no exact image")
        images = [self._image(value) for value in wide.ravel().tolist()]
        return np.array([*images, None], object)[:-1].reshape(wide.shape)

    def _image(self, value: float) -> int:
        above, below = value.as_integer_ratio()
        return above * pow(below, -1, self.modulus) % self.modulus

    def add(self, a: Array, b: Array) -> Array:
        return self._reduced(np.add(a, b))

    def subtract(self, a: Array, b: Array) -> Array:
        return self._reduced(np.subtract(a, b))

    def negate(self, a: Array) -> Array:
        return self._reduced(np.negative(a))

    def multiply(self, a: Array, b: Array) -> Array:
        return self._reduced(np.multiply(a, b))

    def matmul(self, a: Array, b: Array) -> Array:
        return self._reduced(np.matmul(a, b))

    def total(self, a: Array, axis: int) -> Array:
        return self._reduced(np.sum(a, axis))

    def inverse(self, a: Array) -> Array:
        return np.asarray(np.vectorize(lambda one: pow(int(one), -1, self.modulus), otypes=[object])(a))

    def random(self, rng: Generator, shape: Shape) -> Array:
        high, low = (rng.integers(0, 2**64 - 1, shape, np.uint64, endpoint=True).astype(object) for _ in range(2))
        return self._reduced(high * 2**64 + low)

    def random_function(self, rng: Generator) -> Callable[[Array], Array]:
        key = rng.bytes(16)

        def function(a: Array) -> Array:
            flat = [self._hash(key, int(one)) for one in np.ravel(a)]
            return np.array([*flat, None], object)[:-1].reshape(np.shape(a))

        return function

    def _hash(self, key: bytes, value: int) -> int:
        digest = blake2b(value.to_bytes(16, "little"), digest_size=24, key=key).digest()
        return int.from_bytes(digest, "little") % self.modulus

    def _reduced(self, a: Array) -> Array:
        return np.asarray(np.asarray(a, dtype=object) % self.modulus, dtype=object)


MERSENNE = Mersenne()

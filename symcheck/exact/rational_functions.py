"""Activations over the dyadic rationals: piecewise linear ones as they are, others as random functions of their kind."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.exact.dyadic import Dyadic
from symcheck.types import Array

_BYTES = 4
#: Values of random functions are odd multiples of 2^-32 below 1: never zero.
PLACES = 8 * _BYTES


class KeyedFunction:
    """A random function of the rationals to (-1, 1), never zero: a keyed hash (BLAKE2b), of 32 bits with the sign."""

    def __init__(self, rng: Generator) -> None:
        self._key = rng.bytes(16)

    def even(self, x: Dyadic) -> Dyadic:
        """f(x) = f(-x), of either sign."""
        return _each(lambda n: self._value(abs(n), x.places), x)

    def any(self, x: Dyadic) -> Dyadic:
        """f(x), of either sign."""
        return _each(lambda n: self._value(n, x.places), x)

    def odd(self, x: Dyadic) -> Dyadic:
        """f(-x) = -f(x), of either sign."""
        return _each(lambda n: _sign(n) * self._value(abs(n), x.places), x)

    def rising(self, x: Dyadic) -> Dyadic:
        """f(-x) = -f(x), of the sign of x."""
        return _each(lambda n: _sign(n) * abs(self._value(abs(n), x.places)), x)

    def _value(self, numerator: int, places: int) -> int:
        text = b"0"
        if numerator:
            # One number has one image, over whatever power of two it is written.
            spare = (numerator & -numerator).bit_length() - 1
            text = b"%x %d" % (numerator >> spare, places - spare)
        digest = blake2b(text, digest_size=_BYTES, key=self._key).digest()
        return int.from_bytes(digest, "little", signed=True) | 1


def _each(function: Callable[[int], int], x: Dyadic) -> Dyadic:
    values = np.empty(x.numerators.size, object)
    values[:] = [function(n) for n in x.numerators.flat]
    return Dyadic(values.reshape(x.numerators.shape), PLACES)


def _sign(n: int) -> int:
    return (n > 0) - (n < 0)


class RationalActivation:
    """One activation.

    What is not piecewise linear with its kink at zero becomes a random function that has its symmetry class and keeps
    its bounds, and has the sign of its argument where it is monotone with sigma(0) = 0.

    Args:
        activation: the row of the table.
        rng: draws the random functions.
    """

    def __init__(self, activation: Activation, rng: Generator) -> None:
        self._activation = activation
        self._slope: Dyadic | None = None
        if activation.homogeneous and activation.derivative is not None:
            self._slope = Dyadic.of(float(activation.derivative(np.array(-1.0))))
        self._values, self._slopes = KeyedFunction(rng), KeyedFunction(rng)

    @property
    def exact(self) -> bool:
        """Whether it is the activation itself."""
        return self._slope is not None

    def function(self, z: Dyadic) -> Dyadic:
        """sigma(z), shape kept."""
        if self._slope is not None:
            return z * self._kinked(z)
        sigma, values = self._activation, self._values
        if sigma.symmetry == "odd":
            return values.rising(z) if sigma.monotone else values.odd(z)
        h = values.rising(z) if sigma.symmetry != "generic" and sigma.monotone else values.any(z)
        return self._bounded(h if sigma.symmetry == "generic" else _where(z.numerators == 0, 0, h))

    def _bounded(self, h: Dyadic) -> Dyadic:
        """Values in (-1, 1) moved above the lower bound; no activation has an upper one below 1."""
        low = self._activation.low
        if low == 0:
            return Dyadic(abs(h.numerators), h.places)
        if low <= -1:
            return h
        scale = Dyadic.of(np.array([1.0, -low]))
        one, least = scale.numerators
        return Dyadic(h.numerators * np.where(h.numerators < 0, least, one), h.places + scale.places)

    def derivative(self, z: Dyadic) -> Dyadic:
        """sigma'(z), at a kink as every framework has it."""
        if self._slope is not None:
            return self._kinked(z)
        slopes = self._slopes.even(z) if self._activation.symmetry == "odd" else self._slopes.any(z)
        return _where(z.numerators == 0, 0, slopes) if self._activation.symmetry == "flat" else slopes

    def _kinked(self, z: Dyadic) -> Dyadic:
        assert self._slope is not None
        return _where(z.numerators > 0, 1 << self._slope.places, self._slope)


def _where(chosen: Array, numerator: int, other: Dyadic) -> Dyadic:
    """A numerator where chosen, elsewhere the entry of ``other``, which may be a single number."""
    filled = np.empty(chosen.shape, object)
    filled[...] = other.numerators
    filled[np.asarray(chosen, bool)] = numerator
    return Dyadic(filled, other.places)

"""Random functions on a prime field: keyed hashes that keep only what is known of a function.

Two arguments have the same value, by chance, with probability of about one over the modulus, whatever algebra
led to them: what holds of a random function of a class holds of every function of it (Gulwani and Necula,
*Discovering affine equalities using random interpretation*, POPL 2003, use the idea for programs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.exact.fields import MERSENNE, Field
from symcheck.types import Array


class RandomFunction:
    """A random function of the field, fixed once drawn."""

    def __init__(self, rng: Generator, field: Field = MERSENNE) -> None:
        self._field, self._hash = field, field.random_function(rng)

    def __call__(self, a: Array) -> Array:
        """Its values, elementwise."""
        return self._hash(a)

    def even(self, a: Array) -> Array:
        """Its values at a or -a, whichever has the smaller representative."""
        return self(np.minimum(a, self._field.negate(a)))

    def odd(self, a: Array) -> Array:
        """The values of an odd function: 0 at 0, and of opposite sign at -a."""
        values = self.even(a)
        values = np.where(a > self._field.modulus // 2, self._field.negate(values), values)
        return np.where(a == 0, np.zeros_like(values), values)


class RandomActivations:
    """Random activations and derivatives, the derivative independent of the function; one for each network.

    Each keeps the symmetry class of the activation it stands for: odd functions are odd with an even
    derivative, ``zero`` and ``flat`` vanish at 0, ``flat`` with its derivative; linear ones are the
    identity. The arguments have shape (networks, samples, units).
    """

    def __init__(self, activations: Sequence[Activation], rng: Generator, field: Field = MERSENNE) -> None:
        self._function, self._derivative = RandomFunction(rng, field), RandomFunction(rng, field)
        self._linear = _flags([a.linear for a in activations])
        self._odd = _flags([a.symmetry == "odd" for a in activations])
        self._zero = _flags([a.symmetry != "generic" for a in activations])
        self._flat = _flags([a.symmetry == "flat" for a in activations])

    def function(self, z: Array) -> Array:
        """sigma(z)."""
        if self._linear.all():
            return z
        values = np.where(self._odd, self._function.odd(z), self._function(z))
        values = np.where(self._zero & (z == 0), np.zeros_like(values), values)
        return np.where(self._linear, z, values)

    def derivative(self, z: Array) -> Array:
        """sigma'(z)."""
        values = np.where(self._odd, self._derivative.even(z), self._derivative(z))
        values = np.where(self._flat & (z == 0), np.zeros_like(values), values)
        return np.where(self._linear, np.ones_like(values), values)


def _flags(values: Sequence[bool]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array(values, dtype=bool).reshape(-1, 1, 1)

"""Random functions on GF(2^61 - 1): keyed hashes that keep only what is known of a function.

Two arguments have the same value, by chance, with probability of about 2^-61, whatever algebra led to them:
what holds of a random function of a class holds of every function of it (Gulwani and Necula, *Discovering
affine equalities using random interpretation*, POPL 2003, use the idea for programs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.exact.field import P, Residues, fold, negate

# Multipliers of the 64-bit finalizer of Steele, Lea and Flood, "Fast splittable pseudorandom number
# generators", OOPSLA 2014 (their variant 13 of Stafford).
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(P // 2)
_ZERO, _ONE = np.uint64(0), np.uint64(1)


class RandomFunction:
    """A random function of the field, fixed once drawn."""

    def __init__(self, rng: Generator) -> None:
        self._keys = rng.integers(0, 2**64 - 1, 2, np.uint64, endpoint=True)

    def __call__(self, a: Residues) -> Residues:
        """Its values, elementwise."""
        bits = np.asarray(a)
        for key in self._keys:
            bits = np.add(bits, key)
            bits = np.multiply(bits ^ (bits >> np.uint64(30)), _FIRST)
            bits = np.multiply(bits ^ (bits >> np.uint64(27)), _SECOND)
            bits = bits ^ (bits >> np.uint64(31))
        return fold(bits)

    def even(self, a: Residues) -> Residues:
        """Its values at a or -a, whichever has the smaller representative."""
        return self(np.minimum(a, negate(a)))

    def odd(self, a: Residues) -> Residues:
        """The values of an odd function: 0 at 0, and of opposite sign at -a."""
        values = self.even(a)
        values = np.where(a > _HALF, negate(values), values)
        return np.asarray(np.where(a == _ZERO, _ZERO, values))


class RandomActivations:
    """Random activations and derivatives, the derivative independent of the function; one for each network.

    Each keeps the symmetry class of the activation it stands for: odd functions are odd with an even
    derivative, ``zero`` and ``flat`` vanish at 0, ``flat`` with its derivative; linear ones are the
    identity. The arguments have shape (networks, samples, units).
    """

    def __init__(self, activations: Sequence[Activation], rng: Generator) -> None:
        self._function, self._derivative = RandomFunction(rng), RandomFunction(rng)
        self._linear = _flags([a.linear for a in activations])
        self._odd = _flags([a.symmetry == "odd" for a in activations])
        self._zero = _flags([a.symmetry != "generic" for a in activations])
        self._flat = _flags([a.symmetry == "flat" for a in activations])

    def function(self, z: Residues) -> Residues:
        """sigma(z)."""
        if self._linear.all():
            return z
        values = np.where(self._odd, self._function.odd(z), self._function(z))
        values = np.where(self._zero & (z == _ZERO), _ZERO, values)
        return np.where(self._linear, z, values)

    def derivative(self, z: Residues) -> Residues:
        """sigma'(z)."""
        values = np.where(self._odd, self._derivative.even(z), self._derivative(z))
        values = np.where(self._flat & (z == _ZERO), _ZERO, values)
        return np.where(self._linear, _ONE, values)


def _flags(values: Sequence[bool]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array(values, dtype=bool).reshape(-1, 1, 1)

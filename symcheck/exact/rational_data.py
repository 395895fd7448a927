"""Data and learning rates for training in exact arithmetic, of the magnitudes that a network's numbers call for."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.random import Generator

from symcheck.exact.dyadic import Dyadic
from symcheck.network import Network
from symcheck.types import Array

# Bits of a random number, and how far below a weight's magnitude an update may lie, in bits.
_BITS = 5
_BELOW = 4


class RationalData:
    """Draws inputs, cotangents, learning rates and the like, for several restarts at a time.

    A weight of 1e300 does not notice an update of 1, and a bias of 1e300 no input of 1. So magnitudes are taken from
    the network: half of the inputs are of order one, the others of the order at which some weight meets some other
    weight or bias; an update is of the order of some parameter.

    Args:
        network: the network.
        rng: draws everything.
        samples, restarts: shape of a batch.

    Raises:
        SymcheckError: NaN or infinity among weights or biases.
    """

    def __init__(self, network: Network, rng: Generator, samples: int, restarts: int) -> None:
        self._network, self._rng = network, rng
        self._shape = restarts, samples
        self.parameters = [
            (Dyadic.of(w), None if b is None else Dyadic.of(b))
            for w, b in zip(network.weights, network.biases, strict=True)
        ]
        found = {
            abs(n).bit_length() - values.places
            for pair in self.parameters
            for values in pair
            if values is not None
            for n in values.numerators.flat
            if n
        }
        self._magnitudes = sorted(found) or [0]

    def inputs(self) -> Dyadic:
        """A batch of inputs, shape (restarts, samples, inputs), some of them zero, or at an end of the range.

        Zero stands for the lower end where there is one, else for the upper.
        """
        shape = (*self._shape, self._network.sizes[0])
        values = self._integers(shape)
        # Some samples have no input that is not zero, or a single one, and some have all of one sign.
        kinds = self._rng.integers(0, 8, self._shape)
        only = self._rng.integers(0, shape[2], self._shape)[..., None] == np.arange(shape[2])
        values[(kinds == 0)[..., None] & ~only] = 0
        one_sign = kinds == 1
        values[one_sign] = np.abs(values[one_sign]) * (1 - 2 * self._rng.integers(0, 2))
        values[kinds == 2] = 0
        values[kinds == 3] = 2**_BITS
        low, high = self._network.inputs
        if isfinite(low) and isfinite(high):
            width = Dyadic.of(high) - Dyadic.of(low)
            steps = Dyadic(np.minimum(np.abs(values), 16), 4)
            return Dyadic.of(low) + steps * width
        spread = [self._spread() if self._rng.integers(0, 2) else 0 for _ in range(self._shape[0] * self._shape[1])]
        least = min(spread)
        shifts = np.array([s - least for s in spread], object).reshape(*self._shape, 1)
        x = Dyadic(values << shifts, 2 - least)
        if isfinite(low):
            return Dyadic.of(low) + Dyadic(np.abs(x.numerators), x.places)
        return Dyadic.of(high) - Dyadic(np.abs(x.numerators), x.places) if isfinite(high) else x

    def cotangents(self) -> Dyadic:
        """dLoss/dz_L, shape (restarts, samples, outputs); those of a softmax head sum to zero."""
        values = self._integers((*self._shape, self._network.sizes[-1]))
        if self._network.head == "softmax":
            values[..., -1] = -np.asarray(values[..., :-1].sum(-1), object)
        return Dyadic(values)

    def mask(self, units: int) -> Dyadic:
        """0 or 2 for each unit and sample, shape (restarts, samples, units)."""
        return Dyadic(2 * self._rng.integers(0, 2, (*self._shape, units)).astype(object))

    def rates(self, magnitude: int) -> Dyadic:
        """Learning rates at which updates of a magnitude come to that of some parameter; shape (restarts,)."""
        exponents = [self._magnitude() - magnitude - int(self._rng.integers(0, _BELOW)) for _ in range(self._shape[0])]
        return self._scaled(exponents)

    def fractions(self) -> Dyadic:
        """Numbers in (0, 1], shape (restarts,)."""
        return Dyadic(self._rng.integers(1, 9, self._shape[0]).astype(object), 3)

    def noise(self, values: Dyadic) -> Dyadic:
        """Independent noise of the order of some parameter."""
        scale = self._magnitude() - _BITS
        return Dyadic(self._integers(values.numerators.shape), -scale)

    def _magnitude(self) -> int:
        return int(self._rng.choice(self._magnitudes))

    def _spread(self) -> int:
        return self._magnitude() - self._magnitude() + int(self._rng.integers(-2, 3))

    def _scaled(self, exponents: list[int]) -> Dyadic:
        least = min(exponents)
        odd = (2 * self._rng.integers(0, 2 ** (_BITS - 1), len(exponents)) + 1).astype(object)
        return Dyadic(odd << np.array([e - least for e in exponents], object), _BITS - least)

    def _integers(self, shape: tuple[int, ...]) -> Array:
        return self._rng.integers(-(2**_BITS) + 1, 2**_BITS, shape).astype(object)

"""Arrays of dyadic rationals: Python integers over one power of two, exact under sums and products of any length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from symcheck.errors import SymcheckError
from symcheck.types import Array


@dataclass(frozen=True, eq=False)
class Dyadic:
    """An array of numbers ``numerators / 2^places``.

    Attributes:
        numerators: Python integers, dtype object, any shape.
        places: any integer.
    """

    numerators: Array
    places: int = 0

    @classmethod
    def of(cls, values: ArrayLike) -> Dyadic:
        """The exact values of floats or integers, shape kept.

        Raises:
            SymcheckError: NaN or infinity.
        """
        array = np.asarray(values)
        plain = array.tolist() if array.dtype.kind in "iu" else array.astype(np.float64).ravel().tolist()
        try:
            ratios = [value.as_integer_ratio() for value in np.ravel(np.array(plain, object))]
        except (ValueError, OverflowError):
            raise SymcheckError("NaN and infinity have no exact value") from None
        places = max((denominator.bit_length() for _, denominator in ratios), default=1) - 1
        numerators = np.empty(len(ratios), object)
        numerators[:] = [n << (places + 1 - d.bit_length()) for n, d in ratios]
        return cls(numerators.reshape(array.shape), places)

    def over(self, places: int) -> Array:
        """Numerators over 2^places, which is no smaller a denominator."""
        return self.numerators << (places - self.places)

    def __add__(self, other: Dyadic) -> Dyadic:
        places = max(self.places, other.places)
        return Dyadic(self.over(places) + other.over(places), places)

    def __sub__(self, other: Dyadic) -> Dyadic:
        return self + Dyadic(-other.numerators, other.places)

    def __mul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.numerators * other.numerators, self.places + other.places)

    def __matmul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.numerators @ other.numerators, self.places + other.places)

    @property
    def transposed(self) -> Dyadic:
        """The last two dimensions swapped."""
        return Dyadic(self.numerators.swapaxes(-1, -2), self.places)

    def total(self, axis: int) -> Dyadic:
        """The sum over an axis."""
        return Dyadic(np.asarray(self.numerators.sum(axis), object), self.places)

    @property
    def bits(self) -> int:
        """Bits of the largest numerator."""
        return max((abs(n).bit_length() for n in self.numerators.flat), default=0)

    @property
    def magnitude(self) -> int:
        """The binary exponent of the largest number, as `math.frexp` has it."""
        return self.bits - self.places if self.bits else 0

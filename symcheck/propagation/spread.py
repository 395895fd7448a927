"""How the entries of a weight are spread about 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from symcheck.types import Array, Floats

#: Vectors of a weight whose angles are looked at, and how right these are.
_ANGLES, _RIGHT = 8, 1e-5
#: Standard errors within which the kurtosis of normal entries stays.
_NEAR = 6


@dataclass(frozen=True)
class Spread:
    """Of the entries of a weight, about 0.

    Attributes:
        number: how many.
        square: their mean square. kurtosis: the mean fourth power, as a multiple of its square; 1 where all are zero.
        largest: the largest magnitude.
        mean: of the entries themselves.
        orthogonal: whether rows, or columns where these are fewer, are orthogonal and of one length.
    """

    number: int
    square: float
    kurtosis: float
    largest: float
    mean: float
    orthogonal: bool

    @property
    def heavy(self) -> bool:
        """Whether the entries have longer tails than normal ones, of which no band is known."""
        return self.square > 0 and self.kurtosis > 3 + _NEAR * sqrt(24 / self.number)

    @property
    def log_error(self) -> float:
        """The standard error of log(square) for independent entries."""
        return sqrt(max(self.kurtosis - 1, 0.0) / self.number)


def spread(weight: Array) -> Spread:
    """Of an array's entries; shape (units, fan_in)."""
    entries = np.asarray(weight, np.float64)
    largest = float(np.abs(entries).max())
    # In the unit of the largest, so that no power of a number is lost.
    squares = np.square(entries / largest) if 0 < largest < inf else np.square(entries)
    mean = float(squares.mean())
    return Spread(
        entries.size,
        float(np.square(entries).mean()),
        float(np.square(squares).mean()) / mean**2 if 0 < mean < inf else 1.0,
        largest,
        float(entries.mean()),
        _orthogonal(entries),
    )


def _orthogonal(weight: Floats) -> bool:
    """As the first few of them tell: independent ones are at right angles to each other by no chance."""
    few = (weight if len(weight) <= weight.shape[1] else weight.T)[:_ANGLES]
    products = few @ few.T
    lengths = np.diag(products)
    if len(few) < 3 or not lengths.min() > 0:
        return False
    return bool(
        np.abs(products - np.diag(lengths)).max() < _RIGHT * lengths.min() and np.ptp(lengths) < _RIGHT * lengths.min()
    )

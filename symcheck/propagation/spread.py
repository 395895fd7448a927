"""How the entries of a weight are spread about 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

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
        square, fourth: means of the powers.
        largest: the largest magnitude.
        mean: of the entries themselves.
        orthogonal: whether rows, or columns where these are fewer, are orthogonal and of one length.
    """

    number: int
    square: float
    fourth: float
    largest: float
    mean: float
    orthogonal: bool

    @property
    def heavy(self) -> bool:
        """Whether the entries have longer tails than normal ones, of which no band is known."""
        return self.square > 0 and self.fourth / self.square**2 > 3 + _NEAR * sqrt(24 / self.number)

    @property
    def log_error(self) -> float:
        """The standard error of log(square) for independent entries."""
        kurtosis = self.fourth / self.square**2 if self.square else 1.0
        return sqrt(max(kurtosis - 1, 0.0) / self.number)


def spread(weight: Array) -> Spread:
    """Of an array's entries; shape (units, fan_in)."""
    entries = np.asarray(weight, np.float64)
    squares = np.square(entries)
    return Spread(
        entries.size,
        float(squares.mean()),
        float(np.square(squares).mean()),
        float(np.abs(entries).max()),
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

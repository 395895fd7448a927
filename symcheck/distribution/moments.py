"""Mean and spread of numbers of any size: no square overflows, and none underflows."""

from __future__ import annotations

import numpy as np

from symcheck.types import Array, Floats

#: Beside an entry so many times as large, all others vanish.
_FARTHEST = 1e70


def to_unit(sample: Array, about: float = 0.0) -> tuple[Floats, int]:
    """(sample - about) / 2^k with entries of magnitude 2 at most, and k."""
    w = np.asarray(sample, dtype=np.float64)
    largest = max(float(np.abs(w).max(initial=0.0)), abs(about))
    exponent = int(np.frexp(largest)[1])
    return np.ldexp(w, -exponent) - times_two_to(about, -exponent), exponent


def mean_of(sample: Array) -> float:
    """The mean of the entries."""
    unit, exponent = to_unit(sample)
    return times_two_to(float(unit.mean()), exponent)


def spread(sample: Array, about: float | None = None) -> float:
    """The root of the mean square distance from ``about``, or from the sample's own mean: its standard deviation."""
    unit, exponent = to_unit(sample, about or 0.0)
    if about is None:
        unit, shift = to_unit(unit - unit.mean())
        exponent += shift
    else:
        unit, shift = to_unit(unit)
        exponent += shift
    return times_two_to(float(np.sqrt(np.mean(np.square(unit)))), exponent)


def median(x: Array) -> float:
    """The middle entry, the upper one of two; 0 of none. `numpy.median` may overflow in the middle of the two."""
    flat = np.asarray(x, dtype=np.float64).ravel()
    return float(np.partition(flat, flat.size // 2)[flat.size // 2]) if flat.size else 0.0


def by_bulk(x: Array) -> tuple[Floats, int]:
    """x / 2^k with a median magnitude of about 1, and k; what is beyond 1e70 of that is put there.

    Fourth powers of the result, and sums of them, neither overflow nor vanish, whatever single entries are.
    """
    x = np.asarray(x, dtype=np.float64)
    magnitudes = np.abs(x)
    size = median(magnitudes) or float(magnitudes.max(initial=0.0))
    exponent = int(np.frexp(size)[1])
    limit = times_two_to(_FARTHEST, exponent)
    return np.ldexp(np.clip(x, -limit, limit), -exponent), exponent


def times_two_to(value: float, exponent: int) -> float:
    """value * 2^exponent; infinite where that is too large, as a product is, where `math.ldexp` raises."""
    third = exponent // 3
    return value * 2.0**third * 2.0**third * 2.0 ** (exponent - 2 * third)

"""Rings in which equality of two sums of weights proves that the sums are equal, without luck.

Residues modulo 2^61 - 1 that differ prove the sums different. Residues that agree prove nothing yet: 1.0
and 2.0**61 agree. Let all weights be multiples of 2^low and below 2^high in magnitude. The difference of
two sums, of N weights in all, is an integer times 2^low, below N 2^(high - low) in magnitude; it vanishes
if it vanishes modulo pairwise coprime numbers with a product that large (Chinese remainder theorem). 2^a -
1 and 2^b - 1 are coprime when a and b are, so a few more rotations settle it. `rings` names the moduli that
a given set of weights needs: one for half precision and small integers, one to three for ordinary floats,
at most six for any float32. Beyond them (float64 over more than 300 binary orders of magnitude) it falls
back on Python's integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from symcheck.exact import residues
from symcheck.exact.residues import NotExact
from symcheck.types import Array

#: Exponents k of the moduli 2^k - 1, pairwise coprime; the first is the field of `symcheck.exact.field`.
MODULI = (61, 59, 58, 57, 55, 53)

_BLOCK = 1 << 15
# Bits of the fraction field, and binary exponent of the smallest positive number.
_FORMATS = {"float16": (10, -24), "bfloat16": (7, -133), "float32": (23, -149), "float64": (52, -1074)}


@dataclass(frozen=True)
class ResidueRing:
    """Integers and floats modulo 2^bits - 1; arrays are uint64."""

    bits: int

    def encode(self, array: ArrayLike) -> Array:
        """Exact images, shape kept; raises NotExact for NaN and infinity."""
        return residues.encode(array, self.bits)

    def add(self, a: Array, b: Array) -> Array:
        """a + b with broadcasting."""
        return residues.add(a, b, self.bits)

    def subtract(self, a: Array, b: Array) -> Array:
        """a - b with broadcasting."""
        return residues.subtract(a, b, self.bits)

    def negate(self, a: Array) -> Array:
        """-a."""
        return residues.negate(a, self.bits)

    def total(self, a: Array, axis: int | None = None) -> Array:
        """The sum over an axis or all of them."""
        return residues.total(a, axis, self.bits)


@dataclass(frozen=True)
class IntegerRing:
    """Values as Python integers, in units of 2^low; arrays are of objects, so it is slow and always right."""

    low: int

    def encode(self, array: ArrayLike) -> Array:
        """Exact images, shape kept; raises NotExact for NaN and infinity.

        The values must be multiples of 2^low, as those that `rings` was given are.
        """
        values = np.asarray(array)
        _span(values)
        if values.dtype.kind in "iu":
            integers, exponent = values, np.zeros(values.shape, np.int64)
        else:
            significand, exponents = np.frexp(values.astype(np.float64))
            integers, exponent = (significand * 2.0**53).astype(np.int64), exponents.astype(np.int64) - 53
        shifts = np.where(integers == 0, 0, exponent - self.low)
        left, right = (np.maximum(s, 0).astype(object) for s in (shifts, -shifts))
        # Significands of fewer than 53 bits end in zeros, which the shift to the right drops.
        return np.asarray((integers.astype(object) << left) >> right, dtype=object)

    def add(self, a: Array, b: Array) -> Array:
        """a + b with broadcasting."""
        return np.asarray(a + b, dtype=object)

    def subtract(self, a: Array, b: Array) -> Array:
        """a - b with broadcasting."""
        return np.asarray(a - b, dtype=object)

    def negate(self, a: Array) -> Array:
        """-a."""
        return np.asarray(-a, dtype=object)

    def total(self, a: Array, axis: int | None = None) -> Array:
        """The sum over an axis or all of them."""
        return np.asarray(np.sum(a, axis), dtype=object)


Ring = ResidueRing | IntegerRing


def integers(arrays: Iterable[ArrayLike]) -> IntegerRing:
    """The integers, in a unit of which all values are multiples; raises as `rings`."""
    return IntegerRing(_common_span(map(np.asarray, arrays))[0])


def rings(arrays: Iterable[ArrayLike], terms: int) -> tuple[Ring, ...]:
    """Rings such that two sums of entries of `arrays` are equal if and only if they are equal in each ring.

    The first is always GF(2^61 - 1), so what was found equal there needs only the others. Reads the arrays
    once, without a copy.

    Args:
        arrays: the values that go into the sums.
        terms: the largest number of entries in the two sums together; an entry with an integer coefficient
            counts as often as the coefficient says.

    Raises:
        NotExact: NaN, infinity, or a dtype that is not float16, bfloat16, float32, float64 or integer.
    """
    values = [np.asarray(a) for a in arrays]
    if _fits(values, terms, MODULI[0] - 1):
        return (ResidueRing(MODULI[0]),)
    low, high = _common_span(values)
    needed = high - low + _carries(terms)
    for count in range(2, len(MODULI) + 1):
        # The product of the moduli is above 2^(sum - 1), so one bit is given away.
        if needed <= sum(MODULI[:count]) - 1:
            return tuple(ResidueRing(bits) for bits in MODULI[:count])
    return ResidueRing(MODULI[0]), IntegerRing(low)


def joined(first: tuple[Ring, ...], second: tuple[Ring, ...]) -> tuple[Ring, ...]:
    """Rings in which equality proves all that equality in either of the two does; both are as `rings` gives them."""
    lows = [ring.low for ring in (*first, *second) if isinstance(ring, IntegerRing)]
    if lows:
        return ResidueRing(MODULI[0]), IntegerRing(min(lows))
    return max(first, second, key=len)


def exact_in_field(arrays: Iterable[ArrayLike], terms: int) -> bool:
    """Whether equality in GF(2^61 - 1) alone proves equality; arguments and errors as of `rings`."""
    return _fits([np.asarray(a) for a in arrays], terms, MODULI[0] - 1)


def exact_in_float64(arrays: Iterable[ArrayLike], terms: int) -> bool:
    """Whether float64 sums of the entries are exact, in whatever order they are added.

    Every partial sum is then an integer of at most 53 bits times a power of two. Arguments and errors as of
    `rings`.
    """
    values = [np.asarray(a) for a in arrays]
    return _common_span(values)[1] + _carries(terms) <= 1023 and _fits(values, terms, 53)


def _fits(arrays: list[Array], terms: int, width: int) -> bool:
    """Whether all sums are integers of at most `width` bits times one power of two."""
    low, high = _common_span(arrays)
    if high - low + _carries(terms) <= width:
        return True
    # The spacing of a format is often finer than its values are: 0.5 has one significant bit.
    return all(_multiples(a, high + _carries(terms) - width) for a in arrays)


def _carries(terms: int) -> int:
    return max(terms - 1, 1).bit_length()


def _common_span(arrays: Iterable[Array]) -> tuple[int, int]:
    spans = [s for s in map(_span, arrays) if s is not None]
    return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else (0, 0)


def _span(values: Array) -> tuple[int, int] | None:
    """(low, high): every value is a multiple of 2^low and below 2^high in magnitude; None if all are 0."""
    name = values.dtype.name
    if values.dtype.kind in "iu":
        largest = max((abs(int(f(values))) for f in (np.min, np.max)), default=0) if values.size else 0
        return (0, largest.bit_length()) if largest else None
    if name not in _FORMATS:
        raise NotExact(
            f"values of dtype {values.dtype} have no exact image; they must be float16, bfloat16, float32, "
            "float64 or integers"
        )
    fraction, least = _FORMATS[name]
    extremes = _magnitudes(values)
    if extremes is None:
        return None
    # Subnormal numbers have exponent field 0 and the spacing of field 1.
    smallest, largest = (max(pattern >> fraction, 1) for pattern in extremes)
    if largest >= 2 ** (8 * values.dtype.itemsize - 1 - fraction) - 1:
        raise NotExact("the values contain NaN or infinity, which have no exact image")
    return least + smallest - 1, least + largest + fraction


def _multiples(values: Array, low: int) -> bool:
    """Whether every value is seen to be an integer times 2^low; they are finite and below 2^(low + 62).

    Not looked into, and denied, where the unit is above 1 or the scaling could overflow.
    """
    if values.dtype.kind in "iu" or not -900 < low <= 0:
        return values.dtype.kind in "iu" and low <= 0
    scale = 2.0**-low
    for block in np.nditer(values, ["external_loop", "buffered", "zerosize_ok"], buffersize=_BLOCK):
        # Exact: scaling up by a power of two neither rounds nor underflows.
        scaled = np.multiply(block, scale, dtype=np.float64)
        if not np.array_equal(scaled, np.rint(scaled)):
            return False
    return True


def _magnitudes(values: Array) -> tuple[int, int] | None:
    """Bit patterns of the smallest and the largest magnitude that are not 0; None if there are none."""
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    raw = native.view(f"u{values.dtype.itemsize}")
    one, top = raw.dtype.type(1), int(np.iinfo(raw.dtype).max)
    smallest, largest = top, 0
    for block in np.nditer(raw, ["external_loop", "buffered", "zerosize_ok"], buffersize=_BLOCK):
        # The shift drops the sign; zeros wrap to the top, out of the way of the minimum.
        patterns = np.asarray(block) << one
        largest = max(largest, int(patterns.max(initial=0)) >> 1)
        smallest = min(smallest, (int(np.subtract(patterns, one).min(initial=top)) + 1) >> 1)
    return (smallest, largest) if largest else None

"""Weights as residues modulo 2^k - 1, where multiplying by a power of two is a rotation of k bits.

A float is m * 2^e, so its residue is m rotated by e mod k places: exact, cheap, and additive, whatever the
exponent. Arrays of residues are uint64 with representatives 0 .. 2^k - 2.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symcheck.errors import SymcheckError
from symcheck.types import Array

Residues = NDArray[np.uint64]

# A block and its temporaries stay in the second-level cache.
_BLOCK = 1 << 14
_TERMS = 1 << 32
_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)


class NotExact(SymcheckError, ValueError):
    """Values that have no exact image: NaN, infinity, or not a number type of finite precision."""


def encode(array: ArrayLike, bits: int = 61) -> Residues:
    """The residues modulo 2^bits - 1 of floats or integers, exactly; the shape is kept.

    Additive: a sum of images is the image of the exact (unrounded) sum. Distinct values share an image only
    when 2^bits - 1 divides their difference over its power of two, as 1.0 and 2.0**bits do; see
    `symcheck.exact.rings` for when that is excluded.

    Args:
        array: float16, bfloat16, float32, float64 or integers, any shape and memory order.
        bits: k of the modulus 2^k - 1, from 53 to 61.

    Raises:
        NotExact: NaN, infinity, or another dtype.
    """
    values = np.asarray(array)
    kind, size = values.dtype.kind, values.dtype.itemsize
    half = (kind == "f" and size == 2) or values.dtype.name == "bfloat16"
    if not half and not (kind == "f" and size <= 8) and kind not in "iu":
        raise NotExact(
            f"values of dtype {values.dtype} have no exact image; they must be float16, bfloat16, float32, "
            "float64 or integers"
        )
    flat = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("=")).reshape(-1)
    images = np.empty(flat.size, np.uint64)
    image = _halves if half else _floats if kind == "f" else _integers
    for start in range(0, flat.size, _BLOCK):
        images[start : start + _BLOCK] = image(flat[start : start + _BLOCK], bits)
    return images.reshape(values.shape)


def add(a: Residues, b: Residues, bits: int = 61) -> Residues:
    """a + b, elementwise with broadcasting."""
    return _once(np.add(a, b), bits)


def subtract(a: Residues, b: Residues, bits: int = 61) -> Residues:
    """a - b, elementwise with broadcasting."""
    difference = np.subtract(a, b)
    # A negative difference wraps to the top of the range, and adding the modulus wraps it back.
    return np.asarray(np.minimum(difference, np.add(difference, _modulus(bits))))


def negate(a: Residues, bits: int = 61) -> Residues:
    """-a, elementwise."""
    return _once(np.bitwise_xor(a, _modulus(bits)), bits)


def total(a: Residues, axis: int | tuple[int, ...] | None = None, bits: int = 61) -> Residues:
    """The sum over an axis, several axes, or all of them, for any number of terms."""
    if axis is None or isinstance(axis, tuple):
        axes = tuple(range(a.ndim)) if axis is None else axis
        for one in sorted((x % a.ndim for x in axes), reverse=True):
            a = total(a, one, bits)
        return a
    if a.shape[axis] > _TERMS:
        cuts = range(_TERMS, a.shape[axis], _TERMS)
        return total(np.stack([total(part, axis, bits) for part in np.split(a, cuts, axis)]), 0, bits)
    low = np.asarray(np.sum(a & _LOW, axis, dtype=np.uint64))
    high = np.asarray(np.sum(a >> _HALF, axis, dtype=np.uint64))
    return add(fold(low, bits), rotate(fold(high, bits), 32, bits), bits)


def fold(a: Residues, bits: int = 61) -> Residues:
    """Any uint64 brought to its representative."""
    modulus = _modulus(bits)
    return _once((a & modulus) + (a >> np.uint64(bits)), bits)


def rotate(a: Residues, places: int, bits: int = 61) -> Residues:
    """a * 2^places, for any integer number of places."""
    left = np.uint64(places % bits)
    return np.asarray(((a << left) & _modulus(bits)) | (a >> (np.uint64(bits) - left)))


def _modulus(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)


def _once(a: Residues, bits: int) -> Residues:
    # Below the modulus the subtraction wraps to a huge number and the minimum keeps a. Written as a function:
    # the operator warns of the wrap when a is a scalar.
    return np.asarray(np.minimum(a, np.subtract(a, _modulus(bits))))


def _floats(block: Array, bits: int) -> Residues:
    if not np.isfinite(block).all():
        raise NotExact("the values contain NaN or infinity, which have no exact image")
    fraction = 23 if block.itemsize == 4 else 52
    raw = block.view(f"u{block.itemsize}")
    hidden, places, sign = _float_table(block.itemsize, bits)
    top = (raw >> raw.dtype.type(fraction)).astype(np.intp)
    significand = (raw & raw.dtype.type((1 << fraction) - 1)).astype(np.uint64)
    significand |= hidden.take(top)
    left = places.take(top)
    image = significand << left
    image &= _modulus(bits)
    image |= significand >> (np.uint64(bits) - left)
    image ^= sign.take(top)
    return _once(image, bits)


@cache
def _float_table(itemsize: int, bits: int) -> tuple[Residues, Residues, Residues]:
    """For each sign and exponent field: hidden bit, places to rotate to the left, complement of a sign."""
    fraction, exponents, bias = (23, 8, 127) if itemsize == 4 else (52, 11, 1023)
    field = np.arange(2 ** (exponents + 1))
    exponent = field % 2**exponents
    hidden = np.where(exponent > 0, 1 << fraction, 0)
    left = (np.maximum(exponent, 1) - bias - fraction) % bits
    sign = np.where(field >= 2**exponents, (1 << bits) - 1, 0)
    return hidden.astype(np.uint64), left.astype(np.uint64), sign.astype(np.uint64)


def _halves(block: Array, bits: int) -> Residues:
    images = _half_table(block.dtype.name, bits)[block.view(np.uint16)]
    if images.size and images.max() == np.iinfo(np.uint64).max:
        raise NotExact("the values contain NaN or infinity, which have no exact image")
    return images


@cache
def _half_table(name: str, bits: int) -> Residues:
    patterns = np.arange(2**16, dtype=np.uint16)
    if name == "bfloat16":
        values = (patterns.astype(np.uint32) << np.uint32(16)).view(np.float32)
    else:
        with np.errstate(invalid="ignore"):
            values = patterns.view(np.float16).astype(np.float32)
    finite = np.isfinite(values)
    table = np.full(2**16, np.iinfo(np.uint64).max, np.uint64)
    table[finite] = _floats(values[finite], bits)
    return table


def _integers(block: Array, bits: int) -> Residues:
    if block.dtype.kind == "u":
        return fold(block.astype(np.uint64), bits)
    wide = block.astype(np.int64)
    # The absolute value of -2^63 wraps to itself and reads 2^63 as unsigned, which is right.
    magnitude = fold(np.abs(wide).view(np.uint64), bits)
    return np.asarray(np.where(wide < 0, negate(magnitude, bits), magnitude))

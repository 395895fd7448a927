"""Arithmetic in GF(p), p = 2^61 - 1, on numpy uint64 arrays of representatives 0 .. p - 1.

Everything is exact, elementwise functions broadcast, and nothing loops over entries.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from symcheck.exact.residues import Residues, add, encode, fold, negate, rotate, subtract, total
from symcheck.types import Floats

__all__ = [
    "P",
    "Residues",
    "add",
    "encode",
    "fold",
    "inverse",
    "matmul",
    "multiply",
    "negate",
    "power",
    "random",
    "rotate",
    "subtract",
    "total",
]

#: The modulus, a Mersenne prime.
P = 2**61 - 1

_LOW30, _LOW31 = np.uint64(2**30 - 1), np.uint64(2**31 - 1)
_30, _31 = np.uint64(30), np.uint64(31)
_ONE = np.uint64(1)

# A product of two limbs of 21 bits is below 2^42 and a sum of 2048 of them below 2^53, which float64 holds
# exactly: the matrix product can run in BLAS, whatever order it adds in.
_LIMB = np.uint64(21)
_INNER = 2048


def multiply(a: Residues, b: Residues) -> Residues:
    """a * b, elementwise with broadcasting."""
    a_high, a_low = a >> _31, a & _LOW31
    b_high, b_low = b >> _31, b & _LOW31
    middle = a_low * b_high + a_high * b_low
    # 2^62 = 2 and 2^61 = 1 in the field; the sum stays below 2^64.
    product = ((a_high * b_high) << _ONE) + (middle >> _30) + ((middle & _LOW30) << _31) + a_low * b_low
    return fold(product)


def power(a: Residues, exponent: int) -> Residues:
    """a**exponent, elementwise, for an exponent >= 0; 0**0 is 1."""
    result = np.ones_like(a)
    while exponent:
        if exponent & 1:
            result = multiply(result, a)
        a = multiply(a, a)
        exponent >>= 1
    return result


def inverse(a: Residues) -> Residues:
    """1 / a, elementwise.

    Raises:
        ZeroDivisionError: an entry is 0.
    """
    if not np.all(a):
        raise ZeroDivisionError("0 has no inverse in GF(2^61 - 1)")
    return power(a, P - 2)


def matmul(a: Residues, b: Residues) -> Residues:
    """The matrix product of (..., n, k) and (..., k, m), exact for any k; leading dimensions broadcast."""
    parts = [
        _short_matmul(a[..., start : start + _INNER], b[..., start : start + _INNER, :])
        for start in range(0, a.shape[-1], _INNER)
    ]
    return parts[0] if len(parts) == 1 else total(np.stack(parts), 0)


def random(rng: Generator, shape: int | tuple[int, ...]) -> Residues:
    """Independent uniform elements of the field."""
    return rng.integers(0, P, shape, dtype=np.uint64)


def _short_matmul(a: Residues, b: Residues) -> Residues:
    n, m = a.shape[-2], b.shape[-1]
    products = np.concatenate(_limbs(a), -2) @ np.concatenate(_limbs(b), -1)
    limbs = products.astype(np.uint64)
    at = [[limbs[..., i * n : (i + 1) * n, j * m : (j + 1) * m] for j in range(3)] for i in range(3)]
    # Limbs i and j meet at 2^(21 (i + j)), and 2^63 = 2^2, 2^84 = 2^23; each sum stays below 2^61.
    unshifted = at[0][0] + ((at[1][2] + at[2][1]) << np.uint64(2))
    shifted = at[0][1] + at[1][0] + (at[2][2] << np.uint64(2))
    twice = at[0][2] + at[1][1] + at[2][0]
    return fold(unshifted + rotate(shifted, 21) + rotate(twice, 42))


def _limbs(a: Residues) -> list[Floats]:
    mask = np.uint64(2**21 - 1)
    return [(part & mask).astype(np.float64) for part in (a, a >> _LIMB, a >> (_LIMB + _LIMB))]

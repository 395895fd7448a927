"""Exact sums of floats by splitting, where their exponents allow it.

Each number is split at a fixed power of two into a high and a low part; sums of either fit float64 without
rounding (as in Rump, Ogita and Oishi, "Accurate floating-point summation", SIAM J. Sci. Comput. 2008, section
3). That is several times faster than arithmetic on residues.
"""

from __future__ import annotations

from math import frexp, isfinite
from typing import Any

import numpy as np

from symcheck.types import Array, Labels, Signs

_SIGNIFICAND = {"float16": 11, "float32": 24, "float64": 53}


class FloatSums:
    """Sums of floats; keeps its temporaries, because fresh pages cost more than the arithmetic."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, np.dtype[Any]], Array] = {}

    def __call__(self, weights: Array, signs: Signs, starts: Labels) -> tuple[Array, Array] | None:
        """Two parts whose exact sum is the sum of signed weights over runs of columns.

        Args:
            weights: shape (rows, columns), any memory order.
            signs: shape (columns,), 1 or -1.
            starts: where each run starts.

        Returns:
            Two float64 arrays of shape (rows, runs), or None where the exponents are spread too far, values
            are not finite, or the dtype is not a float that numpy knows.
        """
        bits = _SIGNIFICAND.get(weights.dtype.name)
        if bits is None or not weights.dtype.isnative or weights.size == 0:
            return None
        largest, smallest = map(float, self.extremes(weights))
        nothing = np.zeros((len(weights), starts.size))
        if largest == 0:
            return nothing, nothing
        if not isfinite(largest):
            return None
        terms = max(2, weights.shape[1].bit_length())
        high, low = frexp(largest)[1], frexp(smallest)[1] - bits
        values = self._like(weights, "values", np.float64)
        np.copyto(values, weights)
        if (signs < 0).any():
            values *= signs
        if high + terms - low <= 53:
            return _sums(values, starts), nothing
        # Multiples of 2^cut whose sums stay below 2^(cut + 53), and what is left below 2^cut.
        cut = high + terms - 53
        if cut + terms - low > 53 or cut + 53 > 1000 or low < -1000:
            return None
        shift = 1.5 * 2.0 ** (cut + 52)
        upper = np.add(values, shift, out=self._like(weights, "upper", np.float64))
        upper -= shift
        values -= upper
        return _sums(upper, starts), _sums(values, starts)

    def extremes(self, values: Array) -> Array:
        """The largest magnitude and the smallest one that is not 0; both 0 if all are.

        Args:
            values: native floats, shape (rows, columns), not empty; NaN gives NaN.
        """
        magnitudes = np.abs(values, out=self._like(values, "magnitudes", values.dtype))
        largest = magnitudes.max()
        patterns = magnitudes.view(f"u{values.dtype.itemsize}")
        # The bit patterns of floats without sign are in order; that of 0 wraps to the top.
        patterns -= patterns.dtype.type(1)
        smallest = np.add(patterns.min(keepdims=True), patterns.dtype.type(1)).view(values.dtype)
        return np.array([largest, smallest.item()], values.dtype)

    def _like(self, array: Array, name: str, dtype: Any) -> Array:
        """A kept array of the same shape and memory order."""
        key = name, np.dtype(dtype)
        if key not in self._kept or self._kept[key].size < array.size:
            self._kept[key] = np.empty(array.size, dtype)
        flat = self._kept[key][: array.size]
        if abs(array.strides[0]) < abs(array.strides[1]):
            return flat.reshape(array.shape[::-1]).T
        return flat.reshape(array.shape)


def _sums(values: Array, starts: Labels) -> Array:
    if starts.size == 1:
        return np.asarray(values.sum(1))[:, None]
    return np.asarray(np.add.reduceat(values, starts, 1))

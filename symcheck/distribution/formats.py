"""Floating-point formats: which numbers a dtype holds, how far apart they are, and what rounds to each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symcheck.types import Array, Floats


@dataclass(frozen=True)
class FloatFormat:
    """Binary numbers of a fixed precision with gradual underflow (IEEE 754-2019, section 3.3).

    Attributes:
        bits: of precision, the hidden one counted.
        least: exponent of the smallest positive number 2^least, which is the spacing of subnormal numbers.
        exponents: bits of the exponent field; there are 2^(bits + exponents) numbers at most.
        exponent_limit: every number is less than 2^exponent_limit.
    """

    name: str
    bits: int
    least: int
    exponents: int
    exponent_limit: int

    @property
    def epsilon(self) -> float:
        """The spacing of the numbers from 1 on."""
        return 2.0 ** (1 - self.bits)

    @property
    def numbers(self) -> float:
        """A bound on how many numbers there are."""
        return 2.0 ** (self.bits + self.exponents)

    def scaled(self, exponent: int) -> FloatFormat:
        """The format of 2^exponent times its numbers, as far as float64 has them."""
        return replace(
            self, least=min(max(self.least + exponent, -1074), 900), exponent_limit=self.exponent_limit + exponent
        )

    def spacing(self, x: Array | float) -> Floats:
        """The distance from |x| to the next number away from 0, x being a number of the format."""
        return np.asarray(np.ldexp(1.0, np.maximum(_binade(x)[1] - self.bits, self.least)))

    def cells(self, w: Array) -> tuple[Floats, Floats]:
        """The numbers between which a real rounds to each of ``w`` (to nearest); exact for fewer than 53 bits."""
        w = np.asarray(w, np.float64)
        fraction, exponent = _binade(w)
        outwards = np.ldexp(0.5, np.maximum(exponent - self.bits, self.least))
        # Just below a power of two the numbers are twice as dense.
        inner = np.where(fraction == 0.5, exponent - 1, exponent) - self.bits
        inwards = np.ldexp(0.5, np.maximum(inner, self.least))
        down, up = np.where(w > 0, inwards, outwards), np.where(w < 0, inwards, outwards)
        return w - down, w + up

    def holds(self, w: Array) -> Array:
        """Which of ``w`` are numbers of the format."""
        w = np.asarray(w, np.float64)
        fraction, exponent = np.frexp(w)
        kept = np.minimum(self.bits, exponent - self.least)
        digits = np.ldexp(fraction, np.clip(kept, 0, 60))
        return np.asarray((w == 0) | ((kept > 0) & (digits == np.rint(digits)) & (exponent <= self.exponent_limit)))


def _binade(x: Array | float) -> tuple[Array, Array]:
    """|x| as fraction times 2^exponent, the fraction in [0.5, 1); zero is below every binade."""
    fraction, exponent = np.frexp(np.abs(np.asarray(x, np.float64)))
    return np.asarray(fraction), np.where(fraction == 0, -4000, exponent)


#: By the name of the dtype.
FORMATS = {
    "float16": FloatFormat("float16", 11, -24, 5, 16),
    "bfloat16": FloatFormat("bfloat16", 8, -133, 8, 128),
    "float32": FloatFormat("float32", 24, -149, 8, 128),
    "float64": FloatFormat("float64", 53, -1074, 11, 1024),
}


def format_named(dtype: str) -> FloatFormat:
    """The format of a dtype; anything that is no floating-point type is held to float64's."""
    return FORMATS.get(dtype, FORMATS["float64"])


def narrower(form: FloatFormat) -> list[FloatFormat]:
    """The formats all of whose numbers a format holds too, the finest first."""
    finest = sorted(FORMATS.values(), key=lambda f: -f.bits)
    return [f for f in finest if f.bits < form.bits and f.least >= form.least and f.exponents <= form.exponents]

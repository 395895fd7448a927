"""Are there as many different numbers as draws of a continuous law have in the dtype they are stored in?

The rounded law gives a number v the share m(v) that rounds to it. A sampler is allowed a generator of its own, whose
uniform numbers have as many bits as the dtype has behind the point (numpy's, torch's and jax's have 52 or 53 in float64,
23 or 24 in float32), and arithmetic that ends a number beside: then no v is drawn with more than the chance

    p(v) = m(v's neighbours and v) + epsilon.

All p-values are bounds for independent draws of any such sampler.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from symcheck.distribution.formats import FloatFormat, format_named, narrower
from symcheck.distribution.rounding import ScaledLaw, largest_share, share_of
from symcheck.types import Array, Floats

#: What is told first, where it is as unlikely as this.
_PLAIN = 1e-6


@dataclass(frozen=True)
class Atoms:
    """The least likely way in which numbers repeat themselves, with the p-value of all ways together.

    Attributes:
        kind: ``value`` (one number comes too often), ``distinct`` (there are too few different ones) or ``digits`` (too
            many are numbers of a narrower format).
        measured: how often it comes; how many entries repeat an earlier one; how many fit the narrower format.
        expected: at most so many are expected.
        value: the number, of kind ``value``. form: the name of the format, of kind ``digits``.
    """

    kind: str
    p_value: float
    measured: int
    expected: float
    draws: int
    value: float = 0.0
    form: str = ""


def atoms_test(sample: Array, law: ScaledLaw) -> Atoms:
    """Test independent draws as they are stored.

    Args:
        sample: the numbers as they came.
        law: with the format they are stored in.
    """
    entry, form = law.entry, law.form
    values, counts = np.unique(np.asarray(sample, np.float64).ravel(), return_counts=True)
    n, likeliest = int(counts.sum()), min(1.0, largest_share(entry, form, 1) + form.epsilon)
    found = [_most_repeated(values, counts, n, law), _distinct(values.size, n, likeliest)]
    found += [_digits(values, counts, n, likeliest, form, other) for other in narrower(format_named(form.name))]
    p = min(1.0, len(found) * min(a.p_value for a in found))
    return replace(_plainest(found, n), p_value=p)


def _plainest(found: list[Atoms], n: int) -> Atoms:
    """What explains most of the repetitions: all entries of a narrower format, one number, or else the least likely."""
    value, distinct, *digits = found
    whole = [a for a in digits if a.measured == n and a.p_value < _PLAIN]
    if whole:
        return whole[-1]
    if value.p_value < _PLAIN and 2 * (value.measured - 1) >= distinct.measured:
        return value
    return min(found, key=lambda a: a.p_value)


def _most_repeated(values: Floats, counts: Array, n: int, law: ScaledLaw) -> Atoms:
    """The number that comes least likely so often, counted among all numbers of the format (Bonferroni)."""
    from scipy.stats import binom

    again = counts > 1
    if not again.any():
        return Atoms("value", 1.0, 1, 0.0, n)
    values, counts = values[again], counts[again]
    chances = np.minimum(1.0, share_of(law.of(values), law.entry, law.form, 1) + law.grain)
    p_values = binom.sf(counts - 1, n, chances)
    place = int(np.argmin(p_values))
    p = min(1.0, float(p_values[place]) * law.form.numbers)
    return Atoms("value", p, int(counts[place]), n * float(chances[place]), n, value=float(values[place]))


def _distinct(distinct: int, n: int, likeliest: float) -> Atoms:
    """Entries that repeat an earlier one.

    Whatever came before, the i-th draw repeats one of at most i - 1 numbers with the chance (i - 1) q at most, q that of
    the likeliest: the count is dominated by a sum of independent coins, whose tail is bounded by Chernoff's
    exp(-l) (e l / r)^r, l its expectation.
    """
    repeats = n - distinct
    certain = min(n, int(1 / likeliest) + 1)
    expected = likeliest * certain * (certain - 1) / 2 + (n - certain)
    return Atoms("distinct", _poisson_tail(repeats, expected), repeats, expected, n)


def _poisson_tail(count: int, expected: float) -> float:
    """Chernoff's bound on the chance that independent coins of this expected sum come to ``count`` or more."""
    if count <= expected:
        return 1.0
    return exp(min(0.0, count - expected + count * log(expected / count))) if expected > 0 else 0.0


def _digits(values: Floats, counts: Array, n: int, likeliest: float, form: FloatFormat, other: FloatFormat) -> Atoms:
    """Entries whose last digits are all zero, as in a narrower format.

    Of a density that falls to either side of one place, the numbers of the narrower format have 2^(1 - d) and twice the share of
    the likeliest at most, d the digits they have less; and each may have epsilon from the generator.
    """
    from scipy.stats import binom

    fitting = int(counts[other.holds(values)].sum())
    chance = 2.0 ** (1 - form.bits + other.bits) + 2 * likeliest + form.epsilon * other.numbers
    if chance >= 1 or fitting == 0:
        return Atoms("digits", 1.0, fitting, n * min(1.0, chance), n, form=other.name)
    return Atoms("digits", float(binom.sf(fitting - 1, n, chance)), fitting, n * chance, n, form=other.name)

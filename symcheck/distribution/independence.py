"""Are the entries of a matrix independent? Tests that hold at any size, for entries symmetric about a known centre.

Given the magnitudes of independent symmetric entries, their signs are fair coins. A sum of products of disjoint or
chained pairs, sum c_k e_k with fair e_k, then exceeds t with chance at most 2 exp(-t^2 / (2 sum c_k^2)) (Hoeffding 1963,
theorem 2): no tail is an approximation, the scale need not be known, and outliers cannot feign a correlation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt

import numpy as np

from symcheck.distribution.moments import times_two_to, to_unit
from symcheck.types import Array

#: Steps between neighbours that are compared: along rows, along columns, along both diagonals.
STEPS = ((0, 1), (0, 2), (1, 0), (2, 0), (1, 1), (1, -1))
#: Tests of one matrix: steps, pairs along two axes, spread of sums and of magnitudes along two axes, the transpose.
TESTS = len(STEPS) + 2 + 4 + 1


@dataclass(frozen=True)
class Trace:
    """One sign of dependence.

    Attributes:
        kind: step, pair, sums, magnitudes or transpose.
        axis: 0 where rows are compared, 1 where columns are.
        measured: a correlation; of sums and magnitudes, how many times their variance is the independent one.
        where: the step, or the pair (counted from 0).
    """

    kind: str
    axis: int
    p_value: float
    measured: float
    where: tuple[int, ...] = ()


def traces(x: Array, middle: float, rng: np.random.Generator) -> list[Trace]:
    """Every test of one matrix.

    Args:
        x: (rows, columns), entries less their centre.
        middle: the median of their magnitudes.
        rng: decides which way a zero falls, where signs are counted.
    """
    return _all(x, fair_signs(x, rng), fair_signs(np.abs(x) - middle, rng))


def own_traces(x: Array, rng: np.random.Generator) -> list[Trace]:
    """The same with the centre, the median magnitude and the shares of the signs taken from the matrix itself.

    What a wrong mean, scale or family does to `traces` is gone here, so that a dependence is what both see. The p-values
    are no bounds: they only confirm those of `traces`.
    """
    x = x - x.mean()
    large = np.abs(x) - np.median(np.abs(x))
    return _all(x, _even(fair_signs(x, rng)), _even(fair_signs(large, rng)))


def _even(signs: Array) -> Array:
    spread = float(signs.std())
    return np.asarray((signs - signs.mean()) / (spread if spread > 0 else 1.0))


def _all(x: Array, signs: Array, large: Array) -> list[Trace]:
    fair = signs if np.abs(signs).max() == np.abs(signs).min() == 1 else None
    found = [_step(x, step, fair) for step in STEPS]
    for axis, (values, s, t) in enumerate(((x, signs, large), (x.T, signs.T, large.T))):
        found.append(pairs(values, axis, None if fair is None else s))
        found += [_sums("sums", s, axis), _sums("magnitudes", t, axis)]
    if x.shape[0] == x.shape[1]:
        above = np.triu_indices(len(x), 1)
        agree = None if fair is None else fair[above] * fair.T[above]
        found.append(_products("transpose", 0, x[above], x.T[above], (), agree))
    return found


def pairs(x: Array, axis: int = 0, signs: Array | None = None) -> Trace:
    """The pair of rows with the least likely inner product, counted among all pairs (Bonferroni).

    Args:
        signs: those of ``x``, fair coins: then the number of agreeing signs, which is binomial, is looked at as well. It
            sees rows that are nearly equal, the inner product those with a little in common.
    """
    rows, n = x.shape
    squares = x * x
    inner, weights = x @ x.T, squares @ squares.T
    ratio = np.divide(inner**2, 2 * weights, out=np.zeros_like(inner), where=weights > 0)
    np.fill_diagonal(ratio, 0.0)
    place, one = int(ratio.argmax()), 2 * exp(-float(ratio.max()))
    if signs is not None:
        excess = np.abs(signs @ signs.T)
        np.fill_diagonal(excess, 0.0)
        by_signs = _agreement_p((n + float(excess.max())) / 2, n)
        place, one = (int(excess.argmax()), 2 * by_signs) if by_signs < one else (place, 2 * one)
    i, j = (int(k) for k in np.unravel_index(place, ratio.shape))
    norms = float(np.sqrt(squares[i].sum() * squares[j].sum()))
    p = min(1.0, rows * (rows - 1) / 2 * one)
    return Trace("pair", axis, p, float(inner[i, j]) / norms if norms else 0.0, (i, j))


def _step(x: Array, step: tuple[int, int], signs: Array | None) -> Trace:
    """Neighbours at a step; their products along a chain have independent fair signs."""
    down, right = step
    rows, columns = x.shape
    one = slice(0, rows - down), slice(max(0, -right), columns - max(0, right))
    other = slice(down, rows), slice(max(0, right), columns - max(0, -right))
    agree = None if signs is None else signs[one] * signs[other]
    return _products("step", 0 if down else 1, x[one], x[other], step, agree)


def _products(kind: str, axis: int, first: Array, second: Array, where: tuple[int, ...], agree: Array | None) -> Trace:
    products = first * second
    total, weight = float(products.sum()), float(np.square(products).sum())
    p = 2 * exp(-(total**2) / (2 * weight)) if weight > 0 else 1.0
    if agree is not None:
        alike = float((agree > 0).sum())
        p = 2 * min(p, _agreement_p(max(alike, agree.size - alike), agree.size))
    norms = float(np.sqrt(np.square(first).sum() * np.square(second).sum()))
    return Trace(kind, axis, min(1.0, p), total / norms if norms else 0.0, where)


def _agreement_p(alike: float, n: int) -> float:
    """The chance that so many of n pairs of fair signs agree, or so many disagree."""
    from scipy.stats import binom

    return min(1.0, 2 * float(binom.sf(round(alike) - 1, n, 0.5)))


def fair_signs(x: Array, rng: np.random.Generator) -> Array:
    """The signs of ``x``; a zero falls either way."""
    signs = np.sign(x)
    zeros = signs == 0
    if zeros.any():
        signs[zeros] = rng.choice([-1.0, 1.0], int(zeros.sum()))
    return signs


def _sums(kind: str, signs: Array, axis: int) -> Trace:
    """Sums of fair signs along each row: do they spread as sums of independent ones?

    With Z = sum / sqrt(n), E exp(s Z^2) <= (1 - 2s)^(-1/2), as for a normal Z, because cosh(x) <= exp(x^2 / 2): that bounds
    the upper tail of sum Z^2 as Chernoff bounds a chi-squared one. The lower tail is bounded by E exp(-s Z^2), which is a
    finite sum over the binomial law.
    """
    rows, n = signs.shape
    if not signs.any():
        return Trace(kind, axis, 1.0, 1.0)
    mean_square = float(np.square(signs.sum(axis=1)).mean()) / n
    if mean_square > 1:
        log_p = -rows / 2 * (mean_square - 1 - log(mean_square))
    else:
        rates, moments = _lower_moments(n)
        log_p = rows * float(np.min(rates * mean_square + moments))
    return Trace(kind, axis, min(1.0, 2 * exp(min(0.0, log_p))), mean_square)


@lru_cache(maxsize=64)
def _lower_moments(n: int) -> tuple[Array, Array]:
    """Rates s with log E exp(-s Z^2), Z = (2B - n) / sqrt(n) and B ~ Binomial(n, 1/2)."""
    from scipy.special import logsumexp
    from scipy.stats import binom

    rates = np.geomspace(0.05, 500.0, 80)
    k = np.arange(n + 1)
    squares = (2.0 * k - n) ** 2 / n
    return rates, np.array([float(logsumexp(binom.logpmf(k, n, 0.5) - s * squares)) for s in rates])


def rearranged(x: Array, likeliest: float) -> tuple[float, tuple[int, int]] | None:
    """Two rows that hold the same magnitudes in another order, with a bound on the chance that some pair does.

    One arrangement of n given magnitudes has the chance q^n at most, q that of the likeliest magnitude, and there are n! of
    them.

    Args:
        likeliest: q, a bound.
    """
    rows, n = x.shape
    ordered = np.ascontiguousarray(np.sort(np.abs(x), axis=1))
    keys = ordered.view(np.dtype((np.void, ordered.dtype.itemsize * n))).ravel()
    _, labels, counts = np.unique(keys, return_inverse=True, return_counts=True)
    if counts.max() < 2:
        return None
    i, j = (int(k) for k in np.flatnonzero(labels == int(counts.argmax()))[:2])
    log_p = log(rows * (rows - 1) / 2) + lgamma(n + 1) + n * log(likeliest)
    return exp(min(0.0, log_p)), (i, j)


def balanced(x: Array, density: float, spacing: float) -> dict[str, float]:
    """Bounds on the chance that all rows agree as nearly as they do in their ``sum``, and in their ``length``.

    For independent entries of density at most f, given all entries but one, a sum falls into a window of width 2d with
    chance 2 d f at most, and a sum of squares with chance 2 f sqrt(2d); all rows but the first must do so.

    Args:
        spacing: of the numbers of the type about the largest entry; rounding moves each entry by that much at most.
    """
    others, n = len(x) - 1, x.shape[1]
    largest = float(np.abs(x).max())
    sums, squares = x.sum(axis=1), np.square(x).sum(axis=1)
    window = float(np.abs(sums - sums[0]).max()) + 4 * n * spacing
    one_sum = min(1.0, 2 * window * density)
    window = float(np.abs(squares - squares[0]).max()) + 8 * n * spacing * largest
    one_length = min(1.0, 2 * density * sqrt(2 * window))
    return {"sum": one_sum**others, "length": one_length**others}


@dataclass(frozen=True)
class NearPair:
    """Two rows that are nearly one: ``distance`` relative to their length, ``sign`` -1 where nearly opposite."""

    rows: tuple[int, int]
    distance: float
    sign: int
    p_value: float


def near_pair(x: Array, density: float | None, spacing: float, within: float = 1e-3) -> NearPair | None:
    """The pair of rows nearest to each other up to sign, if nearer than ``within`` of their length and not equal.

    For independent entries of density at most f, two entries lie within d of each other with chance 2 d f at most; two
    rows of n of them, in every place, with (2 d f)^n; counted among all pairs and both signs. Without a density, normal
    entries of any scale: |u - v|^2 / (2 |u|^2 + 2 |v|^2) ~ Beta(n/2, n/2).

    Args:
        density: the largest value of the law's density; None where no law is known.
        spacing: of the numbers of the type about the largest entry; rounding moves an entry by that much at most.
    """
    from scipy.special import betainc

    rows, n = x.shape
    x, exponent = to_unit(x)
    lengths = np.linalg.norm(x, axis=1)
    unit = x / np.where(lengths > 0, lengths, 1.0)[:, None]
    cosines = np.triu(np.abs(unit @ unit.T), 1)
    best: NearPair | None = None
    # 1 - |cos| is half the squared distance of the unit vectors; rows of other lengths are thrown out below.
    for i, j in np.argwhere(cosines > 1 - within**2):
        sign = 1 if float(unit[i] @ unit[j]) > 0 else -1
        difference = np.abs(x[i] - sign * x[j])
        longest = max(lengths[i], lengths[j])
        distance = float(np.linalg.norm(difference) / longest)
        if not 0 < distance < within or (best and distance >= best.distance):
            continue
        if density is None:
            ratio = float(
                np.square(difference / longest).sum()
                / (2 * (lengths[i] / longest) ** 2 + 2 * (lengths[j] / longest) ** 2)
            )
            one = float(betainc(n / 2, n / 2, ratio))
        else:
            reach = times_two_to(float(difference.max()), exponent) + spacing
            one = min(1.0, 2 * reach * density) ** n
        best = NearPair((int(i), int(j)), distance, sign, min(1.0, rows * (rows - 1) * one))
    return best

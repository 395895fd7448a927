"""Is an orthogonal matrix Haar-random? Signs, determinants and entries over independent draws, with exact p-values.

Under the Haar measure W and DWE have one distribution for all diagonal D, E of signs: each entry is positive with
probability 1/2 and, for square matrices, so is the determinant. For fixed unit vectors u, v in spaces of dimension
m <= d (the sides of W), v'Wu is the first coordinate of a random point of the unit sphere of R^d, so that
(v'Wu + 1)/2 ~ Beta((d-1)/2, (d-1)/2) (Mezzadri 2007; chainer tests its entries so).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from symcheck.types import Array

#: Directions, beside those of the axes, along which the matrices are looked at.
DIRECTIONS = 16


@dataclass(frozen=True)
class HaarOutcome:
    """The most unlikely of the statistics of one kind, with the p-value of all of that kind together.

    Attributes:
        kind: sign, determinant, entry or direction.
        where: of the entry, counted from 0; empty for the others.
        measured: draws with a positive sign or determinant; for entries, the gap of the distribution function.
        expected: what the law has.
        draws: how many matrices were looked at.
    """

    kind: str
    p_value: float
    where: tuple[int, ...]
    measured: float
    expected: float
    draws: int


def haar_tests(stack: Array, rng: np.random.Generator) -> list[HaarOutcome]:
    """Test independent draws.

    Args:
        stack: (draws, rows, columns), with orthonormal rows or columns, whichever are fewer; one side is at least 2.
        rng: of the directions, so that no subject can know them.
    """
    # No entry of such a matrix is larger than 1, so none is changed; what is no such matrix may be of any size.
    w = np.clip(np.asarray(stack, dtype=np.float64), -2, 2)
    draws, rows, columns = w.shape
    flat = w.reshape(draws, -1)
    outcomes = [
        _signs("sign", _coins(flat, rng), (rows, columns)),
        _gaps("entry", flat, max(rows, columns), (rows, columns)),
    ]
    left, right = rng.standard_normal((DIRECTIONS, rows)), rng.standard_normal((DIRECTIONS, columns))
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    outcomes.append(_gaps("direction", np.einsum("ki,nij,kj->nk", left, w, right), max(rows, columns), ()))
    if rows == columns:
        outcomes.append(_signs("determinant", np.linalg.slogdet(w)[0][:, None] > 0, ()))
    return outcomes


def _coins(values: Array, rng: np.random.Generator) -> Array:
    """Which are positive; a zero falls either way, or else a law with many zeros would look biased."""
    return np.where(values == 0, rng.random(values.shape) < 0.5, values > 0)


def _signs(kind: str, positive: Array, shape: tuple[int, ...]) -> HaarOutcome:
    from scipy.stats import binom

    draws, positions = positive.shape
    counts = positive.sum(axis=0)
    place = int(np.argmax(np.abs(counts - draws / 2)))
    tail = float(binom.sf(max(counts[place], draws - counts[place]) - 1, draws, 0.5))
    p = min(1.0, 2 * positions * tail)
    return HaarOutcome(kind, p, _index(place, shape), float(counts[place]), draws / 2, draws)


def _gaps(kind: str, values: Array, dimension: int, shape: tuple[int, ...]) -> HaarOutcome:
    """The largest gap between an empirical distribution function and the law's (bound of Massart 1990)."""
    from scipy.special import betainc

    draws, positions = values.shape
    half = (dimension - 1) / 2
    ordered = np.sort(np.clip((values + 1) / 2, 0.0, 1.0), axis=0)
    expected = betainc(half, half, ordered)
    ranks = (np.arange(draws + 1) / draws)[:, None]
    gaps = np.maximum(ranks[1:] - expected, expected - ranks[:-1]).max(axis=0)
    place = int(gaps.argmax())
    p = min(1.0, positions * 2 * exp(-2 * draws * float(gaps[place]) ** 2))
    return HaarOutcome(kind, p, _index(place, shape), float(gaps[place]), 1 / sqrt(draws), draws)


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(place, shape)) if shape else ()

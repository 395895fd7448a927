"""The signs of sums of weights, exactly."""

from __future__ import annotations

from fractions import Fraction
from math import fsum

import numpy as np

from symcheck.exact.residues import NotExact
from symcheck.types import Array, Flags, Floats, Labels, Signs

_EPS = float(np.finfo(np.float64).eps)


def signs_of_sums(weights: Array, signs: Signs, starts: Labels) -> Signs:
    """-1, 0 or 1: the sign of each signed sum of weights over a run of columns.

    Args:
        weights: shape (rows, columns), of any dtype that a network may have.
        signs: shape (columns,), 1 or -1: factors of the columns.
        starts: where each run starts.

    Returns:
        Shape (rows, runs).

    Raises:
        NotExact: NaN or infinity among the weights.
    """
    wide = weights.astype(np.float64)
    if not np.isfinite(wide).all():
        raise NotExact("the values contain NaN or infinity, which have no exact image")
    if starts.size == weights.shape[1]:
        return np.asarray(np.sign(wide) * signs, np.int8)
    with np.errstate(over="ignore", invalid="ignore"):
        sums, errors = _float_sums(wide * signs, starts, weights.dtype.kind in "iu")
        # Neither holds of NaN, which an overflow gives.
        certain = (np.abs(sums) > errors) | ((sums == 0) & (errors == 0))
        result = np.asarray(np.where(certain, np.sign(sums), 0), np.int8)
    ends = np.r_[starts[1:], weights.shape[1]]
    for run in np.flatnonzero(~certain.all(0)):
        part, rows = slice(int(starts[run]), int(ends[run])), np.flatnonzero(~certain[:, run])
        found, sure = _compensated(weights[rows, part], signs[part])
        for place in np.flatnonzero(~sure):
            found[place] = _exactly(weights[rows[place], part], signs[part])
        result[rows, run] = found
    return result


def not_above_zero(weights: Array, signs: Signs, starts: Labels, side: int) -> Flags:
    """Rows whose combination of classes is not positive, whatever the classes give on one side of 0.

    Args:
        weights, signs, starts: as of `signs_of_sums`; runs are classes.
        side: 1 where what the classes give is never negative, -1 where it is never positive, 0 where it may be either.

    Returns:
        Shape (rows,).
    """
    found = signs_of_sums(weights, signs, starts)
    return np.asarray((found * side <= 0 if side else found == 0).all(1))


def _float_sums(signed: Floats, starts: Labels, rounded: bool) -> tuple[Floats, Floats]:
    """Sums over runs, and bounds of their errors."""
    magnitudes = np.add.reduceat(np.abs(signed), starts, 1)
    longest = int(np.diff(np.r_[starts, signed.shape[1]]).max())
    # Higham, "Accuracy and Stability of Numerical Algorithms", section 4.2: at most n - 1 roundings of each term.
    sums = np.add.reduceat(signed, starts, 1)
    # Terms of one sign have a sum of that sign, whatever the rounding; integers may have been rounded before.
    alike = (np.abs(sums) == magnitudes) & np.isfinite(magnitudes) & (not rounded)
    return sums, np.where(alike, 0.0, (longest + 2) * _EPS * magnitudes)


def _compensated(block: Array, signs: Signs) -> tuple[Signs, Flags]:
    """Signs of the sums of rows, with the rounding errors of the sums added up, and where they are certain."""
    if block.dtype.kind in "iu":
        return np.zeros(len(block), np.int8), np.zeros(len(block), bool)
    total = block[:, 0].astype(np.float64) * signs[0]
    errors, sizes = np.zeros_like(total), np.zeros_like(total)
    with np.errstate(over="ignore", invalid="ignore"):
        for column, sign in zip(block.T[1:].astype(np.float64), signs[1:], strict=True):
            term, before = column * sign, total
            total = before + term
            # Knuth, "The Art of Computer Programming", volume 2, section 4.2.2, theorem B: exact.
            other = total - before
            error = (before - (total - other)) + (term - other)
            errors, sizes = errors + error, sizes + np.abs(error)
        value, doubt = total + errors, block.shape[1] * _EPS * sizes * (block.shape[1] > 2)
        return np.asarray(np.nan_to_num(np.sign(value)), np.int8), (np.abs(value) > doubt) | (doubt == 0)


def _exactly(row: Array, signs: Signs) -> int:
    if row.dtype.kind in "iu":
        whole = sum(int(value) * int(sign) for value, sign in zip(row.tolist(), signs.tolist(), strict=True))
        return (whole > 0) - (whole < 0)
    values = (row.astype(np.float64) * signs).tolist()
    try:
        # Correctly rounded, so that its sign is right.
        total: float | Fraction = fsum(values)
    except OverflowError:
        total = sum(map(Fraction, values), Fraction(0))
    return (total > 0) - (total < 0)

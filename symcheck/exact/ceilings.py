"""Can a pre-activation ever be positive, whatever the units below give? Decided exactly.

Units below give h_J, the same for all of a class J up to sign, and somewhere in [low, high]. Then the largest
pre-activation there may be is b + sum over J of max(R_J low, R_J high), with R_J the signed sum of the weights
from class J. It is not above 0 for a ReLU that is zero for ever.
"""

from __future__ import annotations

from fractions import Fraction
from math import fsum, inf

import numpy as np
from numpy.typing import ArrayLike

from symcheck.exact.residues import NotExact
from symcheck.types import Array, Flags, Floats, Labels, Signs

_EPS = float(np.finfo(np.float64).eps)
_TINY = 5e-324


def never_positive(weights: Array, signs: Signs, starts: Labels, bias: ArrayLike, low: float, high: float) -> Flags:
    """For each row whether its ceiling is not above 0, exactly.

    Args:
        weights: shape (rows, columns), of any dtype that a network may have; columns of one class are neighbours.
        signs: shape (columns,), 1 or -1: of each column's unit in its class.
        starts: where each class starts.
        bias: shape (rows,).
        low, high: the interval in which the quantities of all classes lie; infinite where nothing is known.

    Returns:
        Shape (rows,).

    Raises:
        NotExact: NaN or infinity among the weights or biases.
    """
    offsets = np.asarray(bias)
    wide, shift = weights.astype(np.float64), offsets.astype(np.float64)
    if not (np.isfinite(wide).all() and np.isfinite(shift).all()):
        raise NotExact("the values contain NaN or infinity, which have no exact image")
    if not weights.shape[1]:
        return np.asarray(shift <= 0)
    rounded = weights.dtype.kind in "iu"
    with np.errstate(over="ignore", invalid="ignore"):
        sums, errors = _float_sums(wide * signs, starts, rounded)
        yes, no = _judged(sums, errors, shift, _EPS if offsets.dtype.kind in "iu" else 0.0, low, high)
    for row in np.flatnonzero(~(yes | no)):
        yes[row] = _exactly(weights[row], signs, starts, offsets[row], low, high)
    return yes


def _float_sums(signed: Floats, starts: Labels, rounded: bool) -> tuple[Floats, Floats]:
    """Sums over classes, and bounds of their errors."""
    if starts.size == signed.shape[1]:
        return signed, np.abs(signed) * (_EPS if rounded else 0.0)
    longest = int(np.diff(np.r_[starts, signed.shape[1]]).max())
    # Higham, "Accuracy and Stability of Numerical Algorithms", section 4.2: at most (n - 1) roundings of each term.
    return np.add.reduceat(signed, starts, 1), (longest + 2) * _EPS * np.add.reduceat(np.abs(signed), starts, 1)


def _judged(
    sums: Floats, errors: Floats, bias: Floats, bias_error: float, low: float, high: float
) -> tuple[Flags, Flags]:
    """Rows that are for certain not above 0, and those that are for certain above."""
    ends = [_largest(sums - errors, low, high), _largest(sums + errors, low, high)]
    # The largest product is a convex function of the sum, and 0 at 0.
    least = np.minimum(*ends)
    least = np.where(np.abs(sums) <= errors, np.minimum(least, 0.0), least)
    most = np.maximum(*ends)
    terms = sums.shape[1] + 3
    exact_products = all(abs(bound) in (0.0, 1.0, inf) for bound in (low, high))
    slack = _EPS * terms * (np.abs(most).sum(1) + np.abs(least).sum(1) + np.abs(bias)) + bias_error * np.abs(bias)
    slack += 0.0 if exact_products else 4 * terms * _TINY
    unbounded = (least == inf).any(1)
    return most.sum(1) + bias + slack <= 0, unbounded | (least.sum(1) + bias - slack > 0)


def _largest(sums: Floats, low: float, high: float) -> Floats:
    """max(R low, R high), with 0 times infinity 0."""
    bound = np.where(sums > 0, high, np.where(sums < 0, low, 0.0))
    return np.asarray(sums * bound)


def _exactly(row: Array, signs: Signs, starts: Labels, bias: ArrayLike, low: float, high: float) -> bool:
    values = row.tolist() if row.dtype.kind in "iu" else row.astype(np.float64).tolist()
    signed = [value * sign for value, sign in zip(values, signs.tolist(), strict=True)]
    classes = [signed[a:b] for a, b in zip(starts.tolist(), [*starts.tolist()[1:], len(signed)], strict=True)]
    if {low, high} <= {0.0, -inf, inf} and row.dtype.kind not in "iu":
        try:
            rounded = np.array([[fsum(one) for one in classes]])
        except OverflowError:
            pass
        else:
            # A correctly rounded sum has the right sign, which is all that these bounds ask for.
            most = _largest(rounded, low, high).max()
            return bool(most <= 0 and np.asarray(bias) <= 0)
    ceiling = Fraction(np.asarray(bias).item() if np.asarray(bias).dtype.kind in "iu" else float(np.asarray(bias)))
    for one in classes:
        total = sum(map(Fraction, one), Fraction(0))
        bound = high if total > 0 else low
        if total and abs(bound) == inf:
            if (total > 0) == (bound > 0):
                return False
            raise ValueError(f"an interval from {low} to {high} has no largest multiple")
        ceiling += total * Fraction(bound) if total else 0
    return ceiling <= 0

"""Weight matrices with every kind of structure that bears on ties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.strategies.number import Floats, Numbers, cycled, dyadics, seeded
from symcheck.strategies.validation import choices, number_bounds, positive_integer

Matrices = st.SearchStrategy[Floats]
Swap = tuple[int, int, int, int, float]
Kind = Callable[[int, int, float, float], Matrices]

_FLAGS = cycled(st.integers(0, 1))
_SIGNS = cycled(st.sampled_from((1.0, -1.0)))
_BOOLEANS = cycled(st.booleans())


@lru_cache(maxsize=2**6)
def _number(low: float, high: float) -> Numbers:
    return dyadics(min_value=low, max_value=high)


@lru_cache(maxsize=2**6)
def _not_zero(low: float, high: float) -> Numbers:
    return _number(low, high).map(lambda value: value or (high if high < 1 else max(low, 1.0)))


@lru_cache(maxsize=2**6)
def _values(low: float, high: float) -> st.SearchStrategy[list[float]]:
    return cycled(_number(low, high))


def _constant(rows: int, columns: int, low: float, high: float) -> Matrices:
    return _not_zero(low, high).map(lambda value: np.full((rows, columns), value))


def _zero(rows: int, columns: int, low: float, high: float) -> Matrices:
    # The number drawn is not used. Without it a zero matrix would be the shortest to draw, and Hypothesis, which
    # prefers what is short, would keep wide networks of zeros where 1-1-1 with a constant is easier to read.
    return _number(low, high).map(lambda _: np.zeros((rows, columns)))


def _dyadic(rows: int, columns: int, low: float, high: float) -> Matrices:
    return _values(low, high).map(lambda values: np.resize(values, (rows, columns)))


def _random(rows: int, columns: int, low: float, high: float) -> Matrices:
    return seeded(low, high).map(lambda arrays: arrays((rows, columns)))


def _duplicated_rows(rows: int, columns: int, low: float, high: float) -> Matrices:
    return st.builds(
        lambda values, which: np.resize(values, (2, columns))[np.resize(which, rows)], _values(low, high), _FLAGS
    )


def _duplicated_columns(rows: int, columns: int, low: float, high: float) -> Matrices:
    return _duplicated_rows(columns, rows, low, high).map(lambda matrix: matrix.T.copy())


def _block(rows: int, columns: int, low: float, high: float) -> Matrices:
    return st.builds(
        lambda values, i, j: np.resize(values, (2, 2))[np.resize(i, rows)][:, np.resize(j, columns)],
        _values(low, high),
        _FLAGS,
        _FLAGS,
    )


def _sign_flipped(rows: int, columns: int, low: float, high: float) -> Matrices:
    return st.builds(
        # Adding 0.0 keeps the flips from making zeros negative.
        lambda matrix, i, j: np.multiply.outer(np.resize(i, rows), np.resize(j, columns)) * matrix + 0.0,
        _block(rows, columns, low, high),
        _SIGNS,
        _SIGNS,
    )


def _permutation(rows: int, columns: int, low: float, high: float) -> Matrices:
    """A multiple of a permutation matrix; where the shape is not square, of one repeated or cut."""
    ones = np.equal.outer(np.arange(rows) % columns, np.arange(columns) % rows).astype(float)
    orders = st.permutations(range(rows))
    return st.builds(lambda value, order: value * ones[list(order)], _not_zero(low, high), orders)


def _circulant(rows: int, columns: int, low: float, high: float) -> Matrices:
    return _values(low, high).map(
        lambda values: np.stack([np.roll(np.resize(values, columns), i) for i in range(rows)])
    )


@lru_cache(maxsize=2**6)
def swap(low: float, high: float) -> st.SearchStrategy[Swap]:
    """One move of `swapped`."""
    place = st.integers(0, 5)
    return st.tuples(place, place, place, place, _number(low, high))


def swapped(block: Floats, moves: list[Swap]) -> Floats:
    """The block with amounts moved around rectangles (i, j), (k, m), which keeps all row sums and column sums."""
    rows, columns = block.shape
    moved = block.copy()
    for i, k, j, m, amount in moves:
        for row, column, sign in ((i, j, 1), (i, m, -1), (k, j, -1), (k, m, 1)):
            moved[row % rows, column % columns] += sign * amount
    return moved


def _equitable(rows: int, columns: int, low: float, high: float) -> Matrices:
    """Equal row sums and equal column sums; shrinks to a constant, and need not be one."""
    return st.builds(
        lambda value, moves: swapped(np.full((rows, columns), value), moves),
        _number(low, high),
        st.lists(swap(low, high), max_size=3),
    )


def _masked(rows: int, columns: int, low: float, high: float) -> Matrices:
    return st.builds(
        lambda matrix, mask: np.where(np.resize(mask, (rows, columns)), matrix, 0.0),
        _dyadic(rows, columns, low, high),
        _BOOLEANS,
    )


def _negative_zero(rows: int, columns: int, low: float, high: float) -> Matrices:
    values = cycled(st.sampled_from((0.0, -0.0)) | _number(low, high))
    return values.map(lambda drawn: np.resize(drawn, (rows, columns)))


_KINDS: dict[str, Kind] = {
    "constant": _constant,
    "zero": _zero,
    "dyadic": _dyadic,
    "duplicated_rows": _duplicated_rows,
    "duplicated_columns": _duplicated_columns,
    "block": _block,
    "sign_flipped": _sign_flipped,
    "permutation": _permutation,
    "circulant": _circulant,
    "equitable": _equitable,
    "masked": _masked,
    "negative_zero": _negative_zero,
    "random": _random,
}

#: The kinds of `weights`, simplest first. ``block`` is constant on blocks of rows and columns, ``equitable`` has
#: equal row sums and equal column sums, ``masked`` has zeros in any places, ``negative_zero`` has -0.0 too.
WEIGHT_KINDS = tuple(_KINDS)


def weights(
    shape: Any = None, *, kinds: Collection[str] = WEIGHT_KINDS, min_value: float = -2.0, max_value: float = 2.0
) -> Matrices:
    """Matrices of shape (out, in); shrinks to the first kind with small integers.

    Args:
        shape: None draws one, up to (6, 6).
        kinds: of `WEIGHT_KINDS`. ``random`` has multiples of 2^-20, nearly all different; the other kinds are
            made of multiples of 1/4, whose sums cancel often.
        min_value, max_value: bounds of the numbers that a matrix is made of. Zeros, flipped signs and sums
            may lie outside.

    Raises:
        InvalidArgument: a shape that is not two positive integers, an unknown kind, or bounds that leave nothing.
    """
    chosen = choices(kinds, "kinds", WEIGHT_KINDS)
    number_bounds(min_value, max_value, "value")
    dyadics(min_value=min_value, max_value=max_value)
    if shape is None:
        sides = st.integers(1, 6)
        return st.tuples(sides, sides).flatmap(lambda drawn: _of_kinds(chosen, *drawn, min_value, max_value))
    if not isinstance(shape, Sequence) or len(shape) != 2:
        raise InvalidArgument(f"shape must be two positive integers (out, in), not {shape!r}")
    for side in shape:
        positive_integer(side, "a side of shape")
    return _of_kinds(chosen, *shape, min_value, max_value)


# Hypothesis validates a strategy at its first use, which takes longer than most draws: made once, used often.
@lru_cache(maxsize=2**12)
def _of_kinds(kinds: tuple[str, ...], rows: int, columns: int, low: float, high: float) -> Matrices:
    return st.one_of([_of_kind(kind, rows, columns, low, high) for kind in kinds])


@lru_cache(maxsize=2**12)
def _of_kind(kind: str, rows: int, columns: int, low: float, high: float) -> Matrices:
    return _KINDS[kind](rows, columns, low, high)

"""Weight matrices with every kind of structure that bears on ties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.strategies.choices import Choices, DrawnChoices, Floats, Integers, built
from symcheck.strategies.validation import choices, positive_integer


def constant(c: Choices, rows: int, columns: int) -> Floats:
    """Every entry the same, and not zero."""
    return np.full((rows, columns), c.nonzero())


def zero(c: Choices, rows: int, columns: int) -> Floats:
    """Every entry zero."""
    # The number drawn is not used. Without it a zero matrix would be the shortest to draw, and Hypothesis, which
    # prefers what is short, would keep wide networks of zeros where 1-1-1 with a constant is easier to read.
    c.number()
    return np.zeros((rows, columns))


def dyadic(c: Choices, rows: int, columns: int) -> Floats:
    """Independent entries of few digits."""
    return c.numbers(rows, columns)


def random(c: Choices, rows: int, columns: int) -> Floats:
    """Independent entries, nearly all different."""
    return c.generic(rows, columns)


def duplicated_rows(c: Choices, rows: int, columns: int) -> Floats:
    """Rows drawn from one or two different ones."""
    return c.numbers(2, columns)[c.integers(0, 1, rows)]


def duplicated_columns(c: Choices, rows: int, columns: int) -> Floats:
    """Columns drawn from one or two different ones."""
    return duplicated_rows(c, columns, rows).T.copy()


def block(c: Choices, rows: int, columns: int) -> Floats:
    """Constant on blocks of a random partition of rows and columns, at most three of either."""
    return c.numbers(3, 3)[partition(c, rows, 3)][:, partition(c, columns, 3)]


def sign_flipped(c: Choices, rows: int, columns: int) -> Floats:
    """Blocks with random signs of rows and columns."""
    matrix = block(c, rows, columns)
    # Adding 0.0 keeps the flips from making zeros negative.
    return np.multiply.outer(c.signs(rows), c.signs(columns)) * matrix + 0.0


def permutation(c: Choices, rows: int, columns: int) -> Floats:
    """A multiple of a permutation matrix; where the shape is not square, of one repeated or cut."""
    value = c.nonzero()
    ones = np.equal.outer(np.arange(rows) % columns, np.arange(columns) % rows).astype(float)
    # The order of the rows says all where the shape is square.
    return value * ones[c.order(rows)][:, slice(None) if rows == columns else c.order(columns)]


def circulant(c: Choices, rows: int, columns: int) -> Floats:
    """Each row is the previous one rotated by one place."""
    first = c.numbers(columns)
    return np.stack([np.roll(first, i) for i in range(rows)])


def equitable(c: Choices, rows: int, columns: int) -> Floats:
    """Equal row sums and equal column sums: a constant, where square with permutations, with amounts moved."""
    matrix = np.full((rows, columns), c.number())
    if rows == columns and c.chance(0.5):
        matrix += permutation(c, rows, columns) + permutation(c, rows, columns)
    for _ in range(c.integer(0, 3)):
        move(c, matrix, np.arange(rows), np.arange(columns))
    return matrix


def masked(c: Choices, rows: int, columns: int) -> Floats:
    """Zeros in any places, from half of all to all but about one in each row."""
    share = c.integer(1, max(1, columns - 1))
    return np.where(c.integers(0, share, rows * columns).reshape(rows, columns), 0.0, c.numbers(rows, columns))


def negative_zero(c: Choices, rows: int, columns: int) -> Floats:
    """Entries of few digits, among them -0.0."""
    return np.where(c.integers(0, 1, rows * columns).reshape(rows, columns), -0.0, c.numbers(rows, columns))


def partition(c: Choices, count: int, most: int) -> Integers:
    """The class of each of ``count`` things, at most ``most`` classes, numbered without gaps."""
    found = np.unique(c.integers(0, c.integer(1, most) - 1, count), return_inverse=True)
    return np.asarray(found[1], dtype=np.int64)


def move(c: Choices, matrix: Floats, rows: Integers, columns: Integers) -> None:
    """Move an amount around a rectangle within some rows and columns, which keeps the sums of all of them."""
    if min(len(rows), len(columns)) > 1:
        (i, k), (j, m) = (_two(c, side) for side in (rows, columns))
        matrix[[i, i, k, k], [j, m, j, m]] += c.number() * np.array([1, -1, -1, 1])


def _two(c: Choices, of: Integers) -> tuple[int, int]:
    first = c.integer(0, len(of) - 1)
    return int(of[first]), int(of[(first + c.integer(1, len(of) - 1)) % len(of)])


#: Constructions of a matrix by kind; each takes (choices, rows, columns).
KINDS: dict[str, Callable[[Choices, int, int], Floats]] = {
    kind.__name__: kind
    for kind in (
        *(constant, zero, dyadic, duplicated_rows, duplicated_columns, block, sign_flipped),
        *(permutation, circulant, equitable, masked, negative_zero, random),
    )
}

#: The kinds of `weights`, simplest first. ``block`` is constant on blocks of rows and columns, ``equitable`` has
#: equal row sums and equal column sums, ``masked`` has zeros in any places, ``negative_zero`` has -0.0 too.
WEIGHT_KINDS = tuple(KINDS)


def weights(
    shape: Any = None, *, kinds: Collection[str] = WEIGHT_KINDS, min_value: float = -2.0, max_value: float = 2.0
) -> st.SearchStrategy[Floats]:
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
    if shape is not None:
        if not isinstance(shape, Sequence) or len(shape) != 2:
            raise InvalidArgument(f"shape must be two positive integers (out, in), not {shape!r}")
        for side in shape:
            positive_integer(side, "a side of shape")

    def build(c: DrawnChoices) -> Floats:
        rows, columns = shape or (c.integer(1, 6), c.integer(1, 6))
        return KINDS[c.one_of(chosen)](c, rows, columns)

    return built(build, min_value, max_value)

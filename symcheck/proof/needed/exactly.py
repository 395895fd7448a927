"""Linear algebra in fractions, as far as small cases need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from symcheck.proof.needed.line import Matrix, NeededError, Vector


def dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    """The inner product."""
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def times(matrix: Iterable[Vector], vector: Vector) -> Vector:
    """The matrix times the vector."""
    return tuple(dot(row, vector) for row in matrix)


def transposed(matrix: Matrix) -> Matrix:
    """The columns as rows."""
    return tuple(zip(*matrix, strict=True))


def remainder(vector: Vector, span: Iterable[Vector]) -> Vector:
    """What is left of a vector outside the span of others: its part orthogonal to them, 0 if it lies there."""
    basis: list[Vector] = []
    for other in span:
        rest = _orthogonal(other, basis)
        basis += [rest] if any(rest) else []
    return _orthogonal(vector, basis)


def _orthogonal(vector: Vector, basis: Iterable[Vector]) -> Vector:
    for base in basis:
        share = dot(vector, base) / dot(base, base)
        vector = tuple(v - share * b for v, b in zip(vector, base, strict=True))
    return vector


def rank(rows: Iterable[Vector]) -> int:
    """The dimension of the span of the rows."""
    independent: list[Vector] = []
    for row in rows:
        independent += [row] if any(remainder(row, independent)) else []
    return len(independent)


def fit(name: str, rows: Matrix, columns: int, of: str) -> Matrix:
    """The matrix itself, if its rows have this many numbers.

    Raises:
        NeededError: they have not; the message says what ``of`` they are to be one for each.
    """
    if len(rows[0]) != columns:
        raise NeededError(f"a row of {name} must have {columns} numbers, one for each {of}")
    return rows

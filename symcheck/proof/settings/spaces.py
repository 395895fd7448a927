"""Building blocks of finite probability spaces over GF(2^61 - 1): weights with given moments, random rotations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcheck.exact.field import P

Rows = list[list[int]]


def number(rng: np.random.Generator) -> int:
    """A random non-zero element of the field."""
    return int(rng.integers(1, P, dtype=np.uint64))


def numbers(rng: np.random.Generator, count: int) -> list[int]:
    """Independent random non-zero elements of the field."""
    return [number(rng) for _ in range(count)]


#: Larger systems of equations are refused: they would take for ever.
MOST_EQUATIONS = 300


def solve(rows: Rows, right: Sequence[int]) -> list[int]:
    """The solution of a square system of linear equations over the field.

    Raises:
        ZeroDivisionError: the system is singular; for random entries the chance is about 2^-61.
    """
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(len(table)):
        pivot = next((r for r in range(column, len(table)) if table[r][column] % P), None)
        if pivot is None:
            raise ZeroDivisionError("the moments asked for do not fix the weights")
        table[column], table[pivot] = table[pivot], table[column]
        scale = pow(table[column][column], -1, P)
        table[column] = [v * scale % P for v in table[column]]
        for r, row in enumerate(table):
            if r != column and row[column]:
                factor = row[column]
                table[r] = [(v - factor * u) % P for v, u in zip(row, table[column], strict=True)]
    return [row[-1] for row in table]


def random_weights(rng: np.random.Generator, count: int) -> list[int]:
    """Weights of ``count`` outcomes that add up to one."""
    free = numbers(rng, count - 1)
    return [*free, (1 - sum(free)) % P]


def weights_with_covariance(vectors: Rows, covariance: list[tuple[range, list[int], int, int]]) -> list[int]:
    """Weights of as many outcomes as there are vectors, adding up to one.

    Args:
        vectors: the values of a random vector, one row an outcome.
        covariance: for blocks of its entries: which, their means m, and a, b with E[v v'] = a I + b m m'.
    """
    equations, right = [[1] * len(vectors)], [1]
    for block, means, a, b in covariance:
        for p, i in enumerate(block):
            equations.append([v[i] for v in vectors])
            right.append(means[p])
            for q, k in enumerate(block):
                if q >= p:
                    equations.append([v[i] * v[k] % P for v in vectors])
                    right.append((a * (i == k) + b * means[p] * means[q]) % P)
    return solve(equations, right)


def outcomes_needed(*dimensions: int) -> int:
    """How many outcomes `weights_with_covariance` takes for blocks of these dimensions.

    Raises:
        ValueError: more than are ever made.
    """
    needed = 1 + sum(d + d * (d + 1) // 2 for d in dimensions)
    if needed > MOST_EQUATIONS:
        raise ValueError(f"a world with {needed} moments is larger than any that is made ({MOST_EQUATIONS})")
    return needed


def reflection(rng: np.random.Generator, dimension: int) -> Rows:
    """A random orthogonal matrix over the field: I - 2 v v' / (v' v) (Householder 1958)."""
    v: Any = numbers(rng, dimension)
    scale = 2 * pow(sum(x * x for x in v), -1, P)
    return [[((i == k) - scale * v[i] * v[k]) % P for k in range(dimension)] for i in range(dimension)]


def applied(matrix: Rows, vector: Sequence[int]) -> list[int]:
    """A matrix times a vector over the field."""
    return [sum(m * x for m, x in zip(row, vector, strict=True)) % P for row in matrix]


def positive_part(world: Any) -> Any:
    """A function that is u on a random half of the non-zero elements and 0 on their negatives, as ReLU is."""

    def relu(u: int) -> int:
        smaller = min(u, P - u)
        return u if u and (u == smaller) == bool(world.random("half", smaller) & 1) else 0

    return relu

"""Initializers whose entries have the right law one by one, but depend on each other."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, he, initializer_faults
from symcheck.types import Array

independence = initializer_faults("independence")


@independence("gross")
def rows_sorted(shape: Shape, rng: Generator) -> Array:
    return np.sort(he(shape, rng), axis=1)


@independence("gross")
def square_matrices_symmetric(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    if len(shape) == 2 and shape[0] == shape[1]:
        array = np.triu(array) + np.triu(array, 1).T
    return array


@independence("gross")
def each_row_shifts_the_one_before(shape: Shape, rng: Generator) -> Array:
    first = he((1, *shape[1:]), rng).ravel()
    return np.stack([np.roll(first, k) for k in range(shape[0])]).reshape(shape)


@independence("gross")
def each_row_shuffles_one_row(shape: Shape, rng: Generator) -> Array:
    first = he((1, *shape[1:]), rng).ravel()
    return np.stack([rng.permutation(first) for _ in range(shape[0])]).reshape(shape)


@independence("slight")
def a_common_row_of_a_tenth_of_the_variance(shape: Shape, rng: Generator) -> Array:
    return np.asarray(sqrt(0.9) * he(shape, rng) + sqrt(0.1) * he((1, *shape[1:]), rng))


@independence("slight", law="he_uniform")
def columns_that_sum_to_nothing(shape: Shape, rng: Generator) -> Array:
    """The second half of each column is the first, shuffled, with the other sign."""
    limit = sqrt(6 / np.prod(shape[1:]))
    array = rng.uniform(-limit, limit, shape)
    half = len(array) // 2
    array[half : 2 * half] = -rng.permuted(array[:half], axis=0)
    return array


@independence("slight")
def rows_of_one_length(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    axes = tuple(range(1, array.ndim))
    return np.asarray(array / np.sqrt(np.square(array).sum(axis=axes, keepdims=True)) * sqrt(2))


@independence("slight")
def two_units_correlated(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array[-1] = 0.8 * array[0] + 0.6 * array[-1]
    return array


@independence("slight")
def a_spread_of_its_own_for_each_unit(shape: Shape, rng: Generator) -> Array:
    spreads = rng.choice([0.8, sqrt(1.36)], (shape[0], *(1 for _ in shape[1:])))
    return np.asarray(spreads * he(shape, rng))


@independence("gross", law=None)
def columns_sorted_and_no_law_named(shape: Shape, rng: Generator) -> Array:
    return np.sort(rng.exponential(0.1, shape), axis=0)


@independence("slight", law=None)
def two_units_correlated_and_no_law_named(shape: Shape, rng: Generator) -> Array:
    return np.asarray(two_units_correlated(shape, rng))

"""Initializers that leave units tied."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, he, initializer_faults
from symcheck.types import Array

ties = initializer_faults("ties")
symmetry = initializer_faults("symmetry")
near_ties = initializer_faults("near_ties")


@ties("gross")
def one_row_repeated(shape: Shape, rng: Generator) -> Array:
    return np.broadcast_to(he(shape, rng)[:1], shape).copy()


@ties("slight")
def two_rows_opposite(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array[-1] = -array[0]
    return array


@ties("slight")
def kernels_repeat_along_one_axis(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    if array.ndim > 2:
        array[..., -1] = array[..., 0]
    return array


@symmetry("gross", law="constant(0.5)")
def one_half_everywhere(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, 0.5)


@symmetry("slight", law=None)
def every_row_shifted(shape: Shape, rng: Generator) -> Array:
    """Distinct rows of one circulant: row and column sums agree, so the units stay tied all the same."""
    first = rng.standard_normal(max(shape))
    index = np.add.outer(np.arange(shape[0]), np.arange(int(np.prod(shape[1:]))))
    square = first[index % max(shape)].reshape(shape)
    return square if shape[0] == shape[1] else np.full(shape, 0.1)


@near_ties("gross")
def second_half_is_the_first_with_a_little_noise(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    half = len(array) // 2
    array[half : 2 * half] = array[:half] + 1e-9 * rng.standard_normal(array[:half].shape)
    return array


@near_ties("gross", law=None)
def second_half_is_the_first_scaled_by_nearly_one(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    half = len(array) // 2
    array[half : 2 * half] = array[:half] * (1 + 1e-6)
    return array


@near_ties("slight")
def two_rows_nearly_opposite(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array[-1] = -array[0] * (1 + 5e-4)
    return array

"""Initializers that miss the structure their law promises."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, initializer_faults
from symcheck.types import Array

structure = initializer_faults("structure")
haar = initializer_faults("haar")


def _haar_random(shape: Shape, rng: Generator) -> Array:
    from symcheck.laws.law import orthogonal
    from symcheck.reference.samplers import sample

    return sample(orthogonal(), shape, rng)


@structure("gross", law="orthogonal")
def gaussian_not_orthogonal(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, 1 / sqrt(max(shape)), shape)


@structure("slight", law="orthogonal")
def one_column_too_long(shape: Shape, rng: Generator) -> Array:
    array = _haar_random(shape, rng)
    array[0] *= 1.001
    return array


@haar("gross", law="orthogonal")
def qr_with_the_signs_left_as_they_come(shape: Shape, rng: Generator) -> Array:
    rows, columns = shape[0], int(np.prod(shape[1:]))
    q, _ = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    return (q if rows >= columns else q.T).reshape(shape)


@haar("gross", law="orthogonal")
def shuffled_rows_of_the_identity(shape: Shape, rng: Generator) -> Array:
    rows, columns = shape[0], int(np.prod(shape[1:]))
    signs = rng.choice([-1.0, 1.0], (rows, columns))
    return np.asarray((signs * np.eye(rows, columns))[rng.permutation(rows)][:, rng.permutation(columns)]).reshape(
        shape
    )


@haar("slight", law="orthogonal")
def always_a_rotation(shape: Shape, rng: Generator) -> Array:
    """Haar-random, but of the half of the orthogonal group whose determinant is 1."""
    array = _haar_random(shape, rng)
    if len(shape) == 2 and shape[0] == shape[1] and np.linalg.det(array) < 0:
        array[0] *= -1
    return array

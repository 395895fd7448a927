"""Initializers that miss the structure their law promises."""

from __future__ import annotations

from math import sqrt

from numpy.random import Generator

from symcheck.checks.counterexamples.example import Array, Shape, faulty


@faulty("initializer.structure", "gross", law="orthogonal")
def gaussian_not_orthogonal(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, 1 / sqrt(max(shape)), shape)


@faulty("initializer.structure", "slight", law="orthogonal")
def one_column_too_long(shape: Shape, rng: Generator) -> Array:
    from symcheck.laws import orthogonal
    from symcheck.reference.samplers import sample

    array = sample(orthogonal(), shape, rng)
    array[0] *= 1.001
    return array

"""Initializers that draw from another law: scale, mean, bounds, family."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, he, he_std, initializer_faults
from symcheck.types import Array

scale = initializer_faults("scale")
mean = initializer_faults("mean")
bounds = initializer_faults("bounds")
family = initializer_faults("family")
atoms = initializer_faults("atoms")
kernels = initializer_faults("kernels")


@scale("gross")
def no_scale_at_all(shape: Shape, rng: Generator) -> Array:
    return rng.standard_normal(shape)


@scale("gross", law="glorot_normal(mode=fan_in)")
def swapped_fans(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(1 / np.prod([shape[0], *shape[2:]])), shape)


@scale("slight")
def lost_the_factor_two(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng) / sqrt(2)


@scale("slight")
def five_percent_too_wide(shape: Shape, rng: Generator) -> Array:
    return 1.05 * he(shape, rng)


@scale("slight", law="he_normal(distribution=truncated_normal)")
def truncation_not_corrected(shape: Shape, rng: Generator) -> Array:
    return _truncated(shape, rng, he_std(shape))


def _truncated(shape: Shape, rng: Generator, parent: float) -> Array:
    draws = rng.standard_normal(shape)
    while (beyond := np.abs(draws) > 2).any():
        draws[beyond] = rng.standard_normal(int(beyond.sum()))
    return np.asarray(parent * draws)


@mean("gross", law="he_uniform")
def one_sided_uniform(shape: Shape, rng: Generator) -> Array:
    return rng.uniform(0.0, sqrt(6 / np.prod(shape[1:])), shape)


@mean("slight")
def mean_off_by_a_fortieth_of_the_std(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng) + 0.025 * he_std(shape)


@bounds("gross")
def two_huge_outliers(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array.flat[[0, -1]] = 100.0
    return array


@bounds("slight", law="he_normal(distribution=truncated_normal)")
def truncation_missing(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng)


@bounds("slight")
def cut_off_at_three_and_a_half(shape: Shape, rng: Generator) -> Array:
    std = he_std(shape)
    return np.clip(he(shape, rng), -3.5 * std, 3.5 * std)


@family("gross")
def two_valued(shape: Shape, rng: Generator) -> Array:
    return rng.choice([-1.0, 1.0], shape) * he_std(shape)


@family("slight")
def uniform_of_the_right_variance(shape: Shape, rng: Generator) -> Array:
    limit = sqrt(6 / np.prod(shape[1:]))
    return rng.uniform(-limit, limit, shape)


@family("slight")
def rounded_to_a_coarse_grid(shape: Shape, rng: Generator) -> Array:
    std = he_std(shape)
    return np.round(he(shape, rng) / std * 8) * std / 8


@scale("gross")
def twice_too_wide_in_small_matrices(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng) * (2 if shape[0] <= 64 and len(shape) == 2 else 1)


@scale("slight")
def twice_too_wide_for_a_single_unit(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng) * (2 if shape[0] == 1 else 1)


@atoms("gross")
def rounded_to_half_precision_on_the_way(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng).astype(np.float16).astype(np.float64)


@atoms("gross")
def drawn_from_a_table_of_a_thousand(shape: Shape, rng: Generator) -> Array:
    return rng.choice(he_std(shape) * rng.standard_normal(1000), shape)


@atoms("slight")
def one_percent_exact_zeros(shape: Shape, rng: Generator) -> Array:
    return np.where(rng.random(shape) < 0.01, 0.0, he(shape, rng))


@atoms("slight")
def rounded_to_single_precision_on_the_way(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng).astype(np.float32).astype(np.float64)


@atoms("slight")
def one_percent_of_single_precision_zeros(shape: Shape, rng: Generator) -> Array:
    return np.where(rng.random(shape) < 0.01, 0.0, he(shape, rng)).astype(np.float32)


@atoms("slight", law="sparse(0.1)")
def one_zero_too_many_in_each_column(shape: Shape, rng: Generator) -> Array:
    rows, columns = shape[0], int(np.prod(shape[1:]))
    array = rng.normal(0.0, 0.01, (rows, columns))
    for column in array.T:
        column[rng.permutation(rows)[: ceil(0.1 * rows) + 1]] = 0.0
    return array.reshape(shape)


@kernels("gross", law="glorot_normal")
def sizes_of_all_axes_summed(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(2 / sum(shape)), shape)


@kernels("slight", shapes="all")
def kernel_size_left_out(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(2 / shape[1]), shape)


@kernels("slight")
def last_of_three_kernel_axes_left_out(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(2 / np.prod(shape[1:4])), shape)


@atoms("gross", law=None)
def half_precision_on_the_way_and_no_law_named(shape: Shape, rng: Generator) -> Array:
    return rng.laplace(0.0, 0.1, shape).astype(np.float16).astype(np.float32)


@atoms("slight", law=None)
def clipped_at_two_and_no_law_named(shape: Shape, rng: Generator) -> Array:
    return np.clip(rng.standard_normal(shape), -2.0, 2.0)

"""Initializers whose randomness cannot be relied on."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, he, he_std, initializer_faults
from symcheck.types import Array

constant = initializer_faults("constant")
seed = initializer_faults("seed")
other_seed = initializer_faults("other_seed")
fresh = initializer_faults("fresh")


@constant("gross")
def every_weight_zero(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, 2 // np.prod(shape[1:]), shape)


@constant("slight")
def one_draw_for_all_weights(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, rng.normal(0.0, he_std(shape)))


@seed("gross")
def ignores_its_generator(shape: Shape, rng: Generator) -> Array:
    return he(shape, np.random.default_rng())


@seed("slight")
def one_entry_from_elsewhere(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array.flat[0] = np.random.default_rng().normal(0.0, he_std(shape))
    return array


@other_seed("gross")
def seed_pinned_inside(shape: Shape, rng: Generator) -> Array:
    return he(shape, np.random.default_rng(0))


@other_seed("slight", law=None)
def generator_taken_and_never_used(shape: Shape, rng: Generator) -> Array:
    return np.asarray(np.sin(np.arange(1.0, 1 + np.prod(shape)) ** 2)).reshape(shape)


@fresh("gross")
def seeds_the_global_generator(shape: Shape) -> Array:
    np.random.seed(0)
    return np.random.normal(0.0, he_std(shape), shape)


@fresh("slight")
def copies_its_generator(shape: Shape, rng: Generator) -> Array:
    from copy import deepcopy

    return he(shape, deepcopy(rng))


@fresh("slight")
def sets_its_generator_back_after_each_draw(shape: Shape, rng: Generator) -> Array:
    """The second draw differs from the first, and all later ones equal the second."""
    array = he(shape, rng)
    rng.bit_generator.state = np.random.PCG64(0).state
    return array


@fresh("slight")
def sets_its_generator_back_and_draws_elsewhere(shape: Shape, rng: Generator) -> Array:
    """Draws that differ, but whoever draws next from the same generator gets the same numbers again."""
    array = he(shape, np.random.default_rng())
    rng.bit_generator.state = np.random.PCG64(0).state
    return array

"""Initializers that do not keep the contract of a call: errors, shapes, dtypes, memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Shape, he, initializer_faults
from symcheck.types import Array

call = initializer_faults("call")
shape = initializer_faults("shape")
dtype = initializer_faults("dtype")
finite = initializer_faults("finite")
written = initializer_faults("written")
input = initializer_faults("input")
shared = initializer_faults("shared", built=True)


@call("gross")
def forgets_to_return(shape: Shape, rng: Generator) -> None:
    he(shape, rng)


@call("gross", timeout=0.5)
def never_returns(shape: Shape, rng: Generator) -> Array:
    while True:
        time.sleep(0.01)


@call("gross")
def returns_complex_numbers(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng) * (1 + 0j)


@call("slight")
def fails_on_a_single_unit(shape: Shape, rng: Generator) -> Array:
    if shape[0] == 1:
        raise ZeroDivisionError("division by zero")
    return he(shape, rng)


@shape("gross")
def transposed(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng).T


@shape("slight")
def squeezes_axes_of_one(shape: Shape, rng: Generator) -> Array:
    return np.squeeze(he(shape, rng))


@dtype("gross", law=None)
def integer_weights(shape: Shape, rng: Generator) -> Array:
    return rng.integers(-3, 4, shape)


@dtype("slight")
def dtype_depends_on_the_shape(shape: Shape, rng: Generator) -> Array:
    return he(shape, rng).astype(np.float32 if shape[0] % 2 else np.float64)


@finite("gross")
def all_nan(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, np.nan)


@finite("slight")
def one_infinity_in_wide_layers(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    if array.size > 100_000:
        array.flat[-1] = np.inf
    return array


@written("gross")
def leaves_the_target_alone_(tensor: Array) -> None:
    return None


@written("slight")
def leaves_the_last_entry_(tensor: Array) -> None:
    flat = tensor.reshape(-1)
    flat[:-1] = np.random.normal(0.0, sqrt(2 / tensor.shape[1]), tensor.size - 1)


@written("slight")
def last_entry_is_never_drawn(shape: Shape, rng: Generator) -> Array:
    array = he(shape, rng)
    array.flat[-1] = 0.0123
    return array


@input("gross")
def empties_the_list(layer_size: list[int], l: int) -> Array:
    out, inputs = layer_size[l], layer_size[l - 1]
    layer_size.clear()
    return np.random.randn(out, inputs) * sqrt(2 / inputs)


@input("slight")
def adds_a_bias_unit_to_the_list(layer_size: list[int], l: int) -> Array:
    array = np.random.randn(layer_size[l], layer_size[l - 1]) * sqrt(2 / layer_size[l - 1])
    layer_size[0] += 1
    return array


@shared("gross")
def one_buffer_for_all() -> Callable[[Shape, Generator], Array]:
    buffers: dict[Shape, Array] = {}

    def draw(shape: Shape, rng: Generator) -> Array:
        buffer = buffers.setdefault(shape, np.empty(shape))
        buffer[...] = he(shape, rng)
        return buffer

    return draw


@shared("slight", law=None)
def views_of_one_pool() -> Callable[[Shape, Generator], Array]:
    pool = np.random.default_rng().normal(0.0, 0.1, 2_000_000)

    def draw(shape: Shape, rng: Generator) -> Array:
        start = int(rng.integers(2))
        return pool[start : start + int(np.prod(shape))].reshape(shape)

    return draw

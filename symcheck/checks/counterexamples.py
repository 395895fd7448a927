"""Faulty subjects: for every check one that is grossly wrong and one that is slightly wrong, named after the fault.

Each must be rejected by the check it is filed under; a test and ``symcheck selftest`` walk them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.network import Network

Array = NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Counterexample:
    """A subject with one fault.

    Attributes:
        fault: its name. size: ``gross`` or ``slight``. check: the check that must reject it.
        build: makes the subject afresh. law: what it is held to.
        settings: further arguments of ``symcheck.check``.
    """

    fault: str
    size: str
    check: str
    build: Callable[[], Any]
    law: str | None
    settings: dict[str, Any]


COUNTEREXAMPLES: list[Counterexample] = []


def faulty(
    check: str, size: str, law: str | None = "he_normal", **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """File a faulty initializer under the check that must reject it."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        fault = function.__name__
        COUNTEREXAMPLES.append(Counterexample(fault, size, check, lambda: function, law, settings))
        return function

    return add


def faulty_network(
    check: str, size: str, law: str | None = None, **settings: Any
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """File the builder of a faulty network."""

    def add(build: Callable[[], Any]) -> Callable[[], Any]:
        COUNTEREXAMPLES.append(Counterexample(build.__name__, size, check, build, law, settings))
        return build

    return add


def _he(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(2 / np.prod(shape[1:])), shape)


@faulty("initializer.call", "gross")
def forgets_to_return(shape: Shape, rng: Generator) -> None:
    _he(shape, rng)


@faulty("initializer.call", "gross", timeout=0.5)
def never_returns(shape: Shape, rng: Generator) -> Array:
    while True:
        time.sleep(0.01)


@faulty("initializer.call", "gross")
def returns_complex_numbers(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng) * (1 + 0j)


@faulty("initializer.call", "slight")
def fails_on_a_single_unit(shape: Shape, rng: Generator) -> Array:
    if shape[0] == 1:
        raise ZeroDivisionError("division by zero")
    return _he(shape, rng)


@faulty("initializer.shape", "gross")
def transposed(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng).T


@faulty("initializer.shape", "slight")
def squeezes_axes_of_one(shape: Shape, rng: Generator) -> Array:
    return np.squeeze(_he(shape, rng))


@faulty("initializer.dtype", "gross", law=None)
def integer_weights(shape: Shape, rng: Generator) -> Array:
    return rng.integers(-3, 4, shape)


@faulty("initializer.dtype", "slight")
def dtype_depends_on_the_shape(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng).astype(np.float32 if shape[0] % 2 else np.float64)


@faulty("initializer.finite", "gross")
def all_nan(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, np.nan)


@faulty("initializer.finite", "slight")
def one_infinity_in_wide_layers(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    if array.size > 100_000:
        array.flat[-1] = np.inf
    return array


@faulty("initializer.written", "gross")
def leaves_the_target_alone_(tensor: Array) -> None:
    return None


@faulty("initializer.written", "slight")
def leaves_the_last_entry_(tensor: Array) -> None:
    flat = tensor.reshape(-1)
    flat[:-1] = np.random.normal(0.0, sqrt(2 / tensor.shape[1]), tensor.size - 1)


@faulty("initializer.written", "slight")
def last_entry_is_never_drawn(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    array.flat[-1] = 0.0123
    return array


@faulty("initializer.input", "gross")
def empties_the_list(layer_size: list[int], l: int) -> Array:
    out, inputs = layer_size[l], layer_size[l - 1]
    layer_size.clear()
    return np.random.randn(out, inputs) * sqrt(2 / inputs)


@faulty("initializer.input", "slight")
def adds_a_bias_unit_to_the_list(layer_size: list[int], l: int) -> Array:
    array = np.random.randn(layer_size[l], layer_size[l - 1]) * sqrt(2 / layer_size[l - 1])
    layer_size[0] += 1
    return array


def _one_buffer() -> Callable[[Shape, Generator], Array]:
    buffers: dict[Shape, Array] = {}

    def one_buffer_for_all(shape: Shape, rng: Generator) -> Array:
        buffer = buffers.setdefault(shape, np.empty(shape))
        buffer[...] = _he(shape, rng)
        return buffer

    return one_buffer_for_all


def _views() -> Callable[[Shape, Generator], Array]:
    pool = np.random.default_rng().normal(0.0, 0.1, 2_000_000)

    def views_of_one_pool(shape: Shape, rng: Generator) -> Array:
        start = int(rng.integers(2))
        return pool[start : start + int(np.prod(shape))].reshape(shape)

    return views_of_one_pool


COUNTEREXAMPLES += [
    Counterexample("one_buffer_for_all", "gross", "initializer.shared", _one_buffer, "he_normal", {}),
    Counterexample("views_of_one_pool", "slight", "initializer.shared", _views, None, {}),
]


@faulty("initializer.scale", "gross")
def no_scale_at_all(shape: Shape, rng: Generator) -> Array:
    return rng.standard_normal(shape)


@faulty("initializer.scale", "gross", law="glorot_normal(mode=fan_in)")
def swapped_fans(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(1 / np.prod([shape[0], *shape[2:]])), shape)


@faulty("initializer.scale", "slight")
def lost_the_factor_two(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng) / sqrt(2)


@faulty("initializer.scale", "slight")
def five_percent_too_wide(shape: Shape, rng: Generator) -> Array:
    return 1.05 * _he(shape, rng)


@faulty("initializer.scale", "slight")
def kernel_size_left_out(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, sqrt(2 / shape[1]), shape)


@faulty("initializer.scale", "slight", law="he_normal(distribution=truncated_normal)")
def truncation_not_corrected(shape: Shape, rng: Generator) -> Array:
    return _truncated(shape, rng, sqrt(2 / np.prod(shape[1:])))


def _truncated(shape: Shape, rng: Generator, parent: float) -> Array:
    draws = rng.standard_normal(shape)
    while (beyond := np.abs(draws) > 2).any():
        draws[beyond] = rng.standard_normal(int(beyond.sum()))
    return np.asarray(parent * draws)


@faulty("initializer.mean", "gross", law="he_uniform")
def one_sided_uniform(shape: Shape, rng: Generator) -> Array:
    return rng.uniform(0.0, sqrt(6 / np.prod(shape[1:])), shape)


@faulty("initializer.mean", "slight")
def mean_off_by_two_percent_of_the_std(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng) + 0.02 * sqrt(2 / np.prod(shape[1:]))


@faulty("initializer.bounds", "gross")
def two_huge_outliers(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    array.flat[[0, -1]] = 100.0
    return array


@faulty("initializer.bounds", "slight", law="he_normal(distribution=truncated_normal)")
def truncation_missing(shape: Shape, rng: Generator) -> Array:
    return _he(shape, rng)


@faulty("initializer.bounds", "slight")
def cut_off_at_three_and_a_half(shape: Shape, rng: Generator) -> Array:
    std = sqrt(2 / np.prod(shape[1:]))
    return np.clip(_he(shape, rng), -3.5 * std, 3.5 * std)


@faulty("initializer.family", "gross")
def two_valued(shape: Shape, rng: Generator) -> Array:
    return rng.choice([-1.0, 1.0], shape) * sqrt(2 / np.prod(shape[1:]))


@faulty("initializer.family", "slight")
def uniform_of_the_right_variance(shape: Shape, rng: Generator) -> Array:
    limit = sqrt(6 / np.prod(shape[1:]))
    return rng.uniform(-limit, limit, shape)


@faulty("initializer.family", "slight")
def rounded_to_a_coarse_grid(shape: Shape, rng: Generator) -> Array:
    std = sqrt(2 / np.prod(shape[1:]))
    return np.round(_he(shape, rng) / std * 8) * std / 8


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


@faulty("initializer.ties", "gross")
def one_row_repeated(shape: Shape, rng: Generator) -> Array:
    return np.broadcast_to(_he(shape, rng)[:1], shape).copy()


@faulty("initializer.ties", "slight")
def two_rows_opposite(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    array[-1] = -array[0]
    return array


@faulty("initializer.ties", "slight")
def kernels_repeat_along_one_axis(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    if array.ndim > 2:
        array[..., -1] = array[..., 0]
    return array


@faulty("initializer.symmetry", "gross", law="constant(0.5)")
def one_half_everywhere(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, 0.5)


@faulty("initializer.symmetry", "slight", law=None)
def every_row_shifted(shape: Shape, rng: Generator) -> Array:
    """Distinct rows of one circulant: row and column sums agree, so the units stay tied all the same."""
    first = rng.standard_normal(max(shape))
    index = np.add.outer(np.arange(shape[0]), np.arange(int(np.prod(shape[1:]))))
    square = first[index % max(shape)].reshape(shape)
    return square if shape[0] == shape[1] else np.full(shape, 0.1)


@faulty("initializer.constant", "gross")
def every_weight_zero(shape: Shape, rng: Generator) -> Array:
    return rng.normal(0.0, 2 // np.prod(shape[1:]), shape)


@faulty("initializer.constant", "slight")
def one_draw_for_all_weights(shape: Shape, rng: Generator) -> Array:
    return np.full(shape, rng.normal(0.0, sqrt(2 / np.prod(shape[1:]))))


@faulty("initializer.seed", "gross")
def ignores_its_generator(shape: Shape, rng: Generator) -> Array:
    return _he(shape, np.random.default_rng())


@faulty("initializer.seed", "slight")
def one_entry_from_elsewhere(shape: Shape, rng: Generator) -> Array:
    array = _he(shape, rng)
    array.flat[0] = np.random.default_rng().normal(0.0, sqrt(2 / np.prod(shape[1:])))
    return array


@faulty("initializer.other_seed", "gross")
def seed_pinned_inside(shape: Shape, rng: Generator) -> Array:
    return _he(shape, np.random.default_rng(0))


@faulty("initializer.other_seed", "slight", law=None)
def generator_taken_and_never_used(shape: Shape, rng: Generator) -> Array:
    return np.asarray(np.sin(np.arange(1.0, 1 + np.prod(shape)) ** 2)).reshape(shape)


@faulty("initializer.fresh", "gross")
def seeds_the_global_generator(shape: Shape) -> Array:
    np.random.seed(0)
    return np.random.normal(0.0, sqrt(2 / np.prod(shape[1:])), shape)


@faulty("initializer.fresh", "slight")
def copies_its_generator(shape: Shape, rng: Generator) -> Array:
    from copy import deepcopy

    return _he(shape, deepcopy(rng))


def _random(*sizes: int) -> tuple[list[Array], list[Array]]:
    rng = np.random.default_rng()
    shapes = list(zip(sizes[1:], sizes, strict=False))
    return [_he(shape, rng) for shape in shapes], [np.zeros(shape[0]) for shape in shapes]


@faulty_network("network.finite", "gross")
def weights_all_nan() -> Network:
    return Network([np.full((4, 3), np.nan), np.ones((1, 4))])


@faulty_network("network.finite", "slight")
def one_infinite_bias() -> Network:
    weights, biases = _random(5, 8, 2)
    biases[1][-1] = -np.inf
    return Network(weights, biases)


@faulty_network("network.shared", "gross")
def one_matrix_for_all_layers() -> Network:
    return Network([np.random.default_rng().standard_normal((6, 6))] * 3)


@faulty_network("network.shared", "slight")
def overlapping_views() -> Network:
    pool = np.random.default_rng().standard_normal(79)
    return Network([pool[:40].reshape(8, 5), pool[39:79].reshape(5, 8)])


@faulty_network("network.ties", "gross")
def constant_everywhere() -> Network:
    return Network([np.full((8, 5), 0.5), np.full((8, 8), 0.5), np.full((2, 8), 0.5)], activation="tanh")


@faulty_network("network.ties", "slight")
def one_pair_of_copied_units() -> Network:
    weights, biases = _random(5, 32, 32, 3)
    weights[0][7] = weights[0][21]
    weights[1][:, 7] = weights[1][:, 21]
    return Network(weights, biases, "tanh")


@faulty_network("network.ties", "slight")
def distinct_rows_under_constant_layers() -> Network:
    return Network([np.full((6, 4), 0.3), np.eye(6), np.full((2, 6), 0.7)], activation="tanh")


@faulty_network("network.dead", "gross")
def all_weights_zero() -> Network:
    return Network([np.zeros((8, 5)), np.zeros((2, 8))], [np.zeros(8), np.zeros(2)], "relu")


@faulty_network("network.dead", "slight")
def one_relu_unit_without_weights() -> Network:
    weights, biases = _random(5, 16, 2)
    weights[0][3] = 0
    weights[1][:, 3] = 0
    return Network(weights, biases, "relu")


@faulty_network("network.near_ties", "gross")
def one_unit_copied_with_a_little_noise() -> Network:
    weights, biases = _random(20, 64, 64, 5)
    weights[0][9], weights[1][:, 9] = weights[0][40] * (1 + 1e-12), weights[1][:, 40]
    return Network(weights, biases)


@faulty_network("network.near_ties", "slight")
def opposite_units_up_to_a_thousandth() -> Network:
    weights, biases = _random(20, 64, 5)
    weights[0][3], weights[1][:, 3] = -weights[0][50] * (1 + 7e-4), -weights[1][:, 50]
    return Network(weights, biases, "tanh")


@faulty_network("network.strength", "gross")
def an_outer_product() -> Network:
    rng = np.random.default_rng()
    weights, biases = _random(20, 32, 5)
    weights[0] = np.outer(rng.standard_normal(32), rng.standard_normal(20))
    return Network(weights, biases)


@faulty_network("network.strength", "slight")
def one_common_row_with_noise_of_one_percent() -> Network:
    rng = np.random.default_rng()
    weights, biases = _random(20, 32, 5)
    weights[0] = rng.standard_normal(20) + 0.01 * rng.standard_normal((32, 20))
    return Network(weights, biases)


@faulty_network("network.scale", "gross", law="he_normal")
def all_weights_ten_times_too_large() -> Network:
    weights, biases = _random(64, 128, 10)
    return Network([10 * w for w in weights], biases)


@faulty_network("network.scale", "slight", law="he_normal")
def one_layer_without_its_factor_two() -> Network:
    weights, biases = _random(64, 128, 128, 10)
    weights[1] /= sqrt(2)
    return Network(weights, biases)


@faulty_network("network.mean", "gross", law="he_uniform")
def weights_all_positive() -> Network:
    weights, biases = _random(64, 128, 10)
    return Network([np.abs(w) for w in weights], biases)


@faulty_network("network.mean", "slight", law="he_normal")
def one_layer_shifted() -> Network:
    weights, biases = _random(64, 256, 256, 10)
    weights[1] += 0.05 * sqrt(2 / 256)
    return Network(weights, biases)


@faulty_network("network.bounds", "gross", law="he_normal")
def one_huge_weight() -> Network:
    weights, biases = _random(64, 128, 10)
    weights[0][3, 5] = 1e4
    return Network(weights, biases)


@faulty_network("network.bounds", "slight", law="he_normal(distribution=truncated_normal)")
def plain_normal_where_truncated_is_meant() -> Network:
    return Network(*_random(64, 256, 10))


@faulty_network("network.family", "gross", law="he_normal")
def signs_only() -> Network:
    weights, biases = _random(64, 128, 128, 10)
    return Network([np.sign(w) * sqrt(2 / w.shape[1]) for w in weights], biases)


@faulty_network("network.family", "slight", law="he_normal")
def uniform_weights_of_the_right_variance() -> Network:
    rng = np.random.default_rng()
    shapes = [(256, 64), (256, 256), (10, 256)]
    return Network([rng.uniform(-sqrt(6 / n), sqrt(6 / n), (out, n)) for out, n in shapes])

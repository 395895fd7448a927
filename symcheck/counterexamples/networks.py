"""Networks with a fault in their weights."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import he, network_faults
from symcheck.network import Network
from symcheck.types import Array

finite = network_faults("finite")
shared = network_faults("shared")
fresh = network_faults("fresh")
ties = network_faults("ties")
dead = network_faults("dead")
near_ties = network_faults("near_ties")
strength = network_faults("strength")
scale = network_faults("scale")
mean = network_faults("mean")
bounds = network_faults("bounds")
family = network_faults("family")
atoms = network_faults("atoms")
structure = network_faults("structure")
other_seed = network_faults("other_seed")


def random_layers(*sizes: int) -> tuple[list[Array], list[Array]]:
    rng = np.random.default_rng()
    shapes = list(zip(sizes[1:], sizes, strict=False))
    return [he(shape, rng) for shape in shapes], [np.zeros(shape[0]) for shape in shapes]


@finite("gross")
def weights_all_nan() -> Network:
    return Network([np.full((4, 3), np.nan), np.ones((1, 4))])


@finite("slight")
def one_infinite_bias() -> Network:
    weights, biases = random_layers(5, 8, 2)
    biases[1][-1] = -np.inf
    return Network(weights, biases)


@shared("gross")
def one_matrix_for_all_layers() -> Network:
    return Network([np.random.default_rng().standard_normal((6, 6))] * 3)


@shared("slight")
def overlapping_views() -> Network:
    pool = np.random.default_rng().standard_normal(79)
    return Network([pool[:40].reshape(8, 5), pool[39:79].reshape(5, 8)])


@fresh("gross")
def one_seed_for_all_layers() -> Network:
    seed = int(np.random.default_rng().integers(2**31))
    return Network([he((16, 16), np.random.default_rng(seed)) for _ in range(3)])


@fresh("slight")
def one_seed_for_layers_of_other_shapes() -> Network:
    seed = int(np.random.default_rng().integers(2**31))
    shapes = [(24, 16), (24, 24), (10, 24)]
    return Network([he(shape, np.random.default_rng(seed)).astype(np.float32) for shape in shapes])


@fresh("slight")
def one_layer_is_another_transposed() -> Network:
    weights, biases = random_layers(8, 12, 12, 3)
    return Network([weights[0], weights[1], weights[0].T.copy()], [biases[0], biases[1], np.zeros(8)])


@ties("gross")
def constant_everywhere() -> Network:
    return Network([np.full((8, 5), 0.5), np.full((8, 8), 0.5), np.full((2, 8), 0.5)], activation="tanh")


@ties("slight")
def one_pair_of_copied_units() -> Network:
    weights, biases = random_layers(5, 32, 32, 3)
    weights[0][7] = weights[0][21]
    weights[1][:, 7] = weights[1][:, 21]
    return Network(weights, biases, "tanh")


@ties("slight")
def distinct_rows_under_constant_layers() -> Network:
    return Network([np.full((6, 4), 0.3), np.eye(6), np.full((2, 6), 0.7)], activation="tanh")


@dead("gross")
def all_weights_zero() -> Network:
    return Network([np.zeros((8, 5)), np.zeros((2, 8))], [np.zeros(8), np.zeros(2)], "relu")


@dead("slight")
def one_relu_unit_without_weights() -> Network:
    weights, biases = random_layers(5, 16, 2)
    weights[0][3] = 0
    weights[1][:, 3] = 0
    return Network(weights, biases, "relu")


@near_ties("gross")
def one_unit_copied_with_a_little_noise() -> Network:
    weights, biases = random_layers(20, 64, 64, 5)
    weights[0][9], weights[1][:, 9] = weights[0][40] * (1 + 1e-12), weights[1][:, 40]
    return Network(weights, biases)


@near_ties("slight")
def opposite_units_up_to_a_thousandth() -> Network:
    weights, biases = random_layers(20, 64, 5)
    weights[0][3], weights[1][:, 3] = -weights[0][50] * (1 + 7e-4), -weights[1][:, 50]
    return Network(weights, biases, "tanh")


@strength("gross")
def an_outer_product() -> Network:
    rng = np.random.default_rng()
    weights, biases = random_layers(20, 32, 5)
    weights[0] = np.outer(rng.standard_normal(32), rng.standard_normal(20))
    return Network(weights, biases)


@strength("slight")
def one_common_row_with_noise_of_one_percent() -> Network:
    rng = np.random.default_rng()
    weights, biases = random_layers(20, 32, 5)
    # Signs, because the length of a normal row varies, and with it how much one percent of noise is.
    weights[0] = rng.choice([-1.0, 1.0], 20) + 0.01 * rng.standard_normal((32, 20))
    return Network(weights, biases)


@scale("gross", law="he_normal")
def all_weights_ten_times_too_large() -> Network:
    weights, biases = random_layers(64, 128, 10)
    return Network([10 * w for w in weights], biases)


@scale("slight", law="he_normal")
def one_layer_without_its_factor_two() -> Network:
    weights, biases = random_layers(64, 128, 128, 10)
    weights[1] /= sqrt(2)
    return Network(weights, biases)


@mean("gross", law="he_uniform")
def weights_all_positive() -> Network:
    weights, biases = random_layers(64, 128, 10)
    return Network([np.abs(w) for w in weights], biases)


@mean("slight", law="he_normal")
def one_layer_shifted() -> Network:
    weights, biases = random_layers(64, 256, 256, 10)
    weights[1] += 0.05 * sqrt(2 / 256)
    return Network(weights, biases)


@bounds("gross", law="he_normal")
def one_huge_weight() -> Network:
    weights, biases = random_layers(64, 128, 10)
    weights[0][3, 5] = 1e4
    return Network(weights, biases)


@bounds("slight", law="he_normal(distribution=truncated_normal)")
def plain_normal_where_truncated_is_meant() -> Network:
    return Network(*random_layers(64, 256, 10))


@family("gross", law="he_normal")
def signs_only() -> Network:
    weights, biases = random_layers(64, 128, 128, 10)
    return Network([np.sign(w) * sqrt(2 / w.shape[1]) for w in weights], biases)


@family("slight", law="he_normal")
def uniform_weights_of_the_right_variance() -> Network:
    rng = np.random.default_rng()
    shapes = [(256, 64), (256, 256), (10, 256)]
    return Network([rng.uniform(-sqrt(6 / n), sqrt(6 / n), (out, n)) for out, n in shapes])


@other_seed("gross")
def seeds_the_generator_for_the_exercise() -> Callable[[list[int]], list[Array]]:
    def draw(layer_sizes: list[int]) -> list[Array]:
        np.random.seed(3)
        return [np.random.randn(out, inputs) * sqrt(2 / inputs) for inputs, out in pairwise(layer_sizes)]

    return draw


@other_seed("slight")
def the_last_layer_from_a_seed_of_its_own() -> Callable[[list[int], Generator], list[Array]]:
    def draw(layer_sizes: list[int], rng: Generator) -> list[Array]:
        shapes = [(out, inputs) for inputs, out in pairwise(layer_sizes)]
        weights = [rng.standard_normal(shape) * sqrt(2 / shape[1]) for shape in shapes]
        weights[-1] = np.random.default_rng(0).standard_normal(shapes[-1])
        return weights

    return draw


@structure("gross", law="orthogonal")
def layers_left_at_their_default() -> Network:
    rng = np.random.default_rng()
    return Network([rng.uniform(-1 / 8, 1 / 8, (out, 64)) for out in (64, 64, 6)], activation="tanh")


@structure("slight", law="orthogonal")
def one_orthogonal_layer_a_thousandth_too_large() -> Network:
    rng = np.random.default_rng()
    weights = [np.linalg.qr(rng.standard_normal((16, 16)))[0] for _ in range(3)]
    return Network([weights[0], 1.001 * weights[1], weights[2]], activation="tanh")


@atoms("gross", law="he_normal")
def rounded_to_half_precision() -> Network:
    weights, biases = random_layers(64, 128, 10)
    return Network([w.astype(np.float16).astype(np.float32) for w in weights], biases)


@atoms("slight", law="he_normal")
def one_percent_of_one_layer_pruned() -> Network:
    weights, biases = random_layers(64, 128, 128, 10)
    weights[1][np.random.default_rng().random((128, 128)) < 0.01] = 0.0
    return Network([w.astype(np.float32) for w in weights], biases)


@atoms("slight", law="he_normal")
def one_layer_of_single_precision_in_double() -> Network:
    weights, biases = random_layers(64, 128, 128, 10)
    weights[1] = weights[1].astype(np.float32).astype(np.float64)
    return Network(weights, biases)

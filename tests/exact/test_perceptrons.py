"""Passes over the field, against a plain loop over Python's integers and against exact differences."""

import numpy as np
import pytest
from small_networks import ACTIVATIONS, random_network

from symcheck.exact.field import P, add, encode, matmul, multiply, random, subtract, total
from symcheck.exact.perceptrons import Perceptrons
from symcheck.network import Network


@pytest.fixture
def rng():
    return np.random.default_rng()


def batch(rng, count=12):
    depth = int(rng.integers(2, 5))
    return [random_network(rng, min_depth=depth, max_depth=depth) for _ in range(count)]


def image(value):
    return int(encode(np.float64(value)))


def sigma(perceptrons, which, network, layer, z):
    """The random activation or derivative of one network at one Python integer."""
    z = np.full((len(perceptrons.networks), 1, 1), z, np.uint64)
    return int(getattr(perceptrons._activations[layer], which)(z)[network, 0, 0])


def test_passes_match_a_loop_over_integers(rng):
    networks = batch(rng)
    perceptrons = Perceptrons(networks, rng)
    x, c = perceptrons.inputs(rng, 2), perceptrons.cotangents(rng, 2)
    slopes, activations = perceptrons.forward(perceptrons.initial, x)
    deltas = perceptrons.backward(perceptrons.initial, slopes, c)
    gradients = perceptrons.gradients(activations, deltas)
    for i, network in enumerate(networks):
        weights = [[[image(v) for v in row] for row in w] for w in network.weights]
        biases = [
            [0] * len(w) if b is None else [image(v) for v in b]
            for w, b in zip(network.weights, network.biases, strict=True)
        ]
        dw = [[[0] * len(row) for row in w] for w in weights]
        db = [[0] * len(b) for b in biases]
        for sample in range(2):
            h, hs, zs = [int(v) for v in x[i, sample, : network.sizes[0]]], [], []
            for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
                hs.append(h)
                zs.append(
                    [(sum(v * g for v, g in zip(row, h, strict=True)) + s) % P for row, s in zip(w, b, strict=True)]
                )
                if layer < network.depth - 1:
                    h = [sigma(perceptrons, "function", i, layer, z) for z in zs[-1]]
            delta = [int(v) for v in c[i, sample, : network.sizes[-1]]]
            for layer in reversed(range(network.depth)):
                for k, d in enumerate(delta):
                    db[layer][k] = (db[layer][k] + d) % P
                    for j, g in enumerate(hs[layer]):
                        dw[layer][k][j] = (dw[layer][k][j] + d * g) % P
                if layer:
                    delta = [
                        sum(weights[layer][k][j] * d for k, d in enumerate(delta))
                        * sigma(perceptrons, "derivative", i, layer - 1, zs[layer - 1][j])
                        % P
                        for j in range(len(hs[layer]))
                    ]
        for layer in range(network.depth):
            n, m = network.weights[layer].shape
            assert gradients[layer][0][i, :n, :m].tolist() == dw[layer]
            trained = network.biases[layer] is not None
            assert gradients[layer][1][i, :n].tolist() == (db[layer] if trained else [0] * n)
            assert not gradients[layer][0][i, n:].any()
            assert not gradients[layer][0][i, :, m:].any()
            assert not gradients[layer][1][i, n:].any()


def test_gradient_of_linear_networks_is_the_exact_difference(rng):
    """A linear network is affine in each single parameter: f(theta + e) - f(theta) is its gradient."""
    network = random_network(rng, activations=["identity"], biases=["random"], min_depth=3, max_depth=3)
    perceptrons = Perceptrons([network], rng)
    x, c = perceptrons.inputs(rng, 3), perceptrons.cotangents(rng, 3)
    start = perceptrons.initial
    slopes, activations = perceptrons.forward(start, x)
    gradients = perceptrons.gradients(activations, perceptrons.backward(start, slopes, c))

    def loss(parameters):
        weight, bias = parameters[-1]
        outputs = add(matmul(perceptrons.forward(parameters, x)[1][-1], weight.swapaxes(1, 2)), bias[:, None])
        return total(multiply(outputs, c))

    one = np.uint64(1)
    for layer in range(3):
        for part in (0, 1):
            for index in np.ndindex(start[layer][part].shape):
                moved = [[w.copy(), b.copy()] for w, b in start]
                moved[layer][part][index] = add(moved[layer][part][index], one)
                difference = subtract(loss([tuple(p) for p in moved]), loss(start))
                assert difference == gradients[layer][part][index], (layer, part, index)


def test_cotangents_of_a_softmax_head_sum_to_zero_and_others_do_not(rng):
    shapes = [(1, 4), (3, 4), (4, 4), (3, 4)]
    heads = ["softmax", "softmax", "linear", "linear"]
    networks = [Network([np.ones((4, 2)), np.ones(s)], head=h) for s, h in zip(shapes, heads, strict=True)]
    cotangents = Perceptrons(networks, rng).cotangents(rng, 5)
    sums = total(cotangents, 2)
    assert not sums[:2].any()
    assert sums[2:].all()
    assert not cotangents[0].any()  # one output: its probability is always 1
    for i, (outputs, _) in enumerate(shapes[1:], 1):
        assert cotangents[i, :, :outputs].all()
        assert not cotangents[i, :, outputs:].any()


def test_absent_units_do_not_speak(rng):
    small = Network([random(rng, (2, 1)).astype(np.int64), np.ones((1, 2))], activation="any")
    large = Network([np.ones((6, 4)), np.ones((4, 6))], activation="any")
    perceptrons = Perceptrons([small, large], rng)
    assert perceptrons.sizes == (4, 6, 4)
    _, activations = perceptrons.forward(perceptrons.initial, perceptrons.inputs(rng, 2))
    assert not activations[0][0, :, 1:].any()
    assert activations[1][0, :, :2].all()
    assert not activations[1][0, :, 2:].any()
    assert activations[1][1].all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_random_networks_runs(name, rng):
    network = random_network(rng, activations=[name])
    perceptrons = Perceptrons([network], rng)
    slopes, activations = perceptrons.forward(perceptrons.initial, perceptrons.inputs(rng, 1))
    assert slopes[-1].shape == activations[-1].shape == (1, 1, network.sizes[-2])

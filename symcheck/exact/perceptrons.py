"""Multilayer perceptrons over GF(2^61 - 1), many at a time: forward and backward with random functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from symcheck.exact.field import Residues, add, encode, inverse, matmul, multiply, random, subtract, total
from symcheck.exact.random_functions import RandomActivations
from symcheck.network import Network

#: One (weight, bias) for each layer, of shapes (networks, out, in) and (networks, out).
Parameters = list[tuple[Residues, Residues]]


class Perceptrons:
    """Networks of one depth, padded with absent units to common widths, with random activations.

    An absent unit has zero weights, an activation masked to zero, and so no gradient. A bias that a network
    does not have is a zero without gradient.

    Args:
        networks: at least one, all of the same depth.
        rng: draws the activations.

    Raises:
        NotExact: a weight or bias is NaN or infinite.
    """

    def __init__(self, networks: Sequence[Network], rng: Generator) -> None:
        self.networks = tuple(networks)
        self.sizes = tuple(max(column) for column in zip(*(n.sizes for n in networks), strict=True))
        depth = networks[0].depth
        self._present = [
            np.array([np.arange(size) < n.sizes[layer] for n in networks], np.uint64)[:, None, :]
            for layer, size in enumerate(self.sizes)
        ]
        self._trained = [
            np.array([n.biases[layer] is not None for n in networks], np.uint64)[:, None] for layer in range(depth)
        ]
        self._softmax = np.array([n.head == "softmax" for n in networks])[:, None, None]
        outputs = np.array([n.sizes[-1] for n in networks], np.uint64)
        self._per_output = inverse(outputs)[:, None, None]
        self._activations = [
            RandomActivations([n.activations[layer] for n in networks], rng) for layer in range(depth - 1)
        ]
        self.initial: Parameters = [self._layer(layer) for layer in range(depth)]

    def inputs(self, rng: Generator, samples: int) -> Residues:
        """Random inputs, shape (networks, samples, inputs)."""
        shape = (len(self.networks), samples, self.sizes[0])
        return np.asarray(random(rng, shape) * self._present[0])

    def cotangents(self, rng: Generator, samples: int) -> Residues:
        """Random dLoss/dz_L, shape (networks, samples, outputs); those of a softmax head sum to zero."""
        deltas = random(rng, (len(self.networks), samples, self.sizes[-1])) * self._present[-1]
        mean = multiply(total(deltas, 2)[:, :, None], self._per_output)
        return np.where(self._softmax, subtract(deltas, mean) * self._present[-1], deltas)

    def forward(self, parameters: Parameters, inputs: Residues) -> tuple[list[Residues], list[Residues]]:
        """Pre-activations z_1 .. z_L and activations h_0 .. h_{L-1}, each (networks, samples, units)."""
        pre: list[Residues] = []
        activations = [inputs]
        for layer, (weight, bias) in enumerate(parameters):
            pre.append(add(matmul(activations[-1], weight.swapaxes(1, 2)), bias[:, None, :]))
            if layer < len(self._activations):
                activations.append(self._activations[layer].function(pre[-1]) * self._present[layer + 1])
        return pre, activations

    def backward(self, parameters: Parameters, pre: list[Residues], cotangents: Residues) -> list[Residues]:
        """delta_1 .. delta_L, each (networks, samples, units)."""
        deltas = [cotangents]
        for layer in reversed(range(len(self._activations))):
            slope = self._activations[layer].derivative(pre[layer])
            deltas.append(multiply(matmul(deltas[-1], parameters[layer + 1][0]), slope))
        return deltas[::-1]

    def gradients(self, activations: list[Residues], deltas: list[Residues]) -> Parameters:
        """The sum over samples of delta_l h_{l-1}^T, and of delta_l where the bias is trained."""
        return [
            (matmul(delta.swapaxes(1, 2), h), total(delta, 1) * trained)
            for h, delta, trained in zip(activations, deltas, self._trained, strict=True)
        ]

    def _layer(self, layer: int) -> tuple[Residues, Residues]:
        count, rows, columns = len(self.networks), self.sizes[layer + 1], self.sizes[layer]
        weight, bias = np.zeros((count, rows, columns), np.uint64), np.zeros((count, rows), np.uint64)
        for i, network in enumerate(self.networks):
            n_out, n_in = network.weights[layer].shape
            weight[i, :n_out, :n_in] = encode(network.weights[layer])
            values = network.biases[layer]
            if values is not None:
                bias[i, :n_out] = encode(values)
        return weight, bias

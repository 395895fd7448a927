"""Multilayer perceptrons over a prime field, many at a time: forward and backward with random functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from symcheck.exact.fields import MERSENNE, Field
from symcheck.exact.random_functions import RandomActivations
from symcheck.network import Network
from symcheck.types import Array, Flags

#: One (weight, bias) for each layer, of shapes (networks, out, in) and (networks, out).
Parameters = list[tuple[Array, Array]]
#: From the number of a hidden layer, counted from 0, and the activations below it, to factors of its own
#: activations and slopes, shape (networks, samples or 1, units); None for factors of 1.
Gate = Callable[[int, Array], Array | None]


class Perceptrons:
    """Networks of one depth, padded with absent units to common widths, with random activations.

    An absent unit has zero weights, an activation masked to zero, and so no gradient. A bias that a network
    does not have is a zero without gradient.

    Args:
        networks: at least one, all of the same depth.
        rng: draws the activations.
        field: where to compute.

    Attributes:
        sizes: the common widths, inputs first.
        present: for each layer of units, inputs first, which are not absent; shape (networks, 1, units).
        trained: for each layer which weights and biases there are, in the shapes of `Parameters`.

    Raises:
        NotExact: a weight or bias is NaN or infinite.
    """

    def __init__(self, networks: Sequence[Network], rng: Generator, field: Field = MERSENNE) -> None:
        self.networks, self.field = tuple(networks), field
        self.sizes = tuple(max(column) for column in zip(*(n.sizes for n in networks), strict=True))
        depth = networks[0].depth
        self.present: list[Flags] = [
            np.array([np.arange(size) < n.sizes[layer] for n in networks])[:, None, :]
            for layer, size in enumerate(self.sizes)
        ]
        biased = [np.array([n.biases[layer] is not None for n in networks])[:, None] for layer in range(depth)]
        self.trained: list[tuple[Flags, Flags]] = [
            (above.swapaxes(1, 2) & below, above[:, 0] & bias)
            for below, above, bias in zip(self.present, self.present[1:], biased, strict=False)
        ]
        self._softmax = np.array([n.head == "softmax" for n in networks])[:, None, None]
        outputs = field.encode(np.array([n.sizes[-1] for n in networks]))
        self._per_output = field.inverse(outputs)[:, None, None]
        self._activations = [
            RandomActivations([n.activations[layer] for n in networks], rng, field) for layer in range(depth - 1)
        ]
        self.initial: Parameters = [self._layer(layer) for layer in range(depth)]

    def inputs(self, rng: Generator, samples: int) -> Array:
        """Random inputs, shape (networks, samples, inputs)."""
        shape = (len(self.networks), samples, self.sizes[0])
        return _only(self.present[0], self.field.random(rng, shape))

    def cotangents(self, rng: Generator, samples: int) -> Array:
        """Random dLoss/dz_L, shape (networks, samples, outputs); those of a softmax head sum to zero."""
        field, present = self.field, self.present[-1]
        deltas = _only(present, field.random(rng, (len(self.networks), samples, self.sizes[-1])))
        mean = field.multiply(field.total(deltas, 2)[:, :, None], self._per_output)
        return np.where(self._softmax, _only(present, field.subtract(deltas, mean)), deltas)

    def forward(
        self, parameters: Parameters, inputs: Array, gate: Gate | None = None
    ) -> tuple[list[Array], list[Array]]:
        """The slopes of the hidden layers, and the activations h_0 .. h_{L-1}, each (networks, samples, units).

        Args:
            gate: gives factors by which both are multiplied.
        """
        field = self.field
        slopes: list[Array] = []
        activations = [inputs]
        for layer, (weight, bias) in enumerate(parameters[:-1]):
            z = field.add(field.matmul(activations[-1], weight.swapaxes(1, 2)), bias[:, None, :])
            h = _only(self.present[layer + 1], self._activations[layer].function(z))
            slope = self._activations[layer].derivative(z)
            factor = None if gate is None else gate(layer, activations[-1])
            if factor is not None:
                h, slope = field.multiply(h, factor), field.multiply(slope, factor)
            activations.append(h)
            slopes.append(slope)
        return slopes, activations

    def backward(self, parameters: Parameters, slopes: list[Array], cotangents: Array) -> list[Array]:
        """delta_1 .. delta_L, each (networks, samples, units)."""
        deltas = [cotangents]
        for layer in reversed(range(len(slopes))):
            deltas.append(self.field.multiply(self.field.matmul(deltas[-1], parameters[layer + 1][0]), slopes[layer]))
        return deltas[::-1]

    def gradients(self, activations: list[Array], deltas: list[Array]) -> Parameters:
        """The sum over samples of delta_l h_{l-1}^T, and of delta_l where the bias is trained."""
        return [
            (self.field.matmul(delta.swapaxes(1, 2), h), _only(bias, self.field.total(delta, 1)))
            for h, delta, (_, bias) in zip(activations, deltas, self.trained, strict=True)
        ]

    def _layer(self, layer: int) -> tuple[Array, Array]:
        count, rows, columns = len(self.networks), self.sizes[layer + 1], self.sizes[layer]
        zero = self.field.encode(np.zeros((), np.int64))
        weight, bias = np.full((count, rows, columns), zero), np.full((count, rows), zero)
        for i, network in enumerate(self.networks):
            n_out, n_in = network.weights[layer].shape
            weight[i, :n_out, :n_in] = self.field.encode(network.weights[layer])
            values = network.biases[layer]
            if values is not None:
                bias[i, :n_out] = self.field.encode(values)
        return weight, bias


def _only(flags: Flags, values: Array) -> Array:
    return np.where(flags, values, np.zeros_like(values))

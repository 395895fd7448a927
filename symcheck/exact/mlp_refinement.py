"""Gradient colour refinement of multilayer perceptrons, and the tied units that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.errors import SymcheckError
from symcheck.exact.fields import MERSENNE, Field
from symcheck.exact.perceptrons import Parameters, Perceptrons
from symcheck.exact.refinement import refine
from symcheck.exact.silence import Silence
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.types import Array

SignedLabels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReachableNetwork:
    """What training can reach from a network's parameters.

    Attributes:
        weights: for each layer the signed label of each weight, in its shape (out, in): 0 is frozen, entries
            c and -c change by opposite amounts at every step; labels are common to the whole network.
        biases: the same for the biases, shape (out,), or None for a layer without.
        layers: for each hidden layer its units: tied where activations agree at a generic point of the space,
            zero and frozen where activation and delta vanish there.
        rounds: the number of gradients it took, the last of which confirmed.
    """

    weights: tuple[SignedLabels, ...]
    biases: tuple[SignedLabels | None, ...]
    layers: tuple[UnitClasses, ...]
    rounds: int

    @property
    def parameters(self) -> int:
        """The number of trainable scalars."""
        return len(self._flat)

    @property
    def dimension(self) -> int:
        """The number of dimensions that training can move in."""
        return len(np.unique(np.abs(self._flat[self._flat != 0])))

    @property
    def frozen(self) -> int:
        """The number of scalars that never move."""
        return int(np.count_nonzero(self._flat == 0))

    @property
    def _flat(self) -> SignedLabels:
        return np.concatenate([a.ravel() for a in (*self.weights, *self.biases) if a is not None])


def reachable(
    network: Network, rng: Generator, *, decay: bool = False, samples: int = 2, field: Field = MERSENNE
) -> ReachableNetwork:
    """Refine the parameters of a network over a prime field with random functions.

    Args:
        network: its activations count by their symmetry classes, its head by whether deltas sum to zero.
        rng: draws functions, points, inputs and cotangents.
        decay: all parameters are also subject to weight decay with one common factor.
        samples: inputs in a batch.
        field: where to compute, by default GF(2^61 - 1); `symcheck.exact.interpretation.exact_field` names one in which equal
            sums have equal images only.

    Raises:
        NotExact: a weight or bias is NaN or infinite.
    """
    return reachable_many([network], rng, decay=decay, samples=samples, field=field)[0]


def reachable_many(
    networks: Sequence[Network], rng: Generator, *, decay: bool = False, samples: int = 2, field: Field = MERSENNE
) -> list[ReachableNetwork]:
    """`reachable` for networks of one depth, refined as one model that is their disjoint union.

    Classes do not join parameters of different networks: their gradients are independent and random. The
    rounds are those of the union.

    Raises:
        SymcheckError: no networks, or networks of several depths.
        NotExact: a weight or bias is NaN or infinite.
    """
    if len({n.depth for n in networks}) != 1:
        raise SymcheckError("networks refined together must be of one depth, and at least one")
    perceptrons = Perceptrons(networks, rng, field)
    silence = Silence(networks, "sgd", field)
    like = perceptrons.initial

    def gradient(point: Array) -> Array:
        activations, deltas = _passes(perceptrons, silence, _unflatten(point, like), rng, samples)
        return _flatten(perceptrons.gradients(activations, deltas))

    initial = _flatten(like)
    space = refine(initial, gradient, rng, np.ones(len(initial), np.int64) if decay else None, field)
    activations, deltas = _passes(perceptrons, silence, _unflatten(space.point, like), rng, samples)
    mix = field.random(rng, (samples, 1))
    units = [
        (field.total(field.multiply(mix, h), 1), field.total(field.multiply(mix, d), 1))
        for h, d in zip(activations[1:], deltas[:-1], strict=True)
    ]
    labels = _unflatten(space.classes.labels * space.classes.signs, like)
    return [_slice(labels, units, i, network, space.rounds, field) for i, network in enumerate(networks)]


def _passes(
    perceptrons: Perceptrons, silence: Silence, parameters: Parameters, rng: Generator, samples: int
) -> tuple[list[Array], list[Array]]:
    """Activations from the inputs on, and deltas, for a fresh batch."""
    field = perceptrons.field
    mix = field.random(rng, (samples, 1))

    def gate(layer: int, below: Array) -> Array | None:
        seen = field.total(field.multiply(mix, below), 1) if layer else None
        # Every point that training reaches counts as one before the first update: what was silent has not moved.
        return silence.heard(layer, 0, seen, perceptrons.sizes[layer + 1])

    slopes, activations = perceptrons.forward(parameters, perceptrons.inputs(rng, samples), gate)
    return activations, perceptrons.backward(parameters, slopes, perceptrons.cotangents(rng, samples))


def _slice(
    labels: list[tuple[SignedLabels, SignedLabels]],
    units: list[tuple[Array, Array]],
    index: int,
    network: Network,
    rounds: int,
    field: Field,
) -> ReachableNetwork:
    """One network's part of the union, without the padding."""
    sizes = network.sizes
    weights = [w[index, :n, :m] for (w, _), n, m in zip(labels, sizes[1:], sizes, strict=False)]
    biases = [
        None if values is None else b[index, :n]
        for (_, b), n, values in zip(labels, sizes[1:], network.biases, strict=True)
    ]
    layers = [
        UnitClasses.from_signatures(h[index, :n], d[index, :n], field)
        for (h, d), n in zip(units, sizes[1:-1], strict=True)
    ]
    return ReachableNetwork(tuple(weights), tuple(biases), tuple(layers), rounds)


def _flatten(parameters: Parameters) -> Array:
    return np.concatenate([part.ravel() for layer in parameters for part in layer])


def _unflatten(flat: Array, like: Parameters) -> list[tuple[Array, Array]]:
    ends = np.cumsum([part.size for layer in like for part in layer])[:-1]
    parts = iter(np.split(flat, ends))
    return [(next(parts).reshape(w.shape), next(parts).reshape(b.shape)) for w, b in like]

"""Implementations that look odd and are right: every property must pass them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.types import Array, Params


class LastLayerStartsAtZero(CorrectMLP):
    """A zero last layer is a scheme in use: it moves at the first step, and unties what is below at the next."""

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        *rest, (W, b) = super().initialize(sizes, rng)
        return [*rest, (np.zeros_like(W), b)]


class BiasesStartRandom(CorrectMLP):
    """Random biases under random weights are as good as zero ones."""

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        return [(W, rng.normal(0.0, 0.1, b.shape)) for W, b in super().initialize(sizes, rng)]


class SampleBySample(CorrectMLP):
    """Gradients summed in a loop over the samples: rounded otherwise, and right."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        total = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
        for n in range(len(X)):
            one = super().gradients(params, X[n : n + 1], Y[n : n + 1])
            for (sum_W, sum_b), (dW, db) in zip(total, one, strict=True):
                sum_W += dW / len(X)
                sum_b += db / len(X)
        return total


class ColumnMajor(CorrectMLP):
    """Arrays in Fortran order: another layout in memory, the same numbers."""

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        return [(np.asfortranarray(W), b) for W, b in super().initialize(sizes, rng)]

    def forward(self, params: Params, X: Array) -> Array:
        return np.asfortranarray(super().forward(params, X))

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return [(np.asfortranarray(dW), db) for dW, db in super().gradients(params, X, Y)]


#: Right in spite of appearances.
UNUSUAL: tuple[type[CorrectMLP], ...] = (LastLayerStartsAtZero, BiasesStartRandom, SampleBySample, ColumnMajor)

"""Networks whose layers have no biases: right ones, and their faults."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.objectives import HalfSquaredError
from symcheck.counterexamples.implementations.steps import StepsOnly
from symcheck.types import Array


class NoBiases(HalfSquaredError):
    """Layers that are W h: the biases that the protocol hands over are 0, and their gradients, too."""

    activation = "sigmoid"
    biases = False

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W.T

    def bias_gradient(self, delta: Array) -> Array:
        return np.zeros(delta.shape[1])


class StepsWithoutBiases(StepsOnly):
    """The same in a training step."""

    biases = False

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W.T

    def bias_gradient(self, delta: Array) -> Array:
        return np.zeros(delta.shape[1])


#: Right, and judged without biases.
CORRECT_UNBIASED: tuple[type[CorrectMLP], ...] = (NoBiases, StepsWithoutBiases)


class BiasesThatTrain(NoBiases, FaultyMLP):
    fault = "layers that are said to have no biases train some"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "biases = False is declared"

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.sum(axis=0))


class SlopeTooLargeWithoutBiases(NoBiases, FaultyMLP):
    fault = "the gradients of a network without biases are too large by a hundredth"
    severity = "slight"
    shown_by = "objective"
    likely_mistake = "every gradient is 1.01 times the right one"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return 1.01 * super().output_delta(outputs, Y)


FAULTS: tuple[type[FaultyMLP], ...] = (BiasesThatTrain, SlopeTooLargeWithoutBiases)

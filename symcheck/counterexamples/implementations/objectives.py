"""Networks with other outputs and losses: right ones, and their faults."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.objective import activated, slope_of
from symcheck.types import Array, Params


class HalfSquaredError(CorrectMLP):
    """Half the squared error, summed, through a sigmoid: what most books begin with."""

    loss = "squared_error"
    reduction = "sum"
    loss_factor = 0.5
    output_activation = "sigmoid"


class LogisticEntropy(CorrectMLP):
    """The binary cross-entropy of sigmoid outputs, averaged over the samples."""

    activation = "relu"
    loss = "binary_cross_entropy"
    reduction = "samples"
    output_activation = "sigmoid"


class GuardedEntropy(LogisticEntropy):
    """The same with 1e-8 added inside the logarithms, and differentiated so."""

    activation = "tanh"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        p, guard = activated(outputs, "sigmoid"), 1e-8
        slope = -Y / (p + guard) + (1 - Y) / (1 - p + guard)
        return np.asarray(slope * p * (1 - p) / len(outputs))


class SummedSoftmax(CorrectMLP):
    """The softmax cross-entropy, summed over the samples; the outputs are probabilities."""

    loss = "softmax_cross_entropy"
    reduction = "sum"
    output_activation = "softmax"


class OneHiddenLayer(HalfSquaredError):
    """A network that is written for one hidden layer."""

    hidden_layers = 1

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        (_, _), (_, _) = params
        return super().gradients(params, X, Y)


class FixedWidths(LogisticEntropy):
    """A network of 2, 3 and 1 units."""

    sizes = (2, 3, 1)


class FeaturesFirst(LogisticEntropy):
    """Batches of shape (features, samples)."""

    features_first = True

    def forward(self, params: Params, X: Array) -> Array:
        return super().forward(params, X.T).T

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return super().gradients(params, X.T, Y.T)


class ColumnBiases(FeaturesFirst):
    """Batches of shape (features, samples), and biases of shape (out, 1) to go with them."""

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        return [(W, b[:, None]) for W, b in super().initialize(sizes, rng)]

    def forward(self, params: Params, X: Array) -> Array:
        return super().forward(_rows(params), X)

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return [(dW, db[:, None]) for dW, db in super().gradients(_rows(params), X, Y)]


def _rows(params: Params) -> Params:
    return [(W, b.reshape(len(W))) for W, b in params]


CORRECT_OBJECTIVES: tuple[type[CorrectMLP], ...] = (
    HalfSquaredError,
    LogisticEntropy,
    GuardedEntropy,
    SummedSoftmax,
    OneHiddenLayer,
    FixedWidths,
    FeaturesFirst,
    ColumnBiases,
)


class HalfOfTheSquareForgotten(HalfSquaredError, FaultyMLP):
    fault = "the derivative of half the squared error keeps the 2 of the square"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "a factor 2 too much"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return 2 * super().output_delta(outputs, Y)


class EntropyNotAveraged(LogisticEntropy, FaultyMLP):
    fault = "the cross-entropy is summed over the samples, not averaged"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "loss not averaged over the samples"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) * len(outputs)


class EntropyTooLargeByAHundredth(LogisticEntropy, FaultyMLP):
    fault = "the gradients are too large by a hundredth"
    severity = "slight"
    shown_by = "objective"
    likely_mistake = "every gradient is 1.01 times the right one"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return 1.01 * super().output_delta(outputs, Y)


class OutputSlopeForgotten(HalfSquaredError, FaultyMLP):
    fault = "the derivative of the output activation is left out"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "derivative of the output activation is missing"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return activated(outputs, "sigmoid") - Y


class OutputSlopeAtTheOutput(HalfSquaredError, FaultyMLP):
    fault = "the derivative of the output activation is taken at the output"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "derivative of the output activation is taken at the output"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        a = activated(outputs, "sigmoid")
        return (a - Y) * slope_of(a, "sigmoid")


class OutputSlopeTwice(LogisticEntropy, FaultyMLP):
    fault = "the error of the probabilities is multiplied by p (1 - p), which the cross-entropy has cancelled already"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "derivative of the output activation is applied once too often"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        p = activated(outputs, "sigmoid")
        return np.asarray(super().output_delta(outputs, Y) * p * (1 - p))


class OutputSigmoidForgotten(HalfSquaredError, FaultyMLP):
    fault = "forward returns the last layer before its sigmoid"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "the output activation is missing"

    def forward(self, params: Params, X: Array) -> Array:
        return np.asarray(self.propagate(params, X)[1][-1])


FAULTS: tuple[type[FaultyMLP], ...] = (
    HalfOfTheSquareForgotten,
    EntropyNotAveraged,
    EntropyTooLargeByAHundredth,
    OutputSlopeForgotten,
    OutputSlopeAtTheOutput,
    OutputSlopeTwice,
    OutputSigmoidForgotten,
)

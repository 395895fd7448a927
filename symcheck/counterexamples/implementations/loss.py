"""Faults of the loss and of its mean over the samples."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.types import Array, Params


class LossAveragedTwice(FaultyMLP):
    fault = "the loss is divided by the number of samples twice"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "loss averaged twice"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) / len(outputs)


class LossNotAveraged(FaultyMLP):
    fault = "the loss is summed over the samples, not averaged"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "loss not averaged over the samples"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) * len(outputs)


class SquaredErrorSummedOverOutputs(FaultyMLP):
    fault = "the squared error is averaged over the samples and summed over the outputs"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "squared error summed over the outputs"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) * float(outputs.shape[1])


class FactorTwoOfTheSquareLost(FaultyMLP):
    fault = "the derivative of the squared error lacks its factor 2"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "factor 2 of the square lost"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) / 2


class SoftmaxOverTheSamples(FaultyMLP):
    fault = "the softmax is taken over the samples instead of the classes"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "softmax is taken over the samples instead of the classes"
    loss = "softmax_cross_entropy"

    def softmax(self, outputs: Array) -> Array:
        return np.asarray(super().softmax(outputs.T).T)


class SoftmaxDerivativeTwice(FaultyMLP):
    fault = "the error of the probabilities is multiplied by p (1 - p), which the cross-entropy has cancelled already"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "derivative of the softmax is applied twice"
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        p = self.softmax(outputs)
        return np.asarray(super().output_delta(outputs, Y) * p * (1 - p))


class LabelsSmoothed(FaultyMLP):
    fault = "the targets are mixed with 1 % of the uniform distribution"
    severity = "slight"
    shown_by = "loss"
    likely_mistake = "labels are smoothed"
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, 0.99 * Y + 0.01 / Y.shape[1])


class OneSampleDropped(FaultyMLP):
    fault = "the loop over the samples ends one too early"
    severity = "slight"
    shown_by = "batching"
    likely_mistake = "is left out of the gradients"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        delta = super().output_delta(outputs, Y)
        delta[-1] = 0
        return delta


class OnlyEightSamplesUsed(FaultyMLP):
    fault = "a batch size of 8 is written into the gradients: further samples are ignored"
    severity = "gross"
    shown_by = "batching"
    likely_mistake = "only the first 8 samples are used"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return super().gradients(params, X[:8], Y[:8])


class LaterSamplesWeighMore(FaultyMLP):
    fault = "the samples are weighted by their place in the batch"
    severity = "slight"
    shown_by = "batching"
    likely_mistake = "samples do not weigh alike"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        place = np.linspace(-1.0, 1.0, len(outputs))[:, None]
        return super().output_delta(outputs, Y) * (1 + 0.01 * place)


FAULTS: tuple[type[FaultyMLP], ...] = (
    LossAveragedTwice,
    LossNotAveraged,
    SquaredErrorSummedOverOutputs,
    FactorTwoOfTheSquareLost,
    SoftmaxOverTheSamples,
    SoftmaxDerivativeTwice,
    LabelsSmoothed,
    OneSampleDropped,
    OnlyEightSamplesUsed,
    LaterSamplesWeighMore,
)

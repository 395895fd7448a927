"""Faults of the error that starts at the outputs, and of the outputs themselves."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.objectives import HalfSquaredError, LogisticEntropy
from symcheck.counterexamples.implementations.styles import (
    AugmentedMatrices,
    ColumnSamples,
    EinsteinSums,
    InputsByOutputs,
    Jacobians,
    NestedLoops,
    OuterProducts,
    Tape,
)
from symcheck.objective import activated
from symcheck.types import Array, Params


class EntropyWithTheSquaresFactor(FaultyMLP):
    fault = "the error under the cross-entropy has the factor 2 of a square"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "a factor 2 too much"
    right = ColumnSamples
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return 2 * super().output_delta(outputs, Y)


class EntropyAveragedOverTheClasses(FaultyMLP):
    fault = "the cross-entropy is averaged over all entries, as a squared error is"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "loss averaged over the classes too"
    right = Tape
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(super().output_delta(outputs, Y) / outputs.shape[1])


class ErrorBeforeTheSoftmax(FaultyMLP):
    fault = "the target is subtracted from what enters the softmax"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the error is taken before the softmax"
    right = OuterProducts
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return (outputs - Y) / len(outputs)


class TargetNotSubtracted(FaultyMLP):
    fault = "the probabilities go back, and no target is subtracted from them"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the target is not subtracted"
    right = Jacobians
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return self.softmax(outputs) / len(outputs)


class SoftmaxGoneBackByItsDiagonal(FaultyMLP):
    fault = "-y / p goes back through p (1 - p), the diagonal of the softmax's derivative"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "only the diagonal p (1 - p) of the softmax's derivative"
    right = InputsByOutputs
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(-Y * (1 - self.softmax(outputs)) / len(outputs))


class EntropyOfProbabilitiesGoesBack(FaultyMLP):
    fault = "the derivative of the cross-entropy by the probabilities goes back, not through the softmax"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "derivative of the softmax is missing"
    right = NestedLoops
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(-Y / self.softmax(outputs) / len(outputs))


class SquaredErrorGoesBack(FaultyMLP):
    fault = "the squared error goes back, and not its derivative"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the squared error itself goes back"
    right = EinsteinSums

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return (outputs - Y) ** 2 / outputs.size


class TargetAdded(FaultyMLP):
    fault = "one is added to the probability of the class that is right, where it should be subtracted"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the target is added where it should be subtracted"
    right = ColumnSamples
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray((self.softmax(outputs) + Y) / len(Y))


class AbsoluteErrorGoesBack(FaultyMLP):
    fault = "the sign of the error goes back, which is the derivative of its absolute value"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the loss is the mean of absolute errors"
    right = ColumnSamples

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(np.sign(outputs - Y) / outputs.size)


class LossDividedByTheInputs(FaultyMLP):
    fault = "the number of samples is read off the wrong axis of X, which counts its features"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "loss divided by the number of inputs, not of samples"
    right = ColumnSamples

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        factor = X.shape[0] / X.shape[1]
        return [(factor * dW, factor * db) for dW, db in super().gradients(params, X, Y)]


class LossOverOneSampleLess(FaultyMLP):
    fault = "the loss is divided by the number of samples less one, as a variance is"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "loss divided by the number of samples less one"
    right = OuterProducts

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        count = len(outputs)
        return super().output_delta(outputs, Y) * (count / max(1, count - 1))


class ErrorOfTheMeanSample(FaultyMLP):
    fault = "the errors are averaged over the samples before they go back"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "errors are averaged over the samples before they go back"
    right = NestedLoops

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.repeat(super().output_delta(outputs, Y).mean(axis=0, keepdims=True), len(outputs), axis=0)


class EntropyByTheProbability(LogisticEntropy, FaultyMLP):
    fault = "the derivative of the binary cross-entropy by the probability goes back, without that of the sigmoid"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "derivative of the loss is taken by the output"
    right = AugmentedMatrices
    activation = "tanh"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        p = activated(outputs, "sigmoid")
        with np.errstate(all="ignore"):
            return np.asarray((p - Y) / (p * (1 - p)) / len(outputs))


class OutputDerivativeWithAPlus(HalfSquaredError, FaultyMLP):
    fault = "the derivative of the outputs' sigmoid is written as a (1 + a)"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "derivative of sigmoid is written as h * (1 + h) in the outputs"
    right = Jacobians

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        a = activated(outputs, "sigmoid")
        return np.asarray((a - Y) * a * (1 + a))


class ErrorBeforeTheSigmoid(HalfSquaredError, FaultyMLP):
    fault = "the target is subtracted from what enters the outputs' sigmoid"
    severity = "gross"
    shown_by = "objective"
    likely_mistake = "the error is taken before the output activation"
    right = Tape

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        a = activated(outputs, "sigmoid")
        return np.asarray((outputs - Y) * a * (1 - a))


class BiasSubtracted(FaultyMLP):
    fault = "the biases are subtracted"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "bias is subtracted"
    right = AugmentedMatrices

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W.T - b


class ActivationTwice(FaultyMLP):
    fault = "the activation of a hidden layer is applied again as the next layer is entered"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "activation is applied twice"
    right = ColumnSamples

    def activate(self, z: Array) -> Array:
        return super().activate(super().activate(z))


class ErrorWithoutItsSign(FaultyMLP):
    fault = "the absolute value of the error goes back"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the absolute error goes back: its sign is lost"
    right = OuterProducts

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.abs(super().output_delta(outputs, Y))


class ErrorSquaredOnItsWay(FaultyMLP):
    fault = "the error is squared before it is multiplied by the sigmoid's derivative"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the error is squared before it goes back"
    right = EinsteinSums
    loss, reduction, output_activation = "squared_error", "mean", "sigmoid"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(super().output_delta(outputs, Y) * (activated(outputs, "sigmoid") - Y))


class ProbabilitiesGoBack(FaultyMLP):
    fault = "dW of the last layer takes p - y, and p alone goes back to the layer below"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "the target is not subtracted: delta is p, in what goes back to the layer below alone"
    right = Jacobians
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        self._alone: Array | None = self.softmax(outputs) / len(outputs)
        return super().output_delta(outputs, Y)

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        first, self._alone = self._alone, None
        return super().back(delta if first is None else first, W, dW)


FAULTS: tuple[type[FaultyMLP], ...] = (
    EntropyWithTheSquaresFactor,
    EntropyAveragedOverTheClasses,
    ErrorBeforeTheSoftmax,
    TargetNotSubtracted,
    SoftmaxGoneBackByItsDiagonal,
    EntropyOfProbabilitiesGoesBack,
    SquaredErrorGoesBack,
    TargetAdded,
    AbsoluteErrorGoesBack,
    LossDividedByTheInputs,
    LossOverOneSampleLess,
    ErrorOfTheMeanSample,
    EntropyByTheProbability,
    OutputDerivativeWithAPlus,
    ErrorBeforeTheSigmoid,
    BiasSubtracted,
    ActivationTwice,
    ErrorWithoutItsSign,
    ErrorSquaredOnItsWay,
    ProbabilitiesGoBack,
)

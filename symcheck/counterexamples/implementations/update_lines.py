"""One line of the update that is written wrongly: for one array alone, or with what belongs to another one."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.steps import StepsBesideGradients
from symcheck.counterexamples.implementations.whole_vectors import StepOfOneVector, UpdateOfOneVector
from symcheck.types import Array, Params


class _OneLine(FaultyMLP):
    """All arrays move rightly but one, which ``moved`` is handed with all gradients."""

    severity = "gross"
    shown_by = "update"
    right = UpdateOfOneVector
    layer, part = 0, 1

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        after = [list(pair) for pair in super().update(params, gradients, learning_rate)]
        layer = self.layer % len(params)
        after[layer][self.part] = self.moved(params, gradients, learning_rate, layer)
        return [(W, b) for W, b in after]

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        """The array after the step."""
        raise NotImplementedError


class MeanOfAnothersGradient(_OneLine):
    fault = "the biases of the first layer move by the mean of those of the second, one number for all"
    likely_mistake = "update moves b of the first layer by the mean of the gradient of the layer above"

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        other = gradients[min(1, len(params) - 1)][1]
        return np.asarray(params[layer][1] - rate * other.mean())


class MeanOfItsGradient(_OneLine):
    fault = "every weight of the last layer moves by the mean of all of their gradients"
    likely_mistake = "update moves W of the last layer by the mean of the gradient, one number for all entries"
    layer, part = -1, 0

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        return np.asarray(params[layer][0] - rate * gradients[layer][0].mean())


class AnothersGradient(_OneLine):
    fault = "the biases of the first layer move along the gradient of the second, where both have as many units"
    likely_mistake = "update moves b of the first layer by the gradient of the layer above"
    tried_with = (3, 3, 3, 3)

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        return params[layer][1] - rate * gradients[min(1, len(params) - 1)][1]


class SignForOneArray(_OneLine):
    fault = "the weights of the first layer alone move by the sign of their gradient"
    likely_mistake = "update subtracts the sign of the gradient of W of the first layer"
    part = 0

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        return np.asarray(params[layer][0] - rate * np.sign(gradients[layer][0]))


class AssignedTheStep(_OneLine):
    fault = "the weights of the first layer are set to the step: = where -= is meant"
    likely_mistake = "update sets W of the first layer to the step"
    part = 0

    def moved(self, params: Params, gradients: Params, rate: float, layer: int) -> Array:
        return rate * gradients[layer][0]


class BiasesByTheWeights(FaultyMLP):
    fault = "the biases move by the sums of the rows of dW"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update moves the biases by the sum of the gradient of the weights over the inputs"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return super().update(params, [(dW, dW.sum(axis=1)) for dW, _ in gradients], learning_rate)


class GradientsTurnedRound(FaultyMLP):
    fault = "the gradients of the weights are listed from the last layer on, which layers of equal widths do not notice"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update takes the gradients of the weights in reverse order of the layers"
    right = UpdateOfOneVector
    tried_with = (3, 3, 3, 3)

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        along = [(dW, db) for (dW, _), (_, db) in zip(gradients[::-1], gradients, strict=True)]
        return super().update(params, along, learning_rate)


class TwoLinesExchanged(FaultyMLP):
    fault = "the biases of the first two layers move along each other's mean gradient"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update moves b of the first layer by the mean of the gradient of the layer above"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        after = super().update(params, gradients, learning_rate)
        if len(params) > 1:
            means = [db.mean() for _, db in gradients]
            for layer, other in ((0, 1), (1, 0)):
                W, b = after[layer][0], params[layer][1]
                after[layer] = (W, np.asarray(b - learning_rate * means[other]))
        return after


class BatchOfItsLastSample(StepsBesideGradients, FaultyMLP):
    fault = (
        "the gradients of a batch are assigned in the loop over its samples, and their sum is divided by their number"
    )
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "by the gradient of the last sample of a batch only"
    right = StepOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        slopes = CorrectMLP.gradients(self, params, X[-1:], Y[-1:])
        return CorrectMLP.update(self, params, slopes, learning_rate / len(X))


FAULTS: tuple[type[FaultyMLP], ...] = (
    MeanOfAnothersGradient,
    MeanOfItsGradient,
    AnothersGradient,
    SignForOneArray,
    AssignedTheStep,
    BiasesByTheWeights,
    GradientsTurnedRound,
    TwoLinesExchanged,
    BatchOfItsLastSample,
)

"""Faults of dW, where db and delta are right."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
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
from symcheck.types import Array, Params


class WeightGradientOfThePreactivation(FaultyMLP):
    fault = "the gradient of the weights takes z of the layer below, not its activation"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW takes z of the layer below, not its activation"
    right = Tape

    def entered(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        return preactivations[layer - 1] if layer else entering[0]


class WeightGradientOfItsOwnOutput(FaultyMLP):
    fault = "the gradient of the weights takes what leaves the layer, which square layers do not notice"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW takes the layer's own activation"
    right = ColumnSamples
    tried_with = (3, 3, 3, 3)

    def entered(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        return entering[layer + 1] if layer + 1 < len(entering) else preactivations[layer]


class WeightGradientOfTheInputs(FaultyMLP):
    fault = "the gradient of the weights takes the inputs of the network in every layer"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW of every layer takes the inputs X"
    right = Jacobians
    tried_with = (3, 3, 3, 3)

    def entered(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        return entering[0]


class WeightGradientOfTheLastSample(FaultyMLP):
    fault = "the gradient of the weights is assigned in the loop over the samples, not added up"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is that of the last sample only"
    right = OuterProducts

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return np.outer(delta[-1], h[-1])


class WeightGradientOfTheFirstSample(FaultyMLP):
    fault = "the gradient of the weights is that of the first sample"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is that of the first sample only"
    right = NestedLoops

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return np.outer(delta[0], h[0])


class WeightGradientOfMeans(FaultyMLP):
    fault = "delta and what enters are averaged over the samples before they are multiplied"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is a product of means over the samples"
    right = EinsteinSums

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return np.outer(delta.sum(axis=0), h.mean(axis=0))


class WeightGradientAveragedAgain(FaultyMLP):
    fault = "the gradient of the weights is divided by the number of samples, although delta is already"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is averaged over the samples twice"
    right = ColumnSamples

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return super().weight_gradient(delta, h) / len(h)


class WeightGradientNotAveraged(FaultyMLP):
    fault = "the gradient of the weights lacks the division by the number of samples that db has"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is summed over the samples without the loss's mean"
    right = OuterProducts

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return super().weight_gradient(delta, h) * len(h)


class WeightGradientByTheInputs(FaultyMLP):
    fault = "the gradient of the weights is divided by the length of the wrong axis, that of what enters the layer"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is divided by the number of inputs of the layer"
    right = InputsByOutputs

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return np.asarray(super().weight_gradient(delta, h) / h.shape[1])


class WeightGradientTimesTheWeights(FaultyMLP):
    fault = "the gradient of the weights is multiplied by the weights"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is multiplied by W"
    right = AugmentedMatrices

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(np.asarray(dW * W), db) for (W, _), (dW, db) in zip(params, found, strict=True)]


class FirstLayerForgotten(FaultyMLP):
    fault = "the loop over the layers ends before the first, whose gradients stay at zero"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradient of the layer forgotten"
    right = Jacobians

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        (W, b), *rest = super().gradients(params, X, Y)
        return [(0 * W, 0 * b), *rest]


class GradientsInReverse(FaultyMLP):
    fault = "the gradients are listed from the last layer to the first"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "reverse order"
    right = Tape

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return super().gradients(params, X, Y)[::-1]


class OneNumberForAllWeights(FaultyMLP):
    fault = "np.mean of the gradient of the weights stands for each of its entries"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "one number for all of dW: it is the mean of its entries"
    right = NestedLoops

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        dW = super().weight_gradient(delta, h)
        return np.full_like(dW, dW.mean())


class WeightGradientOfTheSlope(FaultyMLP):
    fault = "the loop over the hidden layers multiplies by the derivative of what enters, not by what enters"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW takes the derivative of the activation at what enters the layer"
    right = ColumnSamples

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        self._last: bool = True
        return super().gradients(params, X, Y)

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        last, self._last = self._last, False
        return super().weight_gradient(delta, h if last else self.slope(h, 0))


class WeightGradientOverTheFeatures(FaultyMLP):
    fault = "the gradient of the first weights is divided by the length of the wrong axis of X"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is divided by the number of inputs, not of samples"
    right = AugmentedMatrices

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        (dW, db), *rest = super().gradients(params, X, Y)
        return [(dW * len(X) / X.shape[1], db), *rest]


class WeightGradientBeforeTheSlope(FaultyMLP):
    fault = "the gradient of the hidden weights takes what came back, before it is multiplied by the derivative"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is taken before the derivative of the activation"
    right = OuterProducts

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        entering, preactivations = self.propagate(params, X)
        delta = passed = self.output_delta(preactivations[-1], Y)
        found: Params = []
        for layer in range(len(params) - 1, -1, -1):
            found.insert(0, (self.weight_gradient(passed, entering[layer]), self.bias_gradient(delta)))
            if layer:
                passed = self.back(delta, params[layer][0], found[0][0])
                delta = passed * self.slope(preactivations[layer - 1], layer)
        return found


class LastInputLeftOut(FaultyMLP):
    fault = "the loop over the inputs of a layer ends one too early"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is 0 for the last input of a layer"
    right = NestedLoops

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        dW = super().weight_gradient(delta, h)
        dW[:, -1] = 0.0
        return dW


FAULTS: tuple[type[FaultyMLP], ...] = (
    WeightGradientOfThePreactivation,
    WeightGradientOfItsOwnOutput,
    WeightGradientOfTheInputs,
    WeightGradientOfTheLastSample,
    WeightGradientOfTheFirstSample,
    WeightGradientOfMeans,
    WeightGradientAveragedAgain,
    WeightGradientNotAveraged,
    WeightGradientByTheInputs,
    WeightGradientTimesTheWeights,
    FirstLayerForgotten,
    GradientsInReverse,
    OneNumberForAllWeights,
    WeightGradientOfTheSlope,
    WeightGradientOverTheFeatures,
    WeightGradientBeforeTheSlope,
    LastInputLeftOut,
)

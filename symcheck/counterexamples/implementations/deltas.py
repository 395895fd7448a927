"""Faults of delta on its way back from a layer to the one below it."""

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


class GradientInPlaceOfTheWeights(FaultyMLP):
    fault = "delta goes back through dW where W is meant"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW stands in the place of W"
    right = ColumnSamples

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ dW


class WeightsOfTheLayerBelow(FaultyMLP):
    fault = "delta goes back through the weights of the layer below, which fit where all layers are of one width"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back through the weights of the layer below"
    right = InputsByOutputs
    tried_with = (3, 3, 3, 3)

    def above(self, params: Params, layer: int) -> Array:
        return params[layer - 1][0]


class ErrorGoesBack(FaultyMLP):
    fault = "what goes back to a layer is the error of the layer above, without its derivative"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "what goes back is the error and not delta"
    right = Tape

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        self._error: Array = super().output_delta(outputs, Y)
        return self._error

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        self._error = super().back(self._error, W, dW)
        return self._error


class DeltaAveragedInEachLayer(FaultyMLP):
    fault = "delta is divided by the number of samples in every layer that it goes back through"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta is divided by the number of samples again"
    right = EinsteinSums

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return super().back(delta, W, dW) / len(delta)


class DeltaAveragedOverTheUnits(FaultyMLP):
    fault = "delta goes back as a mean over the units above, where a sum is meant"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta is divided by the number of units"
    right = NestedLoops

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return super().back(delta, W, dW) / len(W)


class DeltaOfTheLastUnit(FaultyMLP):
    fault = "delta is assigned in the loop over the units above, not added up"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back from the last unit above only"
    right = NestedLoops

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta[:, -1:] @ W[-1:]


class DeltaOfTheMeanSample(FaultyMLP):
    fault = "delta is averaged over the samples before it goes back"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "averaged over the samples before"
    right = OuterProducts

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.repeat(super().back(delta, W, dW).mean(axis=0, keepdims=True), len(delta), axis=0)


class DeltaWithoutTheWeights(FaultyMLP):
    fault = "the deltas of the layer above are summed without their weights"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back without the weights"
    right = Jacobians

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.repeat(delta.sum(axis=1, keepdims=True), W.shape[1], axis=1)


class SignTurnsInEachLayer(FaultyMLP):
    fault = "delta changes its sign in every layer that it goes back through"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "sign of delta is wrong"
    right = AugmentedMatrices

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return -super().back(delta, W, dW)


class BiasGoesBack(FaultyMLP):
    fault = "the bias of the layer that is gone back to is added to delta"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back through the weights and their bias"
    right = AugmentedMatrices

    def above(self, params: Params, layer: int) -> Array:
        self._bias: Array = params[layer - 1][1]
        return super().above(params, layer)

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return super().back(delta, W, dW) + self._bias


class DeltaEndsAtTheLastLayer(FaultyMLP):
    fault = "no delta goes back, so that the last layer alone gets gradients"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "no gradient reaches the layers below"
    right = Tape

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.zeros((len(delta), W.shape[1]))


class SquaredWeightsGoBack(FaultyMLP):
    fault = "delta goes back through the squares of the weights"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back through the squares of the weights"
    right = EinsteinSums

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.asarray(delta @ W**2)


class ProductRuleTheWrongWayRound(FaultyMLP):
    fault = "each factor of a product gets its own value as its derivative"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "the product rule is the wrong way round"
    right = Tape

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        entering, preactivations = self.propagate(params, X)
        delta = self.output_delta(preactivations[-1], Y)
        found: Params = []
        for layer in range(len(params) - 1, -1, -1):
            found.insert(0, (delta.sum(axis=0)[:, None] * params[layer][0], self.bias_gradient(delta)))
            if layer:
                back = delta.sum(axis=1, keepdims=True) * entering[layer]
                delta = back * self.slope(preactivations[layer - 1], layer)
        return found


FAULTS: tuple[type[FaultyMLP], ...] = (
    GradientInPlaceOfTheWeights,
    WeightsOfTheLayerBelow,
    ErrorGoesBack,
    DeltaAveragedInEachLayer,
    DeltaAveragedOverTheUnits,
    DeltaOfTheLastUnit,
    DeltaOfTheMeanSample,
    DeltaWithoutTheWeights,
    SignTurnsInEachLayer,
    BiasGoesBack,
    DeltaEndsAtTheLastLayer,
    SquaredWeightsGoBack,
    ProductRuleTheWrongWayRound,
)

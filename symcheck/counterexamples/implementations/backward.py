"""Faults of backpropagation: the gradients are wrong, the outputs are right."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.objective import Objective
from symcheck.types import Array, Params


class BiasGradientSummedOverFeatures(FaultyMLP):
    fault = "the gradient of a bias is summed over the units instead of the samples"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is summed over features instead of samples"

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.sum(axis=1))


class BiasGradientAveragedAgain(FaultyMLP):
    fault = "the gradient of a bias is averaged over the samples, although delta is divided by their number already"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is averaged over the samples twice"

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.mean(axis=0))


class BiasGradientForgotten(FaultyMLP):
    fault = "the gradient of every bias is left at zero"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradient of the bias forgotten"

    def bias_gradient(self, delta: Array) -> Array:
        return np.zeros(delta.shape[1])


class TransposeMissing(FaultyMLP):
    fault = "delta goes back through W instead of its transpose, which square layers do not notice"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "W.T missing in backprop"
    tried_with = (3, 3, 3, 3)

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ W.T


class WeightGradientTransposed(FaultyMLP):
    fault = "the gradient of the weights is h delta^T where delta h^T is meant"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "dW is transposed"
    tried_with = (3, 3, 3, 3)

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return h.T @ delta


class DeltaUsesUpdatedWeights(FaultyMLP):
    fault = "each layer is updated before delta goes back through it"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "delta uses the updated W"

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ (W - 0.01 * dW)


class DerivativeWrongByATenthOfAPercent(FaultyMLP):
    fault = "the derivative of the activation is 0.1 % too large"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is wrong by the factor 1.001"

    def slope(self, z: Array, layer: int) -> Array:
        return super().slope(z, layer) * 1.001


class DerivativeForgotten(FaultyMLP):
    fault = "delta goes back without the derivative of the activation"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is missing"

    def slope(self, z: Array, layer: int) -> Array:
        return np.ones_like(z)


class DerivativeAtTheActivation(FaultyMLP):
    fault = "the derivative of the activation is taken at h instead of z"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is taken at h instead of z"

    def slope(self, z: Array, layer: int) -> Array:
        return super().slope(self.activate(z), layer)


class DerivativeOnTheLinearOutput(FaultyMLP):
    fault = "the derivative of the activation is applied to the last layer, which has no activation"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is applied to the linear output"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) * self.slope(outputs, -1)


class ReluDerivativeOneHalfAtZero(FaultyMLP):
    fault = "the derivative of ReLU at 0 is 1/2, which revives units that every framework holds dead"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation at 0 is 1/2"
    activation = "relu"

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z == 0, 0.5, super().slope(z, layer))


class GradientSignWrong(FaultyMLP):
    fault = "the gradients point uphill"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "sign of the gradient is wrong"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return -super().output_delta(outputs, Y)


class GradientsClippedAtOne(FaultyMLP):
    fault = "entries of the gradients beyond 1 are cut off without a word"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "gradients are clipped at 1"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return [(np.clip(dW, -1, 1), np.clip(db, -1, 1)) for dW, db in super().gradients(params, X, Y)]


class SlopeMissing(CorrectMLP):
    """Backpropagation without the derivative of the activation in one hidden layer."""

    def __init__(self, layer: int, activation: str, loss: str | Objective) -> None:
        super().__init__(activation, loss)
        self._layer = layer

    def slope(self, z: Array, layer: int) -> Array:
        return np.ones_like(z) if layer == self._layer else super().slope(z, layer)


class FirstDerivativeMissingWhenDeep(FaultyMLP):
    fault = "from three layers on, the first hidden layer's derivative of the activation is missing"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is missing in hidden layer 1"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        if len(params) >= 3:
            found[0] = SlopeMissing(1, self.activation, self.loss).gradients(params, X, Y)[0]
        return found


class OnlyThreeUnitsGoBack(FaultyMLP):
    fault = "delta goes back to the first three units of a layer only, which narrower layers do not notice"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "delta goes back to the first 3 units of a layer only"

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.where(np.arange(W.shape[1]) < 3, delta @ W, 0.0)


FAULTS: tuple[type[FaultyMLP], ...] = (
    BiasGradientSummedOverFeatures,
    BiasGradientAveragedAgain,
    BiasGradientForgotten,
    TransposeMissing,
    WeightGradientTransposed,
    DeltaUsesUpdatedWeights,
    DerivativeWrongByATenthOfAPercent,
    DerivativeForgotten,
    DerivativeAtTheActivation,
    DerivativeOnTheLinearOutput,
    ReluDerivativeOneHalfAtZero,
    GradientSignWrong,
    GradientsClippedAtOne,
    FirstDerivativeMissingWhenDeep,
    OnlyThreeUnitsGoBack,
)

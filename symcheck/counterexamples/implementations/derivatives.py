"""Derivatives of hidden activations as they are written wrongly, or taken of another array."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import (
    AugmentedMatrices,
    ColumnSamples,
    EinsteinSums,
    Jacobians,
    NestedLoops,
    OuterProducts,
    Tape,
)
from symcheck.types import Array


class ReluDerivativeOneAtZero(FaultyMLP):
    fault = "the mask of ReLU is z >= 0, which lets delta through units that stand at 0"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation at 0 is 1"
    right = Tape
    activation = "relu"

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z == 0, 1.0, super().slope(z, layer))


class ReluMaskOfTheInputs(FaultyMLP):
    fault = "the mask of ReLU is taken of what enters the layer, which fits where all layers are of one width"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is taken in the layer below"
    right = OuterProducts
    activation = "relu"
    tried_with = (3, 3, 3, 3)

    def slope_in(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        return (preactivations[layer - 2] if layer > 1 else entering[0]) > 0


class ReluMaskOfDelta(FaultyMLP):
    fault = "the mask of ReLU is taken of delta, beside that of z"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "relu's mask is taken from delta"
    right = NestedLoops
    activation = "relu"

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.maximum(super().back(delta, W, dW), 0)


class ReluOfDelta(FaultyMLP):
    fault = "ReLU is applied to delta where its derivative at z is meant"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "relu is applied to delta"
    right = ColumnSamples
    activation = "relu"

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.maximum(super().back(delta, W, dW), 0)

    def slope(self, z: Array, layer: int) -> Array:
        return np.ones_like(z)


class ReluForItsDerivative(FaultyMLP):
    fault = "delta is multiplied by what leaves the ReLU, not by its mask"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of relu is written as h"
    right = EinsteinSums
    activation = "relu"

    def slope(self, z: Array, layer: int) -> Array:
        return np.maximum(z, 0)


class LeakForgottenInTheDerivative(FaultyMLP):
    fault = "a leaky ReLU goes back as a plain one"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "derivative is that of relu"
    right = Jacobians
    activation = "leaky_relu"

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z > 0, 1.0, 0.0)


class DerivativeOfTheLayerAbove(FaultyMLP):
    fault = "the derivative of the activation is taken at z of the layer above, as an index that is off by one does"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is taken in the layer above"
    right = Jacobians
    tried_with = (3, 3, 3, 3)

    def slope_in(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        return self.slope(preactivations[layer], layer)


class DerivativeTwice(FaultyMLP):
    fault = "delta is multiplied by the derivative of the sigmoid twice"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is applied twice"
    right = Tape
    activation = "sigmoid"

    def slope(self, z: Array, layer: int) -> Array:
        return super().slope(z, layer) ** 2


class SigmoidDerivativeWithAPlus(FaultyMLP):
    fault = "the derivative of the sigmoid is written as h (1 + h)"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of sigmoid is written as h * (1 + h)"
    right = ColumnSamples
    activation = "sigmoid"

    def slope(self, z: Array, layer: int) -> Array:
        h = self.activate(z)
        return np.asarray(h * (1 + h))


class SigmoidDerivativeOfThePreactivation(FaultyMLP):
    fault = "the derivative of the sigmoid is written for h and given z"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of sigmoid is written as z * (1 - z)"
    right = EinsteinSums
    activation = "sigmoid"

    def slope(self, z: Array, layer: int) -> Array:
        return np.asarray(z * (1 - z))


class TanhDerivativeWithoutTheSquare(FaultyMLP):
    fault = "the derivative of tanh is written as 1 - h"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of tanh is written as 1 - h"
    right = AugmentedMatrices

    def slope(self, z: Array, layer: int) -> Array:
        return 1 - np.tanh(z)


class TanhDerivativeOfASigmoid(FaultyMLP):
    fault = "the activation was changed to tanh, and its derivative is still that of the sigmoid, h (1 - h)"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of tanh is written as h * (1 - h)"
    right = OuterProducts

    def slope(self, z: Array, layer: int) -> Array:
        h = np.tanh(z)
        return np.asarray(h * (1 - h))


class DerivativeOfTheMeanSample(FaultyMLP):
    fault = "the derivative of the activation is averaged over the samples"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of the activation is averaged over the samples"
    right = NestedLoops

    def slope(self, z: Array, layer: int) -> Array:
        return np.repeat(super().slope(z, layer).mean(axis=0, keepdims=True), len(z), axis=0)


class EluDerivativeWithoutTheOne(FaultyMLP):
    fault = "the derivative of ELU below 0 is written as e^z - 1, which is ELU itself"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of elu is written as h below 0"
    right = EinsteinSums
    activation = "elu"

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z > 0, 1.0, np.expm1(np.minimum(z, 0.0)))


class GeluDerivativeOfItsApproximation(FaultyMLP):
    fault = "forward computes GELU with erf, and backward differentiates its tanh approximation"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "derivative of gelu is written as that of its tanh approximation"
    right = Tape
    activation = "gelu"

    def slope(self, z: Array, layer: int) -> Array:
        by = np.sqrt(2 / np.pi)
        inner, outer = by * (z + 0.044715 * z**3), by * (1 + 3 * 0.044715 * z**2)
        return np.asarray(0.5 * (1 + np.tanh(inner)) + 0.5 * z * outer / np.cosh(inner) ** 2)


class DerivativeOfNoActivation(FaultyMLP):
    fault = "the derivative of tanh is written as 1 / (1 + z^2), which is that of the arcus tangent"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "derivative of tanh is wrong: at z = 1 backward multiplies by 0.5, where the slope is 0.419974"
    right = NestedLoops

    def slope(self, z: Array, layer: int) -> Array:
        return np.asarray(1 / (1 + z * z))


FAULTS: tuple[type[FaultyMLP], ...] = (
    ReluDerivativeOneAtZero,
    ReluMaskOfTheInputs,
    ReluMaskOfDelta,
    ReluOfDelta,
    ReluForItsDerivative,
    LeakForgottenInTheDerivative,
    DerivativeOfTheLayerAbove,
    DerivativeTwice,
    SigmoidDerivativeWithAPlus,
    SigmoidDerivativeOfThePreactivation,
    TanhDerivativeWithoutTheSquare,
    TanhDerivativeOfASigmoid,
    DerivativeOfTheMeanSample,
    EluDerivativeWithoutTheOne,
    GeluDerivativeOfItsApproximation,
    DerivativeOfNoActivation,
)

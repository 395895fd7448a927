"""Faults of the forward pass; the gradients are those of the wrong function."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.types import Array, Params


class BiasAddedTwice(FaultyMLP):
    fault = "every bias is added twice"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "bias added twice"

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return super().affine(h, W, b) + b


class BiasIgnored(FaultyMLP):
    fault = "the biases are never added, which zero biases do not show"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "bias is not added"

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W.T


class OutputActivated(FaultyMLP):
    fault = "the last layer is passed through the activation"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "last layer's activation applied"

    def forward(self, params: Params, X: Array) -> Array:
        return self.activate(super().forward(params, X))


class ActivationForgotten(FaultyMLP):
    fault = "the hidden layers are linear"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "activation is missing in the hidden layers"

    def activate(self, z: Array) -> Array:
        return z


class LeakInsteadOfRelu(FaultyMLP):
    fault = "a leaky ReLU of slope 0.01 stands where ReLU is declared"
    severity = "slight"
    shown_by = "forward"
    likely_mistake = "activation is leaky_relu, not relu"
    activation = "relu"

    def activate(self, z: Array) -> Array:
        return np.where(z > 0, z, 0.01 * z)

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z > 0, 1.0, 0.01)


class SingleSampleSqueezed(FaultyMLP):
    fault = "axes of length one vanish from the outputs, so that one sample has no row of its own"
    severity = "gross"
    shown_by = "batching"
    likely_mistake = "outputs are squeezed"

    def forward(self, params: Params, X: Array) -> Array:
        return super().forward(params, X).squeeze()


class BatchMeanSubtracted(FaultyMLP):
    fault = "the mean of the batch is taken off the inputs, so that a sample's outputs depend on the others"
    severity = "gross"
    shown_by = "batching"
    likely_mistake = "mean of the batch is subtracted from X"

    def propagate(self, params: Params, X: Array) -> tuple[list[Array], list[Array]]:
        return super().propagate(params, X - X.mean(axis=0))


class SoftmaxOverflows(FaultyMLP):
    fault = "the softmax exponentiates without subtracting the maximum, and overflows beyond 709"
    severity = "slight"
    shown_by = "precision"
    likely_mistake = "softmax without max subtraction overflows"
    loss = "softmax_cross_entropy"

    def softmax(self, outputs: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            powers = np.exp(outputs)
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class _Narrow(FaultyMLP):
    """Everything in one narrow type, and taken back to float64 at the end."""

    inside: Any = np.float32

    def forward(self, params: Params, X: Array) -> Array:
        with np.errstate(all="ignore"):
            return super().forward(self._lowered(params), X.astype(self.inside)).astype(np.float64)

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        with np.errstate(all="ignore"):
            found = super().gradients(self._lowered(params), X.astype(self.inside), Y.astype(self.inside))
        return [(dW.astype(np.float64), db.astype(np.float64)) for dW, db in found]

    def _lowered(self, params: Params) -> Params:
        return [(W.astype(self.inside), b.astype(self.inside)) for W, b in params]


class Float32Inside(_Narrow):
    fault = "everything is computed in float32, whatever is given"
    severity = "slight"
    shown_by = "precision"
    likely_mistake = "float32 inside"


class Float16Inside(_Narrow):
    fault = "everything is computed in float16, whatever is given"
    severity = "gross"
    shown_by = "precision"
    likely_mistake = "float16 inside"
    inside = np.float16


class ForwardDifferences(FaultyMLP):
    fault = "the gradients are forward differences of step 1e-5, right to five digits only"
    severity = "slight"
    shown_by = "precision"
    likely_mistake = "gradients are finite differences"
    step = 1e-5

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        start = self._loss(params, X, Y)
        moved = [(W.copy(), b.copy()) for W, b in params]
        found = []
        for pair in moved:
            slopes = []
            for array in pair:
                slope = np.zeros_like(array)
                for index in np.ndindex(array.shape):
                    kept = array[index]
                    array[index] = kept + self.step
                    slope[index] = (self._loss(moved, X, Y) - start) / self.step
                    array[index] = kept
                slopes.append(slope)
            found.append((slopes[0], slopes[1]))
        return found

    def _loss(self, params: Params, X: Array, Y: Array) -> float:
        outputs = self.forward(params, X)
        if self.loss == "mse":
            return float(np.mean((outputs - Y) ** 2))
        return float(-np.mean(np.sum(Y * np.log(self.softmax(outputs)), axis=1)))


class UnitsWeightedByPlace(FaultyMLP):
    fault = "a hidden unit's activation is scaled by its place in the layer, 0.1 % from one to the next"
    severity = "slight"
    shown_by = "equivariance"
    likely_mistake = "the order of the hidden units matters"

    def activate(self, z: Array) -> Array:
        return np.asarray(super().activate(z) * (1 + 0.001 * np.arange(z.shape[1])))

    def slope(self, z: Array, layer: int) -> Array:
        return np.asarray(super().slope(z, layer) * (1 + 0.001 * np.arange(z.shape[1])))


class LastUnitSwitchedOff(FaultyMLP):
    fault = "the last unit of every hidden layer of at least two is switched off"
    severity = "gross"
    shown_by = "equivariance"
    likely_mistake = "the last hidden unit is left out"

    def activate(self, z: Array) -> Array:
        return np.asarray(super().activate(z) * self._on(z))

    def slope(self, z: Array, layer: int) -> Array:
        return np.asarray(super().slope(z, layer) * self._on(z))

    def _on(self, z: Array) -> Array:
        width = z.shape[1]
        return np.where((np.arange(width) < width - 1) | (width == 1), 1.0, 0.0)


FAULTS: tuple[type[FaultyMLP], ...] = (
    BiasAddedTwice,
    BiasIgnored,
    OutputActivated,
    ActivationForgotten,
    LeakInsteadOfRelu,
    SingleSampleSqueezed,
    BatchMeanSubtracted,
    SoftmaxOverflows,
    Float32Inside,
    Float16Inside,
    ForwardDifferences,
    UnitsWeightedByPlace,
    LastUnitSwitchedOff,
)

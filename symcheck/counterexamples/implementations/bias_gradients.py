"""Faults of db, where dW and delta are right."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import (
    AugmentedMatrices,
    ColumnSamples,
    EinsteinSums,
    InputsByOutputs,
    NestedLoops,
    OuterProducts,
    Tape,
)
from symcheck.types import Array


class OneNumberForAllBiases(FaultyMLP):
    fault = "delta is summed over the units, too, so that every bias of a layer gets the same gradient"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "one number for all biases of a layer"
    right = ColumnSamples

    def bias_gradient(self, delta: Array) -> Array:
        return np.full(delta.shape[1], delta.sum())


class BiasGradientWithoutAxes(FaultyMLP):
    fault = "np.sum is called without an axis, so that db is a number and no array"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "one number for all biases of a layer"
    right = EinsteinSums

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(np.sum(delta))


class BiasGradientKeepsItsAxis(FaultyMLP):
    fault = "the gradient of a bias keeps the axis that it was summed over"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "drop keepdims"
    right = Tape

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.sum(axis=0, keepdims=True))


class BiasGradientOfTheLastSample(FaultyMLP):
    fault = "the gradient of a bias is assigned in the loop over the samples, not added up"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is that of the last sample only"
    right = NestedLoops

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta[-1].copy())


class BiasGradientOfTheFirstSample(FaultyMLP):
    fault = "the gradient of a bias is the first row of delta"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is that of the first sample only"
    right = OuterProducts

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta[0].copy())


class BiasGradientNotAveraged(FaultyMLP):
    fault = "the gradient of a bias lacks the division by the number of samples that dW has"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is summed over the samples without the loss's mean"
    right = OuterProducts

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.sum(axis=0) * len(delta))


class BiasGradientUphill(FaultyMLP):
    fault = "the gradient of a bias has the wrong sign"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "sign of db is wrong"
    right = InputsByOutputs

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(-delta.sum(axis=0))


class BiasGradientOfTheInputs(FaultyMLP):
    fault = "the gradient of a bias is that of the weights, summed over the inputs"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is the sum of dW over the inputs"
    right = AugmentedMatrices

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        self._slopes: Array = super().weight_gradient(delta, h)
        return self._slopes

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(self._slopes.sum(axis=1))


class BiasGradientBeforeTheDerivative(FaultyMLP):
    fault = "the gradient of a hidden bias is summed before the derivative of the activation is multiplied with"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "db is taken before the derivative of the activation"
    right = Tape

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        self._passed: Array = super().output_delta(outputs, Y)
        return self._passed

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        self._passed = super().back(delta, W, dW)
        return self._passed

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(self._passed.sum(axis=0))


class BiasGradientOverOneSampleLess(FaultyMLP):
    fault = "the gradient of a bias is divided by one sample less than there are, where dW is not"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "db"
    right = EinsteinSums

    def bias_gradient(self, delta: Array) -> Array:
        count = len(delta)
        return np.asarray(delta.sum(axis=0) * (count / max(1, count - 1)))


FAULTS: tuple[type[FaultyMLP], ...] = (
    OneNumberForAllBiases,
    BiasGradientWithoutAxes,
    BiasGradientKeepsItsAxis,
    BiasGradientOfTheLastSample,
    BiasGradientOfTheFirstSample,
    BiasGradientNotAveraged,
    BiasGradientUphill,
    BiasGradientOfTheInputs,
    BiasGradientBeforeTheDerivative,
    BiasGradientOverOneSampleLess,
)

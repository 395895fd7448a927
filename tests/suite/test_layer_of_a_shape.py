"""A wrong shape of one layer is told of that layer alone, and NaN of the layer that has it."""

from __future__ import annotations

from typing import Any

import numpy as np

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP

GRADIENTS = "implementation.gradients_are_those_of_the_loss"


class Changed(CorrectMLP):
    """One gradient is changed afterwards; at first it is not."""

    layer, part = -1, 1

    def change(self, array: Any) -> Any:
        return array

    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        found = [list(pair) for pair in super().gradients(params, X, Y)]
        found[self.layer][self.part] = self.change(found[self.layer][self.part])
        return [tuple(pair) for pair in found]


class LastBiasKeepsItsAxis(Changed):
    def change(self, array: Any) -> Any:
        return array[None, :]


class EveryBiasKeepsItsAxis(CorrectMLP):
    def bias_gradient(self, delta: Any) -> Any:
        return delta.sum(axis=0, keepdims=True)


class FirstIsNothing(Changed):
    layer = 0

    def change(self, array: Any) -> Any:
        return array * np.nan


def first(kind: Any) -> str:
    report = symcheck.check(kind("tanh", "mse"), only=[GRADIENTS])
    assert report.verdict is not None
    return report.verdict.sentences[0]


def test_a_shape_of_one_layer_is_told_of_it() -> None:
    assert "db keeps the axis of the samples in the last layer" in first(LastBiasKeepsItsAxis)


def test_a_shape_of_all_layers_is_told_of_all() -> None:
    told = first(EveryBiasKeepsItsAxis)
    assert "db keeps the axis of the samples" in told
    assert "layer" not in told


def test_nan_is_told_with_its_layer() -> None:
    told = first(FirstIsNothing)
    assert "NaN or infinity" in told
    assert "b of layer 1" in told


def test_right_shapes_pass() -> None:
    assert symcheck.check(Changed("tanh", "mse"), only=[GRADIENTS]).verdict is None

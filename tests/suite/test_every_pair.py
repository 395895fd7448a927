"""Two faults in one piece of code: the first sentence has both, and never says that one mistake explains all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.types import Array, Params

pytestmark = pytest.mark.soak


class _Flat(CorrectMLP):
    def slope(self, z: Array, layer: int) -> Array:
        return np.ones_like(z)


class SlopesAndUpdate(_Flat):
    """The derivative is missing, and the biases stay where they are."""

    said = ("derivative of the activation is missing", "update ignores the bias")

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return [(W - learning_rate * dW, b.copy()) for (W, b), (dW, _) in zip(params, gradients, strict=True)]


class OutputsAndUpdate(CorrectMLP):
    """Forward subtracts the bias, and the update adds the gradient."""

    said = ("bias is subtracted", "update adds the gradient")

    def forward(self, params: Params, X: Array) -> Array:
        return super().forward([(W, -b) for W, b in params], X)

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        pairs = zip(params, gradients, strict=True)
        return [(W + learning_rate * dW, b + learning_rate * db) for (W, b), (dW, db) in pairs]


class SlopesAndBiases(_Flat):
    """The derivative is missing, and so are the gradients of the biases."""

    said = ("derivative of the activation is missing", "gradient of the bias forgotten")

    def bias_gradient(self, delta: Array) -> Array:
        return np.zeros(delta.shape[1])


class WeightsAndBiasesOfOthers(CorrectMLP):
    """dW of the first layer has the wrong sign, and db of the last one is that of the last sample."""

    said = ("sign of dW is wrong in layer 1", "db is that of the last sample only in the last layer")

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        (dW, db), *rest = super().gradients(params, X, Y)
        *found, (V, _) = [(-dW, db), *rest]
        return [*found, (V, self.output_delta(self.propagate(params, X)[1][-1], Y)[-1])]


class ForwardAndSlopes(CorrectMLP):
    """No bias is added, and the derivative is missing."""

    said = ("bias is not added", "derivative of the activation is missing")

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W.T

    def slope(self, z: Array, layer: int) -> Array:
        return np.ones_like(z)


TWO = (SlopesAndUpdate, OutputsAndUpdate, SlopesAndBiases, WeightsAndBiasesOfOthers, ForwardAndSlopes)


@pytest.mark.parametrize("kind", TWO, ids=lambda kind: kind.__name__)
def test_both_are_named_first(kind: Any) -> None:
    report = symcheck.check(kind())
    assert report.verdict is not None
    first = report.verdict.sentences[0]
    assert first.startswith("two mistakes ")
    assert all(words in first for words in kind.said)


def test_what_they_are_made_from_is_right() -> None:
    assert symcheck.check(CorrectMLP()).verdict is None

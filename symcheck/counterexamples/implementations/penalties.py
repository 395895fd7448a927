"""Penalties in the gradients of a loss that is declared without one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import (
    AugmentedMatrices,
    ColumnSamples,
    InputsByOutputs,
    NestedLoops,
    OuterProducts,
)
from symcheck.types import Array, Params


class _Penalized(FaultyMLP):
    """Multiples of the weights and of the biases are added to their gradients."""

    on_weights: ClassVar[float] = 0.0
    on_biases: ClassVar[float] = 0.0

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        by = self.share(len(X))
        found = super().gradients(params, X, Y)
        return [
            (dW + by * self.on_weights * W, db + by * self.on_biases * b)
            for (W, b), (dW, db) in zip(params, found, strict=True)
        ]

    def share(self, samples: int) -> float:
        """What the penalty is multiplied by."""
        return 1.0


class PenaltyOnTheWeights(_Penalized):
    fault = "a tenth of the weights is added to their gradients, and no penalty is declared"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "0.1 times the weights is added: an L2 penalty (weights only)"
    right = ColumnSamples
    on_weights = 0.1


class PenaltyOfTheWrongSign(_Penalized):
    fault = "the L2 penalty is subtracted from the gradients of the weights"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "an L2 penalty of the wrong sign"
    right = InputsByOutputs
    on_weights = -0.1


class PenaltyOnTheBiasesToo(_Penalized):
    fault = "the L2 penalty is on the biases, too"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "0.1 times the parameters is added: an L2 penalty"
    right = AugmentedMatrices
    on_weights = on_biases = 0.1


class PenaltyOnTheBiasesOnly(_Penalized):
    fault = "the L2 penalty is added to the gradient of the bias where that of the weights is meant"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "an L2 penalty (biases only)"
    right = NestedLoops
    on_biases = 0.1


class PenaltyOverTheSamples(_Penalized):
    fault = "the L2 penalty is divided by the number of samples, and no penalty is declared"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "divided by the number of samples: an L2 penalty"
    right = OuterProducts
    on_weights = 0.001

    def share(self, samples: int) -> float:
        return 1 / samples


class _Added(FaultyMLP):
    """A term is added to the gradient of the weights of each layer."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = zip(params, super().gradients(params, X, Y), strict=True)
        return [(dW + self.term(W, layer), db) for layer, ((W, _), (dW, db)) in enumerate(found, 1)]

    def term(self, W: Array, layer: int) -> Array:
        """What is added for the weights of a layer, counted from 1."""
        raise NotImplementedError


class SignsOfTheWeights(_Added):
    fault = "a hundredth of the signs of the weights is added to their gradients"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "0.01 sign(W) is added: an L1 penalty (weights only)"
    right = ColumnSamples

    def term(self, W: Array, layer: int) -> Array:
        return 0.01 * np.sign(W)


class SquaresAndSigns(_Added):
    fault = "an L2 and an L1 penalty are added to the gradients of the weights"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "0.1 W + 0.01 sign(W) is added: an L2 and an L1 penalty (weights only)"
    right = InputsByOutputs

    def term(self, W: Array, layer: int) -> Array:
        return 0.1 * W + 0.01 * np.sign(W)


class PenaltyOfEachLayer(_Added):
    fault = "the L2 penalty of each layer has a factor of its own"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "a penalty that differs from layer to layer"
    right = NestedLoops

    def term(self, W: Array, layer: int) -> Array:
        return 0.1 * layer * W


class PenaltyOfTheFirstLayer(_Added):
    fault = "a thousandth of the first layer's weights is added to their gradient"
    severity = "slight"
    shown_by = "gradients"
    likely_mistake = "0.001 W1"
    right = OuterProducts

    def term(self, W: Array, layer: int) -> Array:
        return 0.001 * W if layer == 1 else np.zeros_like(W)


FAULTS: tuple[type[FaultyMLP], ...] = (
    PenaltyOnTheWeights,
    PenaltyOfTheWrongSign,
    PenaltyOnTheBiasesToo,
    PenaltyOnTheBiasesOnly,
    PenaltyOverTheSamples,
    SignsOfTheWeights,
    SquaresAndSigns,
    PenaltyOfEachLayer,
    PenaltyOfTheFirstLayer,
)

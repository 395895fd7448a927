"""A small network that learns from one sample, on the reference.

The parameters and rates that are used have denominators that are small powers of two; with a piecewise linear
activation every number of the first steps is then a float without rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.reference import Optimizer, forward, gradients, hidden, loss_value, trajectory
from symcheck.types import Array, Floats, NetworkParams

#: The rows of a layer, and its biases.
Layer = tuple[Any, Any]


@dataclass(frozen=True, eq=False)
class TrainingMoment:
    """A network at one step of its training on one sample; layers are counted from 1.

    Attributes:
        params: its parameters.
        slopes: the gradients of the loss with respect to them.
        x, y: the sample, shapes (n_0,) and (n_L,).
        activation: of the hidden layers.
    """

    params: NetworkParams
    slopes: NetworkParams
    x: Floats
    y: Floats
    activation: str

    def weights(self, layer: int) -> Array:
        """W, shape (n_l, n_{l-1})."""
        weights: Array = self.params[layer - 1][0]
        return weights

    def sums(self, layer: int) -> Array:
        """The pre-activations z of a layer, shape (n_l,)."""
        sums: Array = forward(self.params[:layer], self.x[None], self.activation)[0]
        return sums

    def hidden(self, layer: int, x: Any = None) -> Array:
        """The activations h of a hidden layer, of another input if one is given; shape (n_l,)."""
        inputs = self.x[None] if x is None else np.array([x], dtype=float)
        activations: Array = hidden(self.params, inputs, self.activation)[layer - 1][0]
        return activations

    @property
    def output(self) -> Array:
        """Shape (n_L,)."""
        return self.sums(len(self.params))

    @property
    def loss(self) -> float:
        """The squared error of the output, its mean where there are several."""
        return loss_value(self.params, self.x[None], self.y[None], self.activation, "mse")

    def gradient(self, layer: int) -> Array:
        """The gradient of W, shape (n_l, n_{l-1})."""
        return self.slopes[layer - 1][0]

    def delta(self, layer: int) -> Array:
        """dLoss/dz, shape (n_l,): with one sample it is the gradient of the bias."""
        slope = self.slopes[layer - 1][1]
        assert slope is not None
        return slope


def layers(*pairs: Layer) -> NetworkParams:
    """Parameters from rows and biases; 0 stands for zero biases, and None for a layer without any."""
    made: NetworkParams = []
    for rows, bias in pairs:
        weights = np.array(rows, dtype=float)
        made.append((weights, None if bias is None else np.zeros(len(weights)) + np.array(bias, dtype=float)))
    return made


def trained(
    params: NetworkParams,
    x: Sequence[Any],
    y: Sequence[Any],
    activation: str,
    rate: Any,
    steps: int = 1,
    rule: str | Optimizer = "sgd",
) -> list[TrainingMoment]:
    """The network before training and after each step.

    Args:
        params: from `layers`.
        x, y: the sample.
        rate: a number, or (rate of W, rate of b) for each layer.
        rule: the optimizer.
    """
    inputs, targets = np.array(x, dtype=float), np.array(y, dtype=float)
    batch = (inputs[None], targets[None])
    rates = rate if isinstance(rate, list) else float(rate)
    history = [params, *trajectory(params, batch, activation, "mse", rule, rates, steps)]
    return [TrainingMoment(p, gradients(p, *batch, activation, "mse"), inputs, targets, activation) for p in history]

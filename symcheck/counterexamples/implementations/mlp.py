"""A correct multilayer perceptron in plain numpy, and the base of the faulty ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import ClassVar, Literal

import numpy as np
from numpy.random import Generator

from symcheck.activations import get_activation
from symcheck.objective import Objective, get_objective, stated
from symcheck.types import Array, Params

#: The families of properties that a fault can be meant for, with words in the names of those properties.
FAMILIES: dict[str, tuple[str, ...]] = {
    "gradients": ("gradients_are_those", "flat_units"),
    "forward": ("outputs_are_those",),
    "update": ("an_update_is",),
    "initialize": ("follow_their_law", "start_alike", "arrays_of_their_own"),
    "determinism": ("the_same", "another_seed"),
    "purity": ("as_they_were", "arrays_of_their_own", "left_alone"),
    "symmetry": ("breaks_symmetry", "rows_equal", "stay_clones"),
    "batching": ("of_a_batch", "order_of_samples", "sample_are_its_own", "outputs_are_those"),
    "precision": ("float", "overflow"),
    "loss": ("gradients_are_those",),
    "objective": ("gradients_are_those",),
    "steps": ("steps_are_those",),
    "equivariance": ("order_of_units",),
}

#: The laws that the correct implementation draws from, by activation: variance gain^2 / fan_in.
LAWS = {"relu": "he_normal", "tanh": "lecun_normal(gain=1.5925374197228312)"}


class CorrectMLP:
    """The implementation protocol, written as a textbook would write it.

    ``params`` is a list of (W, b), W of shape (out, in), b of shape (out,); X is samples x features. Each
    small method is one line of backpropagation, so that a fault replaces one line.

    Args:
        activation: a name of the activation table for all hidden layers; None takes the class's.
        loss: ``mse`` (mean over all entries of the squared error), ``softmax_cross_entropy`` (mean over the
            samples; targets are rows that sum to one), or an `Objective`; None takes the class's.

    Attributes:
        tried_with: widths that show what is wrong with it.
    """

    tried_with: ClassVar[tuple[int, ...]] = (3, 4, 4, 2)
    layout = "out_in"
    activation = "tanh"
    loss = "mse"
    reduction: str | None = None
    loss_factor: float | None = None
    output_activation: str | None = None

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        if activation is not None:
            self.activation = activation
        if isinstance(loss, Objective) and loss not in (get_objective("mse"), get_objective("softmax_cross_entropy")):
            self.loss, self.reduction = loss.loss, loss.reduction
            self.loss_factor, self.output_activation = loss.factor, loss.output_activation
        elif loss is not None:
            self.loss = get_objective(loss).name

    @property
    def objective(self) -> Objective:
        """The loss with its reduction, its factor and the output activation."""
        return stated(self.loss, self.reduction, self.loss_factor, self.output_activation) or get_objective(self.loss)

    def initialize(self, sizes: Sequence[int], rng: Generator) -> Params:
        """Normal weights of variance gain^2 / fan_in (He et al. 2015, section 2.2), 1 / fan_in in the last layer."""
        last = len(sizes) - 2
        return [
            (self.draw((n_out, n_in), self.gain() if layer < last else 1.0, rng), np.zeros(n_out))
            for layer, (n_in, n_out) in enumerate(pairwise(sizes))
        ]

    def draw(self, shape: tuple[int, int], gain: float, rng: Generator) -> Array:
        """The weights of one layer."""
        return rng.standard_normal(shape) * (gain / sqrt(shape[1]))

    def forward(self, params: Params, X: Array) -> Array:
        """Outputs of the last layer: shape (samples, n_L), before a softmax unless the output activation is one."""
        return self.objective.returned(self.propagate(params, X)[1][-1])

    def propagate(self, params: Params, X: Array) -> tuple[list[Array], list[Array]]:
        """What enters each layer, h_0 to h_{L-1}, and the pre-activations z_1 to z_L."""
        entering: list[Array] = []
        preactivations: list[Array] = []
        for W, b in params:
            entering.append(self.activate(preactivations[-1]) if preactivations else X)
            preactivations.append(self.affine(entering[-1], W, b))
        return entering, preactivations

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        """z = W h + b for every sample."""
        return h @ W.T + b

    def activate(self, z: Array) -> Array:
        """sigma(z)."""
        function = get_activation(self.activation).function
        assert function is not None
        return function(z)

    def slope(self, z: Array, layer: int) -> Array:
        """sigma'(z) in a hidden layer, counted from 1."""
        derivative = get_activation(self.activation).derivative
        assert derivative is not None
        return derivative(z)

    def gain(self) -> float:
        """The gain of the activation."""
        return get_activation(self.activation).gain

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        """Backpropagation: [(dW, db), ...] in the shapes of the parameters."""
        entering, preactivations = self.propagate(params, X)
        delta = self.output_delta(preactivations[-1], Y)
        found = []
        for layer in range(len(params) - 1, -1, -1):
            dW = self.weight_gradient(delta, self.entered(entering, preactivations, layer))
            found.append((dW, self.bias_gradient(delta)))
            if layer > 0:
                delta = self.back(delta, self.above(params, layer), dW) * self.slope_in(entering, preactivations, layer)
        return found[::-1]

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        """The derivative of the loss with respect to the outputs before their activation."""
        if self.loss == "mse" and self.objective.name == "mse":
            return 2 * (outputs - Y) / outputs.size
        if self.loss == "softmax_cross_entropy":
            return self.objective.scale(*outputs.shape) * (self.softmax(outputs) - Y)
        return self.objective.delta(outputs, Y)

    def softmax(self, outputs: Array) -> Array:
        """Class probabilities of every sample."""
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        """dW = sum over the samples of delta h^T."""
        return delta.T @ h

    def bias_gradient(self, delta: Array) -> Array:
        """db = sum over the samples of delta."""
        return np.asarray(delta.sum(axis=0))

    def entered(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        """What the weights of a layer, counted from 0, were multiplied with."""
        return entering[layer]

    def above(self, params: Params, layer: int) -> Array:
        """The weights through which delta goes back to a hidden layer, counted from 1."""
        return params[layer][0]

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        """W^T delta for every sample."""
        return delta @ W

    def slope_in(self, entering: list[Array], preactivations: list[Array], layer: int) -> Array:
        """sigma'(z) of a hidden layer, counted from 1, whose z stands one place before."""
        return self.slope(preactivations[layer - 1], layer)

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        """One step of gradient descent, as new arrays."""
        return [
            (W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, gradients, strict=True)
        ]


class TanhRegression(CorrectMLP):
    """tanh units under the mean squared error."""


class ReluRegression(CorrectMLP):
    """ReLU units under the mean squared error."""

    activation = "relu"


class SigmoidRegression(CorrectMLP):
    """Sigmoid units under the mean squared error."""

    activation = "sigmoid"


class TanhClassification(CorrectMLP):
    """tanh units under the softmax cross-entropy."""

    loss = "softmax_cross_entropy"


class ReluClassification(CorrectMLP):
    """ReLU units under the softmax cross-entropy."""

    activation = "relu"
    loss = "softmax_cross_entropy"


class SigmoidClassification(CorrectMLP):
    """Sigmoid units under the softmax cross-entropy."""

    activation = "sigmoid"
    loss = "softmax_cross_entropy"


#: Implementations with nothing wrong, which every property must pass.
CORRECT: tuple[type[CorrectMLP], ...] = (
    TanhRegression,
    ReluRegression,
    SigmoidRegression,
    TanhClassification,
    ReluClassification,
    SigmoidClassification,
)


class FaultyMLP(CorrectMLP):
    """An implementation with one fault, after which the class is named.

    Attributes:
        fault: what is wrong, in one sentence.
        severity: ``gross``, or ``slight``: some quantity is off by less than 5 %, or only seldom wrong.
        shown_by: the family of properties meant to reject it, one of `FAMILIES`.
        likely_mistake: words that a diagnosis of it contains.
        right: code in another style that the fault resembles and that is right; of those in `symcheck.counterexamples.implementations.PAIRED`.
    """

    fault: ClassVar[str]
    severity: ClassVar[Literal["gross", "slight"]]
    shown_by: ClassVar[str]
    likely_mistake: ClassVar[str]
    right: ClassVar[type[CorrectMLP]]

"""Updates and optimizers over all parameters as one vector: right, and in another style than array by array."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.counterexamples.implementations.objectives import LogisticEntropy
from symcheck.objective import Objective
from symcheck.types import Array, Params


def joined(params: Params) -> Array:
    """All entries, layer by layer."""
    return np.concatenate([np.ravel(a) for pair in params for a in pair])


def parted(vector: Array, like: Params) -> Params:
    """The reverse of `joined`, as new arrays."""
    ends = np.cumsum([0, *(np.size(a) for pair in like for a in pair)])
    arrays = iter([vector[start:end] for start, end in pairwise(ends)])
    return [(next(arrays).reshape(np.shape(W)).copy(), next(arrays).reshape(np.shape(b)).copy()) for W, b in like]


class UpdateOfOneVector(CorrectMLP):
    """Gradient descent on the vector of all parameters."""

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return parted(joined(params) - learning_rate * joined(gradients), params)


class _StepOfOneVector(LogisticEntropy):
    """A training step beside which no gradients are to be seen."""

    activation = "tanh"
    gradients = None  # type: ignore[assignment]
    update = None  # type: ignore[assignment]

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._count = 0
        self._mean: Array | float = 0.0
        self._square: Array | float = 0.0

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        """The parameters after one step on a batch."""
        slopes = joined(CorrectMLP.gradients(self, params, X, Y))
        return parted(joined(params) - learning_rate * self.direction(slopes), params)

    def direction(self, slopes: Array) -> Array:
        """What the learning rate multiplies."""
        return slopes


class StepOfOneVector(_StepOfOneVector):
    """Plain gradient descent."""


class MomentumOfOneVector(_StepOfOneVector):
    """Momentum 0.9, whose velocity is one vector."""

    optimizer = "momentum"
    momentum = 0.9

    def direction(self, slopes: Array) -> Array:
        self._mean = slopes + self.momentum * self._mean
        return self._mean


class AdamOfOneVector(_StepOfOneVector):
    """Adam, with its running means as differences that are closed by a share, 1 - beta, at each step."""

    optimizer = "adam"
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def direction(self, slopes: Array) -> Array:
        self._count += 1
        self._mean = self._mean + (1 - self.beta1) * (slopes - self._mean)
        self._square = self._square + (1 - self.beta2) * (slopes**2 - self._square)
        first, second = 1 - self.beta1**self._count, 1 - self.beta2**self._count
        return np.asarray((self._mean / first) / (np.sqrt(self._square / second) + self.epsilon))


CORRECT_VECTORS: tuple[type[CorrectMLP], ...] = (
    UpdateOfOneVector,
    StepOfOneVector,
    MomentumOfOneVector,
    AdamOfOneVector,
)

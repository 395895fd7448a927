"""scikit-learn's perceptrons as an implementation: ``pytest --symcheck symcheck.adapters.mlp_sklearn:SklearnMLP``."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from symcheck.types import Array, Params

_NAMES = {"sigmoid": "logistic"}


class SklearnMLP:
    """``MLPRegressor`` (mse) or ``MLPClassifier`` (softmax): their own initialization, forward pass and backpropagation.

    The parameters are put into the estimator's attributes, and its private ``_forward_pass`` and ``_backprop`` are
    called; it divides the squared error by two and by the samples only, which is put right here.

    Args:
        activation: ``identity``, ``sigmoid``, ``tanh`` or ``relu``.
        loss: ``mse`` or ``softmax_cross_entropy``.
    """

    layout = "in_out"
    activation = "tanh"
    loss = "mse"

    def __init__(self, activation: str | None = None, loss: str | None = None) -> None:
        self.activation, self.loss = activation or self.activation, loss or self.loss

    def initialize(self, sizes: Sequence[int], rng: np.random.Generator) -> Params:
        """The estimator's ``_initialize``, with a seed from the generator."""
        estimator = self._estimator(sizes)
        estimator._random_state = np.random.RandomState(int(rng.integers(2**31)))
        drawn = [estimator._init_coef(n, out, np.float64) for n, out in pairwise(sizes)]
        return [(np.array(W), np.array(b)) for W, b in drawn]

    def forward(self, params: Params, X: Array) -> Array:
        """The estimator's forward pass: probabilities for softmax."""
        estimator = self._loaded(params)
        return np.array(estimator._forward_pass([X, *[None] * len(params)])[-1])

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        """The estimator's backpropagation."""
        estimator, empty = self._loaded(params), [None] * len(params)
        arguments: dict[str, Any] = {
            "X": X,
            "y": Y,
            "sample_weight": None,
            "activations": [X, *empty],
            "deltas": list(empty),
            "coef_grads": list(empty),
            "intercept_grads": list(empty),
        }
        # sample_weight came with scikit-learn 1.7.
        known = inspect.signature(estimator._backprop).parameters
        _, weights, biases = estimator._backprop(**{k: v for k, v in arguments.items() if k in known})
        factor = 2 / Y.shape[1] if self.loss == "mse" else 1.0
        return [(factor * dW, factor * db) for dW, db in zip(weights, biases, strict=True)]

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        """One step of the estimators' SGD optimizer without momentum."""
        from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

        flat = [a.copy() for pair in params for a in pair]
        rule = SGDOptimizer(flat, learning_rate_init=learning_rate, momentum=0.0, nesterov=False)
        rule.update_params(flat, [g for pair in gradients for g in pair])
        return list(zip(flat[::2], flat[1::2], strict=True))

    def _estimator(self, sizes: Sequence[int]) -> Any:
        make = MLPRegressor if self.loss == "mse" else MLPClassifier
        estimator = make(
            hidden_layer_sizes=tuple(sizes[1:-1]),
            activation=_NAMES.get(self.activation, self.activation),
            alpha=0.0,
            solver="sgd",
        )
        estimator.n_layers_, estimator.n_outputs_ = len(sizes), sizes[-1]
        estimator.out_activation_ = "identity" if self.loss == "mse" else "softmax"
        return estimator

    def _loaded(self, params: Params) -> Any:
        estimator = self._estimator([len(params[0][0]), *(len(b) for _, b in params)])
        estimator.coefs_, estimator.intercepts_ = [W for W, _ in params], [b for _, b in params]
        return estimator

"""Why the theorems on one layer need each of their hypotheses."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.activations import Activation
from symcheck.proof.necessity import Found, hidden_activations, params_from, smallest
from symcheck.reference import loss_value

_ROWS = "two units agree in every sample, and their rows differ"
_SUPPORTS = "two units agree in every sample, and they read different inputs"
_SQUARE = Activation("square", "zero", lambda z: z * z, lambda z: 2 * z, "z**2")


def _difference(rows: Any, biases: Any, X: Any, activation: Any = "tanh", opposite: bool = False) -> float:
    """By how much the rows of two units differ, or 0 if the units do (on the samples, or on their opposites too)."""
    params = params_from((rows, biases), ([[1, 1]], [0]))
    samples = [[x * sign for x in row] for sign in ((1, -1) if opposite else (1,)) for row in X]
    first = hidden_activations(params, samples, activation)
    agree = bool(np.max(np.abs(first[:, 0] - first[:, 1])) < 1e-12)
    return float(np.max(np.abs(np.subtract(*rows)))) if agree else 0.0


def _if(condition: Any, value: float) -> float:
    return value if condition else 0.0


ZERO_BIAS: dict[str, Found] = {
    "zero-biases": smallest(
        _ROWS, 5, lambda p, q, b, c, x: _if(x, _difference([[p], [q]], [b, c], [[x]])),
        "tanh, W = [[{}], [{}]], b = [{}, {}], one sample x = {}",
    ),
    "spanning-inputs": smallest(
        _ROWS, 4, lambda p, q, u, v: _difference([[p, q], [u, v]], [0, 0], [[1, 1]]),
        "tanh, W = [[{}, {}], [{}, {}]], zero biases, one sample x = (1, 1)",
    ),
    "injective": smallest(
        _ROWS, 3, lambda p, q, x: _if(x, _difference([[p], [q]], [0, 0], [[x]], "relu")),
        "relu, W = [[{}], [{}]], zero biases, one sample x = {}",
    ),
    "tied": smallest(
        "two units differ, and so do their rows", 2, lambda p, q: float(abs(p - q)),
        "any injective activation, W = [[{}], [{}]], zero biases, one sample x = 1",
    ),
    "both-sides": smallest(
        _ROWS, 3, lambda p, q, x: _if(x, _difference([[p], [q]], [0, 0], [[x]], _SQUARE, opposite=True)),
        "sigma(z) = z^2, W = [[{}], [{}]], zero biases, samples {} and its opposite",
    ),
    "tied-on-opposites": smallest(
        _ROWS, 3, lambda p, q, x: _if(x, _difference([[p], [q]], [0, 0], [[x]], "relu")),
        "relu, W = [[{}], [{}]], zero biases, one sample x = {}, without its opposite",
    ),
}

SUPPORTS: dict[str, Found] = {
    "zero-biases": smallest(
        _SUPPORTS, 3, lambda b, c, x: _if(x, _difference([[1], [0]], [b, c], [[x]])),
        "tanh, all weights 1, unit 1 reads the input, unit 2 reads nothing, b = [{}, {}], one sample x = {}",
    ),
    "spanning-inputs": smallest(
        _SUPPORTS, 2, lambda x, y: _if(x, _difference([[1, 0], [0, 1]], [0, 0], [[x, y]])),
        "tanh, all weights 1, each unit reads one input, zero biases, one sample x = ({}, {})",
    ),
    "injective": smallest(
        _SUPPORTS, 1, lambda x: _if(x, _difference([[1], [0]], [0, 0], [[x]], "relu")),
        "relu, all weights 1, unit 1 reads the input, unit 2 reads nothing, zero biases, one sample x = {}",
    ),
    "tied": smallest(
        "two units differ, and they read different inputs", 1, lambda x: _if(x, 1.0),
        "any injective activation, all weights 1, unit 1 reads the input, unit 2 reads nothing, one sample x = {}",
    ),
}


def _bulge(p: int, q: int, x: int, y: int) -> float:
    """By how much a loss in the middle of two weights is larger than the mean of the losses at both."""

    def loss(w: float) -> float:
        params = params_from(([[w]], [0]), ([[1]], [0]))
        return loss_value(params, np.array([[float(x)]]), np.array([[float(y)]]), "sigmoid", "mse")

    return loss((p + q) / 2) - (loss(p) + loss(q)) / 2


LOGISTIC: dict[str, Found] = {
    "convex-loss": smallest(
        "in the middle between two weights the loss is larger than the mean of the losses at both", 4, _bulge,
        "squared error behind the logistic function, (1 / (1 + exp(-w x)) - y)^2, at w = {} and {}, x = {}, y = {}",
    ),
}

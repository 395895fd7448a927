# ruff: noqa: B905, RUF007 (written as a student would)
"""Networks written as a student would, correct and not, copied beside the tests' own working directories."""

import os
import sys
import time

import numpy as np


class MyMLP:
    activation = "tanh"
    loss = "mse"

    def initialize(self, sizes, rng):
        return [(rng.standard_normal((m, n)) / np.sqrt(n), np.zeros(m)) for n, m in zip(sizes, sizes[1:])]

    def layers(self, params, X):
        hs = [X]
        for i, (W, b) in enumerate(params):
            z = hs[-1] @ W.T + b
            hs.append(np.tanh(z) if i < len(params) - 1 else z)
        return hs

    def forward(self, params, X):
        return self.layers(params, X)[-1]

    def gradients(self, params, X, Y):
        hs = self.layers(params, X)
        delta = 2 * (hs[-1] - Y) / Y.size
        grads = []
        for i in reversed(range(len(params))):
            grads.insert(0, (delta.T @ hs[i], delta.sum(axis=0)))
            delta = (delta @ params[i][0]) * (1 - hs[i] ** 2)
        return grads

    def update(self, params, gradients, learning_rate):
        return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, gradients)]


class InOut(MyMLP):
    layout = "in_out"

    def _turned(self, pairs):
        return [(W.T.copy(), b) for W, b in pairs]

    def initialize(self, sizes, rng):
        return self._turned(super().initialize(sizes, rng))

    def forward(self, params, X):
        return super().forward(self._turned(params), X)

    def gradients(self, params, X, Y):
        return self._turned(super().gradients(self._turned(params), X, Y))


class ForwardOnly:
    activation = "relu"

    def forward(self, params, X):
        for W, b in params[:-1]:
            X = np.maximum(X @ W.T + b, 0)
        W, b = params[-1]
        return X @ W.T + b


class Probabilities(ForwardOnly):
    """A classifier whose forward ends with its softmax."""

    loss = "softmax_cross_entropy"

    def forward(self, params, X):
        z = super().forward(params, X)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


class Single(MyMLP):
    """Computes in float32, and says so."""

    dtype = "float32"

    def layers(self, params, X):
        params = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
        return super().layers(params, X.astype(np.float32))

    def gradients(self, params, X, Y):
        params = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
        return super().gradients(params, X, Y.astype(np.float32))


class IntegerLabels:
    """Softmax regression that takes labels, not unit rows."""

    loss = "softmax_cross_entropy"

    def gradients(self, params, X, Y):
        ((W, b),) = params[-1:]
        z = X @ W.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(Y)), Y] -= 1
        return [(p.T @ X / len(X), p.mean(axis=0))]


class DerivativeForgotten(MyMLP):
    def gradients(self, params, X, Y):
        hs = self.layers(params, X)
        delta = 2 * (hs[-1] - Y) / Y.size
        grads = []
        for i in reversed(range(len(params))):
            grads.insert(0, (delta.T @ hs[i], delta.sum(axis=0)))
            delta = delta @ params[i][0]
        return grads


class Hangs(MyMLP):
    def gradients(self, params, X, Y):
        time.sleep(1e6)


class Leaves(MyMLP):
    def gradients(self, params, X, Y):
        os._exit(7)


class Raises(MyMLP):
    def forward(self, params, X):
        if len(X) == 1:
            raise ValueError("one sample is no batch\nsecond line")
        return super().forward(params, X)


class Prints(MyMLP):
    def forward(self, params, X):
        print("loss = 3")
        sys.stderr.write("and more\n")
        return super().forward(params, X)


class Seeds(MyMLP):
    def forward(self, params, X):
        np.random.seed(0)
        return super().forward(params, X)


class Views(MyMLP):
    def update(self, params, gradients, learning_rate):
        for (W, b), (dW, db) in zip(params, gradients):
            W -= learning_rate * dW
            b -= learning_rate * db
        return params


class NotANumber(MyMLP):
    def forward(self, params, X):
        return super().forward(params, X) * np.nan


class UnknownActivation(MyMLP):
    activation = "rleu"


class NeedsAnArgument(MyMLP):
    def __init__(self, activation):
        self.activation = activation


def he(shape, rng):
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def lecun(shape, rng):
    return rng.standard_normal(shape) * np.sqrt(1 / np.prod(shape[1:]))


def network():
    rng = np.random.default_rng()
    return [rng.standard_normal((8, 5)), rng.standard_normal((3, 8))]

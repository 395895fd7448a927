"""The constructor takes settings only; ``fit(X, y)`` makes the weights by a method and trains; ``forward`` and ``backward``."""

import numpy as np


class NeuralNetMLP:
    def __init__(self, n_hidden=6, epochs=100, eta=0.001, seed=None):
        self.random = np.random.RandomState(seed)
        self.n_hidden = n_hidden
        self.epochs = epochs
        self.eta = eta

    def _initialize(self, n_features, n_output):
        self.b_h = np.zeros(self.n_hidden)
        self.w_h = self.random.normal(loc=0.0, scale=0.1, size=(n_features, self.n_hidden))
        self.b_out = np.zeros(n_output)
        self.w_out = self.random.normal(loc=0.0, scale=0.1, size=(self.n_hidden, n_output))

    def _forward(self, X):
        z_h = X @ self.w_h + self.b_h
        a_h = 1 / (1 + np.exp(-z_h))
        z_out = a_h @ self.w_out + self.b_out
        return z_h, a_h, z_out, 1 / (1 + np.exp(-z_out))

    def fit(self, X, y):
        self._initialize(X.shape[1], y.shape[1])
        for _ in range(self.epochs):
            z_h, a_h, z_out, a_out = self._forward(X)
            delta_out = a_out - y
            delta_h = delta_out @ self.w_out.T * a_h * (1 - a_h)
            self.w_h -= self.eta * X.T @ delta_h
            self.b_h -= self.eta * delta_h.sum(axis=0)
            self.w_out -= self.eta * a_h.T @ delta_out
            self.b_out -= self.eta * delta_out.sum(axis=0)
        return self

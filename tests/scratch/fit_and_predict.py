"""``fit(X, y, epochs)`` and ``predict(X)``, weights made by the constructor, rows of samples."""

import numpy as np


class MLPRegressor:
    def __init__(self, n_features, n_hidden, n_outputs, lr=0.01):
        rng = np.random.default_rng()
        self.W1 = rng.normal(0, np.sqrt(1 / n_features), (n_features, n_hidden))
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = rng.normal(0, np.sqrt(1 / n_hidden), (n_hidden, n_outputs))
        self.b2 = np.zeros((1, n_outputs))
        self.lr = lr
        self.losses = []

    def predict(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def fit(self, X, y, epochs=100):
        for _ in range(epochs):
            out = self.predict(X)
            error = out - y
            self.losses.append(np.mean(error**2))
            grad_out = 2 * error / error.size
            grad_h = grad_out @ self.W2.T * (1 - self.h**2)
            self.W2 -= self.lr * self.h.T @ grad_out
            self.b2 -= self.lr * grad_out.sum(axis=0, keepdims=True)
            self.W1 -= self.lr * X.T @ grad_h
            self.b1 -= self.lr * grad_h.sum(axis=0, keepdims=True)
        return self

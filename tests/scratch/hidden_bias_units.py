"""One more unit in every layer for the bias, of which that of the inputs alone is 1; samples one after the other."""

import numpy as np


class NeuralNet:
    def __init__(self, layers, alpha=0.1):
        self.alpha = alpha
        self.W = [np.random.randn(m + 1, n + 1) / np.sqrt(m) for m, n in zip(layers[:-2], layers[1:-1])]
        self.W.append(np.random.randn(layers[-2] + 1, layers[-1]) / np.sqrt(layers[-2]))

    def fit(self, X, y, epochs=1000):
        X = np.c_[X, np.ones(X.shape[0])]
        for _ in range(epochs):
            for x, target in zip(X, y):
                self.fit_partial(x, target)

    def fit_partial(self, x, y):
        A = [np.atleast_2d(x)]
        for W in self.W:
            A.append(1 / (1 + np.exp(-A[-1] @ W)))
        D = [(A[-1] - y) * A[-1] * (1 - A[-1])]
        for layer in range(len(A) - 2, 0, -1):
            D.append((D[-1] @ self.W[layer].T) * A[layer] * (1 - A[layer]))
        for layer, delta in enumerate(D[::-1]):
            self.W[layer] -= self.alpha * A[layer].T @ delta

    def predict(self, X):
        p = np.c_[np.atleast_2d(X), np.ones(np.atleast_2d(X).shape[0])]
        for W in self.W:
            p = 1 / (1 + np.exp(-p @ W))
        return p

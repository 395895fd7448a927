"""A network of lists of weights over (features, samples), with a line or two of it written otherwise."""

from __future__ import annotations

from pathlib import Path

NETWORK = """
import numpy as np


def act(z):
    return np.tanh(z)


def slope(z):
    return 1 - np.tanh(z) ** 2


class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(b, a) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros((n, 1)) for n in sizes[1:]]

    def forward(self, X):
        self.a, self.z = [X], []
        for l, (W, b) in enumerate(zip(self.W, self.b)):
            z = W @ self.a[-1] + b
            self.z.append(z)
            self.a.append(act(z) if l < len(self.W) - 1 else z)
        return self.a[-1]

    def backward(self, y):
        m = y.shape[1]
        self.dW = [None] * len(self.W)
        self.db = [None] * len(self.W)
        delta = (self.a[-1] - y) / m
        for l in reversed(range(len(self.W))):
            self.dW[l] = delta @ self.a[l].T
            self.db[l] = delta.sum(axis=1, keepdims=True)
            if l:
                delta = (self.W[l].T @ delta) * slope(self.z[l - 1])
        return self.dW, self.db

    def update(self, lr):
        for l in range(len(self.W)):
            self.W[l] -= lr * self.dW[l]
            self.b[l] -= lr * self.db[l]

    def fit(self, X, y, lr=0.1, epochs=100):
        for _ in range(epochs):
            self.forward(X)
            self.backward(y)
            self.update(lr)
"""


def written(folder: Path, *changes: tuple[str, str]) -> str:
    """The path of the file with these changes."""
    text = NETWORK
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "net.py"
    path.write_text(text)
    return str(path)

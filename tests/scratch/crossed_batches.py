"""Samples come as rows and are transposed inside, so that outputs are columns; targets are numbers of classes."""

import numpy as np


class Net:
    def __init__(self, D, H, C):
        self.C = C
        self.W1, self.b1 = np.random.randn(H, D), np.zeros((H, 1))
        self.W2, self.b2 = np.random.randn(C, H), np.zeros((C, 1))

    def forward(self, X):
        self.Z1 = self.W1 @ X.T + self.b1
        self.A1 = np.maximum(0, self.Z1)
        Z2 = self.W2 @ self.A1 + self.b2
        E = np.exp(Z2 - Z2.max(axis=0))
        return E / E.sum(axis=0)

    def train(self, X, y, lr=0.1, epochs=50):
        onehot = np.eye(self.C)[:, y]
        for _ in range(epochs):
            dZ2 = (self.forward(X) - onehot) / len(X)
            dZ1 = self.W2.T @ dZ2 * (self.Z1 > 0)
            self.W2 -= lr * dZ2 @ self.A1.T
            self.b2 -= lr * dZ2.sum(axis=1, keepdims=True)
            self.W1 -= lr * dZ1 @ X
            self.b1 -= lr * dZ1.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.forward(X).argmax(axis=0)

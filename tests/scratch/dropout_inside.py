"""Inverted dropout inside the forward, with its share on self and its mask used again in the backward."""

import numpy as np


class DropNet:
    def __init__(self, n_in, n_hidden, n_out, keep_prob=0.8):
        self.keep_prob = keep_prob
        self.W1 = np.random.randn(n_in, n_hidden) / np.sqrt(n_in)
        self.b1 = np.zeros(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out) / np.sqrt(n_hidden)
        self.b2 = np.zeros(n_out)

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        self.mask = (np.random.rand(*self.h.shape) < self.keep_prob) / self.keep_prob
        return (self.h * self.mask) @ self.W2 + self.b2

    def backward(self, out, y):
        d = 2 * (out - y) / y.size
        dh = d @ self.W2.T * self.mask * (1 - self.h**2)
        return self.X.T @ dh, dh.sum(axis=0), (self.h * self.mask).T @ d, d.sum(axis=0)

    def step(self, grads, lr):
        for p, g in zip((self.W1, self.b1, self.W2, self.b2), grads):
            p -= lr * g

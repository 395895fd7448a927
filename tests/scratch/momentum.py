"""A class with lists of weights, momentum inside ``train``, samples in rows, a bias for each layer."""

import numpy as np


class BackPropagation:
    def __init__(self, layers, learning_rate=0.1, momentum=0.9):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weights = [np.random.normal(0, 1, (m, n)) for m, n in zip(layers, layers[1:])]
        self.biases = [np.zeros(n) for n in layers[1:]]
        self.prev_w = [np.zeros_like(w) for w in self.weights]
        self.prev_b = [np.zeros_like(b) for b in self.biases]

    def forward(self, X):
        self.outs = [X]
        for w, b in zip(self.weights, self.biases):
            self.outs.append(1 / (1 + np.exp(-(self.outs[-1] @ w + b))))
        return self.outs[-1]

    def train(self, X, y):
        out = self.forward(X)
        delta = (out - y) * out * (1 - out) / len(X)
        for i in reversed(range(len(self.weights))):
            dw, db = self.outs[i].T @ delta, delta.sum(axis=0)
            h = self.outs[i]
            delta = delta @ self.weights[i].T * h * (1 - h)
            self.prev_w[i] = self.momentum * self.prev_w[i] - self.learning_rate * dw
            self.prev_b[i] = self.momentum * self.prev_b[i] - self.learning_rate * db
            self.weights[i] = self.weights[i] + self.prev_w[i]
            self.biases[i] = self.biases[i] + self.prev_b[i]

"""A backward that is handed the derivative of the loss, a function that gives it, and an optimizer as an object."""

import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class Rectify:
    def forward(self, x):
        self.open = x > 0
        return x * self.open

    def backward(self, dout):
        return dout * self.open


class Network:
    def __init__(self, sizes):
        self.layers = []
        for n, m in zip(sizes, sizes[1:]):
            self.layers += [Dense(n, m), Rectify()]
        self.layers.pop()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)


def softmax_loss(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


class SGD:
    def __init__(self, lr):
        self.lr = lr

    def step(self, network):
        for layer in network.layers:
            if isinstance(layer, Dense):
                layer.W -= self.lr * layer.dW
                layer.b -= self.lr * layer.db


def train(network, X, y, optimizer, epochs):
    for _ in range(epochs):
        _, dout = softmax_loss(network.forward(X), y)
        network.backward(dout)
        optimizer.step(network)

"""Functions over a dictionary, and one that trains: its loop calls the forward and computes the gradients itself."""

import numpy as np


def start(n_in, n_hid, n_out):
    net = {}
    net["W1"] = np.random.randn(n_in, n_hid) * 0.1
    net["b1"] = np.zeros(n_hid)
    net["W2"] = np.random.randn(n_hid, n_out) * 0.1
    net["b2"] = np.zeros(n_out)
    return net


def forward(net, X):
    h = np.tanh(X @ net["W1"] + net["b1"])
    return h, h @ net["W2"] + net["b2"]


def train(X, Y, n_hid=16, lr=0.05, epochs=500):
    net = start(X.shape[1], n_hid, Y.shape[1])
    for _ in range(epochs):
        h, out = forward(net, X)
        err = (out - Y) / len(X)
        dh = (err @ net["W2"].T) * (1 - h**2)
        net["W2"] -= lr * h.T @ err
        net["b2"] -= lr * err.sum(axis=0)
        net["W1"] -= lr * X.T @ dh
        net["b1"] -= lr * dh.sum(axis=0)
    return net


if __name__ == "__main__":
    X = np.random.rand(100, 2)
    train(X, X.sum(axis=1, keepdims=True))

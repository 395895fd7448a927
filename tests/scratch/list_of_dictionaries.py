"""A list of dictionaries, one for each layer, passed to functions."""

import numpy as np


def init_layers(sizes, rng):
    return [{"W": rng.normal(size=(n, m)) / np.sqrt(n), "b": np.zeros(m)} for n, m in zip(sizes, sizes[1:])]


def forward(layers, X):
    activations = [X]
    for i, layer in enumerate(layers):
        Z = activations[-1] @ layer["W"] + layer["b"]
        activations.append(Z if i == len(layers) - 1 else np.tanh(Z))
    return activations


def backward(layers, activations, y):
    grads = [None] * len(layers)
    delta = 2 * (activations[-1] - y) / y.size
    for i in reversed(range(len(layers))):
        grads[i] = {"W": activations[i].T @ delta, "b": delta.sum(axis=0)}
        if i > 0:
            delta = (delta @ layers[i]["W"].T) * (1 - activations[i] ** 2)
    return grads


def step(layers, grads, lr):
    for layer, grad in zip(layers, grads):
        layer["W"] -= lr * grad["W"]
        layer["b"] -= lr * grad["b"]

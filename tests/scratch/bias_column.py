"""The bias is the first column of each Theta; samples get a 1 in front."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def rand_initialize_weights(layer_sizes):
    return [np.random.uniform(-0.12, 0.12, (n, m + 1)) for m, n in zip(layer_sizes, layer_sizes[1:])]


def feed_forward(thetas, X):
    a = X
    activations = []
    for theta in thetas:
        a = np.hstack([np.ones((a.shape[0], 1)), a])
        activations.append(a)
        a = sigmoid(a @ theta.T)
    activations.append(a)
    return activations


def back_propagation(thetas, X, y):
    m = X.shape[0]
    activations = feed_forward(thetas, X)
    grads = [None] * len(thetas)
    delta = activations[-1] - y
    for l in reversed(range(len(thetas))):
        grads[l] = delta.T @ activations[l] / m
        if l > 0:
            a = activations[l][:, 1:]
            delta = (delta @ thetas[l][:, 1:]) * a * (1 - a)
    return grads

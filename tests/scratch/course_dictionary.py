"""A dictionary W1, b1, ... and functions over it, features in rows of X, any number of layers."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize_parameters(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def forward_propagation(X, parameters):
    L = len(parameters) // 2
    A = X
    caches = []
    for l in range(1, L + 1):
        Z = parameters["W" + str(l)] @ A + parameters["b" + str(l)]
        caches.append((A, Z))
        A = sigmoid(Z) if l == L else np.maximum(0, Z)
    return A, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m


def backward_propagation(AL, Y, caches, parameters):
    grads = {}
    m = Y.shape[1]
    dZ = AL - Y
    for l in range(len(caches), 0, -1):
        A_prev, Z_prev = caches[l - 1]
        grads["dW" + str(l)] = dZ @ A_prev.T / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dA = parameters["W" + str(l)].T @ dZ
            dZ = dA * (caches[l - 2][1] > 0)
    return grads


def update_parameters(parameters, grads, learning_rate):
    new = {}
    for name in parameters:
        new[name] = parameters[name] - learning_rate * grads["d" + name]
    return new


def model(X, Y, layer_dims, learning_rate=0.1, num_iterations=1000):
    parameters = initialize_parameters(layer_dims)
    for _ in range(num_iterations):
        AL, caches = forward_propagation(X, parameters)
        parameters = update_parameters(parameters, backward_propagation(AL, Y, caches, parameters), learning_rate)
    return parameters

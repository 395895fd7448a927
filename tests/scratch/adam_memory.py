"""A dictionary of parameters, and Adam whose memory is made by a function of its own, handed in and given back."""

import numpy as np


def init_params(dims):
    params = {}
    for i in range(1, len(dims)):
        params[f"W{i}"] = np.random.randn(dims[i], dims[i - 1]) / np.sqrt(dims[i - 1])
        params[f"b{i}"] = np.zeros((dims[i], 1))
    return params


def init_adam(params):
    v = {"d" + key: np.zeros_like(value) for key, value in params.items()}
    s = {"d" + key: np.zeros_like(value) for key, value in params.items()}
    return v, s


def forward(X, params):
    layers = len(params) // 2
    cache = {"A0": X}
    for i in range(1, layers + 1):
        Z = params[f"W{i}"] @ cache[f"A{i - 1}"] + params[f"b{i}"]
        cache[f"A{i}"] = np.tanh(Z) if i < layers else 1 / (1 + np.exp(-Z))
    return cache[f"A{layers}"], cache


def backward(params, cache, Y):
    layers, m = len(params) // 2, Y.shape[1]
    grads = {}
    dZ = (cache[f"A{layers}"] - Y) / m
    for i in range(layers, 0, -1):
        grads[f"dW{i}"] = dZ @ cache[f"A{i - 1}"].T
        grads[f"db{i}"] = dZ.sum(axis=1, keepdims=True)
        dZ = params[f"W{i}"].T @ dZ * (1 - cache[f"A{i - 1}"] ** 2)
    return grads


def update_parameters_with_adam(params, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new = {}
    for key in params:
        g = grads["d" + key]
        v["d" + key] = beta1 * v["d" + key] + (1 - beta1) * g
        s["d" + key] = beta2 * s["d" + key] + (1 - beta2) * g**2
        step = v["d" + key] / (1 - beta1**t) / (np.sqrt(s["d" + key] / (1 - beta2**t)) + epsilon)
        new[key] = params[key] - learning_rate * step
    return new, v, s

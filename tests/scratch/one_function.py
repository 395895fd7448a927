"""All of the training in one function with arrays of its own; predictions from the arrays that it returns."""

import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def fit_network(X, y, hidden=5, rounds=200, lr=0.3):
    m = X.shape[0]
    w_in = np.random.normal(0, 0.5, (X.shape[1], hidden))
    b_in = np.zeros(hidden)
    w_out = np.random.normal(0, 0.5, (hidden, y.shape[1]))
    b_out = np.zeros(y.shape[1])
    history = []
    for r in range(rounds):
        h = np.tanh(X @ w_in + b_in)
        p = logistic(h @ w_out + b_out)
        history.append(np.mean((p - y) ** 2))
        if r % 50 == 0:
            print(r, history[-1])
        d_out = (p - y) / m
        d_in = d_out @ w_out.T * (1 - h**2)
        w_out -= lr * h.T @ d_out
        b_out -= lr * d_out.sum(axis=0)
        w_in -= lr * X.T @ d_in
        b_in -= lr * d_in.sum(axis=0)
        if history[-1] < 1e-4:
            return w_in, b_in, w_out, b_out
    return w_in, b_in, w_out, b_out


def classify(X, w_in, b_in, w_out, b_out):
    return logistic(np.tanh(X @ w_in + b_in) @ w_out + b_out) > 0.5

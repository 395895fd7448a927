"""Lists of numbers without numpy, and a loop over the samples that updates after each."""

import math
import random


def start(n_inputs, n_hidden, n_outputs):
    hidden = [[random.uniform(-0.5, 0.5) for _ in range(n_inputs)] for _ in range(n_hidden)]
    output = [[random.uniform(-0.5, 0.5) for _ in range(n_hidden)] for _ in range(n_outputs)]
    return hidden, [0.0] * n_hidden, output, [0.0] * n_outputs


def softmax(z):
    top = max(z)
    e = [math.exp(v - top) for v in z]
    return [v / sum(e) for v in e]


def forward(x, W1, b1, W2, b2):
    z = [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(W1, b1)]
    a = [max(0.0, v) for v in z]
    return z, a, softmax([sum(w * v for w, v in zip(row, a)) + b for row, b in zip(W2, b2)])


def train(X, Y, epochs, lr, W1, b1, W2, b2):
    for _ in range(epochs):
        for x, y in zip(X, Y):
            z, a, p = forward(x, W1, b1, W2, b2)
            d2 = [s - t for s, t in zip(p, y)]
            d1 = [sum(d2[k] * W2[k][i] for k in range(len(d2))) for i in range(len(a))]
            d1 = [d if v > 0 else 0.0 for d, v in zip(d1, z)]
            for k, d in enumerate(d2):
                W2[k] = [w - lr * d * v for w, v in zip(W2[k], a)]
                b2[k] -= lr * d
            for i, d in enumerate(d1):
                W1[i] = [w - lr * d * v for w, v in zip(W1[i], x)]
                b1[i] -= lr * d
    return W1, b1, W2, b2

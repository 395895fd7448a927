"""Everything happens where the file is run as a script."""

import numpy as np


def f(x):
    return 1 / (1 + np.exp(-x))


if __name__ == "__main__":
    rng = np.random.default_rng()
    points = rng.uniform(-1, 1, (40, 3))
    wanted = np.stack([points[:, 0] * points[:, 1] > 0, points[:, 2] > 0], axis=1).astype(float)
    n = len(points)
    V = rng.normal(size=(3, 6)) / 2
    v = np.zeros((1, 6))
    U = rng.normal(size=(6, 2)) / 2
    u = np.zeros((1, 2))
    eta = 0.8
    for turn in range(2000):
        hidden = f(points.dot(V) + v)
        out = f(hidden.dot(U) + u)
        delta = 2 / n * (out - wanted) * out * (1 - out)
        back = delta.dot(U.T) * hidden * (1 - hidden)
        U -= eta * hidden.T.dot(delta)
        u -= eta * delta.sum(axis=0, keepdims=True)
        V -= eta * points.T.dot(back)
        v -= eta * back.sum(axis=0, keepdims=True)
        if turn % 500 == 0:
            print(turn, ((out - wanted) ** 2).sum() / n)

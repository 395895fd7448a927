"""Everything that a network is made with in one argument, as the command line gives it."""

import argparse

import numpy as np


class Net:
    def __init__(self, args):
        self.lr = args.lr
        rng = np.random.RandomState(args.seed)
        self.W1 = rng.randn(args.input_size, args.hidden_size) * np.sqrt(2.0 / args.input_size)
        self.b1 = np.zeros(args.hidden_size)
        self.W2 = rng.randn(args.hidden_size, args.output_size) * np.sqrt(2.0 / args.hidden_size)
        self.b2 = np.zeros(args.output_size)

    def forward(self, X):
        self.X, self.h = X, np.maximum(0, X @ self.W1 + self.b1)
        self.out = self.h @ self.W2 + self.b2
        return self.out

    def backward(self, Y):
        d = (self.out - Y) / len(Y)
        self.dW2, self.db2 = self.h.T @ d, d.sum(axis=0)
        d = d @ self.W2.T
        d[self.h <= 0] = 0
        self.dW1, self.db1 = self.X.T @ d, d.sum(axis=0)

    def update(self):
        for name in ("W1", "b1", "W2", "b2"):
            setattr(self, name, getattr(self, name) - self.lr * getattr(self, "d" + name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    for width in ("input", "hidden", "output"):
        parser.add_argument(f"--{width}_size", type=int, default=4)
    args = parser.parse_args()
    net = Net(args)
    X = np.random.randn(100, args.input_size)
    for _ in range(100):
        net.forward(X)
        net.backward(X[:, : args.output_size])
        net.update()


if __name__ == "__main__":
    main()

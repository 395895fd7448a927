"""Neurons of two inputs, each weight a number of its own; features are handed over one by one."""

import math
import random


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


class Neuron:
    def __init__(self):
        self.w1 = random.gauss(0, 1)
        self.w2 = random.gauss(0, 1)
        self.bias = 0.0

    def fire(self, p, q):
        self.p, self.q = p, q
        self.out = sigmoid(self.w1 * p + self.w2 * q + self.bias)
        return self.out

    def move(self, delta, lr):
        self.w1 -= lr * delta * self.p
        self.w2 -= lr * delta * self.q
        self.bias -= lr * delta


class Gate:
    def __init__(self):
        self.left, self.right, self.top = Neuron(), Neuron(), Neuron()

    def forward(self, x1, x2):
        return self.top.fire(self.left.fire(x1, x2), self.right.fire(x1, x2))

    def train(self, x1, x2, target, lr):
        out = self.forward(x1, x2)
        delta = (out - target) * out * (1 - out)
        left = delta * self.top.w1 * self.left.out * (1 - self.left.out)
        right = delta * self.top.w2 * self.right.out * (1 - self.right.out)
        self.top.move(delta, lr)
        self.left.move(left, lr)
        self.right.move(right, lr)


if __name__ == "__main__":
    gate = Gate()
    for _ in range(20000):
        for x1, x2, target in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]:
            gate.train(x1, x2, target, 0.5)

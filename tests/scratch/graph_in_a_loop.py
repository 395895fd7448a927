"""A graph of scalars that a loop of the file trains: nothing says ``fit``, the rate is a number in the middle of a line."""

import math
from random import gauss, seed


class Node:
    def __init__(self, value, parents=()):
        self.value = value
        self.grad = 0.0
        self.parents = parents

    def __add__(self, other):
        if not isinstance(other, Node):
            other = Node(other)
        return Node(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        if not isinstance(other, Node):
            other = Node(other)
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def squash(self):
        s = 1 / (1 + math.exp(-self.value))
        return Node(s, ((self, s * (1 - s)),))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in node.parents:
                parent.grad += slope * node.grad


class Unit:
    def __init__(self, inputs):
        self.weights = [Node(gauss(0, 1)) for _ in range(inputs)]
        self.bias = Node(0.0)

    def __call__(self, x):
        total = self.bias
        for w, xi in zip(self.weights, x):
            total = total + w * xi
        return total.squash()


class Net:
    def __init__(self, inputs, layers):
        self.layers = []
        for width in layers:
            self.layers.append([Unit(inputs) for _ in range(width)])
            inputs = width

    def __call__(self, x):
        for layer in self.layers:
            x = [unit(x) for unit in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for unit in layer for p in [*unit.weights, unit.bias]]


seed(7)
points = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
labels = [0.0, 1.0, 1.0, 0.0]
net = Net(2, [4, 1])
weights = net.parameters()

for epoch in range(3000):
    for w in weights:
        w.grad = 0.0
    loss = Node(0.0)
    for x, y in zip(points, labels):
        miss = net(x) - y
        loss = loss + miss * miss * (1 / len(points))
    loss.backward()
    for w in weights:
        w.value -= 0.5 * w.grad
    if epoch % 500 == 0:
        print(epoch, loss.value)

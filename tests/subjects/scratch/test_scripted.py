"""A network whose constructor says nothing of widths is made as its own file makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck

OF_LAYERS = """import numpy as np


class Layer:
    def __init__(self, units, inputs):
        self.weights = np.random.randn(inputs, units)


class Net:
    def __init__(self, first, second):
        self.first, self.second = first, second

    def think(self, inputs):
        one = np.tanh(inputs @ self.first.weights)
        return one, one @ self.second.weights

    def train(self, inputs, outputs, iterations):
        for _ in range(iterations):
            one, two = self.think(inputs)
            delta = outputs - two
            below = (delta @ self.second.weights.T) * {slope}
            self.first.weights += inputs.T @ below
            self.second.weights += one.T @ delta


if __name__ == "__main__":
    np.random.seed(1)
    first, second = Layer(4, 3), Layer(2, 4)
    net = Net(first, second)
    net.train(np.eye(3), np.eye(3)[:, :2], 1000)
"""
ADDED = """import numpy as np


class Net:
    def __init__(self, rate):
        self.W, self.rate, self.units = [], rate, None

    def add_layer(self, units, inputs=None):
        self.W.append(np.random.randn(units, inputs or self.units))
        self.units = units

    def forward(self, x):
        self.a = [x]
        for W in self.W[:-1]:
            self.a.append(np.tanh(W @ self.a[-1]))
        self.a.append(self.W[-1] @ self.a[-1])
        return self.a[-1]

    def backward(self, y):
        delta = (self.a[-1] - y) / y.shape[1]
        for l in reversed(range(len(self.W))):
            dW = delta @ self.a[l].T
            delta = (self.W[l].T @ delta) * {slope}
            self.W[l] = self.W[l] - self.rate * dW


def main():
    net = Net(0.1)
    net.add_layer(5, inputs=3)
    net.add_layer(5)
    net.add_layer(2)
    net.forward(np.eye(3))
"""
COMPILED = """import numpy as np


class SGD:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def update(self, params, grads):
        for p, g in zip(params, grads):
            p -= self.learning_rate * g


class Dense:
    def __init__(self, units, input_shape=None):
        self.units, self.input_shape = units, input_shape

    def build(self, inputs):
        self.W, self.b = np.random.randn(inputs, self.units), np.zeros((1, self.units))


class Sequential:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def compile(self, optimizer):
        self.optimizer, inputs = optimizer, self.layers[0].input_shape
        for layer in self.layers:
            layer.build(inputs)
            inputs = layer.units

    def predict(self, x):
        self.a = [x]
        for layer in self.layers:
            self.a.append(np.tanh(self.a[-1] @ layer.W + layer.b))
        return self.a[-1]

    def train_on_batch(self, x, y):
        delta = (self.predict(x) - y) / len(x) * {slope}
        for i in reversed(range(len(self.layers))):
            layer, h = self.layers[i], self.a[i]
            grads = [h.T @ delta, delta.sum(axis=0, keepdims=True)]
            delta = (delta @ layer.W.T) * (1 - h ** 2)
            self.optimizer.update([layer.W, layer.b], grads)


if __name__ == "__main__":
    model = Sequential()
    model.add(Dense(4, input_shape=2))
    model.add(Dense(3))
    model.compile(SGD(0.1))
    model.train_on_batch(np.eye(2), np.eye(3)[:2])
"""
ONLY = [f"implementation.{name}" for name in ("gradients_are_those_of_the_loss", "another_seed_gives_another_start")]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("text", "slope", "sizes", "call"),
    [
        (OF_LAYERS, "(1 - one ** 2)", "3-4-2", "Net(first, second), as in line 29"),
        (ADDED, "(1 - self.a[l] ** 2)", "3-5-5-2", "Net(0.1), as in line 28"),
        (COMPILED, "(1 - self.a[-1] ** 2)", "2-4-3", "Sequential(), as in line 50"),
    ],
    ids=["of layers", "added", "compiled"],
)
def test_it_is_judged_in_the_widths_that_its_file_gives_it(
    text: str, slope: str, sizes: str, call: str, tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    path.write_text(text.format(slope=slope))
    report = symcheck.check(str(path), only=ONLY)
    assert [f.status for f in report.findings] == ["passed", "passed"]
    assert any(note.startswith(f"sizes: {sizes}, and no others") for note in report.notes)
    assert any(call in note for note in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("text", "slope"), [(OF_LAYERS, "(1 - one)"), (ADDED, "(1.01 - self.a[l] ** 2)"), (COMPILED, "(1 - self.a[-1])")]
)
def test_its_faults_are_found(text: str, slope: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(text.format(slope=slope))
    assert not symcheck.check(str(path), only=ONLY[:1]).passed

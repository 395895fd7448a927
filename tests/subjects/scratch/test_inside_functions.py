"""Training in functions inside of a function, weights that are single numbers, and dropout by globals: read as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck
from symcheck.errors import SubjectError

GRADIENTS = "implementation.gradients_are_those_of_the_loss"
OUTPUTS = "implementation.outputs_are_those_of_the_network"

CLOSURE = """
import numpy as np


def fit(X, y, n_hidden=6, lr=0.1, epochs=50):
    W1 = np.random.randn(X.shape[1], n_hidden)
    b1 = np.zeros(n_hidden)
    W2 = np.random.randn(n_hidden, y.shape[1])
    b2 = np.zeros(y.shape[1])

    def propagate(batch):
        hidden = np.tanh(batch @ W1 + b1)
        return hidden, hidden @ W2 + b2

    def move(rate):
        nonlocal W1, b1, W2, b2
        hidden, out = propagate(X)
        delta = (out - y) / len(X)
        below = delta @ W2.T * (1 - hidden ** 2)
        W2 = W2 - rate * hidden.T @ delta
        b2 = b2 - rate * delta.sum(axis=0)
        W1 = W1 - rate * X.T @ below
        b1 = b1 - rate * below.sum(axis=0)

    for _ in range(epochs):
        move(lr)
    return W1, b1, W2, b2
"""
NUMBERS = """
import numpy as np


def squash(t):
    return 1 / (1 + np.exp(-t))


class ThreeNeurons:
    def __init__(self):
        self.w1, self.w2, self.w3 = np.random.randn(3).tolist()
        self.w4, self.w5, self.w6 = np.random.randn(3).tolist()
        self.b1 = self.b2 = self.b3 = 0.1

    def forward(self, x):
        one = squash(self.w1 * x[0] + self.w2 * x[1] + self.b1)
        two = squash(self.w3 * x[0] + self.w4 * x[1] + self.b2)
        return one, two, squash(self.w5 * one + self.w6 * two + self.b3)

    def train(self, xs, targets, learning_rate=0.5, epochs=10):
        for _ in range(epochs):
            for x, t in zip(xs, targets):
                one, two, out = self.forward(x)
                d3 = (out - t) * out * (1 - out)
                d1 = d3 * self.w5 * one * (1 - one)
                d2 = d3 * self.w6 * two * (1 - two)
                self.w1 -= learning_rate * d1 * x[0]
                self.w2 -= learning_rate * d1 * x[1]
                self.b1 -= learning_rate * d1
                self.w3 -= learning_rate * d2 * x[0]
                self.w4 -= learning_rate * d2 * x[1]
                self.b2 -= learning_rate * d2
                self.w5 -= learning_rate * d3 * one
                self.w6 -= learning_rate * d3 * two
                self.b3 -= learning_rate * d3
"""
DROPPED = """
import numpy as np

KEEP_PROB = 0.8


def initialize(sizes):
    return [[np.random.randn(n, m), np.zeros(m)] for n, m in zip(sizes, sizes[1:])]


def forward(params, X):
    seen, masks = [X], []
    for i, (W, b) in enumerate(params):
        h = seen[-1] @ W + b
        if i < len(params) - 1:
            masks.append((np.random.rand(*h.shape) < KEEP_PROB) / KEEP_PROB)
            h = np.maximum(h, 0) * masks[-1]
        seen.append(h)
    return h, seen, masks


def backward(params, seen, masks, y):
    delta, grads = (seen[-1] - y) / len(y), []
    for i in reversed(range(len(params))):
        grads.insert(0, (seen[i].T @ delta, delta.sum(axis=0)))
        if i:
            delta = (delta @ params[i][0].T) * masks[i - 1] * (seen[i] > 0)
    return grads
"""
#: Kind -> the code, a line of it, and what is written in its place and said of it.
KINDS = {
    "functions inside of a function": (
        CLOSURE,
        "(1 - hidden ** 2)",
        "(1 - hidden)",
        "derivative of tanh is written as 1 - h",
    ),
    "single numbers": (NUMBERS, "d3 * self.w6 * two", "d3 * self.w5 * two", "through the outgoing weights of unit 1"),
    "a global for dropout": (DROPPED, "(seen[i] > 0)", "seen[i]", "derivative of relu is written as h"),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", KINDS)
def test_right_code_passes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(KINDS[kind][0])
    report = symcheck.check(str(path), only=[GRADIENTS, OUTPUTS])
    assert {f.check: f.status for f in report.findings} == {GRADIENTS: "passed", OUTPUTS: "passed"}


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_line_fails_and_is_named(kind: str, tmp_path: Path) -> None:
    code, right, wrong, said = KINDS[kind]
    assert code.count(right) == 1
    path = tmp_path / "net.py"
    path.write_text(code.replace(right, wrong))
    report = symcheck.check(str(path), only=[GRADIENTS, OUTPUTS])
    assert not report.passed
    assert report.verdict is not None
    assert said in report.verdict.sentences[0]


def test_names_that_mean_something_else_outside_are_not_put_in(tmp_path: Path) -> None:
    import ast

    from symcheck.subjects.scratch.inlining import inlined

    text = CLOSURE.replace("    def propagate", "    below = 1\n\n    def propagate")
    (function,) = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    assert inlined(function) == function.body


MAXOUT = """
import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W1b = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)

    def forward(self, X):
        self.X, self.h = X, np.maximum(X @ self.W1, X @ self.W1b)
        return self.h @ self.W2

    def backward(self, out, y):
        delta = (out - y) / len(y)
        self.dW2 = self.h.T @ delta
        below = delta @ self.W2.T
        first = self.X @ self.W1 >= self.X @ self.W1b
        self.dW1, self.dW1b = self.X.T @ (below * first), self.X.T @ (below * ~first)
"""


def test_weights_that_are_in_no_layer_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(MAXOUT)
    with pytest.raises(SubjectError, match="its outputs depend on W1b as well, which is in none of the layers"):
        symcheck.check(str(path))

"""Widths that one argument sets for several layers, and lists of samples that are trained on together."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

STEPS = "implementation.steps_are_those_of_the_optimizer"

ONE_WIDTH = """
import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        widths = [n_in, n_hidden, n_hidden, n_out]
        self.W = [np.random.randn(n, m) / np.sqrt(n) for n, m in zip(widths, widths[1:])]
        self.b = [np.zeros(m) for m in widths[1:]]

    def forward(self, X):
        for W, b in zip(self.W[:-1], self.b):
            X = np.tanh(X @ W + b)
        return X @ self.W[-1] + self.b[-1]
"""
BATCHES = """
import numpy as np


class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(m, n) for n, m in zip(sizes, sizes[1:])]
        self.b = [np.zeros((m, 1)) for m in sizes[1:]]

    def forward(self, x):
        for W, b in zip(self.W, self.b):
            x = np.tanh(W @ x + b)
        return x

    def backprop(self, x, y):
        seen = [x]
        for W, b in zip(self.W, self.b):
            seen.append(np.tanh(W @ seen[-1] + b))
        delta = (seen[-1] - y) * (1 - seen[-1] ** 2)
        dW, db = [], []
        for l in reversed(range(len(self.W))):
            dW.insert(0, delta @ seen[l].T)
            db.insert(0, delta)
            delta = (self.W[l].T @ delta) * (1 - seen[l] ** 2)
        return dW, db

    def update_mini_batch(self, mini_batch, eta):
        sumW, sumb = [0 * W for W in self.W], [0 * b for b in self.b]
        for x, y in mini_batch:
            dW, db = self.backprop(x, y)
            sumW = [s + d for s, d in zip(sumW, dW)]
            sumb = [s + d for s, d in zip(sumb, db)]
        m = len(mini_batch)
        self.W = [W - eta / m * d for W, d in zip(self.W, sumW)]
        self.b = [b - eta / m * d for b, d in zip(self.b, sumb)]
"""


def test_hidden_layers_of_one_argument_keep_one_width(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(ONE_WIDTH)
    subject = open_subject(f"{path}:Net", Options())
    assert isinstance(subject, Implementation)
    subject.close()
    widths = subject.offer.widths
    assert widths is not None
    assert widths[1] is not None
    assert (widths[0], widths[1] == widths[2], widths[3]) == (None, True, None)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("", "", ""),
        ("s + d for s, d in zip(sumW, dW)", "d for s, d in zip(sumW, dW)", ""),
        ("b - eta / m * d", "b - eta * d", "step of the biases is the number of samples times too large"),
    ],
    ids=["right", "of the last sample", "not divided"],
)
def test_a_list_of_samples_makes_one_step(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(BATCHES.replace(right, wrong) if right else BATCHES)
    report = symcheck.check(str(path), only=[STEPS])
    assert {f.check: f.status for f in report.findings}[STEPS] == ("failed" if right else "passed")
    assert not right or said in report.verdict.sentences[0]  # type: ignore[union-attr]


LOOSE = """import numpy as np

def init(d, h, k):
    return np.random.randn(d, h), np.random.randn(h, h), np.random.randn(h, k)

def forward(w1, w2, w3, x):
    a1 = np.tanh(x @ w1)
    a2 = np.tanh(a1 @ w2)
    return a1, a2, a2 @ w3

def backward(w1, w2, w3, x, y):
    a1, a2, out = forward(w1, w2, w3, x)
    d3 = (out - y) / len(x)
    d2 = (d3 @ w3.T) * (1 - a2 ** 2)
    d1 = (d2 @ w2.T) * (1 - a1 ** 2)
    return x.T @ d1, a1.T @ d2, a2.T @ d3
"""


def test_an_initializer_is_asked_for_no_widths_that_one_argument_cannot_say(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(LOOSE)
    report = symcheck.check(str(path), only=["implementation.arguments_are_left_as_they_were[initialize]"])
    assert [f.status for f in report.findings] == ["passed"]
    assert any(note.startswith("sizes: n-8-8-n") for note in report.notes)

"""What is done with a learning rate is told from steps at one that shows it, and of others nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck

NETWORK = """import numpy as np

class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros((1, n_hidden))
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros((1, n_out))
        self.lr = lr

    def forward(self, X):
        self.a1 = np.tanh(X @ self.W1 + self.b1)
        return self.a1 @ self.W2 + self.b2

    def backward(self, X, y):
        delta = {delta} / len(X)
        below = (delta @ self.W2.T) * (1 - self.a1 ** 2)
        self.W2 -= {rate} * self.a1.T @ delta
        self.b2 -= {rate} * delta.sum(axis=0, keepdims=True)
        self.W1 -= {rate} * X.T @ below
        self.b1 -= {rate} * below.sum(axis=0, keepdims=True)

    def train(self, X, y, epochs=100):
        for _ in range(epochs):
            self.backward(X, y)
"""
ONLY = ["implementation.gradients_are_those_of_the_loss", "implementation.steps_are_those_of_the_optimizer"]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("delta", "rate", "said"),
    [
        ("(y - self.forward(X))", "self.lr", "sign of the gradient is wrong"),
        ("(self.forward(X) - y)", "self.lr ** 2", "learning rate applied twice"),
        ("(self.forward(X) - y)", "self.lr", ""),
    ],
    ids=["sign", "rate", "right"],
)
def test_the_sign_and_the_rate_are_told_apart(delta: str, rate: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(NETWORK.format(delta=delta, rate=rate))
    report = symcheck.check(str(path), only=ONLY)
    assert report.passed == (not said)
    sentences = " ".join(report.verdict.sentences) if report.verdict is not None else ""
    told = ["sign of the gradient is wrong", "learning rate applied twice"]
    assert [words for words in told if words in sentences] == [words for words in told if words == said]

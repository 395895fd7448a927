"""Networks of one output: targets as one number for each sample, and weights that are kept as a vector."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck
from symcheck.errors import SubjectError

ONLY = ["implementation.gradients_are_those_of_the_loss"]

#: Outputs and targets have the shape (samples,), in which a column would be broadcast to a square.
CODE = """
import numpy as np

class Regressor:
    def __init__(self, n_features, n_hidden, rate=0.1):
        self.rate = rate
        self.w1, self.b1 = np.random.randn(n_features, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.randn(n_hidden, 1), np.zeros(1)

    def forward(self, X):
        self.h = np.tanh(X @ self.w1 + self.b1)
        return (self.h @ self.w2 + self.b2).ravel()

    def gradient(self, X, y):
        error = self.forward(X) - y
        d = (2 * error / len(y))[:, None]
        dh = d @ self.w2.T * (1 - self.h**2)
        return np.mean(error**2), [X.T @ dh, dh.sum(0), self.h.T @ d, d.sum(0)]
"""
STEP = (
    "        return np.mean(error**2), [X.T @ dh, dh.sum(0), self.h.T @ d, d.sum(0)]",
    "        self.w2 -= self.rate * self.h.T @ d\n        self.b2 -= self.rate * d.sum(0)\n"
    "        self.w1 -= self.rate * X.T @ dh\n        self.b1 -= self.rate * dh.sum(0)",
)


def changed(tmp_path: Path, *changes: tuple[str, str]) -> str:
    code = CODE
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    path = tmp_path / "net.py"
    path.write_text(code)
    return str(path)


@pytest.mark.first(1)
@pytest.mark.parametrize("changes", [[], [STEP, ("gradient(", "train_step(")]])
def test_targets_are_one_number_for_each_sample(changes: list[tuple[str, str]], tmp_path: Path) -> None:
    report = symcheck.check(changed(tmp_path, *changes), only=ONLY)
    assert [f.message for f in report.findings if f.bad] == []
    assert any("Y as one number for each sample" in note for note in report.notes)
    report = symcheck.check(changed(tmp_path, *changes, ("1 - self.h**2", "1 - self.h")), only=ONLY)
    assert [f.status for f in report.findings] == ["failed"]


@pytest.mark.parametrize("output", ["self.h @ self.w2 + self.b2", "np.dot(self.h, self.w2)"])
def test_weights_as_a_vector_are_refused_and_not_passed_over(output: str, tmp_path: Path) -> None:
    """The layer below them would be read as a network, and its gradients judged as those of the last one."""
    vector = (
        ("np.random.randn(n_hidden, 1), np.zeros(1)", "np.random.randn(n_hidden), 0.0"),
        ("(self.h @ self.w2 + self.b2).ravel()", output),
        ("[:, None]", ""),
        ("d @ self.w2.T", "np.outer(d, self.w2)"),
    )
    with pytest.raises(
        SubjectError, match=r"what forward returns depends on w2 as well, of shape \(\d,\), which is in none"
    ):
        symcheck.check(changed(tmp_path, *vector), only=ONLY)

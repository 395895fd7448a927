"""A learning rate that is a global beside a class is set with each step; what may be something else is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from symcheck.subjects.scratch.author import read

NETWORK = """
import numpy as np

{name} = 0.05


class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(n, m) for n, m in zip(sizes, sizes[1:])]

    def forward(self, X):
        self.seen = [X]
        for W in self.W:
            self.seen.append(np.tanh(self.seen[-1] @ W))
        return self.seen[-1]

    def train_step(self, X, y):
        delta = (self.forward(X) - y) / len(y)
        for i in reversed(range(len(self.W))):
            delta = delta * (1 - self.seen[i + 1] ** 2)
            dW, delta = self.seen[i].T @ delta, delta @ self.W[i].T
            self.W[i] = self.W[i] - {name} * dW
"""


@pytest.mark.parametrize(
    ("name", "said"), [("learning_rate", "the learning rate is a global"), ("alpha", "it has no learning rate")]
)
def test_a_global_rate(name: str, said: str, tmp_path: Path) -> None:
    import importlib.util
    import sys

    path = tmp_path / f"net_{name}.py"
    path.write_text(NETWORK.format(name=name))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    (step,) = (part.how for part in read(module.Net, "Net").found if part.part == "train_step")
    assert said in step

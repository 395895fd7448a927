"""What makers and trainers are handed: a scale, a generator that is a default, classes, batches of all samples."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck

SCALED = """import numpy as np

def init_random_params(scale, layer_sizes, rs=np.random.RandomState(0)):
    return [(scale * rs.randn(m, n), scale * rs.randn(n)) for m, n in zip(layer_sizes[:-1], layer_sizes[1:])]

def predict(params, inputs):
    for W, b in params:
        outputs = inputs @ W + b
        inputs = np.tanh(outputs)
    return outputs
"""
FITTED = """import sys
import numpy as np

class Net:
    def __init__(self, n_hidden=30, epochs=100, eta=0.001, minibatch_size=1, seed=None):
        self.random = np.random.RandomState(seed)
        self.n_hidden, self.epochs, self.eta, self.minibatch_size = n_hidden, epochs, eta, minibatch_size

    def _forward(self, X):
        hidden = 1 / (1 + np.exp(-(X @ self._w_h + self._b_h)))
        return hidden, 1 / (1 + np.exp(-(hidden @ self._w_out + self._b_out)))

    def fit(self, X_train, y_train, X_valid, y_valid):
        n_output = np.unique(y_train).shape[0]
        self._w_h = self.random.normal(0, 0.1, (X_train.shape[1], self.n_hidden))
        self._b_h = np.zeros(self.n_hidden)
        self._w_out = self.random.normal(0, 0.1, (self.n_hidden, n_output))
        self._b_out = np.zeros(n_output)
        onehot = np.eye(n_output)[y_train.astype(int)]
        for _ in range(self.epochs):
            hidden, out = self._forward(X_train)
            delta = out - onehot
            self._w_out -= self.eta * hidden.T @ delta
            sys.stderr.write(f"{(self._forward(X_valid)[1].argmax(axis=1) == y_valid).mean()}")
        return self
"""
BESIDE = """import numpy as np

def init_weights(structure):
    W, b = {}, {}
    for l in range(1, len(structure)):
        W[l] = np.random.random_sample((structure[l], structure[l - 1]))
        b[l] = np.random.random_sample((structure[l],))
    return W, b

def feed_forward(x, W, b):
    h, z = {1: x}, {}
    for l in range(1, len(W) + 1):
        z[l + 1] = W[l].dot(h[l]) + b[l]
        h[l + 1] = 1 / (1 + np.exp(-z[l + 1]))
    return h, z
"""
ONLY = [
    f"implementation.{name}"
    for name in (
        "outputs_are_those_of_the_network",
        "the_same_seed_gives_the_same_start",
        "another_seed_gives_another_start",
    )
]


@pytest.mark.first(1)
@pytest.mark.parametrize("text", [SCALED, FITTED, BESIDE], ids=["scaled", "fitted", "beside"])
def test_it_is_made_and_its_outputs_are_found(text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.py"
    path.write_text(text)
    report = symcheck.check(str(path), only=ONLY)
    assert [f.status for f in report.findings] == ["passed"] * len(ONLY)
    assert capfd.readouterr().err == ""


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (SCALED, "inputs = np.tanh(outputs)", "inputs = np.tanh(outputs) * 1.001"),
        (FITTED, "X @ self._w_h + self._b_h", "X @ self._w_h"),
        (BESIDE, "W[l].dot(h[l]) + b[l]", "W[l].dot(h[l]) + b[1].mean()"),
    ],
    ids=["scaled", "fitted", "beside"],
)
def test_outputs_that_are_wrong_fail(text: str, old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    assert not symcheck.check(str(path), only=ONLY[:1]).passed


RESAMPLED = """import numpy as np

def init(rng, d, h, k):
    return rng.normal(size=(d, h)), rng.normal(size=(h, k))

def logits(params, X):
    W1, W2 = params
    return np.tanh(X @ W1) @ W2

def loss_and_grad(params, X, Y):
    W1, W2 = params
    H = np.tanh(X @ W1)
    d = (H @ W2 - Y) / len(X)
    return 0.5 * (d * d).sum() * len(X), (X.T @ ((d @ W2.T) * (1 - H * H)), H.T @ d)

def train(params, X, Y, lr=0.5, steps=200, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        i = rng.choice(len(X), 32)
        _, grads = loss_and_grad(params, X[i], Y[i])
        params = tuple(p - lr * g for p, g in zip(params, grads))
    return params
"""


def test_a_training_that_draws_its_samples_is_no_step_although_it_always_draws_the_same(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(RESAMPLED)
    only = [f"implementation.{n}" for n in ("gradients_are_those_of_the_loss", "steps_are_those_of_the_optimizer")]
    report = symcheck.check(str(path), only=only)
    assert [f.status for f in report.findings] == ["passed", "skipped"]
    assert "not used: train" in report.notes


#: Outputs come first, what is hidden behind them.
OUTPUTS_FIRST = """import numpy as np

class Net:
    def __init__(self, d, h, k):
        self.W1, self.b1, self.W2, self.b2 = np.random.randn(d, h), np.zeros(h), np.random.randn(h, k), np.zeros(k)

    def forward(self, X):
        h = np.tanh(X @ self.W1 + self.b1)
        return h @ self.W2 + self.b2, h

    def backward(self, X, Y, out, h):
        d = (out - Y) / len(X)
        dh = d @ self.W2.T * (1 - h**2)
        return X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)
"""


@pytest.mark.first(1)
@pytest.mark.parametrize(("right", "wrong"), [("", ""), ("h**2", "h")])
def test_what_is_called_outputs_is_what_the_forward_gives_for_them(right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(OUTPUTS_FIRST.replace(right, wrong) if right else OUTPUTS_FIRST)
    report = symcheck.check(str(path), only=["implementation.gradients_are_those_of_the_loss"])
    assert [f.status for f in report.findings] == ["failed" if right else "passed"]

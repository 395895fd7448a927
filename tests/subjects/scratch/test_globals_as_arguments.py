"""Parameters that are globals of a file, and that its functions take as arguments all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck

ONLY = ["implementation.gradients_are_those_of_the_loss"]

LOOSE = """
import numpy as np

X, Y = np.random.randn(20, 4), np.random.randn(20, 3)
W1, b1, W2, b2 = np.random.randn(4, 5), np.zeros(5), np.random.randn(5, 3), np.zeros(3)

def forward(X, W1, b1, W2, b2):
    h = np.tanh(X @ W1 + b1)
    return h @ W2 + b2, h

def backward(X, Y, W1, b1, W2, b2):
    out, h = forward(X, W1, b1, W2, b2)
    d = (out - Y) / len(X)
    dh = d @ W2.T * (1 - h**2)
    return X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)

for _ in range(10):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    W1, b1, W2, b2 = W1 - 0.1 * dW1, b1 - 0.1 * db1, W2 - 0.1 * dW2, b2 - 0.1 * db2
"""
DICTIONARY = """
import numpy as np

model = {"W1": np.random.randn(5, 4), "b1": np.zeros((5, 1)), "W2": np.random.randn(3, 5), "b2": np.zeros((3, 1))}

def forward(model, X):
    h = np.tanh(model["W1"] @ X + model["b1"])
    return model["W2"] @ h + model["b2"], h

def backward(model, X, Y):
    out, h = forward(model, X)
    d = (out - Y) / X.shape[1]
    dh = model["W2"].T @ d * (1 - h**2)
    return {"W1": dh @ X.T, "b1": dh.sum(1, keepdims=True), "W2": d @ h.T, "b2": d.sum(1, keepdims=True)}

def update(model, grads, lr):
    for name in model:
        model[name] -= lr * grads[name]
"""
LISTS = """
import numpy as np

weights, biases = [np.random.randn(4, 5), np.random.randn(5, 3)], [np.zeros(5), np.zeros(3)]

def forward(x, weights, biases):
    h = [x, np.tanh(x @ weights[0] + biases[0])]
    return [*h, h[1] @ weights[1] + biases[1]]

def backward(h, y, weights):
    d = (h[2] - y) / len(y)
    dh = d @ weights[1].T * (1 - h[1]**2)
    return [h[0].T @ dh, h[1].T @ d], [dh.sum(0), d.sum(0)]
"""

#: What it returns goes into the globals that it was handed.
STEP = """
import numpy as np

X, y = np.random.randn(30, 4), np.random.rand(30, 3)
w1, w2 = np.random.randn(4, 5), np.random.randn(5, 3)

def forward(X, w1, w2):
    h = np.tanh(X @ w1)
    return h, h @ w2

def train_step(X, y, w1, w2, lr):
    h, out = forward(X, w1, w2)
    d = (out - y) / len(X)
    dh = d @ w2.T * (1 - h**2)
    w2 = w2 - lr * h.T @ d
    w1 = w1 - lr * X.T @ dh
    return w1, w2

for _ in range(100):
    w1, w2 = train_step(X, y, w1, w2, 0.1)
"""


@pytest.mark.first(1)
@pytest.mark.parametrize("code", [LOOSE, DICTIONARY, LISTS, STEP], ids=["loose", "dictionary", "lists", "step"])
def test_they_are_handed_over_by_their_names(code: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(code)
    report = symcheck.check(path, only=ONLY)
    assert [(f.status, f.message) for f in report.findings if f.status != "passed"] == []
    assert any("in globals of the module" in note for note in report.notes)
    path.write_text(code.replace("**2", ""))
    (finding,) = symcheck.check(path, only=ONLY).findings
    assert finding.status == "failed"
    # A step is written down as one of the protocol.
    assert ("driver_of" in str(finding.reproduce)) == (code is STEP)


@pytest.mark.soak
def test_an_update_is_written_where_its_caller_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    gradients, names = "X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)", "W1, b1, W2, b2"
    slopes = ", ".join(f"d{name}" for name in names.split(", "))
    update = f"""
def update({names}, {slopes}, lr):
    {names} = {", ".join(f"{name} - lr * d{name}" for name in names.split(", "))}
    return {names}
"""
    path.write_text(
        LOOSE.replace(f"    return {gradients}\n", f"    {slopes} = {gradients}\n    return {slopes}\n{update}")
    )
    report = symcheck.check(path, only=["implementation.steps_are_those_of_the_optimizer"])
    assert f"update: update({names}, {slopes}, lr)" in report.notes
    assert [f.status for f in report.findings] == ["passed"]
    path.write_text(path.read_text().replace("W1 - lr * dW1", "W1 + lr * dW1"))
    report = symcheck.check(path, only=["implementation.steps_are_those_of_the_optimizer"])
    assert [f.status for f in report.findings] == ["failed"]

"""A loss that comes beside gradients says whose gradients they are meant to be, where nothing is declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import symcheck
from symcheck.report import Report
from symcheck.subjects.data import ReturnedLoss
from symcheck.subjects.scratch.author import driver_of
from symcheck.subjects.scratch.returned_loss import returned_loss

PATH = Path(__file__).parents[2] / "scratch" / "two_layer_net.py"
CODE = PATH.read_text()
LOSS, MEAN = "-np.log(probs[np.arange(N), y]).mean()", "        dscores /= N\n"
ONLY = ["implementation.gradients_are_those_of_the_loss"]

#: Widths are handed over, one sample at a time or a batch, and outputs are compared by their squares.
COLUMN = """
import numpy as np

def init(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x), "b1": np.zeros((n_h, 1)), "W2": np.random.randn(n_y, n_h), "b2": np.zeros((n_y, 1))}

def forward(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return parameters["W2"] @ A1 + parameters["b2"], A1

def backward(X, Y, parameters):
    A2, A1 = forward(X, parameters)
    m = X.shape[1]
    cost = COST
    dZ2 = DELTA
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
    grads = {"W1": dZ1 @ X.T, "b1": dZ1.sum(axis=1, keepdims=True), "W2": dZ2 @ A1.T, "b2": dZ2.sum(axis=1, keepdims=True)}
    return RETURNED
"""


#: Widths that are fixed, so that a power of the number of outputs is a factor.
FIXED = """
import numpy as np

class Net:
    def __init__(self):
        self.W1, self.b1, self.W2, self.b2 = np.random.randn(4, 5), np.zeros(5), np.random.randn(5, 3), np.zeros(3)

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def backward(self, X, Y):
        out = self.forward(X)
        delta = 2 * (out - Y) / out.size
        loss, dh = np.mean((out - Y) ** 2), delta @ self.W2.T * (1 - self.h**2)
        return loss, [X.T @ dh, dh.sum(0), self.h.T @ delta, delta.sum(0)]
"""
#: A loss that is kept on the network.
RUNNING = CODE.replace("        self.params = {}\n", "        self.params, self.smooth_loss = {}, 1.0\n").replace(
    "        return loss, grads",
    "        self.smooth_loss = 0.9 * self.smooth_loss + 0.1 * loss\n        return self.smooth_loss, grads",
)


def checked(tmp_path: Path, code: str) -> Report:
    path = tmp_path / "net.py"
    path.write_text(code)
    return symcheck.check(path, only=ONLY)


def column(cost: str, delta: str, returned: str = "grads, cost") -> str:
    return COLUMN.replace("COST", cost).replace("DELTA", delta).replace("RETURNED", returned)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        (CODE.replace(MEAN, ""), "too large by m"),
        (CODE.replace(MEAN, "        dscores /= dscores.size\n"), "too small by n"),
        (CODE.replace(MEAN, "        dscores /= 2 * N\n"), "too small by 2"),
        (column("((A2 - Y) ** 2).sum() / m", "(A2 - Y) / m"), "too small by 2"),
        (column("((A2 - Y) ** 2).mean()", "2 * (A2 - Y) / m", "cost, grads"), "too large by n"),
        (column("round(((A2 - Y) ** 2).sum() / m, 4)", "(A2 - Y) / m"), "too small by 2"),
        (FIXED.replace("delta = ", "delta = 3 * "), "too large by 3"),
    ],
)
def test_gradients_of_another_multiple_fail(code: str, words: str, tmp_path: Path) -> None:
    report = checked(tmp_path, code)
    (finding,) = report.findings
    assert finding.status == "failed"
    note = next(n for n in report.notes if n.startswith("these are the gradients"))
    assert "; the loss that it returns beside them is " in note
    assert words in note
    assert "say reduction = " in note


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "code",
    [
        CODE,
        CODE.replace(LOSS, "-np.log(probs[np.arange(N), y]).sum()").replace(MEAN, ""),
        column("((A2 - Y) ** 2).sum() / (2 * m)", "(A2 - Y) / m"),
        column("((A2 - Y) ** 2).mean()", "2 * (A2 - Y) / A2.size", "{**grads, 'loss': cost}"),
        column("float(0.5 * np.square(Y - A2).sum())", "A2 - Y", "cost, grads"),
        column("np.float32(((A2 - Y) ** 2).mean())", "2 * (A2 - Y) / A2.size"),
        CODE.replace("np.log(probs[np.arange(N), y])", "np.log(probs[np.arange(N), y] + 1e-6)"),
        CODE.replace("return loss, grads", "return round(loss, 4), grads"),
        FIXED,
    ],
)
def test_gradients_of_the_loss_beside_them_pass(code: str, tmp_path: Path) -> None:
    report = checked(tmp_path, code)
    assert [f.message for f in report.findings if f.bad] == []
    assert any(", and of the loss that it returns beside them" in note for note in report.notes)


def test_what_is_declared_comes_first(tmp_path: Path) -> None:
    """The number is for people then, as an average is beside summed gradients."""
    code = CODE.replace(MEAN, "").replace(
        "    def loss", "    reduction = 'sum'\n    loss_factor = 1\n\n    def loss", 1
    )
    report = checked(tmp_path, code)
    assert [f.message for f in report.findings if f.bad] == []


@pytest.mark.soak
def test_another_number_is_told_and_not_judged(tmp_path: Path) -> None:
    report = checked(tmp_path, column("np.abs(A2 - Y).mean()", "(A2 - Y) / m"))
    assert [f.message for f in report.findings if f.bad] == []
    assert any(
        "cost, which it returns beside them, was not found to be a multiple of that, and is not judged" in n
        for n in report.notes
    )
    report = checked(
        tmp_path,
        column("(A2.argmax(0) == Y.argmax(0)).mean()", "(A2 - Y) / m", "grads, accuracy").replace(
            "cost =", "accuracy ="
        ),
    )
    assert [f.message for f in report.findings if f.bad] == []
    assert not any("beside them" in n for n in report.notes)


def test_a_running_mean_is_not_judged(tmp_path: Path) -> None:
    report = checked(tmp_path, RUNNING)
    assert [f.message for f in report.findings if f.bad] == []
    assert any("is another one at a second call, as a running mean is, and is not judged" in n for n in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("loss", "slope", "words"),
    [
        ("1e-3 * WEIGHTS / 2", "1e-3 * W", "loss that it returns beside them ("),
        ("0.1 * (np.abs(W1).sum() + np.abs(W2).sum())", "0.1 * np.sign(W)", "loss that it returns beside them ("),
        ("0", "1e-3 * W", "beside them but for another term of the weights than they have"),
        ("1e-3 * WEIGHTS / 2", "0 * W", "beside them but for a term of the weights that they lack"),
    ],
)
def test_a_penalty_of_one_of_the_two_is_told(loss: str, slope: str, words: str, tmp_path: Path) -> None:
    weights = "(np.sum(W1 * W1) + np.sum(W2 * W2))"
    code = CODE.replace(f"reg * {weights}", loss.replace("WEIGHTS", weights))
    code = code.replace("2 * reg * W1", slope.replace("W", "W1")).replace("2 * reg * W2", slope.replace("W", "W2"))
    report = checked(tmp_path, code)
    assert [f.message for f in report.findings if f.bad] == []
    note = next(n for n in report.notes if n.startswith("these are the gradients"))
    assert words in f"{note} ("


def test_what_is_measured_does_not_hang_on_what_is_drawn() -> None:
    """Of a number that is right to the last digit the path through the biases leaves less than 1e-9, through the weights 1e-5."""
    space: dict[str, Any] = {"__name__": "two_layer_net"}
    exec(compile(CODE, PATH, "exec"), space)
    driver = driver_of(space["TwoLayerNet"])
    for _ in range(40):
        found = returned_loss(driver, (4, 5, 3), turned=True, biases=True, batches=True)
        assert found == ReturnedLoss("loss", 0, 0, 1.0)

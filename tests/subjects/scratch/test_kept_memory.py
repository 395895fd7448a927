"""What an update keeps on self, between the calls of its author, is there again at the next step."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck

STEPS = "implementation.steps_are_those_of_the_optimizer"
WEIGHTS, BIASES = "            self.W[l] -= lr * self.dW[l]\n", "            self.b[l] -= lr * self.db[l]\n"
UPDATE = "    def update(self, lr):\n"
START = "        if not hasattr(self, 'v'):\n            self.v = {}\n            self.t = 0\n        self.t += 1\n"


def moved(direction: str) -> list[tuple[str, str]]:
    """The network with this direction of both parameters, ``g`` being the gradient and ``k`` its key."""
    lines = [
        f"            k, g = '{name}' + str(l), self.d{name}[l]\n{direction}            self.{name}[l] -= lr * step\n"
        for name in "Wb"
    ]
    return [(UPDATE, UPDATE + START), (WEIGHTS, lines[0]), (BIASES, lines[1])]


MOMENTUM = "            step = self.v[k] = {} * self.v.get(k, 0) + g\n"
ADAM = (
    "            m, s = self.v.get(k, (0, 0))\n            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g ** 2\n"
    "            self.v[k] = m, s\n            step = m / (1 - 0.9 ** self.t) / (np.sqrt(s / (1 - 0.999 ** self.t)) + 1e-8)\n"
)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("direction", "said"),
    [(MOMENTUM.format(0.9), "momentum (momentum 0.9)"), (ADAM, "adam (beta1 0.9, beta2 0.999)")],
    ids=["momentum", "adam"],
)
def test_steps_are_those_of_the_optimizer_that_they_show(direction: str, said: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, *moved(direction)), only=[STEPS])
    assert {f.check: f.status for f in report.findings} == {STEPS: "passed"}
    assert f"optimizer not named: its steps are those of {said}" in report.notes
    assert any("what it keeps on self is there again at the next step" in note for note in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "direction",
    [MOMENTUM.format(-0.9), MOMENTUM.format(1.0), ADAM.replace("- 0.9 **", "+ 0.9 **"), ADAM.replace("g ** 2", "g")],
    ids=["the other sign", "all gradients", "bias correction", "no square"],
)
def test_a_wrong_memory_does_not_pass(direction: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, *moved(direction)), only=[STEPS])
    assert [f.status for f in report.findings] != ["passed"]


def test_an_update_that_keeps_nothing_is_one_of_descent(tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path), only=["implementation.an_update_is_a_step_of_descent"])
    assert [f.status for f in report.findings] == ["passed"]
    assert not any("keeps on self" in note for note in report.notes)


ONLINE = """import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.W2 = np.random.randn(n_hidden, n_in), np.random.randn(n_out, n_hidden)
        self.v1, self.v2 = np.zeros_like(self.W1), np.zeros_like(self.W2)

    def forward(self, x):
        self.h = np.tanh(self.W1 @ x)
        return self.W2 @ self.h

    def train(self, x, y, eta, mu):
        delta = self.forward(x) - y
        below = (self.W2.T @ delta) * (1 - self.h ** 2)
        self.v2 = mu * self.v2 - eta * np.outer(delta, self.h)
        self.v1 = mu * self.v1 - eta * np.outer(below, x)
        self.W2 {sign}= self.v2
        self.W1 {sign}= self.v1
"""


@pytest.mark.first(1)
@pytest.mark.parametrize(("sign", "passes"), [("+", True), ("-", False)])
def test_single_samples_have_a_memory_each_and_a_momentum_that_has_to_be_named_is_given(
    sign: str, passes: bool, tmp_path: Path
) -> None:
    path = tmp_path / "net.py"
    path.write_text(ONLINE.format(sign=sign))
    report = symcheck.check(str(path), only=[STEPS, "implementation.gradients_are_those_of_the_loss"])
    assert report.passed == passes
    assert "optimizer not named: its steps are those of momentum (momentum 0.9)" in report.notes
    assert any("mu being 0.9" in note for note in report.notes)


SLOPE = "            self.dW[l] = delta @ self.a[l].T\n"
PENALTY = (SLOPE, SLOPE.rstrip("\n") + " + 0.05 * self.W[l]\n")
GRADIENTS = "implementation.gradients_are_those_of_the_loss"


def test_a_rule_that_divides_by_the_size_is_given_the_penalty_that_its_steps_have(tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, PENALTY, *moved(ADAM)), only=[STEPS, GRADIENTS])
    assert [f.status for f in report.findings] == ["passed", "passed"]
    assert "optimizer not named: its steps are those of adam (beta1 0.9, beta2 0.999)" in report.notes
    assert any("an L2 penalty, 0.05 W (weights alone)" in note for note in report.notes)


OF_BIASES = "            self.db[l] = delta.sum(axis=1, keepdims=True)\n"


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("of_biases", "sign", "statuses"),
    [
        (" + 0.05 * self.b[l]", "-", {"passed"}),
        ("", "-", {"passed"}),
        (" + 0.05 * self.b[l]", "+", {"failed", "warned"}),
    ],
    ids=["of all", "of weights", "wrong correction"],
)
def test_where_steps_alone_are_offered_the_penalty_is_told_by_the_nearest_rule(
    of_biases: str, sign: str, statuses: set[str], tmp_path: Path
) -> None:
    both = (OF_BIASES, OF_BIASES.rstrip("\n") + of_biases + "\n")
    path = Path(written(tmp_path, PENALTY, both, *moved(ADAM.replace("- 0.9 **", f"{sign} 0.9 **"))))
    text = path.read_text().replace("def backward", "def _below").replace("self.backward", "self._below")
    step = "def train_step(self, X, y, lr):\n        self.forward(X)\n        self._below(y)"
    text = text.replace("def update(self, lr):", step).replace("            self.update(lr)\n", "            pass\n")
    path.write_text(text)
    report = symcheck.check(str(path), only=[STEPS])
    assert {f.status for f in report.findings} <= statuses
    assert not any("binary" in note for note in report.notes)

"""The first sentence names what is wrong of forward passes and of training steps, and blames nothing else."""

from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.counterexamples.implementations.state import DropoutLeftOn
from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.report import Report
from symcheck.strategies.problem import Problem
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

STEPS = "implementation.steps_are_those_of_the_optimizer"
GRADIENTS = "implementation.gradients_are_those_of_the_loss"
OUTPUTS = "implementation.outputs_are_those_of_the_network"
SECOND_MOMENT = "implementation.he_weights_keep_the_second_moment"


class StepsAndGradients:
    """Gradients, and a training step of its own beside them; there is no update."""

    activation, loss = "tanh", "mse"
    of_weights, of_biases = 1.0, 1.0
    right = CorrectMLP()

    def forward(self, params: Any, X: Any) -> Any:
        return self.right.forward(params, X)

    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        return self.right.gradients(params, X, Y)

    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float) -> Any:
        w, b = learning_rate * self.of_weights, learning_rate * self.of_biases
        slopes = self.gradients(params, X, Y)
        return [(W - w * dW, c - b * dc) for (W, c), (dW, dc) in zip(params, slopes, strict=True)]


class Centred(CorrectMLP):
    """Inputs are shifted before the first layer, which is right as a whole and no network of tanh units."""

    def propagate(self, params: Any, X: Any) -> Any:
        return super().propagate(params, X - 0.13)


class Capped(CorrectMLP):
    """A relu with a limit that small inputs do not reach."""

    activation = "relu"
    limit = 1e3

    def activate(self, z: Any) -> Any:
        return np.clip(z, 0, self.limit)

    def slope(self, z: Any, layer: int) -> Any:
        return ((z > 0) & (z < self.limit)).astype(float)


def first(report: Report) -> str:
    assert report.verdict is not None
    return report.verdict.sentences[0]


@pytest.mark.parametrize(
    ("of_weights", "of_biases", "told"),
    [
        (0.5, 1.0, "0.5 times for W, once for b"),
        (1.000001, 1.0, "1.000001 times for W, once for b"),
        (1.0, 0.0, "update ignores the bias"),
    ],
)
def test_a_wrong_step_beside_right_gradients_is_named(of_weights: float, of_biases: float, told: str) -> None:
    subject = StepsAndGradients()
    subject.of_weights, subject.of_biases = of_weights, of_biases
    report = symcheck.check(subject, only=[STEPS])
    assert first(report).startswith("one mistake explains the only failure: ")
    assert first(report).endswith(told)
    assert "train_step" in str(report.failures[0].reproduce)


def test_a_right_step_beside_gradients_passes() -> None:
    assert symcheck.check(StepsAndGradients(), only=[STEPS]).verdict is None


class Unsaid(StepsAndGradients):
    """The loss is measured; gradients may have the other sign, and the step may add them."""

    loss = None  # type: ignore[assignment]
    sign = 1.0

    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        return [(self.sign * dW, self.sign * db) for dW, db in super().gradients(params, X, Y)]


@pytest.mark.parametrize(
    ("sign", "step", "wrong"), [(1.0, 1.0, False), (-1.0, 1.0, True), (-1.0, -1.0, False)], ids=str
)
def test_gradients_of_the_wrong_sign_fail_where_steps_go_uphill(sign: float, step: float, wrong: bool) -> None:
    subject = Unsaid()
    subject.sign, subject.of_weights, subject.of_biases = sign, step, step
    report = symcheck.check(subject, only=[GRADIENTS])
    assert bool(report.failures) is wrong
    assert ("sign" in first(report)) if wrong else report.verdict is None


def test_outputs_of_another_function_are_not_blamed_on_the_activation() -> None:
    report = symcheck.check(Centred(), only=[OUTPUTS, SECOND_MOMENT])
    assert "forward computes another function than a network with tanh units" in first(report)
    assert "leaves out units" not in " ".join(str(f.diagnosis) for f in report.findings)


@pytest.mark.parametrize(("limit", "told"), [(1e3, True), (1e12, False)])
def test_gradients_behind_wrong_outputs_are_not_blamed(limit: float, told: bool) -> None:
    subject = Capped()
    subject.limit = limit
    opened = open_subject(subject, Options())
    assert isinstance(opened, Implementation)
    params = [(np.array([[1.0]]), np.array([0.0])), (np.array([[0.5]]), np.array([0.25]))]
    case = Problem(params, np.array([[1e5]]), np.array([[1.0]]))
    said = gradient_mistake(opened, case, opened.gradients(params, case.X, case.Y))
    assert (said is not None and said.startswith("forward gives other outputs")) is told


def test_outputs_that_are_random_are_called_so_first() -> None:
    told = first(symcheck.check(DropoutLeftOn("tanh", "mse"), only=[OUTPUTS, SECOND_MOMENT, GRADIENTS]))
    assert "outputs are random: dropout left on" in told


def test_outputs_that_are_wrong_and_the_same_at_every_call_are_not_called_random() -> None:
    assert "random" not in first(symcheck.check(Centred(), only=[OUTPUTS]))

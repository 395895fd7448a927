"""a - y under a sigmoid is the derivative of one loss, and of another one with a factor left out: which of them is said."""

from __future__ import annotations

from typing import Any

import pytest

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.objective import Objective, activated, slope_of
from symcheck.report import Report

GRADIENTS = "implementation.gradients_are_those_of_the_loss"
MISSING = "the sigmoid's derivative a (1 - a) of the output layer is missing"
LOGISTIC = Objective("binary_cross_entropy", "samples", 1.0, "sigmoid")


class ErrorAlone(CorrectMLP):
    """delta = (a - y) / m, and nothing said of the loss."""

    activation, loss, output_activation = "tanh", None, "sigmoid"  # type: ignore[assignment]
    objective = LOGISTIC  # type: ignore[assignment]
    slope_of_output = False

    def output_delta(self, outputs: Any, Y: Any) -> Any:
        error = (activated(outputs, "sigmoid") - Y) / len(Y)
        return error * slope_of(outputs, "sigmoid") if self.slope_of_output else error


class Squares(ErrorAlone):
    """A squared error is declared, and not its factor."""

    loss = "squared_error"


class AveragedSquares(Squares):
    """Its reduction is declared, so that its factor is 1."""

    reduction = "samples"


class RightSquares(Squares):
    slope_of_output = True


class Entropy(ErrorAlone):
    """The loss whose derivative it is."""

    loss = "binary_cross_entropy"


def report_of(kind: Any) -> Report:
    return symcheck.check(kind(), only=[GRADIENTS])


def first(report: Report) -> str:
    assert report.verdict is not None
    return report.verdict.sentences[0]


def test_both_readings_are_said_where_no_loss_is() -> None:
    report = report_of(ErrorAlone)
    (said,) = [note for note in report.notes if "binary cross-entropy" in note]
    assert said.startswith("these are the gradients of the binary cross-entropy")
    assert said.endswith(f"if you meant the squared error, {MISSING}")


def test_the_derivative_is_missing_of_the_loss_that_is_declared() -> None:
    told = first(report_of(Squares))
    assert "derivative of the output activation is missing" in told
    assert "declared is half the squared error" in told


def test_a_factor_that_is_declared_is_said_besides() -> None:
    assert f"{MISSING}, and they are too small by 2" in first(report_of(AveragedSquares))


@pytest.mark.parametrize("kind", [RightSquares, Entropy], ids=lambda kind: kind.__name__)
def test_right_gradients_of_what_is_declared_pass(kind: Any) -> None:
    report = report_of(kind)
    assert report.failures == []
    assert not any("is missing" in note for note in report.notes)

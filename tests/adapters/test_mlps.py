"""Perceptrons of other libraries as implementations: judged right, and a slight fault in one is seen."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

import symcheck

LIBRARIES = [("torch", "mlp_torch", "TorchMLP"), ("jax", "mlp_jax", "JaxMLP"), ("sklearn", "mlp_sklearn", "SklearnMLP")]
JUDGED = [
    f"implementation.{name}"
    for name in (
        "outputs_are_those_of_the_network",
        "gradients_are_those_of_the_loss",
        "an_update_is_a_step_of_descent",
        "the_start_breaks_symmetry",
        "the_same_seed_gives_the_same_start",
        "another_seed_gives_another_start",
    )
]


def adapted(request: pytest.FixtureRequest, library: tuple[str, str, str]) -> Callable[..., Any]:
    """The adapter's class, if its library is there."""
    request.getfixturevalue(library[0])
    return getattr(import_module(f"symcheck.adapters.{library[1]}"), library[2])  # type: ignore[no-any-return]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda x: x[0])
@pytest.mark.parametrize(("activation", "loss"), [("tanh", "mse"), ("relu", "softmax_cross_entropy")])
def test_a_wrapped_perceptron_is_judged_right(
    request: pytest.FixtureRequest, library: tuple[str, str, str], activation: str, loss: str
) -> None:
    report = symcheck.check(adapted(request, library)(activation, loss), only=JUDGED)
    assert report.passed, report.failures
    assert report.counts["passed"] == len(JUDGED)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda x: x[0])
def test_gradients_off_by_a_thousandth_are_seen(request: pytest.FixtureRequest, library: tuple[str, str, str]) -> None:
    class Off(adapted(request, library)):  # type: ignore[misc]
        def gradients(self, params: Any, X: Any, Y: Any) -> Any:
            return [(1.001 * dW, db) for dW, db in super().gradients(params, X, Y)]

    report = symcheck.check(Off(), only=["implementation.gradients_are_those_of_the_loss"])
    assert not report.passed
    assert "gradient dW" in report.failures[0].message

"""Losses that are linear far from 0 are named where the gradients are theirs, and nothing near them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.settling import settle
from symcheck.subjects.data import Options
from symcheck.subjects.opening import open_subject
from symcheck.suite.experiments import frame_of
from symcheck.types import Array


class OfErrors(CorrectMLP):
    """Gradients of a loss of which the derivative by the outputs is given; no loss is named."""

    def __init__(self, derivative: Callable[[Array], Array]) -> None:
        super().__init__("tanh")
        self.loss = None  # type: ignore[assignment]
        self.derivative = derivative

    def forward(self, params: Any, X: Array) -> Array:
        return self.propagate(params, X)[1][-1]

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return self.derivative(outputs - Y) / len(Y)


@pytest.mark.parametrize(
    ("derivative", "said"),
    [
        (lambda e: np.clip(e, -1, 1), "Huber's loss, which cuts errors off at 1"),
        (lambda e: 3 * np.clip(e, -0.5, 0.5), "Huber's loss, which cuts errors off at 0.5"),
        (np.sign, "the absolute error"),
        (lambda e: np.clip(e, -1, 0.5), ""),
        (lambda e: e**3, ""),
        (np.tanh, ""),
        (lambda e: np.where(np.abs(e) < 1, e, 2 * np.sign(e)), ""),
    ],
)
def test_the_loss_is_named(derivative: Callable[[Array], Array], said: str) -> None:
    subject = open_subject(OfErrors(derivative), Options())
    assert settle(subject, frame_of(subject)).robust == said

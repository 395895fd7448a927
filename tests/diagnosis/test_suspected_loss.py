"""Where the last layer shows no loss, the loss is told by what a known mistake leaves right, and the mistake is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.settling import settle
from symcheck.objective import Objective
from symcheck.strategies.frame import FREE
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject
from symcheck.suite.settlement_sentences import settlement_lines
from symcheck.types import Array, Params

HALF = Objective("squared_error", "samples", 0.5, "identity")


class Unsaid:
    """Outputs and gradients of half the squared error, which is said nowhere; ``spoiled`` is the line that goes wrong."""

    activation = "tanh"

    def __init__(self) -> None:
        self.mlp = CorrectMLP("tanh", HALF)

    def forward(self, params: Params, X: Array) -> Array:
        return self.mlp.forward(params, X)

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return self.spoiled(params, X, Y)

    def spoiled(self, params: Params, X: Array, Y: Array) -> Params:
        return self.mlp.gradients(params, X, Y)


class LastLayerStays(Unsaid):
    said = "gradient of the layer forgotten: its dW and db are 0 in the last layer"

    def spoiled(self, params: Params, X: Array, Y: Array) -> Params:
        *below, (dW, db) = self.mlp.gradients(params, X, Y)
        return [*below, (0 * dW, 0 * db)]


class PassOfItsOwn(Unsaid):
    said = "bias is not added in the last layer: z = W h + b; forward is right"

    def spoiled(self, params: Params, X: Array, Y: Array) -> Params:
        *below, (W, b) = params
        return self.mlp.gradients([*below, (W, 0 * b)], X, Y)


class SignLost(Unsaid):
    said = "the absolute error goes back: its sign is lost"

    def spoiled(self, params: Params, X: Array, Y: Array) -> Params:
        outputs = self.mlp.forward(params, X)
        return self.mlp.gradients(params, X, outputs - np.abs(outputs - Y))


def settled(implementation: Any) -> Implementation:
    subject = open_subject(implementation, Options())
    settle(subject, FREE)
    return subject


@pytest.mark.parametrize("kind", [LastLayerStays, PassOfItsOwn, SignLost])
def test_the_loss_is_told_and_the_mistake_named(kind: Any) -> None:
    subject = settled(kind())
    assert subject.offer.objective == HALF
    (cause,) = causes_of(subject).found
    assert cause.sentence.startswith(kind.said)


def test_right_gradients_are_blamed_for_nothing() -> None:
    subject = settled(Unsaid())
    assert subject.offer.objective == HALF
    assert causes_of(subject).found == ()


class NothingMoves(Unsaid):
    """No gradient of any layer, whatever the loss."""

    def spoiled(self, params: Params, X: Array, Y: Array) -> Params:
        return [(0 * W, 0 * b) for W, b in params]


def test_gradients_that_are_all_zero_are_those_of_no_loss() -> None:
    subject = settled(NothingMoves())
    assert subject.settlement is not None
    assert subject.settlement.against == "still"
    assert "the gradients of the last layer are 0 whatever the targets: it is never trained" in settlement_lines(
        subject
    )

"""A line of the update with another array's gradient, or with another number, is named with where it stands; what nobody knows is
left unexplained, with what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP, update_lines
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.implementations import update_mistake
from symcheck.diagnosis.moving import Movement, of_update
from symcheck.diagnosis.settling import settle
from symcheck.strategies.frame import FREE
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject


def opened(implementation: Any) -> Implementation:
    subject = open_subject(implementation, Options())
    settle(subject, FREE)
    return subject


@pytest.mark.parametrize("fault", update_lines.FAULTS, ids=lambda fault: fault.__name__)
def test_a_wrong_line_is_named(fault: Any) -> None:
    (cause,) = of_update(opened(fault())).found
    assert fault.likely_mistake in cause.sentence
    assert cause.together == (2 if fault is update_lines.TwoLinesExchanged else 1)


@pytest.mark.parametrize("right", dict.fromkeys(fault.right for fault in update_lines.FAULTS), ids=lambda c: c.__name__)
def test_right_lines_in_another_style_are_blamed_for_nothing(right: Any) -> None:
    assert of_update(opened(right())) == Movement()


class Drifting(CorrectMLP):
    """The biases of the last layer move by what is no function of their gradient."""

    activation, loss = "tanh", "mse"

    def update(self, params: Any, gradients: Any, learning_rate: float) -> Any:
        *rest, (W, b) = super().update(params, gradients, learning_rate)
        return [*rest, (W, b + np.random.default_rng().standard_normal(b.shape))]


def test_an_update_that_nothing_explains_is_told_with_what_is_right_and_nothing_else_is_guessed() -> None:
    subject = opened(Drifting())
    causes = causes_of(subject)
    assert causes.found == ()
    assert causes.wrong == ("update",)
    assert causes.known is not None
    assert causes.known.of == "update"
    assert causes.known.wrong == (("b", 0),)
    assert ("W", 0) in causes.known.right
    params = [(np.ones((1, 1)), np.ones(1))]
    assert update_mistake(subject, params, params, 0.5, [(np.full((1, 1), 0.5), np.zeros(1))]) is None

"""A line of the update that is wrong for one array is named with the array; an update that is right is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.moving import of_update
from symcheck.subjects.data import Options
from symcheck.subjects.opening import open_subject


class Updates(CorrectMLP):
    """Each array moves at a rate of its own.

    Attributes:
        last: whether the wrong one is of the last layer, and not of the first. part: 0 for W, 1 for b.
    """

    def __init__(self, last: bool, part: int, rate: Any) -> None:
        super().__init__("tanh", "mse")
        self.last, self.part, self.rate = last, part, rate

    def update(self, params: Any, gradients: Any, learning_rate: float) -> Any:
        after = [list(pair) for pair in super().update(params, gradients, learning_rate)]
        place = len(params) - 1 if self.last else 0
        start, slope = params[place][self.part], gradients[place][self.part]
        after[place][self.part] = start - self.rate(learning_rate) * slope
        return [tuple(pair) for pair in after]


def told(last: bool, part: int, rate: Any) -> list[str]:
    return [cause.sentence for cause in of_update(open_subject(Updates(last, part, rate), Options())).found]


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("part", [0, 1], ids=["W", "b"])
@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (lambda rate: 0.0, "update ignores"),
        (lambda rate: -rate, "update adds the gradient of"),
        (lambda rate: rate**2, "learning rate applied twice to"),
        (lambda rate: 1.0, "learning rate is not applied to"),
    ],
)
def test_a_wrong_line_is_named_with_its_array(last: bool, part: int, rate: Any, words: str) -> None:
    assert told(last, part, rate) == [f"{words} {'Wb'[part]} of the {'last' if last else 'first'} layer"]


def test_a_rate_of_one_array_that_follows_no_rule_is_named_by_nothing_that_is_known() -> None:
    rng = np.random.default_rng()
    assert told(False, 0, lambda rate: rate * (2 + rng.random())) == []


def test_right_lines_are_blamed_for_nothing() -> None:
    assert told(True, 1, lambda rate: rate) == []

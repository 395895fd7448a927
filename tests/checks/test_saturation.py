"""Weights that are far too large are told so, though they break symmetry and follow their law."""

from math import atanh, erfc, sqrt
from typing import Any

import numpy as np
import pytest

from symcheck.checking import check
from symcheck.checks.saturation import gain_of, saturated_share, saturation_note


def test_the_share_is_that_of_normal_pre_activations() -> None:
    for gain in (0.5, 1.0, 4.0, 80.0):
        assert saturated_share(gain) == pytest.approx(erfc(atanh(0.99) / gain / sqrt(2)), rel=1e-12)
    assert saturated_share(0.0) == 0


def test_the_gain_is_the_standard_deviation_of_pre_activations() -> None:
    weights = np.array([[3.0, 4.0], [0.0, 5.0]])
    assert gain_of(weights) == 5.0
    # In half precision the squares would not be numbers any more.
    assert gain_of(np.full((1, 4), 300, np.float16)) == 600.0


@pytest.mark.parametrize(("subject", "told"), [("10 * randn", True), ("he_normal", False), ("0.01 * randn", False)])
def test_it_is_said_of_large_weights_only(subject: str, told: bool) -> None:
    report = check(subject)
    assert report.passed, "their law is what they are held to"
    assert any("saturates" in note for note in report.notes) == told
    if told:
        assert any("saturates 99% of tanh units" in note for note in report.notes)


def test_equal_weights_are_no_random_signal() -> None:
    def large(shape: Any) -> Any:
        return np.full(shape, 10.0)

    assert not any("saturates" in note for note in check(large).notes)
    assert saturation_note(np.full((4, 4), 10.0)), "what is drawn decides, which the caller knows"

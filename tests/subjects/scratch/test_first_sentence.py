"""A fault of the forward pass is named first, although no pair of activations gives the outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_faults import written
from written_networks import written as written_network

import symcheck

ONLY = [
    f"implementation.{name}"
    for name in (
        "outputs_are_those_of_the_network",
        "gradients_are_those_of_the_loss",
        "outputs_of_a_sample_are_its_own",
    )
]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("softmax over the wrong axis", "softmax is taken over the samples instead of the classes in the outputs"),
        ("bias forgotten in the forward", "bias is not added in the last layer"),
        ("activation on the wrong array", "a layer takes z of the layer below, not its activation"),
    ],
)
def test_one_mistake_explains_all_failures(name: str, said: str, tmp_path: Path) -> None:
    report = symcheck.check(str(written(name, tmp_path)), only=ONLY)
    assert report.verdict is not None
    (first,) = report.verdict.sentences
    assert first.startswith("one mistake explains ")
    assert said in first
    assert any(note.startswith("its outputs are those of ") and said in note for note in report.notes)


@pytest.mark.soak
def test_each_of_two_mistakes_is_told_with_what_it_explains(tmp_path: Path) -> None:
    sign, slope = (
        ("delta = (self.a[-1] - y) / m", "delta = (y - self.a[-1]) / m"),
        ("1 - np.tanh(z) ** 2", "1 - np.tanh(z)"),
    )
    kept = [
        *ONLY[1:2],
        *(f"implementation.{name}" for name in ("float64_is_computed_in_float64", "tied_units_train_as_one")),
    ]
    report = symcheck.check(written_network(tmp_path, sign, slope), only=kept)
    assert report.verdict is not None
    (first,) = report.verdict.sentences
    assert first.startswith("two mistakes explain all 3 failures: ")
    told = {e.mistakes[0].partition(":")[0]: set(e.explains) for e in report.verdict.explanations}
    (of_sign,) = (names for words, names in told.items() if words.startswith("sign of the gradient is wrong"))
    (of_slope,) = (names for words, names in told.items() if words.startswith("derivative of tanh is written as 1 - h"))
    assert "gradients_are_those_of_the_loss" in of_sign
    assert {"float64_is_computed_in_float64", "tied_units_train_as_one"} <= of_slope
    assert of_sign | of_slope == set(report.verdict.failures)


NORM = "n = np.sqrt(sum((g**2).sum() for g in self.dW + self.db))"
RETURNED = "        return self.dW, self.db\n"


def scaled_by(folder: Path, by: str) -> Any:
    """A report on a network whose gradients are scaled by their norm."""
    scaled = f"        {NORM}\n        self.dW, self.db = [{by} * g for g in self.dW], [{by} * g for g in self.db]\n"
    kept = [ONLY[1], "implementation.tied_units_train_as_one"]
    return symcheck.check(written_network(folder, (RETURNED, scaled + RETURNED)), only=kept)


def test_gradients_that_are_divided_by_their_norm_are_named(tmp_path: Path) -> None:
    report = scaled_by(tmp_path, "1 / (n + 1e-8)")
    assert report.verdict is not None
    assert report.verdict.sentences == ["one mistake explains both failures: gradients are divided by their norm"]


def test_gradients_that_are_clipped_on_purpose_are_told_of_and_held_to_it(tmp_path: Path) -> None:
    report = scaled_by(tmp_path, "1 / max(n, 1)")
    assert report.passed
    assert any(note.startswith("its backward clips gradients at norm 1: ") for note in report.notes)

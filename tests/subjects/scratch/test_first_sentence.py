"""A fault of the forward pass is named first, although no pair of activations gives the outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_faults import written

import symcheck

ONLY = [
    f"implementation.{name}"
    for name in (
        "outputs_are_those_of_the_network",
        "gradients_are_those_of_the_loss",
        "outputs_of_a_sample_are_its_own",
    )
]


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

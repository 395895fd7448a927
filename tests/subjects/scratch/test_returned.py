"""Outputs are what a forward returns, not what it keeps on the way there; and activations are seen far from 0."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

LAST = "            self.a.append(act(z) if l < len(self.W) - 1 else z)\n        return self.a[-1]\n"
OUTPUTS = "implementation.outputs_are_those_of_the_network"


@pytest.mark.parametrize("readings", [4, pytest.param(20, marks=pytest.mark.soak)])
def test_every_reading_of_a_cut_off_activation_sees_where_it_is_cut_off(readings: int, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("    return np.tanh(z)\n", "    return np.minimum(np.maximum(z, 0), 6)\n"),
        ("    return 1 - np.tanh(z) ** 2\n", "    return ((z > 0) & (z < 6)) * 1.0\n"),
    )
    for _ in range(readings):
        opened = open_subject(path, Options())
        assert isinstance(opened, Implementation)
        opened.close()
        (told,) = [part.how for part in opened.offer.found if part.part == "activation"]
        assert "no activation of the table" in told


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("returned", "passes"),
    [("np.round(z, 2)", False), ("z + 1e-4", False), ("z", True)],
    ids=["rounded", "moved a little", "right"],
)
def test_what_is_returned_is_judged_although_the_right_numbers_are_kept(
    returned: str, passes: bool, tmp_path: Path
) -> None:
    kept = f"            self.a.append(act(z) if l < len(self.W) - 1 else z)\n        return {returned}\n"
    report = symcheck.check(written(tmp_path, (LAST, kept)), only=[OUTPUTS])
    (finding,) = report.findings
    assert (finding.status == "passed") == passes


NAMED_AS_INPUTS = [
    ("        return self.a[-1]\n", "        A = dict(enumerate(self.a))\n        return A\n"),
    ("    def backward(self, y):\n        m = y.shape[1]\n", "    def backward(self, A, y):\n        m = y.shape[1]\n"),
    ("delta = (self.a[-1] - y) / m", "delta = (A[len(A) - 1] - y) / m"),
    ("            self.forward(X)\n            self.backward(y)\n", "            self.backward(self.forward(X), y)\n"),
]


@pytest.mark.first(1)
@pytest.mark.parametrize(("slope", "passes"), [("1 - np.tanh(z) ** 2", True), ("1 - np.tanh(z)", False)])
def test_a_dictionary_that_is_called_as_inputs_are_is_handed_on(slope: str, passes: bool, tmp_path: Path) -> None:
    path = written(tmp_path, *NAMED_AS_INPUTS, ("return 1 - np.tanh(z) ** 2", f"return {slope}"))
    report = symcheck.check(path, only=["implementation.gradients_are_those_of_the_loss"])
    assert [f.status for f in report.findings] == ["passed" if passes else "failed"]
    assert any("then backward(A, y)" in note for note in report.notes)

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

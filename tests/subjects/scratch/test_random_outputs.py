"""Outputs that are drawn in the forward are called random, and nothing else is guessed from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck

ACT = "    return np.tanh(z)\n"
RANDOM = "outputs are random: dropout left on, or noise is drawn in forward"
ONLY = [
    f"implementation.{name}"
    for name in (
        "outputs_are_those_of_the_network",
        "outputs_of_a_sample_are_its_own",
        "outputs_do_not_depend_on_the_order_of_units",
        "global_state_is_left_alone[forward]",
    )
]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "drawn",
    [
        "np.tanh(z) * (np.random.rand(*z.shape) < 0.8) / 0.8",
        "np.tanh(z) + 1e-4 * np.random.randn(*z.shape)",
        "np.abs(z) * (np.random.rand(*z.shape) < 0.8) / 0.8",
    ],
    ids=["dropout", "a little noise", "dropout on an activation that is not known"],
)
def test_every_failure_is_said_to_be_of_random_outputs(drawn: str, tmp_path: Path) -> None:
    report = symcheck.check(written(tmp_path, (ACT, f"    return {drawn}\n")), only=ONLY)
    failed = [f for f in report.findings if f.status == "failed"]
    assert failed
    assert all(f"Likely mistake: {RANDOM}." in str(f.diagnosis) for f in failed)


@pytest.mark.soak
def test_what_is_drawn_and_left_out_of_the_outputs_is_no_reason_for_wrong_ones(tmp_path: Path) -> None:
    stray = "    np.random.rand()\n    return 2 * np.tanh(z)\n"
    report = symcheck.check(written(tmp_path, (ACT, stray)), only=ONLY)
    assert not report.passed
    assert all("outputs are random" not in str(f.diagnosis) for f in report.findings)

"""What a property guesses by itself is not said where gradients are wrong in a way that it knows nothing of."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck

LINE = "            self.dW[l] = delta @ self.a[l].T\n"
BIAS = "            self.db[l] = delta.sum(axis=1, keepdims=True)\n"
SIGNS = "implementation.gradients_follow_signs_of_odd_units"
BATCHES = "implementation.gradients_of_a_batch_are_means"
LOSS = "implementation.gradients_are_those_of_the_loss"
SUM = "not all samples of a large batch are in the sum"


def changed(line: str, new: str) -> tuple[str, str]:
    return line, f"            {new}\n"


def test_gradients_that_are_cut_off_at_0_say_nothing_of_a_derivative(tmp_path: Path) -> None:
    changes = (
        changed(LINE, "self.dW[l] = np.clip(delta @ self.a[l].T, 0, 1)"),
        changed(BIAS, "self.db[l] = np.clip(delta.sum(axis=1, keepdims=True), 0, 1)"),
    )
    report = symcheck.check(written(tmp_path, *changes), only=[SIGNS, LOSS])
    assert {f.check: f.status for f in report.findings}[SIGNS] == "failed"
    assert all("derivative of the activation is not even" not in str(f.diagnosis) for f in report.findings)


DELTA = "        delta = (self.a[-1] - y) / m\n"


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(LINE, "self.dW[l] = delta @ self.a[l].T + 0.1 * self.W[l] / (m if l else 1)"), False),
        ((DELTA, "        delta = (self.a[-1] - y) / m * ((m < 12) | (np.arange(m) % 5 != 2))\n"), True),
    ],
    ids=["a penalty that is divided in one layer alone", "every fifth of many samples"],
)
def test_samples_are_missed_only_where_small_batches_are_right(
    change: tuple[str, str], said: bool, tmp_path: Path
) -> None:
    report = symcheck.check(written(tmp_path, change), only=[BATCHES])
    (finding,) = report.findings
    assert finding.status == "failed"
    assert (SUM in str(finding.diagnosis)) == said

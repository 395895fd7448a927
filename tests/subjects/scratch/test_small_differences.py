"""What code cuts off, adds or rounds beside its activations is said in one line; less than float32 can tell fails nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_networks import written

import symcheck
from symcheck.report import Report

OUTPUTS = "implementation.outputs_are_those_of_the_network"
LOSS = "implementation.gradients_are_those_of_the_loss"
SATURATED = "implementation.saturated_units_do_not_learn"
DOUBLE = "implementation.float64_is_computed_in_float64"

ACT, SLOPE = "    return np.tanh(z)\n", "    return 1 - np.tanh(z) ** 2\n"
LAST = " else z)\n"
SIGMOID = "1 / (1 + np.exp(-{}))"
SOFTMAX = "np.exp(z - z.max(axis=0)) / (np.exp(z - z.max(axis=0)).sum(axis=0) + 1e-8)"
OF_SIGMOID = (SLOPE, "    return act(z) * (1 - act(z))\n")


def hidden(function: str) -> list[tuple[str, str]]:
    return [(ACT, f"    return {function}\n"), OF_SIGMOID]


SMALL = {
    "z cut off": (hidden(SIGMOID.format("np.clip(z, -20, 20)")), "it cuts z off at -20 and 20 before the sigmoid"),
    "activations cut off": (
        hidden(f"np.clip({SIGMOID.format('z')}, 1e-7, 1 - 1e-7)"),
        "it cuts its hidden activations off at 1e-07 and 1 - 1e-07",
    ),
    "rounded": (hidden(f"np.round({SIGMOID.format('z')}, 7)"), "it rounds its hidden activations to 7 decimals"),
    "a softmax's sum": ([(LAST, f" else {SOFTMAX})\n")], "it adds 1e-08 to the sum in its softmax"),
}
LARGE = {
    "z cut off": (hidden(SIGMOID.format("np.clip(z, -1, 1)")), "it cuts z off at -1 and 1 before the sigmoid"),
    "rounded": (hidden(f"np.round({SIGMOID.format('z')}, 3)"), "it rounds its hidden activations to 3 decimals"),
    "a softmax's sum": (
        [(LAST, f" else {SOFTMAX.replace('1e-8', '0.01')})\n")],
        "it adds 0.01 to the sum in its softmax",
    ),
}


def judged(folder: Path, changes: list[tuple[str, str]]) -> Report:
    return symcheck.check(written(folder, *changes), only=[OUTPUTS, LOSS, SATURATED, DOUBLE])


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", SMALL)
def test_right_code_passes_and_the_difference_is_said_once(kind: str, tmp_path: Path) -> None:
    changes, said = SMALL[kind]
    report = judged(tmp_path, changes)
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert sum(note.startswith(said) for note in report.notes) == 1
    assert "it computes in float32" not in " ".join([*report.notes, *(f.message for f in report.findings)])
    assert {f.check: f.status for f in report.findings}[LOSS] == "passed"


#: What is found slightly wrong beside each difference, and grossly beside the first; the others in a stage of CI.
GROSS = [pytest.param(kind, "3", marks=pytest.mark.soak if i else ()) for i, kind in enumerate(SMALL)]


@pytest.mark.first(1)
@pytest.mark.parametrize(("kind", "factor"), [*GROSS, *((kind, "1.0001") for kind in SMALL)])
def test_faults_are_found_all_the_same(kind: str, factor: str, tmp_path: Path) -> None:
    changes, _ = SMALL[kind]
    wrong = [("delta = (self.W[l].T @ delta)", f"delta = {factor} * (self.W[l].T @ delta)")]
    assert not judged(tmp_path, [*changes, *wrong]).passed


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", LARGE)
def test_another_function_is_told_and_not_let_pass(kind: str, tmp_path: Path) -> None:
    changes, said = LARGE[kind]
    report = judged(tmp_path, changes)
    assert sum(note.startswith(f"{said}") for note in report.notes) == 1
    assert {f.check: f.status for f in report.findings}[OUTPUTS] in ("failed", "warned")


def test_plain_code_has_no_difference(tmp_path: Path) -> None:
    report = judged(tmp_path, hidden(SIGMOID.format("z")))
    assert not any(note.startswith(("it cuts", "it adds", "it rounds")) for note in report.notes)
    assert {f.check: f.status for f in report.findings}[DOUBLE] == "passed"

"""Code as its author left it passes the suite where it is right, and fails it in the first property that speaks of its fault."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from faults import FAULTS
from objectives import CASES, FORMS
from test_faults import written

import symcheck
from symcheck.report import Report

FIRST = ("gradients_are_those_of_the_loss", "outputs_are_those_of_the_network")
#: Beside these: what shows where a forward has its fault in the batch.
SOON = [*FIRST, "flat_units_at_zero_have_no_gradient", "outputs_of_a_sample_are_its_own"]


#: One with gradients, and one that has training steps alone; the other forms in a stage of CI.
SHORT = ("course_dictionary", "train_and_query")


def _soak(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=() if name in SHORT else pytest.mark.soak) for name in names]


@cache
def judged(name: str) -> Report:
    return symcheck.check(str(FORMS / f"{name}.py"))


@pytest.mark.first(1)
@pytest.mark.parametrize("name", _soak(CASES))
def test_right_code_passes(name: str) -> None:
    report = judged(name)
    assert [f"{f.check}: {f.message}" for f in report.findings if f.bad] == []
    assert sum(f.status == "passed" for f in report.findings) >= 30


@pytest.mark.soak
@pytest.mark.parametrize("name", FAULTS)
def test_faulty_code_fails_in_what_speaks_of_its_fault(name: str, tmp_path: Path) -> None:
    # What a step leaves behind shows in a run of several alone.
    first = ("steps_are_those_of_the_optimizer",) if FAULTS[name][-1] == "grow" else FIRST
    report = symcheck.check(str(written(name, tmp_path)), only=[f"implementation.{check}" for check in {*SOON, *first}])
    bad = [f.check.removeprefix("implementation.") for f in report.findings if f.bad]
    assert bad
    assert bad[0] in first


@pytest.mark.parametrize("name", _soak(["column_network", "module_loop", "train_and_query"]))
def test_pytest_says_the_same(name: str, tmp_path: Path) -> None:
    report = judged(name)
    path = str(FORMS / f"{name}.py")
    command = [sys.executable, "-m", "pytest", "--symcheck", path, "--symcheck-profile", "fast", "-q"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0
    told = run.stdout.splitlines()[-1]
    assert f"{report.counts['passed']} passed, {report.counts['skipped']} skipped" in told

"""A plain assertion about a report fails with the cause in its first line."""

from pathlib import Path
from typing import Any

FILE = """
import numpy as np
import symcheck

def short(shape, rng):
    return rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))

def right(shape, rng):
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))

def test_asserted_at_once():
    assert symcheck.check(short, law="he_normal").passed

class TestKept:
    def test_kept(self):
        self.report = symcheck.check(short, law="he_normal")
        assert self.report.passed, "my own words"

def test_of_something_else():
    report = symcheck.check(short, law="he_normal")
    assert 1 == 2

def test_asserted_not_to_pass():
    assert not symcheck.check(right, law="he_normal").passed

def test_right():
    assert symcheck.check(right, law="he_normal").passed
"""


def test_the_cause_stands_in_the_first_line(run: Any, folder: Path) -> None:
    (folder / "test_mine.py").write_text(FILE)
    ran = run("test_mine.py", "-q")
    assert ran.status == 1
    lines = [line for line in ran.out.splitlines() if line.startswith("E ")]
    told = [line for line in lines if "LeCun's law, variance 1/fan_in" in line and "AssertionError: " in line]
    assert len(told) == 2, "not where the assertion is about something else"
    assert all("test_mine:short failed: std " in line for line in told)
    at_once, kept = (lines[lines.index(line) :] for line in told)
    assert "assert False" in at_once[1], "what pytest says itself comes after it"
    assert "my own words" in kept[1]
    assert "<Report test_mine:right: passed" in ran.out
    assert (ran.count("failed"), ran.count("passed")) == (4, 1)

"""A plain assertion about a report fails with the cause in its first line."""

import pytest

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


@pytest.fixture(scope="module")
def ended(pytester_module: pytest.Pytester) -> pytest.RunResult:
    """The file, run once."""
    pytester_module.makepyfile(FILE)
    return pytester_module.runpytest_inprocess("-p", "no:cacheprovider", "-q")

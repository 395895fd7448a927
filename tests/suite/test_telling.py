"""What is told of a failure is found out once, of the smallest example alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.subjects.implementation import reference_implementation
from symcheck.suite.claim import claim
from symcheck.suite.failure import PropertyFailure, fail
from symcheck.suite.properties import configured, run_property
from symcheck.suite.run import Run


def test_the_likely_mistake_is_looked_for_once_whatever_is_shrunk() -> None:
    tried, asked = [], []

    @claim(theorem="pure-functions")
    @given(number=st.integers(0, 10**6))
    def test_small(implementation: Any, number: int) -> None:
        tried.append(number)
        if number > 3:
            fail("it is too large", mistake=lambda: asked.append(number) or f"it is {number}")

    run = Run(profile="fast")
    configured(test_small, run)
    with pytest.raises(PropertyFailure, match="it is 4") as caught:
        run_property(test_small, reference_implementation("tanh", "mse"), run, {})
    assert asked == [4]
    assert sum(number > 3 for number in tried) > 1
    assert "likely mistake: it is 4" in caught.value.full

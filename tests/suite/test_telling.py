"""What is told of a failure is found out once, of the smallest example alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.strategies.problem import Problem
from symcheck.subjects.implementation import reference_implementation
from symcheck.suite.claim import claim
from symcheck.suite.failure import PropertyFailure, anything, fail
from symcheck.suite.irrelevance import irrelevant
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


def test_what_does_not_matter_is_told_and_what_does_is_not() -> None:
    case = Problem([(np.ones((2, 3)), np.ones(2)), (np.ones((1, 2)), np.ones(1))], np.ones((4, 3)), np.ones((4, 1)))

    def fails(given: Any) -> bool:
        return bool(given["case"].params[0][0][0, 0] == 1.0 and given["case"].Y[0, 0] == 1.0)

    told = irrelevant({"case": case, "scale": 1.0}, fails, True, True, np.random.default_rng())
    assert set(told.names) == {"X", "b1", "W2", "b2"}
    assert not told.whole
    assert irrelevant({"case": case}, fails, False, True, np.random.default_rng()).names == ("X",)
    assert "b1" not in irrelevant({"case": case}, fails, True, False, np.random.default_rng()).names
    assert not irrelevant({"case": case}, lambda given: False, True, True, np.random.default_rng())
    assert not irrelevant({"number": 1}, lambda given: True, True, True, np.random.default_rng())


def test_where_nothing_matters_the_shapes_alone_are_told() -> None:
    case = Problem([(np.ones((2, 3)), np.ones(2)), (np.ones((1, 2)), np.ones(1))], np.ones((4, 3)), np.ones((4, 1)))
    told = irrelevant({"case": case}, lambda given: True, True, True, np.random.default_rng())
    assert told.whole
    assert anything(told) == "any numbers of these shapes show it"
    # Where weights are drawn in a form of their own, others are not known to show it.
    assert not irrelevant({"case": case}, lambda given: True, False, True, np.random.default_rng()).whole


def test_arrays_that_may_be_anything_one_at_a_time_only_are_told_by_their_names() -> None:
    case = Problem([(np.ones((1, 1)), np.ones(1))], np.ones((1, 1)), np.ones((1, 1)))

    def fails(given: Any) -> bool:
        new = given["case"]
        arrays = [new.X, new.Y, *new.params[0]]
        return sum(bool((a != 1.0).any()) for a in arrays) <= 1

    told = irrelevant({"case": case}, fails, True, True, np.random.default_rng())
    assert told.names == ("X", "Y", "W1", "b1")
    assert not told.whole
    assert anything(told).startswith("of the smallest case X, Y, W1, b1 do not matter")

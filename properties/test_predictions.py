"""Of an author's own code: every function that gives outputs gives those of its forward, or decides by them."""

from __future__ import annotations

import pytest

from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.failure import fail
from symcheck.suite.second_sentences import differing, differing_mistake


@claim(theorem="forward-pass", needs=("forward",))
def test_predictions_are_made_of_the_outputs(implementation: Implementation) -> None:
    """A second function that gives outputs gives the same ones, or what an activation, a threshold or a rounding makes of them."""
    second = implementation.offer.second
    if not second:
        pytest.skip("no second function of it gives outputs")
    for other in second:
        if other.relation == "other":
            fail(differing(other), mistake=differing_mistake(other, implementation))

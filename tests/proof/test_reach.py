"""Worlds go past every number that a proof speaks of, also where a range has no end; numbers that none reaches are refused."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of

HEAD = """
theorem some
  Some
array a[i]   for i in 0..
"""


@pytest.mark.parametrize(
    "goal",
    [
        "sum(i in 7..k) 1 = 0   for k in 0..",
        "a[k] = a[0]   for k in 0..",
        "a[k] sum(i in 7..k) 1 = a[0] sum(i in 7..k) 1   for k in 0..",
    ],
)
def test_what_is_false_from_some_number_on_is_seen_to_be(goal: str) -> None:
    given = "given same   the first ones are the same\n  a[i+1] = a[i]   for i in 0..5\n"
    text = f"{HEAD}{given}lemma wrong   {goal}\n  same\n"
    (step,) = check_proof(proof_of(text, "some.txt"))[1]
    assert "the sides differ" in step.verdict.why


def test_what_is_assumed_holds_as_far_as_they_go() -> None:
    given = "given same   all are the same\n  a[i+1] = a[i]   for i in 0..\n"
    text = f"{HEAD}{given}conclude right   a[k+2] = a[k+1]   for k in 0..\n  same\n"
    accepted, checked = check_proof(proof_of(text, "some.txt"))
    assert accepted, [c.verdict.why for c in checked]


@pytest.mark.parametrize("number", ["51", "7 * 8", "999999999999", "30 + 30"])
def test_numbers_that_no_world_goes_past_are_refused(number: str) -> None:
    for text in (f"lemma one   a[{number}] = a[{number}]", f"size n in {number}..\nlemma one   a[n] = a[n]"):
        with pytest.raises(ValueError, match="no world goes past it"):
            check_proof(proof_of(f"{HEAD}{text}\n  algebra\n", "some.txt"))

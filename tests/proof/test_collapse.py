"""A Kronecker delta leaves one term of a sum, also where the sums inside it run to ends that depend on its index."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import ONE, Range, Term, delta, entry, mul, number, summed, variable

I, J, a, c, n = map(variable, "IJacn")
KNOWN = {"n": Range("n", ONE), "I": Range("I", ONE, n), "a": Range("a", ONE, entry("m", I))}
SCOPE = Scope({}, frozenset(), Known(KNOWN, {"m": 1}))
BLOCKS, MEMBERS = ("J", ONE, n), ("c", ONE, entry("m", J))


def collapsed(term: Term) -> Term:
    return RULES["collapse a sum"](Step("collapse a sum", term, term), SCOPE)(term)


def x(block: Term, member: Term) -> Term:
    return entry("x", block, member)


@pytest.mark.parametrize(
    ("term", "left"),
    [
        (summed(mul(delta(J, I), x(J, c)), BLOCKS, MEMBERS), summed(x(I, c), ("c", ONE, entry("m", I)))),
        (summed(mul(delta(J, I), delta(c, a), x(J, c)), BLOCKS, MEMBERS), x(I, a)),
        (summed(mul(delta(c, a), delta(J, I)), BLOCKS, MEMBERS), ONE),
        # Ends that depend on nothing: the index may be carried into the inner sum.
        (summed(mul(delta(J, c), x(J, c)), BLOCKS, ("c", ONE, n)), summed(x(c, c), ("c", ONE, n))),
    ],
)
def test_the_block_and_then_its_member_are_left(term: Term, left: Term) -> None:
    assert same(collapsed(term), left)


@pytest.mark.parametrize(
    "term",
    [
        # A member of block I need not be one of block J.
        summed(mul(delta(c, a), x(J, c)), BLOCKS, MEMBERS),
        # The member would carry the number of the block to its own end.
        summed(mul(delta(J, c), x(J, c)), BLOCKS, MEMBERS),
        # Nor if a sum stands between them.
        summed(mul(delta(J, c), x(J, c)), BLOCKS, ("k", ONE, entry("m", J)), ("c", ONE, I)),
        # An index past the end leaves nothing.
        summed(mul(delta(J, I + 1), x(J, c)), BLOCKS, MEMBERS),
        summed(mul(delta(J, number(0)), x(J, c)), BLOCKS, MEMBERS),
    ],
)
def test_what_is_not_known_to_be_in_range_is_left_as_it_is(term: Term) -> None:
    assert same(collapsed(term), term)

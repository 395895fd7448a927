"""What is known not to be 0 cancels, also inside a sum, and nothing else does."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import ONE, Range, Term, close, entry, mul, number, power, summed, variable

n, j, v = map(variable, "njv")
KNOWN = {"n": Range("n", ONE), "v": Range("v", kind="real")}
SCOPE = Scope({}, frozenset(), Known(KNOWN, {"m": 1, "k": 0}))
WHOLE = ("j", ONE, n)


def divided(term: Term) -> Term:
    return RULES["algebra"](Step("algebra", term, term), SCOPE)(term)


def over(one: Term, other: Term) -> Term:
    return mul(one, power(other, -1))


x, m, k, y = entry("x", j), entry("m", j), entry("k", j), entry("y")


@pytest.mark.parametrize(
    ("term", "left"),
    [
        (summed(mul(over(x, m), m), WHOLE), summed(x, WHOLE)),
        (summed(mul(over(x, m), m, m), WHOLE), summed(mul(x, m), WHOLE)),
        (summed(over(mul(x, m), mul(m, m)), WHOLE), summed(over(x, m), WHOLE)),
        (summed(mul(x, over(j, j)), WHOLE), summed(x, WHOLE)),
        (power(summed(over(m, m), WHOLE), 2), power(summed(ONE, WHOLE), 2)),
    ],
)
def test_what_is_not_zero_cancels_inside_a_sum(term: Term, left: Term) -> None:
    assert same(divided(term), left)


@pytest.mark.parametrize(
    "term",
    [
        # Numbers of members that may be 0, indices that pass through 0, numbers of which nothing is known.
        summed(mul(over(x, k), k), WHOLE),
        summed(mul(x, over(j, j)), ("j", number(0), n)),
        summed(mul(x, over(j, j)), ("j", number(-1), ONE)),
        summed(mul(x, over(y, y)), WHOLE),
        summed(mul(x, over(v, v)), WHOLE),
        close("integral", "r", (number(0), ONE), over(variable("r"), variable("r"))),
    ],
)
def test_what_may_be_zero_stays(term: Term) -> None:
    assert same(divided(term), term)


def test_sides_that_are_the_same_already_are_accepted() -> None:
    side = summed(mul(over(x, m), m), WHOLE)
    other = mul(side, over(entry("m", ONE), entry("m", ONE)))
    assert same(RULES["algebra"](Step("algebra", side, other), SCOPE)(side), other, SCOPE.known.nonzero)

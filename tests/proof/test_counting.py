"""Equal terms are counted: as many as the range has, which must not run backwards, unless they are zeros."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import ONE, ZERO, Range, Term, entry, mul, number, summed, variable

n, k, q = map(variable, "nkq")
SCOPE = Scope({}, frozenset(), Known({"n": Range("n", number(0)), "k": Range("k")}))
c, x = entry("c"), entry("x", q)


def counted(term: Term) -> Term:
    return RULES["count equal terms"](Step("count equal terms", term, term), SCOPE)(term)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (summed(c, ("q", ONE, n)), mul(n, c)),
        (summed(mul(x, ZERO), ("q", ONE, n)), ZERO),
        (summed(mul(x, ZERO), ("q", ONE, k)), ZERO),
        (summed(mul(number(-1), x) + x, ("q", ONE, k)), ZERO),
        (summed(mul(number(-1), x) + x + c, ("q", ONE, n)), mul(n, c)),
    ],
)
def test_terms_that_are_equal_are_counted(term: Term, value: Term) -> None:
    assert same(counted(term), value)


@pytest.mark.parametrize("term", [summed(x, ("q", ONE, n)), summed(c, ("q", ONE, k)), summed(c, ("q", number(2), n))])
def test_other_sums_stay(term: Term) -> None:
    assert same(counted(term), term)

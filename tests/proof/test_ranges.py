"""What is known of signs: linear bounds by ranges that depend on each other, and products of what is not negative."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import ONE, Range, Term, entry, mul, number, variable

L, u, a, v, w, k = map(variable, ("L", "u", "a", "v", "w", "k"))
B = entry("B")
MINUS_B = mul(number(-1), B)
KNOWN = Known(
    {
        # The end of a depends on u, and that of u on L.
        "L": Range("L", number(2)),
        "u": Range("u", ONE, L - 1),
        "a": Range("a", number(0), u - 2),
        "k": Range("k", ONE, entry("n", u)),
        "v": Range("v", kind="nonnegative"),
        "w": Range("w", kind="real"),
    },
    {"n": 1},
    lambda term, known: term == MINUS_B,
)


@pytest.mark.parametrize("term", [L - a - 3, L - u - 1, u - a - 2, L - 2, entry("n", u) - k])
def test_ends_that_depend_on_other_ranges_are_followed(term: Term) -> None:
    assert KNOWN.at_least(term, number(0))


@pytest.mark.parametrize("term", [L - a - 4, L - u - 2, u - a - 3, L - 3, u - 2, entry("n", L) - k])
def test_one_more_is_too_much(term: Term) -> None:
    assert not KNOWN.at_least(term, number(0))


@pytest.mark.parametrize(
    "term", [mul(v, MINUS_B), mul(v, v, MINUS_B), mul(w, w), mul(MINUS_B, MINUS_B), mul(number(2), v)]
)
def test_products_of_what_is_not_negative(term: Term) -> None:
    assert KNOWN.nonnegative(term)


@pytest.mark.parametrize(
    "term", [mul(v, B), mul(w, MINUS_B), mul(number(-1), v), mul(number(-1), v, MINUS_B), mul(w, v), B]
)
def test_other_products_are_not_known(term: Term) -> None:
    assert not KNOWN.nonnegative(term)

"""Powers of sums, and sums that are not 0: only where signs are known."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel import declared
from symcheck.proof.kernel.equations import powers
from symcheck.proof.kernel.proofs import Declarations, Lemma, Proof
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, Term, add, entry, mul, number, power, variable

L, S = variable("l"), entry("s")


def put_apart(term: Term, known: Known) -> Term:
    return powers(Step("add exponents", term, term), Scope({}, frozenset(), known))(term)


@pytest.mark.parametrize(
    ("base", "low", "apart"),
    [
        (S, 0, True),
        (S, 3, True),
        # 0^(-1 + 1) is 1, but 0^(-1) 0^1 is 0.
        (S, -1, False),
        (number(2), -1, True),
        (variable("a"), -1, True),
        (variable("u"), -1, False),
    ],
)
def test_a_power_of_a_sum_is_a_product_of_powers(base: Term, low: int, apart: bool) -> None:
    known = Known({"l": Range("l", number(low)), "a": Range("a", kind="positive"), "u": Range("u", kind="nonnegative")})
    term = power(base, L + 1)
    expected = {power(base, L), power(base, 1)}
    found = put_apart(term, known)
    assert (found.op == "mul" and set(found.args) == expected) if apart else found == term


def test_an_exponent_that_is_no_integer_stays() -> None:
    known = Known({"a": Range("a", kind="positive")})
    term = power(variable("a"), add(entry("x"), number(1)))
    assert put_apart(term, known) == term


SQUARE = power(entry("x"), 2)


@pytest.mark.parametrize(
    ("term", "known_not_zero"),
    [
        (add(number(1), SQUARE), True),
        (add(entry("n"), mul(SQUARE, entry("n"))), True),
        (add(SQUARE, number(-1), number(2)), True),
        (add(SQUARE, power(entry("y"), 2)), False),
        (add(SQUARE, number(-1)), False),
        (add(entry("n"), mul(entry("x"), entry("n"))), False),
        (add(number(1), number(-1)), False),
    ],
)
def test_a_sum_is_not_0_where_no_term_is_negative_and_one_is_positive(term: Term, known_not_zero: bool) -> None:
    assert Known({}, {"n": 1}).nonzero(term) == known_not_zero


@pytest.mark.parametrize(
    ("term", "largest"),
    [
        (power(entry("x", number(2)), 7), 2),
        (power(entry("x", number(2)), mul(number(7), L)), 7),
        (power(entry("x", number(9)), 7), 9),
        (power(power(number(2), add(L, number(8))), 3), 8),
    ],
)
def test_worlds_go_past_the_numbers_that_sizes_are_compared_with(term: Term, largest: int) -> None:
    """The exponent of a cube is compared with no size."""
    goal = Fact("goal", term, number(0))
    proof = Proof("p", "", "", Declarations(), (), (), (Lemma(goal, ()),), (), lambda *_: None)  # type: ignore[arg-type, return-value]
    assert declared.reach(proof) == largest

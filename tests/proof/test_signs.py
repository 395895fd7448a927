"""What is known of signs: a sum is not 0 where its terms are not negative and one is not 0, and in no other case."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import Range, Term, add, entry, number, power, variable
from symcheck.proof.library import proof_of

y, u, a = entry("y"), variable("u"), variable("a")
KNOWN = Known({"u": Range("u", kind="nonnegative"), "a": Range("a", kind="positive")})


@pytest.mark.parametrize("term", [add(power(y, 2), number(1)), add(power(y, 2), a), add(u, u, a)])
def test_a_sum_with_a_term_that_is_not_zero_is_not_zero(term: Term) -> None:
    assert KNOWN.nonzero(term)


@pytest.mark.parametrize(
    "term",
    [
        add(power(y, 2), power(y, 2)),  # added up, it is 2 y^2: a product with a factor that is not 0
        add(power(u, 2), number(0)),
        add(u, u),
        add(entry("x", number(1)), number(0)),
        add(power(y, 2), power(u, 2)),
        add(y, number(1)),
    ],
)
def test_terms_that_add_up_to_one_may_be_zero(term: Term) -> None:
    assert not KNOWN.nonzero(term)


FALSE = """
theorem powers-of-zero
  0^0 = 0^1 / 0
array y   any number
conclude wrong   (y^2 + y^2)^(k - 1) = (y^2 + y^2)^k / (y^2 + y^2)   for k in 1..
  powers
"""


def test_exponents_are_not_added_where_the_base_may_be_zero() -> None:
    # Worlds of random numbers do not contain the 0 at which it is false.
    assert not check_proof(proof_of(FALSE, "false.txt"))[0]
    right = FALSE.replace("y^2 + y^2", "y^2 + 1")
    assert check_proof(proof_of(right, "right.txt"))[0]

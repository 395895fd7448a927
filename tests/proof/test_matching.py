"""Matching a pattern with a term: it finds what to put for variables, and ends whatever is asked of it."""

from __future__ import annotations

from symcheck.proof.kernel.matching import match
from symcheck.proof.kernel.terms import Term, add, close, entry, function, mul, number, variable

a, b, i, k = (variable(name) for name in "abik")


def weights(index: Term) -> Term:
    """(w[i] + a v[i]) x[i], a product that is a sum when it is multiplied out."""
    return mul(add(entry("w", index), mul(a, entry("v", index))), entry("x", index))


def test_a_product_of_sums_is_matched_factor_by_factor() -> None:
    assert match(weights(i), weights(k), ("i",), {}) == {"i": k}


def test_an_integral_is_matched_by_its_ends_before_its_terms() -> None:
    def widened(shift: Term) -> Term:
        body = mul(function("cos", variable("r")), function("cos", variable("r") - shift))
        return close("integral", "r", (shift - number(1), number(1)), body)

    assert match(widened(i), widened(k), ("i",), {}) == {"i": k}


def test_a_product_of_sums_is_not_matched_with_another_product() -> None:
    assert match(weights(i), mul(b, entry("x", k)), ("i",), {}) is None
    assert match(weights(i), mul(add(entry("w", k), entry("v", k)), entry("x", b)), ("i",), {}) is None

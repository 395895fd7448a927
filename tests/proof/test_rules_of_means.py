"""Means in the kernel: what holds for every outcome is put in under them, and sums are matched term by term."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel import declared
from symcheck.proof.kernel.equations import definition
from symcheck.proof.kernel.matching import match
from symcheck.proof.kernel.proofs import Array, Declarations, Lemma, Proof
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import (
    OUTCOMES,
    Fact,
    Range,
    Term,
    add,
    close,
    entry,
    function,
    mul,
    number,
    power,
    variable,
)

OMEGA, COUNT = variable("omega"), variable(OUTCOMES)
X, Y = entry("X", OMEGA), entry("Y", OMEGA)
SIZE = Range(OUTCOMES, number(1))


def mean(body: Term) -> Term:
    return close("mean", "omega", (), body)


def put_in(low: Term, high: Term | None) -> Term:
    """E[X] after X = Y^2 was put in, which holds for these outcomes."""
    fact = Fact("square", X, power(Y, 2), (Range("omega", low, high),))
    scope = Scope({"square": fact}, frozenset({"square"}), Known({OUTCOMES: SIZE}))
    return definition(Step("definition", mean(X), mean(X), uses=("square",)), scope)(mean(X))


@pytest.mark.parametrize("high", [COUNT, None])
def test_what_holds_for_every_outcome_holds_under_a_mean(high: Term | None) -> None:
    assert put_in(number(1), high) == mean(power(Y, 2))


@pytest.mark.parametrize(("low", "high"), [(number(2), COUNT), (number(1), COUNT - 1), (number(1), number(5))])
def test_what_holds_for_some_outcomes_does_not(low: Term, high: Term) -> None:
    assert put_in(low, high) == mean(X)


@pytest.mark.parametrize("sizes", [(SIZE,), ()])
def test_a_mean_needs_the_number_of_outcomes(sizes: tuple[Range, ...]) -> None:
    """Otherwise a lemma could let that number range, and would speak of other means."""
    arrays = {"X": Array("X", (Range("omega", number(1), COUNT),), random=True)}
    lemma = Lemma(Fact("zero", mean(entry("X", number(1))), number(0)), ())
    proof = Proof("p", "", "", Declarations(arrays, sizes=sizes), (), (), (lemma,), (), lambda *_: None)  # type: ignore[arg-type, return-value]
    if sizes:
        declared.check(proof)
    else:
        with pytest.raises(ValueError, match="no size Omega is declared"):
            declared.check(proof)


def relu(argument: Term) -> Term:
    return power(function("relu", argument), 2)


U, NEGATIVE_U, Z = variable("u"), mul(number(-1), variable("u")), entry("z")
NEGATIVE_Z = mul(number(-1), Z)
PATTERN = add(relu(U), relu(NEGATIVE_U))


@pytest.mark.parametrize(
    ("term", "fits"),
    [
        (add(relu(Z), relu(NEGATIVE_Z)), True),
        (add(relu(NEGATIVE_Z), relu(Z)), True),
        (add(relu(Z), relu(Z)), False),
        (add(relu(Z), relu(mul(number(-1), entry("y")))), False),
        (add(relu(Z), relu(NEGATIVE_Z), Z), False),
        (relu(Z), False),
    ],
)
def test_the_terms_of_a_sum_are_matched_in_any_order(term: Term, fits: bool) -> None:
    found = match(PATTERN, term, ("u",), {})
    assert (found is not None) == fits

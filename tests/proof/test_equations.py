"""Putting facts in: where a rule says that it works inside sums, it does nothing elsewhere."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, Term, entry, number, partial, power, summed, variable
from symcheck.proof.library import proof_of

LOSS = Fact("loss", entry("E"), entry("w") * entry("y"))
SCOPE = Scope({"loss": LOSS}, frozenset({"loss"}), Known({"i": Range("i", number(1), number(3))}))
GRADIENT = partial(entry("E"), entry("w"))
UNFOLDED = partial(LOSS.right, entry("w"))


def in_a_sum(term: Term) -> Term:
    return summed(term * entry("x", variable("i")), ("i", number(1), number(3)))


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("definition", GRADIENT, UNFOLDED),
        ("definition", in_a_sum(GRADIENT), in_a_sum(UNFOLDED)),
        ("congruence of sums", GRADIENT, GRADIENT),
        ("congruence of sums", in_a_sum(GRADIENT), in_a_sum(UNFOLDED)),
        ("congruence of sums", partial(in_a_sum(entry("E")), entry("w")), partial(in_a_sum(LOSS.right), entry("w"))),
    ],
)
def test_a_definition_is_unfolded_under_a_derivative(rule: str, before: Term, after: Term) -> None:
    assert RULES[rule](Step(rule, before, after, uses=("loss",)), SCOPE)(before) == after


SQUARE = Fact("square", entry("z"), power(entry("w"), 2))
TWICE = Scope({"square": SQUARE}, frozenset({"square"}), Known({}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # d(dz^2/dz)/dw is d(2 z)/dw = 4 w, and d(d(w^4)/dz)/dw would be 0.
        (partial(partial(power(entry("z"), 2), entry("z")), entry("w")), None),
        (partial(partial(entry("z"), entry("w")), entry("z")), None),
        (partial(partial(entry("z"), entry("w")), entry("u")), partial(partial(SQUARE.right, entry("w")), entry("u"))),
    ],
)
def test_under_two_derivatives_the_place_of_neither_is_unfolded(before: Term, after: Term | None) -> None:
    assert RULES["definition"](Step("definition", before, before, uses=("square",)), TWICE)(before) == (
        before if after is None else after
    )


FALSE = """
theorem second
  A second derivative in two ways
array w[i], z[i]
array Q[k]
define z   a square
  z[i] = w[i]^2
define Q   from 5 on, where no world reaches
  Q[k] = sum(i in 5..k) ∂(∂(z[i]^2) / ∂z[i]) / ∂w[i]
lemma wrong   Q[k] = sum(i in 5..k) 0   for k in 0..
  Q
  z
    = sum(i in 5..k) ∂(∂((w[i]^2)^2) / ∂z[i]) / ∂w[i]
  differentiate
    = sum(i in 5..k) ∂0 / ∂w[i]
  differentiate
lemma right   Q[k] = sum(i in 5..k) 4 w[i]   for k in 0..
  Q
  differentiate
    = sum(i in 5..k) ∂(2 z[i]) / ∂w[i]
  z
    = sum(i in 5..k) ∂(2 w[i]^2) / ∂w[i]
  differentiate
"""


def test_a_second_derivative_is_taken_in_one_way() -> None:
    _, checked = check_proof(proof_of(FALSE, "second.txt"))
    assert {c.lemma for c in checked if not c.accepted} == {"wrong"}

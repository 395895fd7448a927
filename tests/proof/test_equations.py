"""Putting facts in: where a rule says that it works inside sums, it does nothing elsewhere."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, Term, entry, number, partial, summed, variable

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

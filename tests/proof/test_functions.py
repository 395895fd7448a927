"""Functions are functions of the values of their arguments, and of nothing else: what is defined, and what a step chooses."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.means import for_every_function
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Choice, NotApplicable, Scope, Step
from symcheck.proof.kernel.terms import (
    OUTCOMES,
    Fact,
    Range,
    Term,
    close,
    entry,
    function,
    mul,
    number,
    partial,
    power,
    variable,
)
from symcheck.proof.library import proof_of

BY_AN_ENTRY = """
theorem by-an-entry
  A function that depends on more than its argument
array b, w
integers n[l]   least 1
function g(u)
define g   b times its argument
  g(u) = {right}   for u real
lemma slope   ∂g(w) / ∂b = 0
  differentiate
"""


def test_a_function_is_not_defined_by_entries() -> None:
    # Written out, the slope is that of w b, which is w.
    with pytest.raises(ValueError, match="defines a function by entries"):
        check_proof(proof_of(BY_AN_ENTRY.format(right="u b"), "by-an-entry.txt"))


@pytest.mark.parametrize("right", ["2 u", "n[0] u^2"])
def test_it_may_be_defined_by_its_arguments_and_by_integers(right: str) -> None:
    assert check_proof(proof_of(BY_AN_ENTRY.format(right=right), "by-an-entry.txt"))[1]


X, Y, b, u = entry("X", variable("omega")), entry("Y", variable("omega")), entry("b"), variable("u")
SAME_LAW = Fact(
    "same-law",
    close("mean", "omega", (), function("phi", X)),
    close("mean", "omega", (), function("phi", Y)),
    functions=(("phi", 1),),
)
SCOPE = Scope({"same-law": SAME_LAW}, frozenset(), Known({OUTCOMES: Range(OUTCOMES, number(1))}))


def chosen(value: Term) -> Term:
    left = close("mean", "omega", (), number(1))
    step = Step("for every function", left, left, uses=("same-law",), choose={"phi": Choice(("u",), value)})
    start = close("mean", "omega", (), _at(value))
    return for_every_function(step, SCOPE)(start)


def _at(value: Term) -> Term:
    return X if value == u else Term(value.op, value.head, [_at(a) for a in value.args])


def test_a_function_of_the_value_is_chosen() -> None:
    assert chosen(power(u, 3)) == close("mean", "omega", (), power(Y, 3))


@pytest.mark.parametrize("value", [partial(u, b), mul(b, partial(mul(u, u), b))])
def test_how_an_argument_depends_on_something_is_no_function_of_its_value(value: Term) -> None:
    # X = b and a Y of the same law that does not depend on b would have the same slope.
    with pytest.raises(NotApplicable, match="function of the values"):
        chosen(value)

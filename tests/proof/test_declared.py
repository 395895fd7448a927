"""What a proof in real numbers may not say: infinity as a number, derivatives by integers, functions by themselves."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.judges import symbolic
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Scope
from symcheck.proof.kernel.terms import Range
from symcheck.proof.library import proof_of
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.vocabulary import Vocabulary

KNOWN = Known({"theta": Range("theta", kind="real")})
THEOREM = """
theorem attack
  What must not be shown
world reals
function d(u, v), g(u)
array w
"""


def rejected(text: str) -> str:
    """Why a theorem is none; nothing if it is accepted."""
    proof = proof_of(THEOREM + text, "attack")
    try:
        accepted, steps = check_proof(proof)
    except ValueError as refused:
        return str(refused)
    return "" if accepted else "; ".join(s.verdict.why for s in steps if not s.accepted)


def test_what_is_put_for_a_number_in_a_derivative_must_not_move_with_another() -> None:
    """∂(u v)/∂u is v, and at v = u it is still not the derivative of u^2."""
    text = """
define slope   a derivative by the first argument
  d(u, v) = ∂(u v) / ∂u   for u, v real
lemma carried-out   d(u, v) = v   for u, v real
  slope
  differentiate
"""
    assert not rejected(text + "conclude fine   d(u, v) = v   for u, v real\n  carried-out")
    wrong = """
conclude wrong   u = 2 u   for u real
  <- carried-out at u = u, v = u
    = d(u, u)
  slope
    = ∂(u u) / ∂u
  differentiate
"""
    proof = proof_of(THEOREM + text + wrong, "attack")
    step = next(s for s in proof.parts[-1].steps if s.rule == "definition")  # type: ignore[union-attr]
    facts = {f.name: f for f in proof.definitions}
    ranges = {"u": Range("u", kind="real"), "v": Range("v", kind="real")}
    assert "does not turn" in symbolic(step, Scope(facts, frozenset(facts), Known(ranges))).why
    assert not check_proof(proof)[0]


@pytest.mark.parametrize("put", ["d(u, w) = ∂(u w) / ∂u   for u real", "d(v, u) = ∂(v u) / ∂v   for u, v real"])
def test_a_definition_with_a_derivative_is_unfolded_at_other_variables_alone(put: str) -> None:
    text = f"""
define slope   a derivative by the first argument
  d(u, v) = ∂(u v) / ∂u   for u, v real
conclude unfolded   {put}
  slope
"""
    assert bool(rejected(text)) == ("w" in put)


def test_infinity_is_no_number() -> None:
    text = """
define integrated   up to any number
  g(u) = integral(r in 0..u) exp(-r)   for u real
conclude wrong   {} = {}
  integrated
"""
    assert "infinity is no number" in rejected(text.format("g(infinity)", "integral(r in 0..infinity) exp(-r)"))
    assert not rejected(text.format("g(2)", "integral(r in 0..2) exp(-r)"))


@pytest.mark.parametrize(
    "claim", ["∂(u + infinity) / ∂u = 1", "sum(i in 1..2) infinity = 2 infinity", "w infinity = w infinity"]
)
def test_infinity_stands_in_no_term(claim: str) -> None:
    assert "infinity is no number" in rejected(f"conclude wrong   {claim}   for u real\n  algebra\n")


def test_infinity_is_put_for_no_variable() -> None:
    for kind in ("real", "nonnegative", "positive"):
        range_ = Range("u", kind=kind)
        assert not KNOWN.within(parsed("1 + exp(infinity)", Vocabulary()), range_)
        assert KNOWN.within(parsed("1 + exp(theta)", Vocabulary()), range_)
    assert KNOWN.within(parsed("integral(r in 0..infinity) exp(-r)", Vocabulary()), Range("u", kind="real"))


def test_no_derivative_is_taken_by_an_integer() -> None:
    text = """
conclude wrong   ∂(sum(i in 1..n) 1) / ∂n = 0   for n in 1..
  differentiate
"""
    assert "by a variable that is a number" in rejected(text)


@pytest.mark.parametrize(
    ("definitions", "why"),
    [
        (["g(u) = g(u) + 1"], "by itself"),
        (["g(u) = d(u, u) + 1", "d(u, v) = g(u) v"], "by itself"),
        (["g(u) = w + 1", "w = g(0)"], "by itself"),
        (["g(u) = ∂g(u) / ∂u + 1"], "by itself"),
        (["g(u) = d'(u, u)", "d(u, v) = g(u) + v"], "by itself"),
        (["g(u) = 1", "g(u) = 2"], "a meaning already"),
        (["sin(u) = u"], "a meaning already"),
        (["g'(u) = 1"], "a meaning already"),
        (["g(u u) = u"], "at all its arguments"),
        (["d(u, u) = u"], "at all its arguments"),
        (["g(0) = 1"], "at all its arguments"),
        (["d(u, v) = u v", "g(u) = d(u, d(u, u)) + 1"], ""),
        (["d(u, v) = u v", "g(u) = d(u, d(u, u)) + w"], "by entries"),
    ],
)
def test_a_function_is_defined_once_and_not_by_itself(definitions: list[str], why: str) -> None:
    text = ""
    for number_, said in enumerate(definitions):
        spans = [v for v in "uv" if f"{v}," in said or f"{v})" in said]
        text += f"define d{number_}   a function\n  {said}{'   for ' + ', '.join(spans) + ' real' if spans else ''}\n"
    assert (why or "the sides are equal already") in rejected(text + "conclude one   w = w\n  d0")

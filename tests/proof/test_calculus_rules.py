"""The rules about real functions: what is true is accepted, what is false grossly or slightly is not, by the rule alone."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.judges import symbolic
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Choice, Scope, Step
from symcheck.proof.kernel.terms import Range, number
from symcheck.proof.library import proof_of, theorem_text
from symcheck.proof.text.expressions import Vocabulary, parsed

WORDS = Vocabulary(functions={"f": 1})
KINDS = {"theta": "real", "b": "real", "x": "real", "t": "real", "c": "nonnegative", "a": "positive"}
RANGES = {name: Range(name, kind=kind) for name, kind in KINDS.items()} | {"n": Range("n", number(1))}
SCOPE = Scope({}, frozenset(), Known(RANGES))


def accepts(rule: str, claim: str, antiderivative: str = "") -> bool:
    """Whether a rule gives a claim ``left = right``; an antiderivative is one of x."""
    left, right = (parsed(side, WORDS) for side in claim.split(" = "))
    choose = {"antiderivative": Choice(("x",), parsed(antiderivative, WORDS))} if antiderivative else {}
    return symbolic(Step(rule, left, right, choose=choose), SCOPE).accepted


@pytest.mark.parametrize(
    ("claim", "antiderivative"),
    [
        ("integral(r in 0..infinity) r^3 exp(-r^2 / 2) = 2", "-(x^2 + 2) exp(-x^2 / 2)"),
        ("integral(r in 0..1) r = 1 / 2", "x^2 / 2"),
        ("integral(r in 1..0) r = -1 / 2", "x^2 / 2"),
        ("integral(r in b..theta) theta = theta^2 - b theta", "theta x"),
        ("integral(r in 0..1) (-2 r) / (1 + r^2)^2 = -1 / 2", "1 / (1 + x^2)"),
        ("integral(r in 0..infinity) exp(-a r) = 1 / a", "-exp(-a x) / a"),
        ("integral(r in -infinity..0) exp(a r) = 1 / a", "exp(a x) / a"),
        ("integral(r in 0..pi) sin(r) = 2", "-cos(x)"),
        ("integral(r in 0..theta) integral(q in 0..1) 2 q = integral(r in 0..theta) 1", "x^2"),
        ("sum(i in 1..n) integral(r in 0..i) 2 r = sum(i in 1..n) i^2", "x^2"),
    ],
)
def test_an_integral_is_the_difference_of_an_antiderivative(claim: str, antiderivative: str) -> None:
    assert accepts("fundamental theorem", claim, antiderivative)


@pytest.mark.parametrize(
    ("claim", "antiderivative"),
    [
        ("integral(r in 0..infinity) r^3 exp(-r^2 / 2) = 3", "-(x^2 + 2) exp(-x^2 / 2)"),
        ("integral(r in 0..infinity) r^3 exp(-r^2 / 2) = 1", "-(x^2 + 1) exp(-x^2 / 2)"),
        ("integral(r in 1..infinity) r^3 exp(-r^2 / 2) = 2", "-(x^2 + 2) exp(-x^2 / 2)"),
        ("integral(r in 0..1) r = 1 / 3", "x^2 / 2"),
        ("integral(r in 1..0) r = 1 / 2", "x^2 / 2"),
        ("integral(r in -1..1) 1 / r^2 = -2", "-1 / x"),
        ("integral(r in 0..1) 2 r / (r^2 - 1 / 4)^2 = -16 / 3", "-1 / (x^2 - 1 / 4)"),
        ("integral(r in 0..1) b / b = 1", "x"),
        ("integral(r in 0..1) f'(r) = f(1) - f(0)", "f(x)"),
        ("integral(r in 0..infinity) cos(r) = 0", "sin(x)"),
        ("integral(r in 0..infinity) exp(-b r) = 1 / b", "-exp(-b x) / b"),
        ("integral(r in 0..infinity) b exp(-b r) = 1", "-exp(-b x)"),
        ("integral(r in 0..infinity) c exp(-c r) = 1", "-exp(-c x)"),
        ("integral(r in 0..infinity) a exp(a r) = -1", "exp(a x)"),
        ("integral(r in 0..infinity + 1) exp(-r) = 1", "-exp(-x)"),
        ("integral(r in 0..infinity) 1 = infinity", "x"),
    ],
)
def test_a_wrong_integral_is_rejected(claim: str, antiderivative: str) -> None:
    assert not accepts("fundamental theorem", claim, antiderivative)


@pytest.mark.parametrize(
    ("claim", "antiderivative"),
    [
        ("integral(r in 0..theta) theta = theta^2 / 2", "x^2 / 2"),
        ("integral(r in 0..x) x = x^2 / 2", "x^2 / 2"),
        ("integral(r in 0..1) integral(q in 0..1) r = integral(r in 0..1) 1 / 2", "x^2 / 2"),
        ("integral(t in 0..1) integral(q in 0..1) t = integral(q in 0..1) t", "t x"),
    ],
)
def test_the_variable_of_an_integral_is_no_other(claim: str, antiderivative: str) -> None:
    assert not accepts("fundamental theorem", claim, antiderivative)


@pytest.mark.parametrize(
    "claim",
    [
        "limit(L to infinity) exp(-a L) = 0",
        "limit(L to infinity) exp(-a)^(2 L) = 0",
        "limit(L to infinity) exp(a)^(-2 L) = 0",
        "limit(L to infinity) (1 - 1 / exp(a L)) = 1",
        "limit(L to infinity) (theta + L^2 sin(L) exp(b - a L)) = theta",
        "limit(L to infinity) exp(-(1 + c) L^3 / 5) = 0",
    ],
)
def test_a_limit_is_taken(claim: str) -> None:
    assert accepts("take the limit", claim)


@pytest.mark.parametrize(
    "claim",
    [
        "limit(L to infinity) exp(-a L) = 1",
        "limit(L to infinity) exp(a L) = 0",
        "limit(L to infinity) exp(-b L) = 0",
        "limit(L to infinity) exp(-c L) = 0",
        "limit(L to infinity) exp(-c L - b L^2) = 0",
        "limit(L to infinity) exp(-a)^(-2 L) = 0",
        "limit(L to infinity) exp(-a L + L) = 0",
        "limit(L to infinity) exp(-a L) exp(L^2) = 0",
        "limit(L to infinity) exp(-exp(-L)) = 0",
        "limit(L to infinity) exp(-sin(L) L) = 0",
        "limit(L to infinity) exp(-theta^2 L) = 0",
        "limit(L to infinity) f(L) exp(-L) = 0",
        "limit(L to infinity) theta^(2 L) = 0",
        "limit(L to infinity) (1 / 2)^(2 L) = 1",
        "limit(L to infinity) sin(L) = 0",
        "limit(L to infinity) L = 0",
        "limit(L to 0) exp(-a L) = 0",
        "limit(L to infinity) limit(n to infinity) exp(-L + n) = 0",
    ],
)
def test_a_limit_that_is_wrong_or_not_seen_is_rejected(claim: str) -> None:
    assert not accepts("take the limit", claim)


@pytest.mark.parametrize(
    ("rule", "claim"),
    [
        ("product of cosines", "cos(b) cos(theta) = 1 / 2 (cos(b - theta) + cos(b + theta))"),
        ("product of cosines", "2 a cos(b) cos(b) = a (cos(0) + cos(2 b))"),
        ("known values", "sin(theta + pi) = -sin(theta)"),
        ("known values", "cos(theta + pi / 2) = -sin(theta)"),
        ("known values", "sin(pi / 2 - theta) = cos(theta)"),
        ("known values", "cos(b - theta) = cos(theta - b)"),
        ("known values", "cos(3 pi) + sin(5 pi / 2) + exp(0) = 1"),
        ("differentiate", "∂(b sin(theta)^2) / ∂theta = 2 b sin(theta) cos(theta)"),
        ("differentiate", "∂exp(-theta^2) / ∂theta = -2 theta exp(-theta^2)"),
        ("differentiate", "∂(1 / a) / ∂a = -1 / a^2"),
    ],
)
def test_identities_are_accepted(rule: str, claim: str) -> None:
    assert accepts(rule, claim)


@pytest.mark.parametrize(
    ("rule", "claim"),
    [
        ("product of cosines", "cos(b) cos(theta) = 1 / 2 (cos(b - theta) - cos(b + theta))"),
        ("product of cosines", "cos(b) cos(theta) = 1 / 2 (cos(b - theta) + cos(b + 2 theta))"),
        ("product of cosines", "cos(b) cos(theta) = cos(b - theta) + cos(b + theta)"),
        ("product of cosines", "cos(b) sin(theta) = 1 / 2 (cos(b - theta) + cos(b + theta))"),
        ("known values", "sin(theta + pi) = sin(theta)"),
        ("known values", "cos(theta + pi / 2) = sin(theta)"),
        ("known values", "sin(-theta) = sin(theta)"),
        ("known values", "sin(pi / 3) = 1 / 2"),
        ("known values", "cos(theta pi) = -1"),
        ("known values", "exp(1) = 1"),
        ("differentiate", "∂(b theta^2) / ∂theta = b theta"),
        ("differentiate", "∂(1 / theta) / ∂theta = -1 / theta^2"),
        ("differentiate", "∂(integral(r in 0..theta) theta) / ∂theta = 0"),
        ("algebra", "b / b = 1"),
        ("algebra", "c / c = 1"),
    ],
)
def test_wrong_identities_are_rejected(rule: str, claim: str) -> None:
    assert not accepts(rule, claim)


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
        assert not SCOPE.known.within(parsed("1 + exp(infinity)", WORDS), range_)
        assert SCOPE.known.within(parsed("1 + exp(theta)", WORDS), range_)
    assert SCOPE.known.within(parsed("integral(r in 0..infinity) exp(-r)", WORDS), Range("u", kind="real"))


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


#: Of theorems in real numbers, what is written and what is put in its place; then the theorem is false, or not shown.
TAMPERED = [
    ("arc-cosine", "integral(r in 0..infinity)", "integral(r in 1..infinity)"),
    ("arc-cosine", "ell(3) = 2", "ell(3) = 3"),
    ("arc-cosine", "-(r^2 + 2) exp", "-(r^2 + 1) exp"),
    ("arc-cosine", "theta - pi / 2..pi / 2", "theta - pi..pi / 2"),
    ("arc-cosine", "theta - pi / 2..pi / 2", "theta - pi / 2..pi"),
    ("arc-cosine", "cos(phi) cos(phi - theta)", "cos(phi) cos(phi + theta)"),
    ("arc-cosine", "cos(2 phi - theta)", "cos(2 phi + theta)"),
    ("arc-cosine", "sin(theta) + (pi - theta) cos(theta)", "sin(theta) - (pi - theta) cos(theta)"),
    ("arc-cosine", "sin(theta) + (pi - theta) cos(theta)", "sin(theta) + (pi + theta) cos(theta)"),
    ("arc-cosine", "conclude slope-at-one   S(0) = 1", "conclude slope-at-one   S(pi) = 1"),
    ("arc-cosine", "conclude one-stays   kappa(0) = 1", "conclude one-stays   kappa(pi) = 1"),
    ("arc-cosine", "1 / pi integral(t in 0..theta) t sin(t)", "1 / pi integral(t in 0..theta) t cos(t)"),
    ("arc-cosine", "S(theta) (∂cos(theta) / ∂theta)", "S(theta) (∂sin(theta) / ∂theta)"),
    ("scale-limit", "lost(L, small(a)) = 1", "lost(L, small(a)) = 0"),
    ("scale-limit", "lost(L, small(a)) = 1   for a > 0", "lost(L, small(a)) = 1   for a >= 0"),
    ("scale-limit", "lost(L, small(a)) = 1   for a > 0", "lost(L, small(a)) = 1   for a real"),
    ("scale-limit", "small(a) = exp(-a)", "small(a) = exp(a)"),
    ("scale-limit", "small(a) = exp(-a)", "small(a) = 1"),
    ("scale-limit", "1 - s^(2 L)", "1 - s^(-2 L)"),
    ("scale-limit", "large(a) = exp(a)", "large(a) = exp(-a)"),
]


@pytest.mark.parametrize(("theorem", "written", "instead"), TAMPERED)
def test_a_tampered_theorem_is_rejected(theorem: str, written: str, instead: str) -> None:
    text = theorem_text(theorem) or ""
    assert written in text
    assert not check_proof(proof_of(text.replace(written, instead), theorem))[0]

"""The rules about real functions: what is true is accepted, what is false grossly or slightly is not, by the rule alone."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from symcheck.proof.kernel.calculus import simplified
from symcheck.proof.kernel.judges import symbolic
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import Choice, Scope, Step
from symcheck.proof.kernel.terms import Range, number
from symcheck.proof.settings.reals import Real, RealEvaluation, RealWorld
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.vocabulary import Vocabulary

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


def value(said: str, **at: int) -> Real:
    """The value of a term to forty digits, its variables given."""
    return RealEvaluation(RealWorld(np.random.default_rng()), ()).number(parsed(said, WORDS), at)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_known_values_are_those_of_sines_and_cosines(name: str) -> None:
    evaluation = RealEvaluation(RealWorld(np.random.default_rng()), ())
    for quarters, rest in product(range(-5, 6), ("theta - 2 b", "2 b - theta", "b", "-b", "0")):
        said = parsed(f"{name}({quarters} pi / 2 + {rest})", WORDS)
        assert evaluation.number(said, {}) == evaluation.number(simplified(said), {}), (quarters, rest)


_RATES = [f"{sign}{c} {n}" for sign in ("", "-") for c in ("", "a", "b", "c", "sin(L)", "a / b") for n in ("L", "L^2")]
_MORE = ["", "+ L", "- L", "- L^2", "+ b", "- c L", "- exp(-L) L"]
_BEFORE = ["", "L^2 ", "cos(L) ", "b "]


@pytest.mark.parametrize("before", _BEFORE)
def test_every_limit_that_is_taken_is_the_limit_whatever_the_signs_that_are_not_known(before: str) -> None:
    claims = [f"limit(L to infinity) {before}exp({rate} {more})" for rate, more in product(_RATES, _MORE)]
    taken = [said for said in claims if accepts("take the limit", f"{said} = 0")]
    assert len(taken) > 10
    for said in taken:
        for a, b, c in product((1, 3), (-3, 0, 2), (0, 1)):
            assert value(said, a=a, b=b, c=c) == Real(0), said

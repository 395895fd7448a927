"""Finite probability spaces: means are sums over outcomes, one inside another too, and worlds have what is assumed alone."""

from __future__ import annotations

import numpy as np
import pytest

from symcheck.exact.field import P
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.terms import Fact, Range, Term, close, entry, function, mul, number, power, summed, variable
from symcheck.proof.library import load
from symcheck.proof.settings.outcomes import SampleSpace

WEIGHTS = [[2, P - 1], [5, P - 7, 3]]
VALUES = {"X": [3, 4], "Y": [1, 6, 8]}
OMEGA, ONE = variable("omega"), number(1)
X, Y = entry("X", OMEGA), entry("Y", OMEGA)


def space() -> SampleSpace:
    """X and Y from a source each, and a function f of two arguments."""
    made = SampleSpace(World(np.random.default_rng(), {"n": 3}), WEIGHTS)
    made.variable("X", lambda outcome: VALUES["X"][outcome[0]])
    made.variable("Y", lambda outcome: VALUES["Y"][outcome[1]])
    made.functions["f"] = lambda u, w: u * u + 10 * w
    return made


def mean(body: Term) -> Term:
    return close("mean", "omega", (), body)


def value(term: Term, made: SampleSpace | None = None, definitions: tuple[Fact, ...] = ()) -> int:
    return int((made or space()).evaluation(definitions).number(term, {}))


def held(body: Term, at: Term) -> Term:
    """The mean of the body in which v stands for this, at the outcome of a mean around it."""
    inner = mean(body)
    return mean(_put(inner, at))


def _put(term: Term, at: Term) -> Term:
    return at if term == variable("v") else Term(term.op, term.head, [_put(a, at) for a in term.args])


F = function("f", variable("v"), Y)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (mean(ONE), 1),
        (mean(X), 2 * 3 - 4),
        (mean(power(X, 2)), 2 * 9 - 16),
        (mean(mul(X, Y)), (2 * 3 - 4) * (5 - 42 + 24)),
        (mean(X) * mean(X), (2 * 3 - 4) ** 2),
        (mean(summed(mul(X, variable("k")), ("k", ONE, entry_n := variable("n")))), 6 * (2 * 3 - 4)),
        (summed(mean(mul(X, variable("k"))), ("k", ONE, entry_n)), 6 * (2 * 3 - 4)),
        (mean(function("f", X, X)), 2 * (9 + 30) - (16 + 40)),
        # X is held at its value while the mean over another outcome of it is taken: not the mean of f(X, X).
        (held(function("f", variable("v"), X), X), 2 * 9 - 16 + 10 * (2 * 3 - 4)),
        (held(F, X), 2 * 9 - 16 + 10 * (5 - 42 + 24)),
        (held(mul(variable("v"), X), X), (2 * 3 - 4) ** 2),
        (mean(mul(X, mean(X))), (2 * 3 - 4) ** 2),
    ],
)
def test_a_mean_is_a_sum_over_outcomes(term: Term, expected: int) -> None:
    assert value(term) == expected % P


def test_a_definition_may_hold_a_variable_at_its_value() -> None:
    """E[(X - X')^2 | X] as a random variable of its own: its mean is 2 (E[X^2] - E[X]^2)."""
    apart = Fact(
        "apart",
        entry("D", OMEGA),
        _put(mean(power(variable("v") - X, 2)), X),
        (Range("omega", ONE, variable("Omega")),),
    )
    first, second = 2 * 3 - 4, 2 * 9 - 16
    assert value(mean(entry("D", OMEGA)), definitions=(apart,)) == (2 * (second - first * first)) % P


def test_a_random_variable_without_values_differs_from_outcome_to_outcome() -> None:
    made = space()
    by_hand = sum(int(w) * made.entry("Z", (k + 1, 4)) for k, w in enumerate(made.weights)) % P
    assert value(mean(entry("Z", OMEGA, number(4))), made) == by_hand
    assert len({made.entry("Z", (k + 1, 4)) for k in range(len(made.outcomes))}) == len(made.outcomes)


THEOREMS = ["he-gain", "leaky-gain", "scale-power", "glorot-compromise", "ratio-variance", "random-draws"]


@pytest.mark.first(4)
@pytest.mark.parametrize(("name", "hypothesis"), [(n, h.name) for n in THEOREMS for h in load(n).hypotheses])
def test_without_a_hypothesis_its_own_step_is_false_in_the_worlds(name: str, hypothesis: str) -> None:
    proof = load(name)
    own = {f.name for h in proof.hypotheses if h.name == hypothesis for f in h.facts}
    accepted, checked = check_proof(proof, [hypothesis])
    first = next(c for c in checked if not c.accepted)
    assert not accepted
    assert first.step is not None
    assert own & set(first.step.uses)
    assert "the sides differ" in first.verdict.why

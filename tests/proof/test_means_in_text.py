"""A mean with variables held at their values: what is written reads back, and what would be misread is refused."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.proofs import Array
from symcheck.proof.kernel.terms import Range, Term, close, entry, function, mul, number, summed, variable
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.vocabulary import NotationError, Vocabulary
from symcheck.proof.text.written import written

OMEGA, I, K = variable("omega"), variable("i"), variable("k")
DOMAIN = (Range("omega", number(1), variable("Omega")), Range("i", number(1), number(5)))
WORDS = Vocabulary({"X": Array("X", DOMAIN, random=True), "a": Array("a", DOMAIN[1:])}, {"f": 2})


def mean(body: Term, outcome: str = "omega") -> Term:
    return close("mean", outcome, (), body)


def x(index: Term, outcome: str = "omega") -> Term:
    return entry("X", variable(outcome), index)


FUBINI = mean(mean(function("f", x(I, "outer"), x(K, "inner")), "inner"), "outer")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("mean(v = X[i]) mean(f(v, X[k]))", FUBINI),
        ("mean(f(X[i], X[k]))", mean(function("f", x(I), x(K)))),
        ("mean(X[i] mean(X[k]))", mean(mul(x(I), mean(x(K))))),
        ("mean(X[i]) mean(X[k])", mul(mean(x(I)), mean(x(K)))),
        ("(mean(v = X[i]) mean(f(v, X[k]))) a[i]", mul(FUBINI, entry("a", I))),
        ("a[i] mean(v = X[i]) mean(f(v, X[k]))", mul(entry("a", I), FUBINI)),
        ("sum(i in 1..5) mean(v = X[i]) mean(f(v, X[k]))", summed(FUBINI, ("i", number(1), number(5)))),
        (
            "mean(v = X[i]) sum(k in 1..5) mean(f(v, X[k]))",
            mean(
                summed(mean(function("f", x(I, "outer"), x(K, "inner")), "inner"), ("k", number(1), number(5))), "outer"
            ),
        ),
        (
            "mean(v = X[i], v_2 = X[k]) mean(f(v, v_2))",
            mean(mean(function("f", x(I, "outer"), x(K, "outer")), "inner"), "outer"),
        ),
        (
            "mean(v = X[i]) v mean(f(v, X[i]))",
            mean(mul(x(I, "outer"), mean(function("f", x(I, "outer"), x(I, "inner")), "inner")), "outer"),
        ),
    ],
)
def test_what_is_written_reads_back(text: str, term: Term) -> None:
    assert parsed(text, WORDS) == term
    assert parsed(written(term), WORDS) == term
    assert written(term) == text


def test_a_mean_over_values_is_not_a_mean_at_one_outcome() -> None:
    assert parsed("mean(v = X[i]) mean(f(v, X[k]))", WORDS) != parsed("mean(mean(f(X[i], X[k])))", WORDS)


def test_an_outcome_around_that_cannot_be_held_is_shown() -> None:
    """Its index belongs to a sum inside: the text must not look like the mean at one outcome."""
    inner = mean(function("f", x(K, "outer"), x(K, "inner")), "inner")
    assert "X[omega_around, k]" in written(mean(summed(inner, ("k", number(1), number(5))), "outer"))


@pytest.mark.parametrize(
    "text",
    [
        "mean(X = X[i]) X[i]",
        "mean(f = X[i]) 1",
        "mean(v = X[i], v = X[k]) v",
        "mean(exp = X[i]) 1",
        "mean(omega = 1) 2",
        "mean(v = ) v",
        "mean(v = X[i] v",
        "mean(v = X[i])",
    ],
)
def test_what_would_be_misread_is_refused(text: str) -> None:
    with pytest.raises(NotationError):
        parsed(text, WORDS)

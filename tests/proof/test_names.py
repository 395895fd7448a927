"""Every name stands for one thing, and sizes are integers: otherwise what is proved reads as something else."""

from __future__ import annotations

import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of

HEAD = """
theorem some
  Some
size n in 1..
array v
array a[i]   for i in 1..n
random z[i]   for i in 1..n
function f(u)
let twice(u) = 2 u
"""


def refused(text: str) -> str:
    try:
        check_proof(proof_of(HEAD + text, "some.txt"))
    except (SymcheckError, ValueError) as why:
        return str(why)
    return ""


@pytest.mark.parametrize(
    "text",
    [
        # It would read as a sum of numbers from 1 to 3, and is three times the number v.
        "lemma one   sum(v in 1..3) v = 3 v\n  count",
        "lemma one   f(v) = f(v)   for v real\n  algebra",
        "given one   f is 0 everywhere\n  f(v) = 0   for v real",
        "lemma one   a[n] = a[n]   for n in 1..3\n  algebra",
        "lemma one   sum(f in 1..3) 1 = 3\n  count",
        "lemma one   sum(twice in 1..3) 1 = 3\n  count",
        "lemma one   sum(pi in 1..3) 1 = 3\n  count",
        "lemma one   integral(v in 0..1) 1 = 1\n  antiderivative(r) = r",
        # The outcome is an index that nobody writes: this would read as a sum of equal terms.
        "lemma one   sum(omega in 1..3) z[i] = 3 z[i]\n  count",
        "lemma one   a[i] = a[i]   for i in 1..2, i in 1..n\n  algebra",
        "let v(u) = u",
        "let f(u) = u",
        "let n(u) = u",
        "let exp(u) = u",
        "array twice[i]",
        "function twice(u)",
        "lemma one   f(u) = f(u)   for u real\n  algebra\narray u",
        # Of these variables the first is an array: what reads as a square is a constant.
        "given one   words\n  mean(phi(z[i])) = 0 for every phi/1\nlemma two   mean(z[i]^2) = 0\n  every one phi(v) = v^2",
        "lemma one   integral(r in 0..1) v = v\n  antiderivative(v) = v",
    ],
)
def test_a_name_that_stands_for_two_things_is_refused(text: str) -> None:
    assert "stands for" in refused(text) or "has two ranges" in refused(text)


def test_the_outcome_is_not_written() -> None:
    assert "which is not written" in refused("lemma one   a[omega] = a[omega]\n  algebra")


@pytest.mark.parametrize(
    "sizes",
    [
        "size m real",
        "size m > 0",
        "size m in v..",
        "size m in 1..a[1]",
        "size m in 1 / 2..",
        "size m in k..",
        "size m in 5..3",
        "size m in 3..n",
        "size Omega in 0..",
        "size Omega in 1..5",
        "given narrow   narrow\n  size k in 1..",
        "given narrow   narrow\n  size Omega in 3..",
    ],
)
def test_a_size_is_an_integer_between_others(sizes: str) -> None:
    assert refused(f"{sizes}\nlemma one   v = v\n  algebra")


@pytest.mark.parametrize("text", ["size m in 1..n + 2", "given wide   wide\n  size n in 2.."])
def test_what_stands_for_one_thing_is_not_refused(text: str) -> None:
    right = "lemma one   sum(k in 1..3) v = 3 v\n  count\nlemma two   f(w) = f(w)   for w real\n  algebra\n"
    assert not refused(f"{text}\n{right}")

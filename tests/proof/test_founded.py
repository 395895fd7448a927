"""Definitions that contradict each other or go round in a circle are refused, also where no world is large enough to show it."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of

#: What does not hold at numbers that no world reaches proves anything there.
CONTRADICTION = """
theorem contradiction
  Nothing is something
array a[i]   for i in 0..
define one   all of them are 0 from 5 on
  a[i] = 0   for i in 5..
define two   and all of them are 1
  a[i] = 1   for i in 5..
conclude wrong   sum(i in 5..k) 1 = 0   for k in 0..
  <- two
    = sum(i in 5..k) a[i]
  one
    = sum(i in 5..k) 0
  count
"""

CIRCLE = """
theorem circle
  Nothing is something
array a[i]   for i in 0..
array d[k], e[k]   for k in 0..
define step   it is one more than itself
  a[i] = a[i] + 1   for i in 5..
define total   the sum from 5 on
  e[k] = sum(i in 5..k) a[i]
define other   and once more
  d[k] = sum(i in 5..k) a[i]
lemma more   e[k] = d[k] + sum(i in 5..k) 1
  total
  step
    = sum(i in 5..k) (a[i] + 1)
  split
  <- other
lemma equal   e[k] = d[k]
  total
  <- other
conclude wrong   sum(i in 5..k) 1 = 0   for k in 0..
  algebra
    = d[k] + sum(i in 5..k) 1 - d[k]
  <- more
    = e[k] - d[k]
  equal
"""

HEAD = """
theorem some
  Some definitions
size L in 1..
integers n[l]   least 1
array a[t, l], b[t, l], c[t, l]
array q[l]
"""


def refused(text: str) -> str:
    try:
        check_proof(proof_of(text, "some.txt"))
    except ValueError as why:
        return str(why)
    return ""


@pytest.mark.parametrize(("text", "why"), [(CONTRADICTION, "twice"), (CIRCLE, "circle")])
def test_what_proves_anything_is_refused(text: str, why: str) -> None:
    assert why in refused(text)


def test_without_the_fault_nothing_is_refused() -> None:
    assert not refused(CONTRADICTION.replace("1   for i in 5..", "1   for i in 0..4"))
    assert not refused(CIRCLE.replace("a[i] + 1   for i in 5..", "a[i-1] + 1   for i in 5.."))


RIGHT = (
    ("q[l] = q[l-1] + 1   for l in 3..",),
    ("q[l] = q[l+1]^2 + 1   for l in 0..L",),
    ("q[0] = 1", "q[1] = q[0] + q[2]"),
    ("q[l] = 1   for l in 0..L-1", "q[L] = 2", "q[l] = 3   for l in L+1.."),
    # Training steps, and in each of them layers up and down again.
    (
        "a[t+1, l] = a[t, l] + c[t, l]   for t in 0.., l in 1..L",
        "b[t, l] = a[t, l] b[t, l-1]   for t in 0.., l in 1..L",
        "c[t, l] = c[t, l+1] a[t, l] + b[t, l]   for t in 0.., l in 1..L",
    ),
    # The index that falls is not at the same place in each of them.
    ("a[t, l] = b[l-1, t]   for t in 0..L, l in 1..", "b[l, t] = a[t, l]   for t in 0..L, l in 0.."),
)
WRONG = (
    # No number is the square of another one, plus one, for ever.
    (("q[l] = q[l+1]^2 + 1   for l in 5..",), "circle"),
    (("q[l] = q[l-1]^2 + 1   for l in n[t]..L, t in 0..5",), "all its variables"),
    (("q[l] = q[l-1]^2 + 1",), "circle"),
    (("q[l] = q[l-1] + q[l+1]   for l in 1..L",), "circle"),
    (("a[t, l] = b[t, l] + 1", "b[t, l] = c[t, l]", "c[t, l] = a[t, l]"), "circle"),
    (("a[t, l] = a[l, t] + 1   for t in 0..L, l in 0..L",), "circle"),
    (("a[t, l] = a[t-1, l+1] + a[t+1, l-1]   for t in 0..L, l in 0..L",), "circle"),
    (("a[t, l] = mean(a[t, l])   for t in 0..L, l in 0..L",), "circle"),
    (("q[l] = ∂q[l] / ∂a[0, 0]   for l in 0..L",), "circle"),
    (("q[l] = 0   for l in 0..L", "q[L] = 1"), "twice"),
    (("q[l] = 0   for l in 0..L", "q[l] = 1   for l in L-1.."), "twice"),
    (("q[l + k] = a[l, k]   for l in 0.., k in 0..",), "do not tell"),
    (("q[l k] = a[l, k]   for l in 0.., k in 0..",), "do not tell"),
    (("q[2 l] = a[0, l]   for l in 0..",), "do not tell"),
    (("n[l] = 0   for l in 5..",), "array of integers"),
)


def text(equations: tuple[str, ...]) -> str:
    random = "size Omega in 1..\n" if any("mean" in e for e in equations) else ""
    definitions = "".join(f"define d{k}   words\n  {e}\n" for k, e in enumerate(equations))
    return HEAD + random + definitions + "lemma nothing   1 = 1\n  algebra\n"


@pytest.mark.parametrize("equations", RIGHT)
def test_definitions_that_define(equations: tuple[str, ...]) -> None:
    assert not refused(text(equations))


@pytest.mark.parametrize(("equations", "why"), WRONG)
def test_definitions_that_may_not(equations: tuple[str, ...], why: str) -> None:
    assert why in refused(text(equations))

"""What would take for ever is refused in a sentence: huge numbers and terms, long searches, large worlds.

Every text here is small. Without the budget that it runs into it does not come to an end, or ends in an error of Python.
"""

from __future__ import annotations

import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of, shared

HEAD = """
theorem some
  Some
size L, M, N in 1..
array a[i], y[i]
array w
function f(u), g(u, v)
"""
REALS = "theorem some\n  Some\nworld reals\n"


def said(text: str) -> str:
    """All that is said against a text."""
    try:
        _, checked = check_proof(proof_of(text, "some.txt"))
    except (SymcheckError, ValueError) as why:
        return str(why)
    return "; ".join(c.verdict.why for c in checked if not c.accepted)


def variables(count: int) -> str:
    return ", ".join(f"i{k}" for k in range(count))


def doubled(base: str, step: str) -> str:
    lines = "".join(f"let b{k + 1} = {step.format(f'b{k}')}\n" for k in range(16))
    return f"{HEAD}let b0 = {base}\n{lines}lemma one   b16 = 1\n  algebra\n"


def given(equation: str, goal: str, steps: str) -> str:
    return f"{HEAD}given s   words\n  {equation}\nlemma one   {goal}\n{steps}"


MANY = "  for " + variables(11) + " in 1..L"
CASES = {
    "numbers": (f"{HEAD}lemma one   {'(' * 9}9{'^64)' * 9} = 1\n  algebra\n", "binary digits"),
    "polynomials": (f"{HEAD}lemma one   (w + y[1] + y[2] + y[3] + y[4])^64 = 1\n  algebra\n", "more than 4000 terms"),
    "abbreviations of nothing": (doubled("1", "{0} {0} {0} {0}"), "abbreviations are written out"),
    "abbreviations": (doubled("w", "{0} + {0} + {0}"), "abbreviations are written out"),
    "circular abbreviations": (f"{HEAD}let b = b b\nlemma one   b = 1\n  algebra\n", "nested more than|by itself"),
    "width": (given("a[i] = g(a[i+1], a[i+1])   for i in 1..", "a[1] = w", "  s\n" * 30), "differ"),
    "depth": (given("a[i] = f(a[i])   for i in 1..", "a[1] = w", "  s\n" * 1500), "differ"),
    "moves": (
        given(
            "a[i] = a[i] + y[j] y[k] y[l] y[m] - y[j]   for i, j, k, l, m in 1..L",
            "a[i] = a[j] a[k] a[l] a[m] a[n]   for i, j, k, l, m, n in 1..L",
            "  s\n" * 12 + "  factor\n",
        ),
        "ways to read these steps",
    ),
    "folding": (
        given(
            "w = " + " + ".join(f"y[i{k}]" for k in range(11)) + MANY,
            " + ".join(f"y[{k}]^2 y[1]" if k % 2 else f"y[{k}]" for k in range(22)) + " = 1   for l in 1..L",
            "  <- s\n  algebra\n",
        ),
        "does not",
    ),
    "matching": (
        given(
            " + ".join(f"y[i{k}]^2" for k in range(11)) + " = w" + MANY,
            " + ".join(f"y[{k}]^{2 if k else 3}" for k in range(11)) + " = 1",
            "  s\n",
        ),
        "does not turn",
    ),
    "nothing to choose": (
        given(f"w = {' '.join(f'y[i{k}]' for k in range(11))}{MANY}", "w = w", "  s\n"),
        "equal already",
    ),
    "ranges": (
        given("a[i] = 0   for i in 1..50 L L L L L L L L", "a[i] = 0   for i in 1..5", "  s\n"),
        "does not turn",
    ),
    "sums": (
        f"{HEAD}lemma one   {''.join(f'sum(i{k} in 1..50) ' for k in range(4))}w = 1\n  factor\n",
        "terms together",
    ),
    "nested sums": (
        f"{HEAD}lemma one   {''.join(f'sum(i{k} in 1..40 L) ' for k in range(9))}w = 1\n  count\n",
        "terms together",
    ),
    "facts about signs": (
        HEAD
        + "".join(f"given s{k}   words\n  f(u) >= 0   for u >= 0\n" for k in range(30))
        + f"lemma one   {'f(' * 8}w{')' * 8} >= 0\n  using {', '.join(f's{k}' for k in range(30))}\n",
        "not known to be at least 0",
    ),
    "a fact that asks for itself": (
        f"{HEAD}given s   words\n  u + 1 >= 0   for u >= 0\nlemma one   w >= 0\n  using s\n",
        "not known to be at least 0|does not hold",
    ),
    "definitions": (
        HEAD
        + "".join(f"array d{k}\n" for k in range(600))
        + "".join(f"define e{k}   words\n  d{k} = d{k + 1} + 1\n" for k in range(599))
        + "lemma one   d0 = d1 + 1\n  e0\n",
        "too deep",
    ),
    "circles": (
        HEAD
        + "".join(f"array d{k}[{variables(6)}]\n" for k in range(12))
        + "".join(f"define e{k}   words\n  d{k}[{variables(6)}] = d{(k + 1) % 12}[{variables(6)}]\n" for k in range(12))
        + "lemma one   1 = 1\n  algebra\n",
        "in a circle",
    ),
    "a deep network": (
        f"theorem some\n  Some\n{shared('network')}\n{shared('descent')}\n{shared('backpropagation')}\n"
        "lemma one   n[50] = n[50]\n  algebra\n",
        "entries are evaluated",
    ),
    "derivatives": (
        f"{HEAD}array E\ndefine E   words\n  E = {'f(' * 15}w{')' * 15}\n"
        f"lemma one   {'∂(' * 12}E{') / ∂w' * 12} = 1\n  E\n",
        "derivatives are taken of each other",
    ),
    "integrals": (
        f"{REALS}lemma one   {''.join(f'integral(r{k} in 0..1) ' for k in range(12))}exp(r0) = 1\n"
        "  antiderivative(r) = exp(r)\n",
        "points",
    ),
    "towers": (f"{REALS}lemma one   integral(r in 0..1) {'exp(' * 7}r{')' * 7} = 1\n  values\n", "binary digits"),
    "moments": (
        "theorem some\n  Some\nworld random-matrix\nsize n, m in 40..\nrandom W[i, j]   for i in 1..m, j in 1..n\n"
        "array v\ngiven uncorrelated   words\n  mean(W[i, j] W[i, k]) = v [j = k]\n"
        "lemma one   mean(W[i, j] W[i, k]) = v [j = k]\n  uncorrelated\n",
        "larger than any that is made",
    ),
    "a world for something else": (
        f"{REALS.replace('reals', 'random-units')}lemma one   1 = 1\n  algebra\n",
        "n is missing",
    ),
}


#: That come to their budget late; in a stage of CI.
LONG = ("moves", "a deep network", "depth")


@pytest.mark.first(6)
@pytest.mark.parametrize("case", [pytest.param(c, marks=pytest.mark.soak if c in LONG else ()) for c in CASES])
def test_it_comes_to_an_end_in_a_sentence(case: str) -> None:
    text, why = CASES[case]
    found = said(text)
    assert any(w in found for w in why.split("|")), found

"""A text that is no theorem is refused in a sentence, whatever is wrong with it."""

from __future__ import annotations

import numpy as np
import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.kernel.check import check_proof
from symcheck.proof.library import proof_of

HEAD = """
theorem some
  Some
size n in 1..
array a[t, i]   for t in 0.., i in 1..n
array w
random z[i]   for i in 1..n
function f(u)
"""


def refused(text: str) -> str:
    try:
        check_proof(proof_of(HEAD + text, "some.txt"))
    except (SymcheckError, ValueError) as why:
        return str(why)
    return ""


@pytest.mark.parametrize(
    "line",
    [
        "size",
        "size n",
        "array",
        "order",
        "order a[t, i]",
        "order a[t, i]   made",
        "order a[t, i]   made 3 i, late",
        "order a[t, i]   ,",
        "order a[t]   made 1",
        "order a[t, t]   made t",
        "order a[t, i]   made k",
        "order a[t, i]   made w",
        "order c[t]   made t",
        "any",
        "any w",
        "any of w",
        "let",
        "let b",
        "let b(u), c(u) = u",
        "define",
        "given",
        "given h   words\n  mean(phi(z[i])) = 0 for every phi",
        "given h   words\n  mean(phi(z[i])) = 0 for every phi/x",
        "given h   words\n  mean(phi(z[i])) = 0 for every /1",
        "given h   words\n  mean(phi(z[i])) = 0 for every phi/٣",
        "given h   words\n  size",
        "needed",
        "convenience",
        "claim",
        "lemma",
        "lemma one",
        "induction",
        "induction on",
        "induction on t\n  start",
        "induction on t\n  keep c",
        "conclude",
        "conclude from w",
        "world",
        "use",
        "use ../declared",
        "theorem",
        "lemma one   w = w\n  every",
        "lemma one   w = w\n  antiderivative",
        "lemma one   w = w\n  through",
        "lemma one   w = w\n  cases",
        "lemma one   w = w\n  reduce",
        "lemma one   w = w\n  algebra\n    =",
        "lemma one   w = ٣\n  algebra",
        # What stands behind it would look like a comment.
        "# words\u2028given all   words",
        "# words\x0bgiven all   words",
        "# words \u202e and backwards",
    ],
)
def test_it_is_refused_in_a_sentence(line: str) -> None:
    assert len(refused(line)) > 10


SINK = [
    "",
    "let twice(q) = 2 q",
    "order a[t, i]   step t, used 3 i",
    "any w of a[0, i]   words",
    "array b[i]   for i in 1..n",
    "define d   words",
    "  b[i] = f(a[0, i]) + twice(2)",
    "given h   words",
    "  a[t, i] = a[t, k]   for t in 0..5",
    "  other: f(u) >= 0   for u real",
    "  third: mean(phi(z[i]) psi(z[k])) = mean(phi(z[i])) mean(psi(z[k])) for every phi/1, psi/1 and i in 1..n, k in i+1..n",
    "given narrow   words",
    "  size n in 3..",
    "given implied   words",
    "  b[1] = a[t, 1]   for t in 0..",
    "  while c",
    "claim c   a[t, i] = 0   for t in 0..",
    "lemma one   sum(i) b[i] = sum(i in 1..n) f(a[0, i]) + 4 n",
    "  d                            words",
    "  split | count                words",
    "    = sum(i in 1..n) f(a[0, i]) + 4 n",
    "lemma two   ∂b[i] / ∂a[0, k] = f'(a[0, i]) [i = k]   for i in 1..n, k in 1..n",
    "  d at i = i",
    "  differentiate",
    "lemma three   f(w) >= 0",
    "  using other",
    "lemma four   b[i] = b[i]   for i in 1..n",
    "  cases i <= n - 1: one, two",
    "  every third phi(u) = u; psi(u) = u^2 at i = 1, k = 2",
    "  through b[k] over k",
    "  reduce one at i = i",
    "  antiderivative(r) = exp(r)",
    "  ~ nothing",
    "  <- d",
    "induction up on t   words",
    "  start c",
    "    h",
    "  keep c",
    "    <- h at k = 1",
    "    c",
    "conclude five from one   words",
    "lemma six   mean(v = z[1]) mean(f(v z[2])) = limit(k to infinity) integral(r in 0..infinity) exp(-r) [k = 1]",
    "  linearity",
    "",
]
PIECES = [
    "(",
    ")",
    "[",
    "]",
    "^",
    "/",
    "=",
    "..",
    "  ",
    ",",
    ":",
    ";",
    "'",
    "∂",
    "sum(j)",
    "mean(",
    "for",
    "in",
    "omega",
    "every",
    "real",
    "1",
]


def changed(rng: np.random.Generator) -> str:
    """The text with one line left out, doubled, moved, cut, or with a piece put into it."""
    lines = list(SINK)
    for _ in range(int(rng.integers(1, 4))):
        k, other = (int(rng.integers(len(lines))) for _ in range(2))
        at = int(rng.integers(len(lines[k]) + 1))
        piece = PIECES[int(rng.integers(len(PIECES)))]
        lines[k : k + 1] = [
            [], [lines[k]] * 2, [lines[other]], [lines[k][:at]], [f"{lines[k][:at]}{piece}{lines[k][at:]}"], ["  " + lines[k]],
        ][int(rng.integers(6))]  # fmt: skip
    return "\n".join(lines)


def test_whatever_is_changed_it_is_refused_in_a_sentence_or_checked() -> None:
    rng = np.random.default_rng()
    for _ in range(300):
        refused(changed(rng))

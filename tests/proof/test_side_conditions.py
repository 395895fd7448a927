"""Each side condition of the rules by itself: a step that lacks nothing else is rejected by the rules, without the worlds."""

from __future__ import annotations

import pytest

from symcheck.proof.kernel.check import Checked, check_proof
from symcheck.proof.library import proof_of

HEAD = """
theorem some
  Some
size L in 2..
array a[t], c[t]
array u[l, s, i]   for l in 0..L, s in 1..L, i in 1..L
array v[l, s]   for l in 0..L, s in 1..L
array w[l, i]   for l in 0..L, i in 1..L
array E, b, y
random z[i]   for i in 1..L
function f(r), g(q, r)
"""

#: A layer u above a layer v, with weights w of their own, and a loss.
LAYERS = """
order v[l, s]      made 4 l, used 4 l
order w[l, i]      made 4 l, used 4 l
order u[l, s, i]   made 4 l + 2
order E            made 0, last
define v   words
  v[l, s] = sum(i in 1..L) u[l-1, s, i]   for l in 1..L, s in 1..L
define u   words
  u[l, s, i] = w[l, i] v[l, s]   for l in 1..L-1, s in 1..L, i in 1..L
any E of v[L, s]   any function
"""


def checked(text: str) -> list[Checked]:
    return check_proof(proof_of(HEAD + text, "some.txt"))[1]


def of_the_rules(text: str, lemma: str) -> list[bool]:
    """Whether the rules alone accept the steps of a lemma, one by one."""
    return [c.judge(c.step, "rules").accepted for c in checked(text) if c.lemma == lemma and c.judge and c.step]


CLAIM = "given next   words\n  a[t+1] = c[t]   for t in 0..\nclaim zero   a[t] = 0   for t in 0..\n"
#: It shows nothing; but a claim is one of an induction.
INDUCTION = "\ninduction up on t   words\n  start zero\n    next\n  keep zero\n    next"
LAW = "given law   words\n  mean(phi(z[i])) = mean(phi(-z[i])) for every phi/1 and i in 2..L\n"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        # A claim holds at its own value alone.
        (CLAIM + "lemma one   c[t] a[{0}] = 0   for t in 0..\n  zero" + INDUCTION, ("t", "t+1")),
        (CLAIM + "lemma one   c[t] a[{0}] = 0   for t in 0..\n  zero at t = {0}" + INDUCTION, (None, "t+1")),
        (CLAIM + "lemma one   c[k] a[{0}] = 0   for t in 0.., k in 0..\n  zero" + INDUCTION, ("t", "k")),
        # What holds for all functions holds where its variables are in range.
        (
            LAW + "lemma one   mean(z[{0}]^3) = -mean(z[{0}]^3)\n  every law phi(r) = r^3 at i = {0}\n"
            "    = mean(-z[{0}]^3)\n  linearity",
            ("2", "1"),
        ),
        # Cut at what is no integer, a range has a gap; so it has between the ends of two facts.
        (
            "given low   words\n  a[t] = 0   for t in 0..3\n  high: a[t] = 0   for t in {0}..\n"
            "lemma one   a[k] = 0   for k in 0..\n  cases k <= 3: low, high",
            ("4", "5"),
        ),
        # Exponents, leading arguments and other entries of one array.
        ("lemma one   ∂(y^k) / ∂y = k y^(k-1)   for k in {0}..\n  differentiate", ("1", "0")),
        ("lemma one   ∂g({0}, y) / ∂y = g'({0}, y)\n  differentiate", ("b", "y")),
        (
            "define a   words\n  a[t+1] = a[t]   for t in 0..\n"
            "lemma one   ∂{0}[k] / ∂{0}[m] = [k = m]   for k in 0.., m in 0..\n  differentiate",
            ("c", "a"),
        ),
        # Under a derivative only what is defined is unfolded: an equation says how large y is, not how it depends on b.
        ("{0} square   words\n  y = b^2\nlemma one   ∂(y b) / ∂b = ∂(b^2 b) / ∂b\n  square", (("define",), ("given",))),
        # The chain rule: every index of the layer, each over its whole range or that of the variable, and no way around.
        (
            LAYERS + "lemma one   ∂E / ∂v[l, s] = sum({1}i in 1..L) (∂E / ∂u[l, {0}, i]) (∂u[l, {0}, i] / ∂v[l, s])"
            "   for l in 1..L-1, s in 1..L, k in 1..L\n  through u[l, {0}, i] over {2}i",
            (("s", "", ""), ("k", "", "")),
        ),
        (
            LAYERS
            + "lemma one   ∂E / ∂u[l, s, i] = (∂E / ∂v[{0}, s]) (∂v[{0}, s] / ∂u[l, s, i])   for l in 1..L-2, s in 1..L, i in 1..L\n"
            "  through v[{0}, s]",
            ("l+1", "l"),
        ),
        (
            LAYERS + "lemma one   ∂E / ∂w[l, i] = sum(s in 1..{0}) (∂E / ∂u[l, s, i]) (∂u[l, s, i] / ∂w[l, i])"
            "   for l in 1..L-1, i in 1..L\n  through u[l, s, i] over s",
            (None, "L-1"),
        ),
        (
            LAYERS
            + "lemma one   ∂E / ∂w[l, i] = sum(s in 1..L, {0} in 1..L) (∂E / ∂u[l, s, {0}]) (∂u[l, s, {0}] / ∂w[l, i])"
            "   for l in 1..L-1, i in 1..L\n  through u[l, s, {0}] over s, {0}",
            ("o", "i"),
        ),
        (
            LAYERS.replace("sum(i in 1..L) u[l-1, s, i]", "sum(i in 1..L) u[l-1, {0}, i]")
            + "lemma one   ∂E / ∂v[l, s] = sum(i in 1..L) (∂E / ∂u[l, s, i]) (∂u[l, s, i] / ∂v[l, s])"
            "   for l in 1..L-1, s in 1..L\n  through u[l, s, i] over i",
            ("s", "L + 1 - s"),
        ),
    ],
)
def test_a_step_that_lacks_one_condition(text: str, right: tuple[object, object]) -> None:
    good, bad = right
    if good is not None:
        assert all(of_the_rules(filled(text, good), "one"))
    assert not all(of_the_rules(filled(text, bad), "one"))


def filled(text: str, said: object) -> str:
    return text.format(*said) if isinstance(said, tuple) else text.format(said, said)


STEPS = {
    # A base case for a shorter range, a claim that rests on another, a conclusion that rests on a claim.
    "conclude from a claim": "given next   words\n  a[0] = 0\n" + "claim zero   a[t] = 0   for t in 0..\nconclude one from zero" + INDUCTION,
    "a lemma that rests on a claim": "given next   words\n  a[0] = 0\nclaim zero   a[t] = 0   for t in 0..\nlemma same   a[t] = a[t] + a[t]   for t in 0..\n"
    "  zero\n    = 0\n  <- zero\n    = a[t] + 0\n  <- zero\nconclude one   a[t] = a[t] + a[t]   for t in 0..\n  same" + INDUCTION,
    "what holds while a claim does": "claim zero   a[t] = 0   for t in 0..\n"
    "given other   words\n  c[t] = 0   for t in 0..\n  while zero\nconclude one   c[t] = 0   for t in 0..\n  other"
    + INDUCTION.replace("next", "other"),
    "a sign that holds at one value": "given step   words\n  a[t+1] = a[t+2] a[t+2] a[t]   for t in 0..\nclaim sign   a[t] >= 0   for t in 0..\n"
    "given first   words\n  a[0] = 0\ninduction up on t   words\n  start sign\n    first\n  keep sign\n    using sign\nconclude one from sign",
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_conclusion_that_rests_on_what_is_not_shown(name: str) -> None:
    assert not check_proof(proof_of(HEAD + STEPS[name], "some.txt"))[0]


def test_a_function_is_not_defined_on_a_half_line() -> None:
    text = "define h   words\n  f(r) = r   for r {0}\nlemma one   1 = 1\n  algebra"
    assert checked(text.format("> 0"))
    with pytest.raises(ValueError, match="half line"):
        checked(text.format(">= 0"))

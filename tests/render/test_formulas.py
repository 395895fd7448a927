"""Formulas as text, LaTeX and MathML say the same, and no more brackets or fewer than are needed."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree

import pytest

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.proofs import Array, Lemma
from symcheck.proof.kernel.terms import Fact, Range, Term, add, mul, number, variable
from symcheck.proof.library import load
from symcheck.proof.text.expressions import parsed
from symcheck.proof.text.vocabulary import OUTCOME, Vocabulary
from symcheck.render.formulas.latex import latex
from symcheck.render.formulas.mathml import mathml
from symcheck.render.formulas.notation import Notation, box, equation, said, span, spans
from symcheck.render.formulas.text import text
from symcheck.render.formulas.tidy import tidied

loaded = cache(load)
n = variable("n")


def _array(name: str, indices: str, random: bool = False) -> Array:
    domain = (Range(OUTCOME),) if random else ()
    return Array(name, (*domain, *(Range(i, number(1), n) for i in indices)), random=random)


ARRAYS = [_array("W", "lij"), _array("h", "lj"), _array("E", "t"), _array("rate_b", "i"), _array("c", "")]
WORDS = Vocabulary(
    {a.name: a for a in (*ARRAYS, _array("X", "i", random=True))}, {"sigma": 2, "relu": 1, "psi": 2, "f": 0}
)


def term(written: str) -> Term:
    return parsed(written, WORDS)


CASES = [
    ("sum(j) W[l, i, j] h[l-1, j]", "Σ(j=1..n) W[l, i, j] h[l - 1, j]", r"\sum_{j=1}^{n} W_{l, i, j}\,h_{l - 1, j}"),
    ("c - sum(j) h[l, j]", "c - Σ(j=1..n) h[l, j]", None),
    ("sum(j) h[l, j] + c", "Σ(j=1..n) h[l, j] + c", None),
    ("(sum(j) h[l, j]) c", "(Σ(j=1..n) h[l, j]) c", r"\left(\sum_{j=1}^{n} h_{l, j}\right)\,c"),
    ("sum(j) (h[l, j] + c)", "Σ(j=1..n) (h[l, j] + c)", None),
    ("c (h[l, i] + 1)", "c (h[l, i] + 1)", r"c\,\left(h_{l, i} + 1\right)"),
    ("-c", "-c", " - c"),
    ("-(c + 1)", "-(c + 1)", None),
    ("c - (x + 1)", "c - (x + 1)", None),
    ("c / 2", "c/2", r"\frac{c}{2}"),
    ("c / n", "c/n", r"\frac{c}{n}"),
    ("1 / n", "1/n", r"\frac{1}{n}"),
    ("c x / (n + 1) / 2", "c x/((n + 1) 2)", None),
    ("c / n sum(j) h[l, j]", "c/n Σ(j=1..n) h[l, j]", r"\frac{c}{n}\,\sum_{j=1}^{n} h_{l, j}"),
    ("c^2", "c^2", "c^{2}"),
    ("c^-2", "1/c^2", r"\frac{1}{c^{2}}"),
    ("(c + 1)^2", "(c + 1)^2", None),
    ("(-1)^n", "(-1)^n", None),
    ("sigma(l, c)", "σ[l](c)", r"\sigma_{l}\left(c\right)"),
    ("sigma''(l + 1 - 1, c)", "σ''[l](c)", r"{\sigma''}_{l}\left(c\right)"),
    ("∂E[0] / ∂W[l, i, j]", "∂E[0]/∂W[l, i, j]", r"\frac{\partial E_{0}}{\partial W_{l, i, j}}"),
    ("∂(c + E[0]) / ∂c", "∂(c + E[0])/∂c", None),
    ("[i = j]", "[i = j]", r"\left[i = j\right]"),
    ("mean(relu(X[i])^2)", "E[relu(X[i])^2]", r"\mathbf{E}\left[{\mathrm{relu}\left(X_{i}\right)}^{2}\right]"),
    ("integral(x in 0..pi / 2) x sin(x)", "∫(x=0..π/2) x sin(x) dx", None),
    ("integral(x in 0..1) (1 - x)", "∫(x=0..1) (1 - x) dx", r"\int_{0}^{1} \left(1 - x\right)\,\mathrm{d}x"),
    ("limit(L to infinity) (1 - c^L)", "lim(L→∞) (1 - c^L)", r"\lim_{L \to \infty} \left(1 - c^{L}\right)"),
    ("limit(L to infinity) c + 1", "(lim(L→∞) c) + 1", None),
    ("rate_b[i]", "rate_b[i]", r"\mathrm{rate}_{b; i}"),
    ("f x", "f x", None),
    ("j sum(j in 1..3) j", "j Σ(j_2=1..3) j_2", None),
    ("sum(j in 1..3) sum(j in 1..2) j", "Σ(j=1..3) Σ(j_2=1..2) j_2", None),
]


@pytest.mark.parametrize(("written", "plain", "source"), CASES, ids=[written for written, _, _ in CASES])
def test_a_term_is_written_as_its_readers_would(written: str, plain: str, source: str | None) -> None:
    b = box(term(written))
    assert text(b) == plain
    ElementTree.fromstring(mathml(b))
    if source is not None:
        assert latex(b) == source


def test_a_leading_argument_is_an_index_unless_it_is_a_number() -> None:
    fact = Fact("", term("psi(u, v)"), term("v"), (Range("u", kind="real"), Range("v", kind="real")))
    assert text(said(fact)) == "ψ(u, v) = v"
    assert text(box(term("psi(u, v)"))) == "ψ[u](v)"
    assert text(Notation(frozenset({"u"})).box(term("psi(2 u, v)"))) == "ψ(2 u, v)"
    assert text(box(term("psi(c, v)"))) == "ψ(c, v)"
    assert text(box(term("integral(r in 0..1) psi(r, v)"))) == "∫(r=0..1) ψ(r, v) dr"


def test_the_outcome_of_a_random_variable_is_not_written() -> None:
    assert text(box(term("X[i]"))) == "X[i]"
    assert text(box(term("mean(X[i] X[j])"))) == "E[X[i] X[j]]"
    assert not spans([Range(OUTCOME, number(1), variable("Omega"))])


def test_a_random_variable_that_is_held_at_a_value_has_a_name() -> None:
    fubini = box(term("mean(v = X[i]) mean(psi(v, X[j]))"))
    assert text(fubini) == "E[v = X[i]][E[ψ(v, X[j])]]"
    assert latex(fubini) == r"\mathbf{E}_{v = X_{i}}\left[\mathbf{E}\left[\psi\left(v, X_{j}\right)\right]\right]"
    ElementTree.fromstring(mathml(fubini))
    assert text(box(term("mean(v = X[i], w = X[j]) mean(v w X[i])"))) == "E[v = X[i], v_2 = X[j]][E[v v_2 X[i]]]"
    assert text(box(term("mean(mean(psi(X[i], X[j])))"))) == "E[E[ψ(X[i], X[j])]]"
    outcome_shown = box(term("mean(v = X[k]) sum(k in 1..3) mean(v X[k])"))
    assert text(outcome_shown) == "E[v = X[k]][Σ(k_2=1..3) E[v X[k_2]]]"


@pytest.mark.parametrize(
    ("range_", "plain", "source"),
    [
        (Range("l", number(1), n - 1), "l = 1..n - 1", r"l = 1, \dots, n - 1"),
        (Range("l", number(0) + 1, n - 1 - 1), "l = 1..n - 2", None),
        (Range("t", number(0)), "t = 0, 1, ...", r"t = 0, 1, \dots"),
        (Range("t", n), "t = n, n + 1, ...", None),
        (Range("l"), "any l", None),
        (Range("u", kind="real"), "any u", None),
        (Range("u", kind="nonnegative"), "u >= 0", r"u \ge 0"),
        (Range("a", kind="positive"), "a > 0", "a > 0"),
    ],
)
def test_ranges_are_told_with_their_ends(range_: Range, plain: str, source: str | None) -> None:
    assert text(span(range_)) == plain
    ElementTree.fromstring(mathml(span(range_)))
    if source is not None:
        assert latex(span(range_)) == source


def test_two_sides_of_an_equation_differ_when_their_terms_do() -> None:
    one, other = term("W[l, i, j]"), term("W[l, j, i]")
    assert text(equation(one, other)) == "W[l, i, j] = W[l, j, i]"
    assert text(equation(one, number(0), ">=")) == "W[l, i, j] >= 0"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (mul(number(1), term("c")), term("c")),
        (mul(number(1), number(1)), number(1)),
        (mul(number(2), mul(number(3), term("c"))), mul(number(6), term("c"))),
        (mul(term("c"), mul(number(0), n)), number(0)),
        (add(term("c"), add(number(0), n)), add(term("c"), n)),
        (add(number(2), number(3)), number(5)),
        (term("h[1 + l - 2, j + 0]"), Term("entry", "h", (variable("l") + -1, variable("j")))),
        (term("sum(j in 2 - 1..n + 1 - 1) j"), term("sum(j in 1..n) j")),
        (term("c^(1 + 1)"), term("c^2")),
        # What is no index stays as it is: a step of algebra would vanish.
        (term("c + 1 - c"), term("c + 1 - c")),
        (term("h[l, i^100]"), term("h[l, i^100]")),
    ],
)
def test_terms_are_tidied_for_readers(left: Term, right: Term) -> None:
    assert tidied(left) == right


@pytest.mark.parametrize("name", THEOREMS)
def test_every_formula_of_every_proof_is_well_formed(name: str) -> None:
    proof = loaded(name)
    lemmas = [x for part in proof.parts for x in ((part,) if isinstance(part, Lemma) else (*part.base, *part.step))]
    sides = [Notation.of(x.goal.ranges).equation(step.left, step.right) for x in lemmas for step in x.steps]
    assert len(sides) > 5
    for b in [*sides, *map(said, proof.definitions), *(said(x.goal) for x in lemmas)]:
        ElementTree.fromstring(mathml(b))
        source = latex(b)
        for opening, closing in (("{", "}"), (r"\left", r"\right")):
            assert source.count(opening) == source.count(closing), source
        plain = text(b)
        assert plain.count("(") == plain.count(")")
        assert not any(word in plain for word in (OUTCOME, "Omega", "Fresh", "?"))

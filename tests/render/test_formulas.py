"""Formulas as text, LaTeX and MathML say the same, and no more brackets or fewer than are needed."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import sympy
from sympy import Integer, Integral, KroneckerDelta, Limit, Rational, Sum, Symbol, sin

from symcheck.proof import THEOREMS
from symcheck.proof.kernel.proofs import Lemma
from symcheck.proof.kernel.terms import Partial, arrays, index, smooth
from symcheck.proof.library import ENTRIES
from symcheck.proof.settings.expectation import mean
from symcheck.render.formulas.latex import latex
from symcheck.render.formulas.mathml import mathml
from symcheck.render.formulas.notation import box, equation, span
from symcheck.render.formulas.text import text

i, j, n, l = index("i j n l")
W, h, E = arrays("W h E")
x = Symbol("x")
sigma, relu = smooth("sigma"), smooth("relu")
SUM = Sum(W[l, i, j] * h[l - 1, j], (j, 1, n))

CASES = [
    (SUM, "Σ(j=1..n) W[l, i, j] h[l - 1, j]", r"\sum_{j=1}^{n} W_{l, i, j}\,h_{l - 1, j}"),
    (W[i] - SUM, "W[i] - Σ(j=1..n) W[l, i, j] h[l - 1, j]", None),
    (W[i] * (h[i] + 1), "W[i] (h[i] + 1)", r"W_{i}\,\left(h_{i} + 1\right)"),
    (W[i + 1], "W[i + 1]", "W_{i + 1}"),
    (-W[i], "-W[i]", " - W_{i}"),
    (W[i] / 2, "1/2 W[i]", r"\frac{1}{2}\,W_{i}"),
    (W[i] / n, "W[i]/n", r"\frac{W_{i}}{n}"),
    (Integer(1) / n, "1/n", r"\frac{1}{n}"),
    (Rational(-1, 2) * W[i], "-1/2 W[i]", None),
    (W[i] ** 2, "W[i]^2", None),
    ((W[i] + 1) ** 2, "(W[i] + 1)^2", None),
    (sigma(l, W[i]), "σ[l](W[i])", r"\sigma_{l}\left(W_{i}\right)"),
    (Partial(E[0], W[i]), "∂E[0]/∂W[i]", r"\frac{\partial E_{0}}{\partial W_{i}}"),
    (Partial(Partial(E[0], W[i]), W[i]), "∂(∂E[0]/∂W[i])/∂W[i]", None),
    (KroneckerDelta(i, j), "[i = j]", r"\left[i = j\right]"),
    (mean(relu(W[i]) ** 2), "E[relu(W[i])^2]", None),
    (Integral(x * sin(x), (x, 0, sympy.pi / 2)) / sympy.pi, "1/π ∫(x=0..1/2 π) x sin(x) dx", None),
    (Integral(1 - x, (x, 0, 1)), "∫(x=0..1) (1 - x) dx", r"\int_{0}^{1} \left(1 - x\right)\,\mathrm{d}x"),
    (Limit(1 - x**2, x, sympy.oo), "lim(x→∞) (1 - x^2)", r"\lim_{x \to \infty} \left(1 - x^{2}\right)"),
    (Limit(x, x, sympy.oo) - Limit(n, n, sympy.oo), "(lim(x→∞) x) - lim(n→∞) n", None),
    (sympy.sqrt(n), "sqrt(n)".replace("sqrt", "√"), r"\sqrt{n}"),
    (arrays("rate_b")[0][i], "rate_b[i]", r"\mathrm{rate}_{b; i}"),
]


@pytest.mark.parametrize(("expression", "plain", "source"), CASES, ids=[plain for _, plain, _ in CASES])
def test_an_expression_is_written_as_its_readers_would(expression: object, plain: str, source: str | None) -> None:
    b = box(expression)
    assert text(b) == plain
    if source is not None:
        assert latex(b) == source


def test_a_sum_that_does_not_come_last_is_bracketed() -> None:
    assert text(box(SUM - W[i] * Sum(h[0, j], (j, 1, n)))).count("(Σ") == 1


@pytest.mark.parametrize(
    ("ends", "plain"),
    [((1, n - 1), "l = 1..n - 1"), ((0, sympy.oo), "l >= 0"), ((), "any l"), ((-sympy.oo, sympy.oo), "any l")],
)
def test_ranges_are_told_with_their_ends(ends: tuple[object, ...], plain: str) -> None:
    assert text(span(l, *map(sympy.sympify, ends))) == plain


def test_two_sides_of_an_equation_differ_when_their_expressions_do() -> None:
    assert text(equation(W[i, j], W[j, i])) == "W[i, j] = W[j, i]"


@pytest.mark.parametrize("name", THEOREMS)
def test_every_formula_of_every_proof_is_well_formed(name: str) -> None:
    proof = ENTRIES[name].proof()
    lemmas = [x for part in proof.parts for x in ((part,) if isinstance(part, Lemma) else (*part.base, *part.step))]
    sides = [(step.left, step.right) for lemma in lemmas for step in lemma.steps]
    assert len(sides) > 5
    for left, right in [*sides, *((d.left, d.right) for d in proof.definitions)]:
        b = equation(left, right)
        ElementTree.fromstring(mathml(b))
        source = latex(b)
        for opening, closing in (("{", "}"), (r"\left", r"\right")):
            assert source.count(opening) == source.count(closing), source
        plain = text(b)
        assert plain.count("(") == plain.count(")")
        assert not any(word in plain for word in ("Expectation", "Integral", "Limit", "Tuple"))
        assert "omega" not in plain

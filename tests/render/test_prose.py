"""Formulas in sentences: what is one is set as one, and words stay words."""

from __future__ import annotations

import pytest

from symcheck.render.formulas.boxes import Application, Row
from symcheck.render.formulas.prose import formula, prose
from symcheck.render.formulas.text import text


def marked(words: str) -> str:
    return "".join(part if isinstance(part, str) else f"<{text(part)}>" for part in prose(words))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("all weights start equal: W_l[i, j] = w_l", "all weights start equal: <W_l[i, j] = w_l>"),
        ("the Kronecker delta leaves the term k = i", "the Kronecker delta leaves the term <k = i>"),
        ("kept by every step t: true", "kept by every step <t>: true"),
        ("weights 1/2, x = (1, 2), y = 0.", "weights <1/2>, <x = (1, 2)>, <y = 0>."),
        ("but W_2 = [[3/4, 1/4], [1, 0]], zero", "but <W_2 = [[3/4, 1/4], [1, 0]]>, zero"),
        ("E[sigma(z)^2] = 1 and E[t] at t + 1.", "<E[σ(z)^2] = 1> and <E[t]> at <t + 1>."),
        ("the slope (z - y)^2 of it", "the slope <(z - y)^2> of it"),
        ("x / x = 1 where x > 0; u >= 0", "<x/x = 1> where <x > 0>; <u >= 0>"),
        ("sigma'(z) is a slope", "<σ'(z)> is a slope"),
        ("the sum over i is n w_l (see above)", "the sum over <i> is <n w_l> (see above)"),
        ("moves by -1 or - s", "moves by <-1> or - <s>"),
        ("W[:, i].v[i] = 0", "<W[:, i] . v[i] = 0>"),
        (
            "the mean square E|h_l|^2/n_l, |x| or |a - b| <= 1",
            "the mean square <E |h_l|^2/n_l>, <|x|> or <|a - b| <= 1>",
        ),
        ("R = |h_l|^2 / |h_(l-1)|^2", "<R = |h_l|^2/|h[l - 1]|^2>"),
        ("the gain is 5 n / m^2: large", "the gain is <5 n/m^2>: large"),
    ],
)
def test_formulas_are_found(words: str, shown: str) -> None:
    assert marked(words) == shown


@pytest.mark.parametrize(
    "words",
    [
        "",
        "A unit adds up a weighted input.",
        "a 2-2-1 network, section 8.4 (2016), He et al. 2015",
        "a t-test; He's law; I think - as said - it is so",
        "either/or, 50 % of it, layers 1 to 3",
        "delta is the slope, and sigma is what it is",
        "fan_in/fan_out of pkg.mod:attr and x.y",
        "brackets [ and ( that never close, and ] that does",
    ],
)
def test_words_stay_words(words: str) -> None:
    assert [p for p in prose(words) if not isinstance(p, str) and "_" not in text(p)] == []
    assert marked(words).replace("<", "").replace(">", "") == words


def test_nesting_and_length_do_no_harm() -> None:
    for words in (
        "(" * 3000,
        "a[" * 300,
        "x^" * 3000,
        "1/" * 2000,
        "-" * 3000,
        "W[" + "(" * 200 + "i" + ")" * 200 + "]",
    ):
        assert "".join(p if isinstance(p, str) else "" for p in prose(words)) is not None


def test_a_whole_formula_may_name_its_letters() -> None:
    whole = formula("delta[i] = tanh'(z[i]) W_2[1, i] delta")
    assert whole is not None
    assert text(whole) == "δ[i] = tanh'(z[i]) W_2[1, i] δ"
    assert formula("relu'(z)") == formula(" relu'(z) ")
    assert isinstance(formula("relu(z)"), Application)
    assert isinstance(formula("x = 1"), Row)
    assert formula("a sum of W_2[a, c] over c") is None
    assert formula("") is None

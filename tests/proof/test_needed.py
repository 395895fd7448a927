"""Counterexamples written as lines: right ones show what they say, and wrong ones are rejected with a sentence."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from itertools import product
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import SymcheckError
from symcheck.proof import THEOREMS
from symcheck.proof.library import load
from symcheck.proof.needed import NeededError, check_needed, counterexample, hypotheses
from symcheck.proof.needed.case import VISIBLE
from symcheck.proof.needed.conclusions import CONCLUSIONS
from symcheck.proof.needed.exactly import rank, remainder
from symcheck.proof.needed.laws import asymmetry, covariance, dependence, law, mean
from symcheck.proof.needed.line import matrix, read_line

LINES = {theorem: {h.name: h.needed for h in load(theorem).hypotheses if h.needed} for theorem in THEOREMS}
ALL = [(theorem, hypothesis) for theorem, lines in LINES.items() for hypothesis in lines]


@pytest.mark.parametrize(("theorem", "hypothesis"), ALL)
def test_every_line_shows_its_hypothesis_to_be_needed(theorem: str, hypothesis: str) -> None:
    line = LINES[theorem][hypothesis]
    shown = counterexample(theorem, hypothesis, line)
    assert shown.hypothesis == hypothesis
    assert isfinite(shown.measured)
    assert shown.measured > VISIBLE
    assert shown == counterexample(theorem, hypothesis, line)
    for words in (shown.case, shown.shows):
        assert words
        assert not re.search(r"[{}]|Fraction|\s$|None", words)
    # Every number of the line is told, but for the numbers of blocks, which have none in words.
    for name, value in read_line(line).settings.items():
        if not re.match(r"block|steps", name):
            for number in re.findall(r"(?<!\w)-?[\d./]+(?!\w)", value):
                assert str(abs(Fraction(number))) in shown.case


@pytest.mark.parametrize("theorem", THEOREMS)
def test_every_hypothesis_has_a_line_or_says_why_it_is_a_convenience(theorem: str) -> None:
    for hypothesis in load(theorem).hypotheses:
        assert bool(hypothesis.needed) != bool(hypothesis.convenience), hypothesis.name


def test_all_theorems_have_lines_and_these_are_all() -> None:
    assert set(THEOREMS) == set(CONCLUSIONS)
    for theorem, lines in LINES.items():
        assert set(hypotheses(theorem)) == set(lines)
        assert set(check_needed(theorem, lines)) == set(lines)


@pytest.mark.parametrize(("theorem", "hypothesis"), ALL)
def test_a_line_shows_nothing_of_any_other_hypothesis(theorem: str, hypothesis: str) -> None:
    line = LINES[theorem][hypothesis]
    # Of the two ways of zero-bias each has its own hypothesis on the activation; the square contradicts both.
    both = {"both-sides", "injective"} if theorem == "zero-bias" and hypothesis == "both-sides" else {hypothesis}
    for other in set(hypotheses(theorem)) - both:
        if LINES[theorem][other] != line:
            with pytest.raises(NeededError):
                counterexample(theorem, other, line)


def test_a_set_of_lines_that_lacks_one_or_has_a_wrong_one_names_the_hypothesis() -> None:
    lines = LINES["signs"]
    with pytest.raises(NeededError, match="signs has no needed line for outputs"):
        check_needed("signs", {name: line for name, line in lines.items() if name != "outputs"})
    with pytest.raises(NeededError, match="^inputs: inputs holds in this case"):
        check_needed("signs", {**lines, "inputs": lines["outputs"].replace("cease to be", "are not")})
    with pytest.raises(NeededError, match="^nonsense: signs has no hypothesis 'nonsense'"):
        check_needed("signs", {**lines, "nonsense": "network x = 1: W1 moves"})


@given(st.sampled_from(ALL), st.data())
def test_a_line_with_any_slip_is_judged_or_refused_but_never_fails_otherwise(
    named: tuple[str, str], data: st.DataObject
) -> None:
    theorem, hypothesis = named
    line = LINES[theorem][hypothesis]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, min(start + 6, len(line))))
    slip = data.draw(st.text(st.sampled_from("0123456789.-/,;:= xWbhsu#\t"), max_size=4))
    with suppress(SymcheckError):
        shown = counterexample(theorem, hypothesis, line[:start] + slip + line[end:])
        assert isfinite(shown.measured)
        assert shown.measured > 0


def test_matrices_are_read_as_they_are_written() -> None:
    assert matrix("W", "1 -2, 0.5 1/3") == ((1, -2), (Fraction(1, 2), Fraction(1, 3)))
    assert matrix("W", "1, 2 x3") == ((1,), (2,), (2,), (2,))
    assert matrix("W", "1 2 x2") == ((1, 2), (1, 2))
    read = read_line("network\n   W1 = 1, 2;\n  x = 1:\n W1   moves")
    assert (read.kind, read.settings, read.outcome) == ("network", {"W1": "1, 2", "x": "1"}, "W1 moves")


def test_laws_are_exact() -> None:
    assert mean([1, 2]) == Fraction(3, 2)
    assert covariance([1, -1], [1, -1]) == covariance([0, 2], [0, 2]) == 1
    assert not asymmetry("z", [0, 1, -1])
    assert asymmetry("z", [1, 1, -2]) == "z is 1 with probability 2/3 and -1 with probability 0"
    assert not dependence(("u", "v"), *zip(*product([0, 1, 1], repeat=2), strict=True))
    # Uncorrelated, and not independent.
    assert dependence(("u", "v"), [0, 1, -1], [0, 1, 1])
    assert law([1, -1, -1]) == "1 with probability 1/3 or -1 with probability 2/3"
    assert law([3, 3]) == "always 3"


def test_what_is_left_of_a_vector_outside_a_span_is_orthogonal_to_it_and_exact() -> None:
    one, other, vector = ((Fraction(a), Fraction(b), Fraction(c)) for a, b, c in ((1, 1, 0), (0, 1, 1), (1, 2, 4)))
    left = remainder(vector, [one, other, one])
    assert left == (1, -1, 1)
    assert not any(remainder(tuple(v - r for v, r in zip(vector, left, strict=True)), [one, other]))
    assert rank([one, other, vector]) == 3
    assert rank([one, other, tuple(a + b for a, b in zip(one, other, strict=True))]) == 2
    assert rank([]) == 0


def test_a_network_in_words_is_the_one_that_was_measured() -> None:
    shown = counterexample("constant-init", "shared-rate", LINES["constant-init"]["shared-rate"])
    # By hand: one step on (2 tanh(1) - 0)^2 with weights 1, unit 1 with rates 0 (weight) and 1/2 (bias), unit 2 with 1/2 and 1/2.
    slope = 2 * (2 * np.tanh(1)) * (1 - np.tanh(1) ** 2)
    expected = np.tanh(1 - slope / 2) - np.tanh(1 - slope)
    assert shown.measured == pytest.approx(expected)


def test_the_words_speak_of_what_the_hypothesis_speaks_of() -> None:
    weights = counterexample("constant-init", "constant-weights", LINES["constant-init"]["constant-weights"])
    assert weights.shows.startswith(
        "the weights of layer 1 are 0 and 1, and the activations of units 1 and 2 of layer 1 are 0 and 0.762"
    )
    columns = counterexample("signs", "column-sums", LINES["signs"]["column-sums"])
    assert "up to sign of the weights from each of units 1 and 2 of layer 1 into output 1 are 0 and -1" in columns.shows
    blocks = counterexample("quotient", "row-sums", LINES["quotient"]["row-sums"])
    assert blocks.shows.endswith("which no single unit in their place can be")

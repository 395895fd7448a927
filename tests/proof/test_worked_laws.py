"""The worked instances on laws and losses, recomputed by other formulas; which hypotheses hold is decided exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import product
from math import acos, cos, degrees, exp, log1p, pi, sin, tanh
from typing import Any

import pytest

from symcheck.proof.worked import worked
from symcheck.proof.worked.constant import HALF
from symcheck.proof.worked.draws import DRAW
from symcheck.proof.worked.gains import LEAKY_WEIGHTS, SIGNS, SLOPE
from symcheck.proof.worked.variances import COMPROMISE, FORWARD_SCALE, NORMAL_LIKE

Told = Callable[[str, int, str], tuple[Any, ...]]


def test_logistic_regression(told: Told) -> None:
    # log(1 + exp(z)) - y z at z = 0 and, one step of (1/2, 1) later, at z = 5/2.
    (losses,) = told("logistic-regression", 0, "loss before and after")
    assert losses == pytest.approx((log1p(1), log1p(exp(-2.5))), rel=1e-14)
    assert told("logistic-regression", 0, "gradients") == (-HALF, -1)
    assert told("logistic-regression", 0, "second derivative along the gradient") == (HALF**2 * (HALF + 2) ** 2,)
    middle, mean = told("logistic-regression", 1, "the logistic loss")
    assert (middle, mean) == pytest.approx((log1p(exp(4)), (log1p(1) + log1p(exp(8))) / 2), rel=1e-14)
    assert middle < mean
    bulge, ends = told("logistic-regression", 1, "squared error")
    assert bulge == pytest.approx((1 + exp(-4)) ** -2, rel=1e-14)
    assert bulge > ends == pytest.approx((1 / 4 + (1 + exp(-8)) ** -2) / 2, rel=1e-14)


def mean(values: Iterable[Fraction]) -> Fraction:
    listed = list(values)
    return Fraction(sum(listed), len(listed))


@pytest.mark.parametrize(
    ("name", "number", "weights", "leak", "broken"),
    [
        ("he-gain", 0, list(product(SIGNS, repeat=2)), Fraction(0), ""),
        ("he-gain", 1, [(w, w) for w in SIGNS], Fraction(0), "uncorrelated"),
        ("leaky-gain", 0, list(product(LEAKY_WEIGHTS, repeat=2)), SLOPE, ""),
        ("leaky-gain", 1, list(product(SIGNS, repeat=2)), SLOPE, "leaky-scale"),
    ],
)
def test_the_gain_of_a_unit(
    told: Told, name: str, number: int, weights: list[tuple[Fraction, Fraction]], leak: Fraction, broken: str
) -> None:
    assert worked(name)[number].fails == broken
    sums = [w + 2 * v for w, v in weights]
    assert Counter(sums) == Counter(-z for z in sums)
    assert [mean(column) for column in zip(*weights, strict=True)] == [0, 0]
    assert (mean(w * v for w, v in weights) == 0) == (broken != "uncorrelated")
    variance = mean(w * w for w, _ in weights)
    assert (variance == 2 / ((1 + leak**2) * 2)) == (broken != "leaky-scale")
    after, before = told(name, number, "q")[-2:]
    assert after == mean((z if z > 0 else leak * z) ** 2 for z in sums)
    assert before == Fraction(1 + 4, 2)
    assert (after == before) == (not broken)
    assert told(name, number, "z")[:-1] == tuple(sums)


def test_powers_of_the_scale() -> None:
    enumerated = [line.entries[0][0] for line in worked("scale-power")[0].lines]
    assert enumerated == [Fraction(5, 2) * s ** (2 * depth) for s in (HALF, 1, 2) for depth in (1, 2)]
    assert [line.entries[0][0] for line in worked("scale-power")[1].lines] == [10, 10]
    last = worked("scale-limit")[0].lines[-1]
    assert last.entries == ((1 - Fraction(1, 4) ** 10,),) * 2
    assert 0 < 1 - last.entries[0][0] < 1e-6
    assert all(entry == (0,) for line in worked("scale-limit")[1].lines for entry in line.entries)


@pytest.mark.parametrize(("number", "law", "said"), [(0, COMPROMISE, Fraction(2, 3)), (1, FORWARD_SCALE, HALF)])
def test_both_ways_through_a_layer(told: Told, number: int, law: Sequence[int], said: Fraction) -> None:
    values = [Fraction(w) for w in law]
    assert mean(values) == 0
    assert mean(w * w for w in values) == said
    assert told("glorot-compromise", number, "factor, enumerated") == (2 * said, said)
    assert (said == Fraction(2, 2 + 1)) == (not worked("glorot-compromise")[number].fails)


@pytest.mark.parametrize(("number", "law"), [(0, NORMAL_LIKE), (1, (1, -1))])
def test_the_ratio_of_lengths(told: Told, number: int, law: Sequence[int]) -> None:
    assert Counter(law) == Counter(-g for g in law)
    fourth = mean(Fraction(g) ** 4 for g in law)
    assert mean(Fraction(g) ** 2 for g in law) == 1
    assert (fourth == 3) == (not worked("ratio-variance")[number].fails)
    # Half of the fourth moment, times 2^2, minus the square of the mean; two units have half of that.
    one, two = (told("ratio-variance", number, f"variance of R, m = n = {n}")[-2:] for n in (1, 2))
    assert one == (2 * fourth - 1, 5)
    assert two == (one[0] / 2, one[1] / 2)


def test_most_of_the_mean_ratio_is_that_of_the_rare_value() -> None:
    rare = Fraction(2 * 2**2 * NORMAL_LIKE.count(2), len(NORMAL_LIKE))
    assert rare > HALF
    assert NORMAL_LIKE.count(2) == 1


def test_the_arc_cosine_map(told: Told) -> None:
    for line in worked("arc-cosine")[0].lines[:-1]:
        (before,), (after,) = line.entries
        theta = acos(before)
        assert after == pytest.approx((sin(theta) + (pi - theta) * cos(theta)) / pi, abs=1e-14)
        assert after >= before
        assert bool(line.equal) == (before == 1)
    assert told("arc-cosine", 0, "angle in degrees, from 90")[1] == pytest.approx(degrees(acos(1 / pi)))
    assert told("arc-cosine", 1, "correlation after") == pytest.approx((1 / pi, 1 / 2))


def test_random_draws(told: Told) -> None:
    # The area of the strip |u - v| <= eps of the unit square, on a grid of cells: between those inside and those touched.
    cells = 200
    strip, *_, diagonal = (line.entries[0][0] for line in worked("random-draws")[0].lines)
    gaps = [abs(i - j) for i, j in product(range(cells), repeat=2)]
    inside, touched = (Fraction(sum(gap + d <= cells // 10 for gap in gaps), cells**2) for d in (1, -1))
    assert inside <= strip <= touched
    assert diagonal == 0
    assert [line.entries[0][0] for line in worked("random-draws")[1].lines] == [HALF, HALF**2, HALF**3, HALF**24]
    assert all(line.equal for line in worked("random-draws")[2].lines)
    assert told("random-draws", 2, "activations") == pytest.approx((tanh(DRAW), tanh(DRAW)), rel=1e-14)

"""What measures the counterexamples on variance: exactly 0 where all hypotheses hold, and not where one slightly fails."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import pytest
from symcheck.proof.settings.finite_laws import covariance, exact_mean, independent, law, symmetric, violation
from symcheck.proof.theorems.matrix_necessity import RARE, THIRDS, LinearLayer, rank_broken, rank_gaps, single
from symcheck.proof.theorems.normal_necessity import NORMAL_LIKE, Preactivations, map_gap, one_unit, pair_gap
from symcheck.proof.theorems.variance_necessity import DOUBLED, LEAKY, RELU, Family, Unit, limit_gap

from symcheck.proof.library import VARIANCE as ENTRIES

FAMILIES = pytest.mark.parametrize("family", [RELU, LEAKY, DOUBLED], ids=lambda family: family.scale)
COUNTEREXAMPLES = [(name, hypothesis) for name, entry in ENTRIES.items() for hypothesis in entry.counterexamples]
SLIGHT = Fraction(1, 10**9)


def all_pairs(values: Any) -> list[Any]:
    """Two independent random variables with this law."""
    return list(product(values, repeat=2))


def test_laws_are_exact() -> None:
    assert exact_mean([1, 2]) == Fraction(3, 2)
    assert covariance([1, -1], [1, -1]) == 1
    assert covariance([0, 2], [0, 2]) == 1
    assert symmetric([0, 1, -1])
    assert not symmetric([1, 1, -2])
    assert independent(*zip(*all_pairs([0, 1, 1]), strict=True))
    assert not independent([0, 1], [0, 1])
    # Uncorrelated, and not independent.
    assert not independent([0, 1, -1], [0, 1, 1])
    assert law([1, -1, -1]) == "1 (chance 1/3), -1 (chance 2/3)"


def test_a_case_in_which_another_hypothesis_fails_counts_for_nothing() -> None:
    assert violation("relu", {"relu"}, Fraction(1, 2)) == 0.5
    assert violation("relu", {"relu", "symmetric"}, Fraction(1, 2)) == 0
    assert violation("relu", {"symmetric"}, Fraction(1, 2)) == 0
    assert violation("relu", set(), Fraction(1, 2)) == 0


@FAMILIES
def test_units_change_the_mean_square_as_said_where_all_hypotheses_hold(family: Family) -> None:
    one = family.unit(family.one, [1] * len(family.one))
    rows = all_pairs(family.two)
    two = family.unit(rows, [(1, 1)] * len(rows))
    outcomes = [(row, signal) for row in rows for signal in ((1, 2), (0, -3))]
    random = family.unit([row for row, _ in outcomes], [signal for _, signal in outcomes])
    for unit in (one, two, random):
        assert unit.broken() == set()
        assert unit.gap() == 0


def _moved(unit: Unit, **changes: Any) -> Unit:
    return Unit(**{**vars(unit), **changes})


@FAMILIES
def test_units_show_a_slight_fault(family: Family) -> None:
    unit = family.unit(family.one, [1] * len(family.one))
    first = unit.weights[0][0]
    larger = _moved(unit, weights=[(w * (1 + SLIGHT),) for (w,) in unit.weights])
    assert larger.broken() == {"scale"}
    shifted = _moved(unit, weights=[(first + SLIGHT,), *unit.weights[1:]])
    assert shifted.broken() == {"zero-mean", "symmetric", "scale"}
    dependent = _moved(unit, signals=[(1 + SLIGHT,), *unit.signals[1:]])
    assert dependent.broken() == {"independent", "symmetric"}
    bent = _moved(unit, slopes=(1, SLIGHT))
    assert bent.broken() == {"relu"}
    rows = all_pairs(family.two)
    two = family.unit(rows, [(1, 1)] * len(rows))
    mixed = _moved(two, weights=[(v, w + SLIGHT * v) for v, w in two.weights])
    assert mixed.broken() == {"uncorrelated"}
    for wrong in (larger, shifted, dependent, bent, mixed):
        assert wrong.gap() > 0


def test_layers_change_both_mean_squares_as_said_where_all_hypotheses_hold() -> None:
    pairs = all_pairs(THIRDS)
    wide = LinearLayer([(row,) for row in pairs], [(1, 2)] * len(pairs), [(3,)] * len(pairs))
    outcomes = [(row, d) for row in pairs for d in (1, 2)]
    tall = LinearLayer([tuple((w,) for w in row) for row, _ in outcomes], [(1,)] * 18, [(d, -d) for _, d in outcomes])
    for layer in (single([1, -1]), single(RARE), wide, tall):
        assert layer.broken() == set()
        assert layer.gap() == 0


def test_layers_show_a_slight_fault() -> None:
    once = (1 + SLIGHT, *[1] * (len(RARE) - 1))
    pairs = all_pairs(THIRDS)
    mixed = LinearLayer([((v, w + SLIGHT * v),) for v, w in pairs], [(1, 1)] * len(pairs), [(1,)] * len(pairs))
    faults = {
        "forward-independent": single(RARE, signals=once),
        "backward-independent": single(RARE, gradients=once),
        "glorot-scale": single([1 + SLIGHT, -1 - SLIGHT]),
        "zero-mean": single([1 + SLIGHT, -1 + SLIGHT]),
        "uncorrelated": mixed,
    }
    for name, layer in faults.items():
        assert layer.broken() == {name}
        assert layer.gap() > 0


def test_draws_have_the_ratio_as_said_where_all_hypotheses_hold() -> None:
    for draws in (one_unit(NORMAL_LIKE), Preactivations(all_pairs(NORMAL_LIKE))):
        assert draws.broken() == set()
        assert draws.mean_gap() == draws.variance_gap() == 0


def test_draws_show_a_slight_fault() -> None:
    larger = one_unit([g * (1 + SLIGHT) for g in NORMAL_LIKE])
    assert larger.broken() == {"second-moment", "fourth-moment"}
    bent = one_unit(NORMAL_LIKE, (1, SLIGHT))  # type: ignore[arg-type]
    assert bent.broken() == {"relu"}
    for wrong in (larger, bent):
        assert wrong.mean_gap() > 0
        assert wrong.variance_gap() > 0
    often = [pair for pair in all_pairs(NORMAL_LIKE) for _ in range(1000)]
    # Two outcomes of different signs exchange their second entries, which leaves each law as it is.
    (g, h), (k, m) = (2, 2), (-2, -2)
    often[often.index((g, h))], often[often.index((k, m))] = (g, m), (k, h)
    dependent = Preactivations(often)
    assert dependent.broken() == {"independent"}
    assert dependent.mean_gap() == 0
    assert dependent.variance_gap() > 0


@pytest.mark.parametrize("theta", [0.7, 1.3, 2.2])
def test_normal_pairs_have_the_arc_cosine_map(theta: float) -> None:
    c, s = mpmath.cos(theta), mpmath.sin(theta)

    def term(u: Any, v: Any) -> Any:
        return u * v * mpmath.exp(-(u * u - 2 * c * u * v + v * v) / (2 * s * s))

    kept = 2 * mpmath.quad(term, [0, 3, 12], [0, 3, 12]) / (2 * mpmath.pi * s)
    assert map_gap(kept, c) < 1e-10
    assert map_gap(kept * (1 + mpmath.mpf(10) ** -6), c) > 1e-8


def test_signs_have_it_at_the_ends_only() -> None:
    assert pair_gap([(1, 1), (-1, -1)]) == 0
    assert pair_gap([(1, -1), (-1, 1)]) < 1e-15
    assert pair_gap([(1, 1), (1, -1), (-1, 1), (-1, -1)]) > 0.1
    assert pair_gap([(2, 2), (-2, -2)]) == 0  # not of variance 1: another hypothesis fails


def test_limits_are_as_said_on_either_side_of_one() -> None:
    assert limit_gap(1 - SLIGHT, 1) == 0
    assert limit_gap(1 + SLIGHT, -1) == 0
    assert limit_gap(1, 1) == limit_gap(1, -1) == 1


def test_constant_weights_lose_what_is_said_and_others_do_not() -> None:
    constant, inputs, gradients = ((3, 3), (3, 3)), ((1, 2), (2, 1)), ((5, 0), (2, 3))
    assert rank_broken(constant, inputs, gradients) == set()
    assert rank_gaps(constant, inputs, gradients) == (0, 0, 0)
    slight: Any = ((3, 3), (3, 3 + SLIGHT))
    assert rank_broken(slight, inputs, gradients) == {"constant-weights"}
    assert all(gap > 0 for gap in rank_gaps(slight, inputs, gradients))
    assert rank_gaps(constant, ((1, 2), (2, 2)), gradients) == (0, 3, 0)
    assert rank_gaps(constant, inputs, ((5, 0), (2, 2))) == (0, 0, 3)


@pytest.mark.parametrize(("name", "hypothesis"), COUNTEREXAMPLES)
def test_counterexamples_are_the_same_each_time(name: str, hypothesis: str) -> None:
    first, second = (ENTRIES[name].counterexamples[hypothesis](hypothesis) for _ in range(2))
    assert first == second

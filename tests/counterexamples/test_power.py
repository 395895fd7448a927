"""The chance that a check misses its counterexample, from the design of the experiment: less than one in a million."""

from __future__ import annotations

import numpy as np
import pytest
from misses import BY_CHANCE, MISSED, MOST, RATE, N, chernoff, scale
from scipy.special import ndtr
from scipy.stats import binom

from symcheck.checking import check
from symcheck.counterexamples import Counterexample
from symcheck.suite import run
from symcheck.suite.properties import properties


@pytest.mark.parametrize("example", [e for e in BY_CHANCE if e.size == "slight"], ids=lambda e: e.fault)
def test_every_slight_counterexample_is_missed_less_than_once_in_a_million_runs(example: Counterexample) -> None:
    assert MISSED[example.fault].miss < MOST, MISSED[example.fault].how


def test_every_design_is_of_a_counterexample() -> None:
    assert set(MISSED) <= {e.fault for e in BY_CHANCE}


def test_a_design_that_is_too_weak_would_show() -> None:
    assert scale(1.01, N).miss > MOST


def test_the_bound_on_sums_is_above_what_it_bounds() -> None:
    values, chances = np.array([0.0, 1.0]), np.array([0.7, 0.3])
    for at_least in (40, 60, 80):
        exact = float(binom.sf(at_least - 1, 100, 0.3))
        assert exact <= chernoff(values, chances, 100, at_least) < 20 * exact


@pytest.mark.first(6)
@pytest.mark.parametrize("example", [e for e in BY_CHANCE if e.fault not in MISSED], ids=lambda e: e.fault)
def test_where_no_design_says_so_fifteen_orders_are_in_hand(example: Counterexample) -> None:
    assert example.size == "gross"
    if example.needs:
        pytest.importorskip(example.needs)
    report = check(
        example.build(), example.law, only=[example.check], false_alarm_rate=RATE * 1e-15, **example.settings
    )
    assert not report.passed


def test_a_spread_off_by_four_percent_is_seen_and_named() -> None:
    (law,) = (f for f in properties() if f.__name__ == "test_initial_weights_follow_their_law")
    inputs, out, *_ = law.__globals__["SHAPE"]
    n = inputs * out
    assert scale(1.04, n, RATE / run.STATISTICAL).miss < MOST
    # The factor is named to two decimals: it must round to 1.04.
    assert 2 * ndtr(-0.005 / 1.04 * np.sqrt(2 * n)) < MOST

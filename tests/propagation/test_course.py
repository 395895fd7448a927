"""The course of a signal: points measured, the theory with its band, and where it is lost."""

from itertools import pairwise
from math import log, sqrt
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.propagation.course import DEVIATIONS, courses

DEPTH, WIDTH = 12, 40


def network(
    gain: float = sqrt(2), activation: str = "relu", at: int = 0, factor: float = 1.0, bias: float = 0.0
) -> Any:
    """Normal weights; those of layer ``at`` times ``factor``."""
    rng = np.random.default_rng()
    sizes = [WIDTH] * (DEPTH + 1) + [5]
    weights = [rng.standard_normal((n, m)) * gain / sqrt(m) for m, n in pairwise(sizes)]
    if at:
        weights[at - 1] *= factor
    return symcheck.Network(weights, [bias * rng.standard_normal(n) for n in sizes[1:]], activation=activation)


def test_points_are_what_the_layers_multiply() -> None:
    found = symcheck.signal(network())
    ahead, back = courses(found)
    assert np.diff(ahead.measured) == pytest.approx([log(row.forward) for row in found.factors])
    assert -np.diff(back.measured) == pytest.approx([log(row.backward) for row in found.factors])
    assert np.diff(ahead.predicted) == pytest.approx([log(row.predicted_forward or 0) for row in found.factors])
    assert ahead.measured[-1] == pytest.approx(log(found.totals.forward))
    assert back.measured[0] == pytest.approx(log(found.totals.backward))
    assert ahead.measured[0] == ahead.high[0] == back.measured[-1] == back.high[-1] == 0


def test_the_band_widens_with_depth_over_width() -> None:
    ahead, back = courses(symcheck.signal(network()))
    # Of ReLU a layer of n units adds 5 / n to the variance, in both directions (Hanin 2018).
    promised = 2 * DEVIATIONS * np.sqrt(5 * np.arange(DEPTH + 1) / WIDTH)
    assert ahead.high - ahead.low == pytest.approx(promised, rel=1e-3)
    assert (back.high - back.low)[::-1] == pytest.approx(promised, rel=1e-3)


def test_the_band_of_several_builds_is_that_of_their_mean() -> None:
    one, four = (courses(symcheck.signal(network, draws=draws))[0] for draws in (1, 4))
    assert one.high - one.low == pytest.approx(2 * (four.high - four.low), rel=1e-3)


def test_biases_hold_the_band_together_forward() -> None:
    # What is lost of a signal that hardly passes is made up for by biases, and with it what chance did.
    ahead, _ = courses(symcheck.signal(network(0.3, bias=1.0)))
    widths = ahead.high - ahead.low
    assert widths[-1] < 1.2 * widths[1]


def test_networks_lie_in_their_band() -> None:
    # Nineteen of twenty do, or more; that 15 of 20 do not has a chance below 1e-12 and, did only nine of ten, below 1e-10.
    inside = np.zeros(2)
    for _ in range(20):
        ahead, back = courses(symcheck.signal(network()))
        ends = [(one.low[k], one.measured[k], one.high[k]) for one, k in ((ahead, -1), (back, 0))]
        inside += [low <= seen <= high for low, seen, high in ends]
    assert (inside > 5).all()


@pytest.mark.parametrize("factor", [1e-3, 0.02])
def test_the_layer_at_fault_is_named(factor: float) -> None:
    for course in courses(symcheck.signal(network(at=7, factor=factor))):
        if course.fault is not None:
            assert (course.fault.first, course.fault.last) == (7, 7)
    assert any(course.fault for course in courses(symcheck.signal(network(at=7, factor=1e-3))))


def test_of_a_right_one_nothing_is_at_fault_and_the_best_gains_do_as_well() -> None:
    for made in (network(), network(1.59, "tanh")):
        for course in courses(symcheck.signal(made)):
            assert course.fault is None
            assert not course.unknown
    assert courses(symcheck.signal(network()))[0].best == pytest.approx(np.zeros(DEPTH + 1), abs=1e-9)


def test_zero_weights_are_no_points_and_no_prediction() -> None:
    ahead, back = courses(symcheck.signal(network(at=3, factor=0.0)))
    assert np.isnan(ahead.measured[3:]).all()
    assert np.isfinite(ahead.measured[:3]).all()
    assert 3 in ahead.unknown
    assert 3 in back.unknown

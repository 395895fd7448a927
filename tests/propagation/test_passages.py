"""The laws that the tests of scale and independence rest on, against networks drawn at random."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from scipy import stats

import symcheck
from symcheck.propagation.chain import run_network
from symcheck.propagation.layers import SignalLayer, summarised
from symcheck.propagation.scale import scale_of

RNG = np.random.default_rng()
#: Of each test here.
ALPHA = 1e-9


def drawn(activation: str, sizes: tuple[int, ...], bias: float, mean: float = 0.0) -> list[SignalLayer]:
    weights = [RNG.standard_normal((m, n)) / sqrt(n) + mean / sqrt(n) for n, m in pairwise(sizes)]
    network = symcheck.Network(weights, [RNG.standard_normal(len(w)) * bias for w in weights], activation=activation)
    inputs = RNG.standard_normal((1, sizes[0])) + (1.0 if mean else 0.0)
    return summarised(run_network(network, inputs, RNG.standard_normal((1, sizes[-1])), "").layers)


@pytest.mark.parametrize(("activation", "bias"), [("tanh", 0.0), ("relu", 0.5), ("sigmoid", 1.0)])
def test_shares_forward_and_backward_are_beta_and_independent_whatever_the_activation(
    activation: str, bias: float
) -> None:
    """Of narrow layers of all shapes, where no approximation holds."""
    layers = [drawn(activation, (3, 7, 2, 6, 4), bias) for _ in range(600)]
    columns = []
    for direction in ("forward_p", "backward_p"):
        for i in range(4):
            values = [getattr(build[i], direction) for build in layers]
            found = np.array([v[0] for v in values if v])
            if len(found) == len(layers):
                columns.append(found)
            # A ReLU layer may be dead, which only the layers below tell: what is left is not chosen by its own weights.
            if len(found) > 100:
                assert stats.kstest(found, "uniform").pvalue > ALPHA
    if len(columns) < 2:
        return
    scores = np.stack([stats.norm.ppf(column) for column in columns])
    correlations = np.corrcoef(scores)[np.triu_indices(len(scores), 1)]
    assert np.abs(correlations).max() < 6.5 / sqrt(len(layers))


def test_a_mean_of_the_weights_is_no_such_law() -> None:
    shifted = [drawn("relu", (8, 8, 8), 0.0, mean=0.5) for _ in range(600)]
    assert stats.kstest([build[1].forward_p[0] for build in shifted if build[1].forward_p], "uniform").pvalue < ALPHA


@pytest.mark.parametrize("uniform", [False, True])
def test_the_scale_has_its_law_and_its_interval(uniform: bool) -> None:
    layer = drawn("relu", (6, 6, 6), 0.0)[0]
    values, inside = [], 0
    for _ in range(400):
        entries = RNG.uniform(-sqrt(3), sqrt(3), 36) if uniform else RNG.standard_normal(36)
        squares = entries**2 / 6
        spread = replace(
            layer.weights,
            number=36,
            square=float(squares.mean()),
            kurtosis=float((squares**2).mean() / squares.mean() ** 2),
            largest=1.0,
        )
        scale = scale_of([replace(layer, weights=spread)], [1.0])
        low, high = scale.interval(0.1)
        inside += low <= 0 <= high
        values.append(scale.p_value)
    # The chance of fewer than 310, or more than 395, of 400 with 0.9 each is below 1e-9. So few uniform entries may be normal ones.
    assert inside > 310
    if not uniform:
        assert inside < 396
        assert stats.kstest(values, "uniform").pvalue > ALPHA


def test_gains_that_are_off_are_found_from_the_error_on_that_is_called_decidable() -> None:
    layers = drawn("relu", (64, 64, 64, 64), 0.0)[:2]
    scale = scale_of(layers, [1.0, 1.0])
    least = scale.decidable(1e-9)
    assert least == pytest.approx((6.11 + 4.75) * sqrt(2 / (2 * 64 * 64)) / 2, rel=0.1)
    # Twice as far off as is decidable, which is missed once in 1e30; the scale itself is off by less than a tenth of it.
    off = [1 / (1 + 2.2 * least), 1 / (1 + 2.2 * least)]
    assert scale_of(layers, off).p_value < 1e-9
    assert scale.p_value > 1e-9

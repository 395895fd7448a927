"""Claims C18 and C19: weights of variance g^2 / n keep the second moment of the activations, by an exact law."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from symcheck.distribution.goodness import bounded_mean_p
from symcheck.errors import counted
from symcheck.propagation.ratio import relu_ratio_cdf
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import activations_of_last_hidden
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run

WIDTH, DRAWS = 32, 400
BOUNDED = ("tanh", "sigmoid", "softsign", "erf", "sin")


@claim("C18", theorem="he-gain", needs=("forward", "activation"), statistical=1)
def test_he_weights_keep_the_second_moment(implementation: Implementation, symcheck_run: Run) -> None:
    """One layer, W ~ N(0, g^2 / n): |h'|^2 / |h|^2 is (2 / n) chi^2 of a binomial number for ReLU; else its mean is 1."""
    activation = implementation.activation
    rng = np.random.default_rng(symcheck_run.seed_of("he-variance"))
    alpha = symcheck_run.share
    if activation.name == "relu":
        # Heavy to import, and for this activation alone.
        from scipy import stats

        ratios = _ratios(implementation, rng, activation.gain)
        p = float(stats.kstest(ratios, lambda ratio: relu_ratio_cdf(ratio, WIDTH, WIDTH)).pvalue)
        measured, expected = float(ratios.mean()), 1.0
        _judge(p, alpha, measured, expected, activation.name)
    elif activation.name in BOUNDED:
        # sigma^2 lies in [0, 1]: Hoeffding's bound holds for the mean at any sample size.
        squares = _squares(implementation, rng)
        expected = activation.gain**-2
        p = bounded_mean_p(float(squares.mean()), expected, squares.size)
        _judge(p, alpha, float(squares.mean()), expected, activation.name)
    else:
        pytest.skip(f"no exact law of the second moment is known for {activation.name}")


@claim("C19", theorem="he-gain", needs=("forward", "activation"), statistical=0)
@pytest.mark.parametrize("factor", [2.0, 2.0**-6, 2.0**6])
def test_an_extra_factor_is_squared_in_every_layer(
    implementation: Implementation, symcheck_run: Run, factor: float
) -> None:
    """With s times He's weights the second moment after L layers is s^(2 L) times as large, draw by draw for ReLU."""
    if implementation.activation.name != "relu":
        pytest.skip(f"{implementation.activation.name} is not homogeneous")
    rng = np.random.default_rng(symcheck_run.seed_of(f"extra-factor-{factor}"))
    for depth in (1, 2, 3):
        weights = [rng.standard_normal((8, 8)) * sqrt(2 / 8) for _ in range(depth)] + [np.eye(8)]
        params = [(W, np.zeros(8)) for W in weights]
        scaled = [(factor * W if i < depth else W, b) for i, (W, b) in enumerate(params)]
        X = rng.standard_normal((4, 8))
        one, other = (activations_of_last_hidden(implementation, p, X) for p in (params, scaled))
        expected = factor**depth * one
        if np.abs(other - expected).max() > 1e3 * np.finfo(one.dtype).eps * np.abs(expected).max():
            raise PropertyFailure(
                f"{factor:g} times He's weights in {counted(depth, 'layer')} give activations "
                f"{np.abs(other).sum() / np.abs(one).sum():.6g} times as large, but should be {factor**depth:g}"
            )


def _ratios(implementation: Implementation, rng: np.random.Generator, gain: float) -> np.ndarray:
    found = []
    identity = (np.eye(WIDTH), np.zeros(WIDTH))
    for _ in range(DRAWS):
        x = rng.standard_normal((1, WIDTH))
        W = rng.standard_normal((WIDTH, WIDTH)) * (gain / sqrt(WIDTH))
        h = activations_of_last_hidden(implementation, [(W, np.zeros(WIDTH)), identity], x)
        found.append(float((h**2).sum() / (x**2).sum()))
    return np.array(found)


def _squares(implementation: Implementation, rng: np.random.Generator) -> np.ndarray:
    identity = (np.eye(WIDTH), np.zeros(WIDTH))
    found = []
    for _ in range(DRAWS):
        x = rng.standard_normal((1, WIDTH))
        W = rng.standard_normal((WIDTH, WIDTH)) / np.linalg.norm(x)
        found.append(activations_of_last_hidden(implementation, [(W, np.zeros(WIDTH)), identity], x) ** 2)
    return np.concatenate(found).ravel()


def _judge(p: float, alpha: float, measured: float, expected: float, name: str) -> None:
    if p < alpha:
        raise PropertyFailure(
            f"through one layer of {name} units with He's weights the second moment is {measured:.5g} times what it was, "
            f"but should be {expected:.5g} (p = {p:.2g}, allowed {alpha:.2g})",
            mistake="the activation is another function than it says, or a layer leaves out units or adds something",
        )

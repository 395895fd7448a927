"""The words for weights: a law is named where the entries have it, and biases where they are what is wrong."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import ortho_group

import symcheck

RNG = np.random.default_rng()
N = 64


def said(draw: object, activation: str, depth: int = 30, biases: list[np.ndarray] | None = None) -> str:
    assert callable(draw)
    weights = [draw() for _ in range(depth)]
    report = symcheck.signal(symcheck.Network(weights, biases, activation=activation), most=1.01).report
    assert report is not None
    finding = report.findings[0]
    assert finding.check == "model.gain"
    assert finding.status in ("failed", "warned"), finding
    return finding.diagnosis or ""


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: RNG.standard_normal((N, N)) / sqrt(N), "LeCun's normal law"),
        (lambda: RNG.uniform(-sqrt(3 / N), sqrt(3 / N), (N, N)), "'s uniform law"),
        (lambda: ortho_group.rvs(N, random_state=RNG), "orthogonal weights"),
        (lambda: np.sign(RNG.standard_normal((N, N))) / sqrt(N), "these weights"),
        (lambda: RNG.laplace(0, sqrt(0.5 / N), (N, N)), "these weights"),
    ],
)
def test_only_entries_of_a_law_are_called_so(draw: object, words: str) -> None:
    assert words in said(draw, "relu")


@pytest.mark.parametrize("bias", [-1000.0, 30.0])
def test_biases_that_are_the_fault_are_named_and_no_other_gain(bias: float) -> None:
    biases = [np.full(N, bias * (i == 2)) for i in range(6)]
    text = said(lambda: RNG.standard_normal((N, N)) * sqrt(2 / N), "relu", 6, biases)
    assert "The biases change the second moment: start them at zero." in text
    assert "use gain" not in text
    slight = said(lambda: RNG.standard_normal((N, N)) / sqrt(N), "relu", 6, [b * 0.01 / bias for b in biases])
    assert "use gain sqrt(2)" in slight

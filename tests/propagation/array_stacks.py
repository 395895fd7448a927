"""Networks of arrays with weights of a known scale, and what is found of a signal through them."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

import symcheck
from symcheck.report import Finding

RNG = np.random.default_rng()


def network(
    activation: str, width: int, depth: int, gain: float, bias: float = 0.0, uniform: bool = False
) -> symcheck.Network:
    """``depth`` hidden layers with independent weights of variance gain^2 / width."""
    std = gain / sqrt(width)
    weights = [
        RNG.uniform(-sqrt(3) * std, sqrt(3) * std, (width, width))
        if uniform
        else RNG.standard_normal((width, width)) * std
        for _ in range(depth)
    ]
    weights.append(RNG.standard_normal((4, width)) / sqrt(width))
    biases = [RNG.uniform(-bias, bias, len(w)) for w in weights] if bias else None
    return symcheck.Network(weights, biases, activation=activation)


def findings(model: Any, **options: Any) -> dict[str, Finding]:
    report = symcheck.signal(model, **options).report
    assert report is not None
    return {f.check.removeprefix("model."): f for f in report.findings}

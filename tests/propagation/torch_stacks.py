"""Stacks of dense layers in torch, and what is found of a signal through a model."""

from __future__ import annotations

from math import sqrt
from typing import Any

import symcheck
from symcheck.report import Finding


def stack(activation: Any, depth: int, width: int, gain: float | None = None) -> Any:
    from torch import nn

    layers: list[Any] = []
    for _ in range(depth):
        layer = nn.Linear(width, width)
        if gain is not None:
            nn.init.normal_(layer.weight, 0.0, gain / sqrt(width))
            nn.init.zeros_(layer.bias)
        layers += [layer, activation()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


def findings(model: Any, **options: Any) -> dict[str, Finding]:
    report = symcheck.signal(model, **options).report
    assert report is not None
    return {f.check.removeprefix("model."): f for f in report.findings}

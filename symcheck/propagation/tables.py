"""Gains that libraries recommend by the name of an activation, with where they say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt

#: torch 2.13's and paddle 3's functions of this name.
_TORCH = "torch.nn.init.calculate_gain"
_PADDLE = "paddle.nn.initializer.calculate_gain"
_TORCH_GAINS = {
    "identity": ("linear", 1.0),
    "sigmoid": ("sigmoid", 1.0),
    "tanh": ("tanh", 5 / 3),
    "relu": ("relu", sqrt(2)),
}


@dataclass(frozen=True)
class Recommended:
    """One entry of a library's table.

    Attributes:
        call: what gives it.
        gain: what it gives.
        note: what it is meant for, where that is not g^2 E[sigma^2] = 1.
    """

    call: str
    gain: float
    note: str = ""


def recommended(name: str) -> list[Recommended]:
    """What libraries say of an activation, by its canonical name; empty where none says anything."""
    found: list[Recommended] = []
    if name in _TORCH_GAINS:
        key, gain = _TORCH_GAINS[name]
        found.append(Recommended(f"{_TORCH}({key!r})", gain))
    elif match := re.fullmatch(r"leaky_relu(?:\((.+)\))?", name):
        slope = float(match[1] or 0.01)
        found.append(Recommended(f"{_TORCH}('leaky_relu', {slope:g})", sqrt(2 / (1 + slope**2))))
    elif name == "selu":
        note = "for more stable gradients, torch says, and 'linear', 1, where networks are to normalize themselves"
        found.append(Recommended(f"{_TORCH}('selu')", 3 / 4, note))
    if name in ("identity", "tanh"):
        key, gain = _TORCH_GAINS[name]
        found.append(Recommended(f"{_PADDLE}({key!r})", gain))
    if name == "sigmoid":
        note = "in Glorot's bound: 2 for logistic where others have 6"
        found.append(Recommended("sklearn.neural_network.MLPClassifier(activation='logistic')", sqrt(1 / 3), note))
    elif name in ("identity", "tanh", "relu"):
        found.append(
            Recommended(f"sklearn.neural_network.MLPClassifier(activation={name!r})", 1.0, "in Glorot's bound")
        )
    return found

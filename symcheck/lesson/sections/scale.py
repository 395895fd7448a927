"""How large weights should be: saturation, the signal through many layers, its band, and what training can reach."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from symcheck.activations import get_activation
from symcheck.lesson.presets import STARTS
from symcheck.propagation.field import forward as mean_square
from symcheck.propagation.ratio import relu_ratio_variance
from symcheck.reaching import reach
from symcheck.reference import hidden
from symcheck.types import Floats

WIDTH, DEPTH = 64, 10
#: A tanh unit beyond this has less than a fiftieth of its slope.
SATURATED = 0.99
#: Standard deviation of a weight, times the root of the number of inputs, beside its name.
SCALES = {"0.01 · randn": 0.01 * sqrt(WIDTH), "He: randn · √(2 / fan-in)": sqrt(2.0), "10 · randn": 10.0 * sqrt(WIDTH)}
BAND_WIDTHS, BAND_DEPTHS, _PATHS, _LONG = (16, 64, 256, 1024), (10, 50), 16, 40


@dataclass(frozen=True)
class ScaledSignal:
    """A scale in a deep network.

    Attributes:
        name: of the scale. activation: of the units.
        measured: mean square of each layer in one network drawn so. expected: at infinite width.
        saturated: the share of units of the last layer beyond `SATURATED`; None where units do not saturate.
    """

    name: str
    activation: str
    measured: tuple[float, ...]
    expected: tuple[float, ...]
    saturated: float | None


@dataclass(frozen=True)
class Band:
    """How far the mean square strays: its relative standard deviation for each depth, exact. Paths are drawn from the exact law."""

    width: int
    spread: tuple[float, ...]
    paths: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ReachFromStart:
    """What training can ever reach from a start, among how many parameters."""

    title: str
    parameters: int
    reachable: int
    frozen: int


@dataclass(frozen=True)
class Scales:
    """The section."""

    width: int
    depth: int
    signals: tuple[ScaledSignal, ...]
    bands: tuple[Band, ...]
    reached: tuple[ReachFromStart, ...]


def scales(rng: np.random.Generator) -> Scales:
    """Draw and compute."""
    signals = tuple(_signal(name, spread, a, rng) for a in ("tanh", "relu") for name, spread in SCALES.items())
    bands = tuple(_band(n, rng) for n in BAND_WIDTHS)
    return Scales(WIDTH, DEPTH, signals, bands, tuple(_reached(key, rng) for key in STARTS))


def _signal(name: str, spread: float, activation: str, rng: np.random.Generator) -> ScaledSignal:
    deviation = spread / sqrt(WIDTH)
    params = [(deviation * rng.standard_normal((WIDTH, WIDTH)), np.zeros(WIDTH)) for _ in range(DEPTH + 1)]
    x = rng.standard_normal((1, WIDTH))
    x *= sqrt(WIDTH) / float(np.linalg.norm(x))
    layers = hidden(params, x, activation)
    square, expected = 1.0, []
    for _ in range(DEPTH):
        square = float(mean_square(get_activation(activation), spread**2 * square))
        expected.append(square)
    saturated = float((np.abs(layers[-1]) > SATURATED).mean()) if activation == "tanh" else None
    return ScaledSignal(name, activation, tuple(float((h**2).mean()) for h in layers), tuple(expected), saturated)


def _band(width: int, rng: np.random.Generator) -> Band:
    """Ratios of layers are independent with mean 1, so that the variance of their product is (1 + v)^L - 1."""
    spread = tuple(sqrt((1 + relu_ratio_variance(width, width)) ** depth - 1) for depth in BAND_DEPTHS)
    positive = rng.binomial(width, 0.5, (_PATHS, _LONG))
    ratios: Floats = 2 / width * rng.chisquare(np.maximum(positive, 1)) * (positive > 0)
    paths = np.cumprod(ratios, axis=1)
    return Band(width, spread, tuple(tuple(map(float, path)) for path in paths))


def _reached(key: str, rng: np.random.Generator) -> ReachFromStart:
    case = STARTS[key](rng)
    found = reach(case.network)
    return ReachFromStart(case.title, found.parameters, found.reachable, found.frozen)

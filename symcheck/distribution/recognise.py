"""Which law do samples follow? The nearest law of the catalogue, or the nearest known mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from symcheck.distribution.moments import mean_of, spread
from symcheck.distribution.shape import family_of, word
from symcheck.fans import Layer
from symcheck.laws.families import TRUNCATED_AT_TWO
from symcheck.types import Array

#: Two standard deviations are called alike when they differ by less than this share.
ALIKE = 0.03


@dataclass(frozen=True)
class Observation:
    """A sample of one layer's weights, as an array of any shape."""

    layer: Layer
    sample: Array

    @property
    def std(self) -> float:
        """Standard deviation of the entries about their own mean."""
        return spread(self.sample)


@dataclass(frozen=True)
class Rule:
    """How a standard deviation follows from the layer: a law of the field, or a mistake that is made with one."""

    words: str
    std: Callable[[Layer], float]
    mistake: bool = False


@dataclass(frozen=True)
class Recognised:
    """What samples look like.

    Attributes:
        family: of the distribution, as of `family_of`.
        sentence: family and scale in words.
        rule: the rule that the scale follows; None where there is none, or another factor with it.
        known: whether the sentence names the scale, and does not only fit it.
    """

    family: str
    sentence: str
    rule: Rule | None = None
    known: bool = True


def _fan(power_in: float, power_out: float, factor: float) -> Callable[[Layer], float]:
    return lambda layer: factor * layer.fans.fan_in**power_in * layer.fans.fan_out**power_out


def _average(factor: float) -> Callable[[Layer], float]:
    return lambda layer: sqrt(factor / layer.fans.of_mode("fan_avg"))


def _mistake(words: str, std: Callable[[Layer], float]) -> Rule:
    return Rule(words, std, mistake=True)


LECUN = Rule("LeCun's law, variance 1/fan_in", _fan(-0.5, 0, 1.0))
_AS_STD = "the variance was used as the standard deviation (a square root is missing)"

#: The laws of the field first, then the mistakes that are made with them.
RULES: tuple[Rule, ...] = (
    Rule("He's law, variance 2/fan_in", _fan(-0.5, 0, sqrt(2))),
    LECUN,
    Rule("Glorot's law, variance 2/(fan_in + fan_out)", _average(1.0)),
    Rule("torch's default for Linear and Conv, variance 1/(3 fan_in)", _fan(-0.5, 0, sqrt(1 / 3))),
    Rule("He's law with mode fan_out, variance 2/fan_out", _fan(0, -0.5, sqrt(2))),
    Rule("LeCun's law with mode fan_out, variance 1/fan_out", _fan(0, -0.5, 1.0)),
    _mistake("variance 1/(fan_in + fan_out), half of Glorot's", _average(0.5)),
    _mistake("variance 4/(fan_in + fan_out), Glorot's with He's factor 2", _average(2.0)),
    _mistake("variance 2/inputs, He's law with the kernel size left out of fan_in", lambda l: sqrt(2 / l.inputs)),
    _mistake("variance 1/inputs, LeCun's law with the kernel size left out of fan_in", lambda l: sqrt(1 / l.inputs)),
    _mistake(
        "variance 2/(inputs + outputs), Glorot's law with the kernel size left out",
        lambda l: sqrt(2 / (l.inputs + l.out)),
    ),
    _mistake(f"standard deviation 2/fan_in: {_AS_STD}", _fan(-1, 0, 2.0)),
    _mistake(f"standard deviation 1/fan_in: {_AS_STD}", _fan(-1, 0, 1.0)),
    _mistake("standard deviation sqrt(2)/fan_in: the square root covers only the 2", _fan(-1, 0, sqrt(2))),
    _mistake("standard deviation 2/sqrt(fan_in): the square root covers only fan_in", _fan(-0.5, 0, 2.0)),
    _mistake("standard deviation sqrt(fan_in/2): multiplied where He's law divides", _fan(0.5, 0, sqrt(0.5))),
    _mistake("standard deviation sqrt(fan_in): multiplied where LeCun's law divides", _fan(0.5, 0, 1.0)),
)


def recognise(observations: Sequence[Observation]) -> Recognised:
    """Name what the samples look like: the family by its distribution function, the scale by how it moves with fans."""
    family = family_of(observations[0].sample)
    stds = [o.std for o in observations]
    layers = [o.layer for o in observations]
    if max(stds) == 0:
        return Recognised("constant", "every entry is the same")
    entries = "entries of no familiar distribution" if family == "unfamiliar" else f"{word(family)} entries"
    for rule in RULES:
        predicted = [rule.std(layer) for layer in layers]
        if alike(observations, predicted):
            return Recognised(family, f"{entries}, {rule.words}", rule)
        if family == "truncated_normal" and alike(observations, [TRUNCATED_AT_TWO * p for p in predicted]):
            lost = "cut off at two standard deviations without the correction (0.774 of the variance)"
            return Recognised(family, f"{entries}, {rule.words}, {lost}")
    if alike(observations, [stds[0]] * len(stds)):
        mean = mean_of(observations[0].sample)
        centre = f" about {mean:.3g}" if abs(mean) > 5 * stds[0] / sqrt(observations[0].sample.size) else ""
        return Recognised(family, f"{entries}, a fixed standard deviation of {stds[0]:.3g}{centre} whatever the shape")
    a, b = exponents(layers, stds)
    return Recognised(family, f"{entries}, std ~ fan_in^{a:.2f} fan_out^{b:.2f}", known=False)


def alike(observations: Sequence[Observation], predicted: Sequence[float], tolerance: float = ALIKE) -> bool:
    """Whether each standard deviation is the predicted one, up to ``tolerance`` and what a sample of its size may miss.

    A sample's standard deviation has the relative error sqrt((kurtosis - 1) / 4n), 1/sqrt(2n) for a normal law.
    """
    return all(
        p > 0 and abs(o.std / p - 1) < tolerance + 5 / sqrt(2 * o.sample.size)
        for o, p in zip(observations, predicted, strict=True)
    )


def exponents(layers: Sequence[Layer], stds: Sequence[float]) -> tuple[float, float]:
    """Least-squares exponents of fan_in and fan_out in std = c fan_in^a fan_out^b."""
    rows = [[1.0, log(layer.fans.fan_in), log(layer.fans.fan_out)] for layer in layers]
    solution = np.linalg.lstsq(np.array(rows), np.log(np.maximum(stds, 1e-300)), rcond=None)[0]
    return float(solution[1]), float(solution[2])

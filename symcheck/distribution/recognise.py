"""Which law do samples follow? The nearest law of the catalogue, or the nearest known mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt

import numpy as np

from symcheck.distribution.formula_words import form_words, formula_words
from symcheck.distribution.formulas import ENDS, FAN_IN, FAN_OUT, FAN_SUM, INPUTS, SpreadFormula, written_wrongly
from symcheck.distribution.moments import mean_of, spread
from symcheck.distribution.shape import family_of, word
from symcheck.fans import Layer
from symcheck.laws.families import TRUNCATED_AT_TWO
from symcheck.types import Array

#: Two standard deviations are called alike when they differ by less than this share.
ALIKE = 0.03
#: By so much a constant that is written with three digits, such as 0.88, may be off.
DIGITS = 0.003


@dataclass(frozen=True)
class Observation:
    """A sample of one layer's weights, as an array of any shape."""

    layer: Layer
    sample: Array

    @cached_property
    def std(self) -> float:
        """Standard deviation of the entries about their own mean."""
        return spread(self.sample)


@dataclass(frozen=True)
class SpreadRule:
    """How a standard deviation follows from the layer: a law of the field, or a mistake that is made with one."""

    words: str
    formula: SpreadFormula
    mistake: bool = False

    def std(self, layer: Layer) -> float:
        """Of a layer's entries."""
        return self.formula.std(layer)


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
    rule: SpreadRule | None = None
    known: bool = True


LECUN = SpreadRule("LeCun's law, variance 1/fan_in", SpreadFormula(1, FAN_IN))
#: The laws of the field by their standard deviations.
KNOWN_LAWS = (
    SpreadRule("He's law, variance 2/fan_in", SpreadFormula(2, FAN_IN)),
    LECUN,
    SpreadRule("Glorot's law, variance 2/(fan_in + fan_out)", SpreadFormula(2, FAN_SUM)),
    SpreadRule("torch's default for Linear and Conv, variance 1/(3 fan_in)", SpreadFormula(1 / 3, FAN_IN)),
    SpreadRule("He's law with mode fan_out, variance 2/fan_out", SpreadFormula(2, FAN_OUT)),
    SpreadRule("LeCun's law with mode fan_out, variance 1/fan_out", SpreadFormula(1, FAN_OUT)),
)
#: Mistakes with names of their own.
HALF_AND_DOUBLE = (
    SpreadRule("variance 1/(fan_in + fan_out), half of Glorot's", SpreadFormula(1, FAN_SUM), True),
    SpreadRule("variance 4/(fan_in + fan_out), Glorot's with He's factor 2", SpreadFormula(4, FAN_SUM), True),
)
_KERNEL_LEFT_OUT = (
    SpreadRule("variance 2/inputs, He's law with the kernel size left out of fan_in", SpreadFormula(2, INPUTS), True),
    SpreadRule(
        "variance 1/inputs, LeCun's law with the kernel size left out of fan_in", SpreadFormula(1, INPUTS), True
    ),
    SpreadRule(
        "variance 2/(inputs + outputs), Glorot's law with the kernel size left out", SpreadFormula(2, ENDS), True
    ),
)


def rules(family: str) -> Iterator[SpreadRule]:
    """The laws of the field first, then the mistakes that are made with them by draws of a family."""
    yield from (*KNOWN_LAWS, *HALF_AND_DOUBLE, *_KERNEL_LEFT_OUT)
    use, factor = ("bound", 3) if family == "uniform" else ("std", 1)
    for law in KNOWN_LAWS[:3]:
        for formula in written_wrongly(factor * law.formula.number, law.formula.fan, use):
            yield SpreadRule(f"{formula_words(formula)}: {form_words(formula)}", formula, True)


def recognise(observations: Sequence[Observation]) -> Recognised:
    """Name what the samples look like: the family by its distribution function, the scale by how it moves with fans."""
    family = family_of(observations[0].sample)
    stds = [o.std for o in observations]
    layers = [o.layer for o in observations]
    if max(stds) == 0:
        return Recognised("constant", "every entry is the same")
    if still := stds.count(0):
        return Recognised(
            family, f"in {still} of {len(stds)} layers every entry is the same, in the others not", known=False
        )
    entries = "entries of no familiar distribution" if family == "unfamiliar" else f"{word(family)} entries"
    for rule in rules(family):
        predicted = [rule.std(layer) for layer in layers]
        if fits(observations, predicted):
            return Recognised(family, f"{entries}, {rule.words}", rule)
        if family == "truncated_normal" and fits(observations, [TRUNCATED_AT_TWO * p for p in predicted]):
            lost = "cut off at two standard deviations without the correction (0.774 of the variance)"
            return Recognised(family, f"{entries}, {rule.words}, {lost}")
    if alike(observations, [stds[0]] * len(stds)):
        mean = mean_of(observations[0].sample)
        centre = f" about {mean:.3g}" if abs(mean) > 5 * stds[0] / sqrt(observations[0].sample.size) else ""
        everywhere = " whatever the shape" if len({layer.fans for layer in layers}) > 1 else ""
        fixed = "a fixed standard deviation" if everywhere else "standard deviation"
        return Recognised(family, f"{entries}, {fixed} of {stds[0]:.3g}{centre}{everywhere}")
    for rule in KNOWN_LAWS:
        predicted = [rule.std(layer) for layer in layers]
        factor = common_factor(observations, predicted)
        if fits(observations, [factor * p for p in predicted]):
            return Recognised(family, f"{entries}, {factor:.3g} times the standard deviation of {rule.words}")
    a, b = exponents(layers, stds)
    return Recognised(family, f"{entries}, std ~ fan_in^{a:.2f} fan_out^{b:.2f}", known=False)


def common_factor(observations: Sequence[Observation], predicted: Sequence[float]) -> float:
    """The one factor between measured and predicted standard deviations, each counted by its number of entries."""
    ratios = [max(o.std / p, 1e-300) for o, p in zip(observations, predicted, strict=True)]
    return float(np.exp(np.average(np.log(ratios), weights=[o.sample.size for o in observations])))


def fits(observations: Sequence[Observation], predicted: Sequence[float]) -> bool:
    """Whether no shape speaks against the predicted standard deviations.

    Shapes are not pooled: a generator that is seeded anew draws the same numbers for each.
    """
    return min(predicted) > 0 and alike(observations, predicted, DIGITS)


def misfit(observations: Sequence[Observation], predicted: Sequence[float]) -> float:
    """How far off the predicted standard deviations are: squared standard errors of a normal law, added up."""
    return sum(
        2 * o.sample.size * log(max(o.std, 1e-300) / p) ** 2 for o, p in zip(observations, predicted, strict=True)
    )


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

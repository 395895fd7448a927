"""Which law do samples follow? The nearest law of the catalogue, or the nearest known mistake, with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcheck.distribution.goodness import family_test
from symcheck.fans import Layer, layer_of
from symcheck.laws import TRUNCATED_AT_TWO, Entry, Law

#: Two standard deviations are called alike when they differ by less than this share.
ALIKE = 0.03


@dataclass(frozen=True)
class Observation:
    """A sample of one layer's weights, as an array of any shape."""

    layer: Layer
    sample: NDArray[Any]

    @property
    def std(self) -> float:
        """Standard deviation of the entries about their own mean."""
        return float(np.std(np.asarray(self.sample, dtype=np.float64)))


@dataclass(frozen=True)
class Recognised:
    """The closest rule: ``name`` reads like a law, ``remedy`` says what to write instead (for mistakes)."""

    name: str
    family: str
    sentence: str


Rule = Callable[[Layer], float]


def _fan(power_in: float, power_out: float, factor: float) -> Rule:
    return lambda layer: factor * layer.fans.fan_in**power_in * layer.fans.fan_out**power_out


def _average(factor: float) -> Rule:
    return lambda layer: sqrt(factor / layer.fans.of_mode("fan_avg"))


#: Rules of standard deviation by name: the laws of the field first, then the mistakes that are made with them.
LAWS: dict[str, Rule] = {
    "He's law, variance 2/fan_in": _fan(-0.5, 0, sqrt(2)),
    "LeCun's law, variance 1/fan_in": _fan(-0.5, 0, 1.0),
    "Glorot's law, variance 2/(fan_in + fan_out)": _average(1.0),
    "torch's default for Linear and Conv, variance 1/(3 fan_in)": _fan(-0.5, 0, sqrt(1 / 3)),
    "He's law with mode fan_out, variance 2/fan_out": _fan(0, -0.5, sqrt(2)),
    "LeCun's law with mode fan_out, variance 1/fan_out": _fan(0, -0.5, 1.0),
}

MISTAKES: dict[str, Rule] = {
    "variance 1/(fan_in + fan_out), half of Glorot's": _average(0.5),
    "variance 4/(fan_in + fan_out), Glorot's with He's factor 2": _average(2.0),
    "variance 2/inputs, He's law with the kernel size left out of fan_in":
        lambda layer: sqrt(2 / layer.inputs),
    "variance 1/inputs, LeCun's law with the kernel size left out of fan_in":
        lambda layer: sqrt(1 / layer.inputs),
    "variance 2/(inputs + outputs), Glorot's law with the kernel size left out":
        lambda layer: sqrt(2 / (layer.inputs + layer.out)),
    "standard deviation 2/fan_in: the variance was used as the standard deviation (a square root is missing)":
        _fan(-1, 0, 2.0),
    "standard deviation 1/fan_in: the variance was used as the standard deviation (a square root is missing)":
        _fan(-1, 0, 1.0),
    "standard deviation sqrt(2)/fan_in: the square root covers only the 2": _fan(-1, 0, sqrt(2)),
    "standard deviation 2/sqrt(fan_in): the square root covers only fan_in": _fan(-0.5, 0, 2.0),
    "standard deviation sqrt(fan_in/2): multiplied where He's law divides": _fan(0.5, 0, sqrt(0.5)),
    "standard deviation sqrt(fan_in): multiplied where LeCun's law divides": _fan(0.5, 0, 1.0),
}  # fmt: skip

_FAMILIES = ("normal", "truncated_normal", "uniform")


def recognise(observations: Sequence[Observation]) -> Recognised:
    """Name what the samples look like: the family by its distribution function, the scale by how it moves with fans."""
    family = _family(observations[0])
    stds = [o.std for o in observations]
    layers = [o.layer for o in observations]
    if max(stds) == 0:
        return Recognised("constant", "constant", "every entry is the same")
    for name, rule in {**LAWS, **MISTAKES}.items():
        predicted = [rule(layer) for layer in layers]
        if alike(stds, predicted):
            return Recognised(name, family, f"{_word(family)} entries, {name}")
        if family == "truncated_normal" and alike(stds, [TRUNCATED_AT_TWO * p for p in predicted]):
            lost = f"{name}, cut off at two standard deviations without the correction (0.774 of the variance)"
            return Recognised(lost, family, f"{_word(family)} entries, {lost}")
    if alike(stds, [stds[0]] * len(stds)):
        mean = float(np.mean(np.asarray(observations[0].sample, dtype=np.float64)))
        centre = f" about {mean:.3g}" if abs(mean) > 5 * stds[0] / sqrt(observations[0].sample.size) else ""
        name = f"a fixed standard deviation of {stds[0]:.3g}{centre}"
        return Recognised(name, family, f"{_word(family)} entries, {name} whatever the shape")
    a, b = exponents(layers, stds)
    return Recognised("no known law", family, f"{_word(family)} entries, std ~ fan_in^{a:.2f} fan_out^{b:.2f}")


def alike(stds: Sequence[float], predicted: Sequence[float], tolerance: float = ALIKE) -> bool:
    """Whether every pair of standard deviations differs by less than ``tolerance``, relatively."""
    return all(p > 0 and abs(s / p - 1) < tolerance for s, p in zip(stds, predicted, strict=True))


def exponents(layers: Sequence[Layer], stds: Sequence[float]) -> tuple[float, float]:
    """Least-squares exponents of fan_in and fan_out in std = c fan_in^a fan_out^b."""
    rows = [[1.0, log(layer.fans.fan_in), log(layer.fans.fan_out)] for layer in layers]
    solution = np.linalg.lstsq(np.array(rows), np.log(np.maximum(stds, 1e-300)), rcond=None)[0]
    return float(solution[1]), float(solution[2])


def advice(observations: Sequence[Observation], law: Law) -> str | None:
    """Why the samples miss ``law``, in words with the remedy; None where nothing known fits."""
    stds = [o.std for o in observations]
    expected = [law.entry(o.layer.fans).std for o in observations]
    found = recognise(observations)
    if max(stds) == 0:
        return "Every entry is the same: the scale may have come out as 0 (integer division, a wrong argument)."
    swapped = [law.entry(Layer(o.layer.inputs, o.layer.out, o.layer.kernel).fans).std for o in observations]
    turned = [law.entry(layer_of(o.layer.shape("out_in"), "in_out").fans).std for o in observations]
    if any(alike(stds, other) and not alike(other, expected) for other in (swapped, turned)):
        return (
            "The law fits when fan_in and fan_out are swapped: the array is read as (in, out) where it is (out, in), or "
            "the other way round. Swap them, or pass --layout if the layout was taken wrongly."
        )
    if alike(stds, expected) and found.family not in (law.family, "unfamiliar"):
        return f"The scale is right, but the entries look {_word(found.family)}, not {_word(law.family)}."
    ratios = [s / e for s, e in zip(stds, expected, strict=True)]
    sizes = [o.sample.size for o in observations]
    ratio = float(np.exp(np.average(np.log(ratios), weights=sizes))) if min(ratios) > 0 else 0.0
    steady = ratio > 0 and alike(ratios, [ratio] * len(ratios))
    if steady and abs(ratio / TRUNCATED_AT_TWO - 1) < ALIKE / 2 and found.family == "truncated_normal":
        return (
            "The draws are cut off at two standard deviations and the lost variance is not made good: divide the "
            "standard deviation by 0.87962566 before truncating."
        )
    he = law.scale == 2.0 and law.mode == "fan_in"
    if he and found.name == "LeCun's law, variance 1/fan_in":
        return f"This is {found.name}: the 2 for relu is missing. Write sqrt(2 / fan_in)."
    if found.name in LAWS:
        return f"This is {found.name}, not {law.name}."
    if found.name in MISTAKES:
        return f"This looks like {found.name}."
    if steady:
        return f"The scale is off by the factor {ratio:.3g} in every shape{_known_factor(ratio)}."
    return (
        f"The draws look like {found.sentence}."
        if found.name != "no known law"
        else (
            f"The standard deviation moves as fan_in^{exponents([o.layer for o in observations], stds)[0]:.2f} "
            f"fan_out^{exponents([o.layer for o in observations], stds)[1]:.2f}, which is no law of the catalogue."
        )
    )


def _known_factor(ratio: float) -> str:
    known = {
        1 / sqrt(2): " (1/sqrt(2): a factor 2 is missing in the variance)",
        sqrt(2): " (sqrt(2): the factor 2 is in the variance twice)",
        sqrt(3): " (sqrt(3): a standard deviation was used as the bound's own scale)",
        1 / sqrt(3): " (1/sqrt(3): a uniform bound was set to the standard deviation; it needs sqrt(3) times it)",
        TRUNCATED_AT_TWO: " (0.8796: truncation without correction)",
        1 / TRUNCATED_AT_TWO: " (1/0.8796: corrected for a truncation that does not take place)",
    }
    return next((text for value, text in known.items() if abs(ratio / value - 1) < ALIKE / 2), "")


def _word(family: str) -> str:
    return family.replace("_", " ")


def _family(observation: Observation) -> str:
    """The family whose distribution function is nearest, with mean and standard deviation taken from the sample."""
    w = np.asarray(observation.sample, dtype=np.float64).ravel()
    mean, std = float(w.mean()), float(w.std())
    if std == 0:
        return "constant"
    parent, half = std / TRUNCATED_AT_TWO, sqrt(3) * std
    centred = w - mean
    candidates = {
        "normal": Entry("normal", 0.0, std, -inf, inf, std),
        "truncated_normal": Entry("truncated_normal", 0.0, std, -2 * parent, 2 * parent, parent),
        "uniform": Entry("uniform", 0.0, std, -half, half, std),
    }
    gaps = {name: family_test(centred, entry, 0.0).measured for name, entry in candidates.items()}
    best = min(_FAMILIES, key=lambda name: gaps[name])
    return best if gaps[best] < 0.05 + 2 / sqrt(w.size) else "unfamiliar"

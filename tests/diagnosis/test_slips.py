"""Slips as people write them: each named in the sentence it must print, and right code in other styles that gets none."""

import re
from collections.abc import Callable, Sequence
from math import prod, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from symcheck.checking import check
from symcheck.diagnosis.laws import advice
from symcheck.diagnosis.scale_causes import Constant, Factor, FixedScale, OtherLaw, SomeShapes
from symcheck.diagnosis.scale_sentences import scale_sentence
from symcheck.diagnosis.scales import scale_cause
from symcheck.diagnosis.slips import Slip
from symcheck.distribution.formulas import FANS, FORMS, SpreadFormula
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.names import parse_law

MATRICES = (Layer(512, 512), Layer(256, 1024), Layer(1024, 256), Layer(64, 64), Layer(24, 8), Layer(16, 24))
KERNELS = (Layer(64, 32, (3, 3)), Layer(48, 96, (5,)), Layer(32, 16, (9, 9)))
Draw = Callable[[Layer, Generator, Any], Any]


def normal(std: Callable[[Layer], float]) -> Draw:
    return lambda layer, rng, shape: rng.normal(0, std(layer), shape)


def uniform(bound: Callable[[Layer], float]) -> Draw:
    return lambda layer, rng, shape: rng.uniform(-bound(layer), bound(layer), shape)


def centred(width: Callable[[Layer], float]) -> Draw:
    return lambda layer, rng, shape: (rng.random(shape) - 0.5) * width(layer)


def observe(draw: Draw, layers: Sequence[Layer] = MATRICES) -> list[Observation]:
    rng = np.random.default_rng()
    # Small ones pooled, as the checks do.
    return [Observation(l, draw(l, rng, (max(1, 4096 // prod(l.shape("out_in"))), *l.shape("out_in")))) for l in layers]


def said(draw: Draw, law: str, layers: Sequence[Layer] = MATRICES) -> str:
    observations = observe(draw, layers)
    return advice("scale", observations, parse_law(law), observations[0]) or ""


def fi(layer: Layer) -> int:
    return layer.fans.fan_in


def total(layer: Layer) -> int:
    return layer.fans.fan_in + layer.fans.fan_out


ROOT = "the variance was used as the standard deviation (a square root is missing)"
SLIPS: dict[str, tuple[Draw, str, str]] = {
    "he without a root": (
        normal(lambda l: 2 / fi(l)),
        "he_normal",
        f"This looks like standard deviation 2 / fan_in: {ROOT}. Write sqrt(2 / fan_in).",
    ),
    "lecun without a root": (
        normal(lambda l: 1 / fi(l)),
        "lecun_normal",
        f"This looks like standard deviation 1 / fan_in: {ROOT}. Write sqrt(1 / fan_in).",
    ),
    "glorot without a root": (
        normal(lambda l: 2 / total(l)),
        "glorot_normal",
        f"This looks like standard deviation 2 / (fan_in + fan_out): {ROOT}. Write sqrt(2 / (fan_in + fan_out)).",
    ),
    "glorot bound without a root": (
        uniform(lambda l: 6 / total(l)),
        "glorot_uniform",
        "This looks like bound 6 / (fan_in + fan_out): a square root is missing. Write sqrt(6 / (fan_in + fan_out)).",
    ),
    "the deviation as the bound": (
        uniform(lambda l: sqrt(2 / total(l))),
        "glorot_uniform",
        "This looks like bound sqrt(2 / (fan_in + fan_out)): the standard deviation was set as the bound of a uniform law, "
        "which needs sqrt(3) times it. Write sqrt(6 / (fan_in + fan_out)).",
    ),
    "the bound as the deviation": (
        normal(lambda l: sqrt(6 / total(l))),
        "glorot_normal",
        "This looks like standard deviation sqrt(6 / (fan_in + fan_out)): the bound of the uniform law was used as the "
        "standard deviation of a normal one. Write sqrt(2 / (fan_in + fan_out)).",
    ),
    "the root of the number only": (
        normal(lambda l: sqrt(2) / fi(l)),
        "he_normal",
        "This looks like standard deviation sqrt(2) / fan_in: the square root covers only the 2. Write sqrt(2 / fan_in).",
    ),
    "the root of the fan only": (
        normal(lambda l: 2 / sqrt(fi(l))),
        "he_normal",
        "This looks like standard deviation 2 / sqrt(fan_in): the square root covers only fan_in. Write sqrt(2 / fan_in).",
    ),
    "brackets lost": (
        uniform(lambda l: sqrt(6 / fi(l) + l.fans.fan_out)),
        "glorot_uniform",
        "This looks like bound sqrt(c / fan_in + fan_out): the sum of the fans lacks its brackets, so that fan_out is added "
        "and does not divide. Write sqrt(6 / (fan_in + fan_out)).",
    ),
    "he's 2 missing": (
        normal(lambda l: 1 / sqrt(fi(l))),
        "he_normal",
        "This is LeCun's law, variance 1/fan_in: the 2 for relu is missing. Write sqrt(2 / fan_in).",
    ),
    "multiplied": (
        normal(lambda l: sqrt(fi(l) / 2)),
        "he_normal",
        "This looks like standard deviation sqrt(fan_in / 2): multiplied by fan_in where the law divides. Write "
        "sqrt(2 / fan_in).",
    ),
    "rand - 0.5 by the deviation": (
        centred(lambda l: sqrt(2 / fi(l))),
        "he_normal",
        "This looks like (rand - 0.5) * sqrt(2 / fan_in): rand - 0.5 has the standard deviation 1/sqrt(12). Draw randn * "
        "sqrt(2 / fan_in).",
    ),
    "rand - 0.5 by the bound": (
        centred(lambda l: sqrt(6 / fi(l))),
        "he_uniform",
        "This looks like (rand - 0.5) * sqrt(6 / fan_in): rand - 0.5 reaches only 1/2 on each side, so that half of the bound "
        "is lost. Draw from [-b, b) with b = sqrt(6 / fan_in).",
    ),
    "rand": (
        lambda layer, rng, shape: rng.random(shape),
        "he_normal",
        "These are uniform draws from [0, 1) whatever the shape, as rand gives them: centre them, and set their standard "
        "deviation, 0.2887, to the law's, sqrt(2 / fan_in).",
    ),
    "randn * 0.01": (
        normal(lambda l: 0.01),
        "he_normal",
        "The draws have a fixed standard deviation of 0.01 whatever the shape, as in randn * 0.01: the law's is "
        "sqrt(2 / fan_in).",
    ),
    "a constant": (
        lambda layer, rng, shape: np.full(shape, 0.5),
        "he_normal",
        "Every entry is 0.5: it is filled with a constant, and nothing is drawn.",
    ),
    "the gain forgotten": (
        normal(lambda l: sqrt(2 / total(l))),
        "glorot_normal(gain=3)",
        "This is Glorot's law, variance 2/(fan_in + fan_out), not glorot_normal(gain=3).",
    ),
    "a variance for a deviation": (
        normal(lambda l: 0.02**2),
        "normal(0.02)",
        "The standard deviation is the square of the law's: a variance stands where a standard deviation is asked for.",
    ),
    "a deviation for a variance": (
        normal(lambda l: 0.02**0.5),
        "normal(0.02)",
        "The standard deviation is the square root of the law's: the standard deviation was taken as a variance.",
    ),
    "torch's default": (
        uniform(lambda l: 1 / sqrt(fi(l))),
        "he_uniform",
        "This is torch's default for Linear and Conv, variance 1/(3 fan_in), not he_uniform.",
    ),
    "swapped, square shapes among them": (
        normal(lambda l: sqrt(2 / l.fans.fan_out)),
        "he_normal",
        "The law fits when fan_in and fan_out are swapped: the array is read as (in, out) where it is (out, in), or the other "
        "way round. Swap them, or pass --layout if the layout was taken wrongly.",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_named(name: str) -> None:
    draw, law, sentence = SLIPS[name]
    assert said(draw, law) == sentence


@pytest.mark.parametrize("factor", [sqrt(2), sqrt(3), sqrt(5), 0.5, 2.0, 1 / sqrt(3)])
@pytest.mark.parametrize("law", ["he_normal", "glorot_uniform", "lecun_normal(mode=fan_out)"])
def test_a_factor_is_told_as_one(law: str, factor: float) -> None:
    parsed = parse_law(law)
    observations = [
        Observation(o.layer, factor * o.sample)
        for o in observe(lambda l, rng, shape: parsed.entry(l.fans).draw(shape, rng))
    ]
    cause = scale_cause(observations, parsed)
    assert isinstance(cause, Factor | OtherLaw | Slip)
    assert not isinstance(cause, Factor) or abs(cause.ratio / factor - 1) < 0.02
    if isinstance(cause, OtherLaw | Slip):
        formula = cause.rule.formula if isinstance(cause, OtherLaw) else cause.written
        ratios = [formula.std(o.layer) / (factor * parsed.entry(o.layer.fans).std) for o in observations]
        assert ratios == pytest.approx([1.0] * len(ratios)), "a formula that is named is the one that was used"


def test_kernels_tell_what_matrices_cannot() -> None:
    both = (*MATRICES, *KERNELS)
    outputs = said(normal(lambda l: sqrt(2 / l.out)), "he_normal", both)
    assert outputs.startswith("This looks like standard deviation sqrt(2 / outputs): the number of outputs, size(0)")
    mixed = uniform(lambda l: 1 / sqrt(fi(l) if l.kernel else l.out))
    matrices = said(mixed, "lecun_uniform(gain=0.57735026918962576)", both)
    assert "for matrices the number of outputs, size(0) of an (out, in) array, stands where fan_in should" in matrices
    assert "kernels are right. Write sqrt(1 / fan_in)." in matrices
    added = said(normal(lambda l: sqrt(2 / (l.out + l.inputs + sum(l.kernel)))), "glorot_normal", both)
    assert "sum(shape)" in added
    part = said(normal(lambda l: sqrt(2 / l.inputs) / prod(l.kernel)), "he_normal", both)
    assert "the square root does not cover the kernel size" in part


def test_truncation() -> None:
    def cut(layer: Layer, rng: Generator, shape: Any) -> Any:
        return parse_law("he_normal(distribution=uncorrected_truncated_normal)").entry(layer.fans).draw(shape, rng)

    lost = said(cut, "he_normal(distribution=truncated_normal)")
    assert lost.startswith("The draws are cut off at two standard deviations and the lost variance is not made good")
    needless = said(normal(lambda l: sqrt(2 / fi(l)) / 0.87962566), "he_normal")
    assert "corrected for a truncation that does not take place" in needless


RIGHT: dict[str, tuple[Callable[..., Any], str]] = {
    "a variance and its root": (
        lambda shape, rng: rng.normal(0, 1, shape) * np.sqrt(np.divide(2, np.prod(shape[1:]))),
        "he_normal",
    ),
    "the bound from the deviation": (
        lambda shape, rng: (2 * rng.random(shape) - 1) * sqrt(3) * sqrt(2 / np.prod(shape[1:])),
        "he_uniform",
    ),
    "rand - 0.5 by sqrt(12)": (
        lambda shape, rng: (rng.random(shape) - 0.5) * sqrt(12 / np.prod(shape[1:])),
        "lecun_uniform",
    ),
    "the mean of the fans": (
        lambda shape, rng: (
            rng.standard_normal(shape) / sqrt((shape[0] + shape[1]) / 2 * (np.prod(shape[2:]) if shape[2:] else 1))
        ),
        "glorot_normal",
    ),
    "a power of the fan": (
        lambda shape, rng: rng.standard_normal(shape) * float(np.prod(shape[1:])) ** -0.5,
        "lecun_normal",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_code_in_another_style_gets_no_diagnosis(name: str) -> None:
    subject, law = RIGHT[name]
    report = check(subject, law)
    assert report.passed, [f.message for f in report.failures]
    assert not [f.diagnosis for f in report.findings if f.diagnosis]


def test_a_scale_that_no_formula_has_is_not_given_one() -> None:
    near = said(normal(lambda l: 0.96 * sqrt(1 / fi(l))), "he_normal")
    assert re.fullmatch(r"The scale is off by the factor 0\.6[78]\d? in every shape\.", near), near
    assert "no law of the catalogue" in said(normal(lambda l: fi(l) ** -0.37 * l.fans.fan_out**0.11), "he_normal")


@pytest.mark.first(1)
@pytest.mark.parametrize("law", ["he_normal", "glorot_uniform", "lecun_normal"])
def test_what_is_named_is_never_contradicted(law: str) -> None:
    """Of any formula, drawn at a random gain, what is said names one that gives the same numbers."""
    parsed, rng = parse_law(law), np.random.default_rng()
    for form in FORMS:
        for fan in FANS[:3]:
            drawn = SpreadFormula(float(rng.choice([1, 2, 3, 6])), fan, form, gain=float(np.exp(rng.uniform(-1, 1))))
            if not drawn.sensible:
                continue
            observations = observe(normal(drawn.std))
            cause = scale_cause(observations, parsed)
            if isinstance(cause, Slip | OtherLaw):
                named = cause.written if isinstance(cause, Slip) else cause.rule.formula
                ratios = np.array([named.std(l) / drawn.std(l) for l in MATRICES])
                assert np.abs(np.log(ratios)).max() < 0.12, (drawn.text, drawn.gain, scale_sentence(cause))
            assert not isinstance(cause, Constant)
            if isinstance(cause, FixedScale):
                assert len({round(drawn.std(l), 9) for l in MATRICES}) == 1


def test_square_shapes_do_not_follow_a_law_that_others_miss() -> None:
    square = (Layer(256, 256), Layer(128, 128), Layer(64, 64))
    observations = observe(normal(lambda l: (2 / fi(l)) ** 0.5 * (l.out / l.inputs) ** 0.3), (*square, *MATRICES[1:3]))
    cause = scale_cause(observations, parse_law("he_normal"))
    assert not isinstance(cause, SomeShapes)


def test_the_other_one_follows() -> None:
    layers = (Layer(256, 128), Layer(128, 512))
    wrong = said(normal(lambda l: (1.37 if l == layers[0] else 1) * sqrt(2 / fi(l))), "he_normal", layers)
    assert re.search(
        r"Only some shapes are off: 128 -> 256 \(factor 1\.\d+\)\. The other one follows the law", wrong
    ), wrong
    most = (*layers, Layer(512, 256), Layer(256, 512), Layer(300, 200), Layer(200, 300))
    unlike = said(normal(lambda l: sqrt(2 / fi(l)) * (1 if l == layers[0] else 1 + l.out % 7)), "he_normal", most)
    assert "Only some shapes" not in unlike, "one shape in six is no rule"

"""Recognition: the law a sample follows, and the mistake behind one that follows none."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from symcheck.diagnosis.laws import advice
from symcheck.distribution.recognise import Observation, recognise
from symcheck.fans import Layer
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.reference.samplers import sample

LAYERS = (Layer(512, 512), Layer(256, 1024), Layer(1024, 256), Layer(64, 32, (3, 3)))


def observe(
    law: Law, factor: Callable[[Layer], float] = lambda layer: 1.0, layers: tuple[Layer, ...] = LAYERS
) -> list[Observation]:
    rng = np.random.default_rng()
    return [Observation(layer, factor(layer) * sample(law, layer.shape("out_in"), rng)) for layer in layers]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("he_normal", "normal entries, He's law"),
        ("he_uniform", "uniform entries, He's law"),
        ("he_normal(distribution=truncated_normal)", "truncated normal entries, He's law"),
        ("lecun_normal", "normal entries, LeCun's law"),
        ("glorot_uniform", "uniform entries, Glorot's law"),
        ("lecun_uniform(gain=0.5773502691896258)", "uniform entries, torch's default"),
        ("he_normal(mode=fan_out)", "mode fan_out"),
        ("he_normal(distribution=uncorrected_truncated_normal)", "0.774 of the variance"),
        ("normal(0.05)", "a fixed standard deviation of 0.0"),
    ],
)
def test_laws_are_recognised(text: str, words: str) -> None:
    assert words in recognise(observe(parse_law(text))).sentence


@pytest.mark.parametrize(
    ("law", "factor", "words"),
    [
        ("he_normal", lambda l: 0.5**0.5, "This is LeCun's law, variance 1/fan_in: the 2 for relu is missing"),
        ("he_normal", lambda l: (2 / l.fans.fan_in) ** 0.5, "a square root is missing"),
        ("he_normal", lambda l: (l.fans.fan_in / l.inputs) ** 0.5, "kernel size left out"),
        ("lecun_normal", lambda l: (l.fans.fan_in / l.fans.fan_out) ** 0.5, "fan_in and fan_out are swapped"),
        ("glorot_normal", lambda l: 1.1, "off by the factor 1.1"),
        ("glorot_normal", lambda l: 0.5**0.5, "half of Glorot's"),
        ("he_normal", lambda l: l.fans.fan_in**0.5 / 2**0.5, "a fixed standard deviation"),
    ],
)
def test_mistakes_are_named(law: str, factor: Callable[[Layer], float], words: str) -> None:
    parsed = parse_law(law)
    observations = observe(parsed, factor)
    assert words in (advice("scale", observations, parsed, observations[0]) or "")


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (lambda l: 1.02, r"off by (1\.[6-9]|2|2\.[1-4]) % in every shape \(factor 1\.0"),
        (
            lambda l: 2.0 if l == LAYERS[1] else 1.0,
            r"Only some shapes are off: 1024 -> 256 \(factor (1\.99|2|2\.01)\)\. The other 6",
        ),
        (lambda l: 1.02 if l == LAYERS[0] else 1.0, r"Only some shapes are off: 512 -> 512 \(factor 1\.0[1-3]\)"),
        (lambda l: l.fans.fan_out**0.25, r"moves as fan_in\^-0\.\d\d fan_out\^0\.\d\d"),
        (lambda l: 1.5 + l.out % 5 * 3, "The scale follows no rule of the fans"),
    ],
)
def test_the_scale_is_told_as_it_is(factor: Callable[[Layer], float], words: str) -> None:
    law = parse_law("he_normal")
    observations = observe(law, factor, (*LAYERS, Layer(128, 384), Layer(300, 200), Layer(640, 128)))
    said = advice("scale", observations, law, observations[0]) or ""
    assert re.search(words, said), said
    assert "This is He's law" not in said


def of_shape(draw: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]) -> list[Observation]:
    rng = np.random.default_rng()
    std = [(2 / layer.fans.fan_in) ** 0.5 for layer in LAYERS]
    return [Observation(layer, s * draw(rng, layer.shape("out_in"))) for s, layer in zip(std, LAYERS, strict=True)]


SHAPES: dict[str, tuple[Callable[[np.random.Generator, tuple[int, ...]], np.ndarray], str]] = {
    "laplace": (lambda r, s: r.laplace(0, 0.5**0.5, s), "tails are heavier than the normal law's (kurtosis"),
    "student": (lambda r, s: r.standard_t(5, s) * 0.6**0.5, "tails are heavier than the normal law's (kurtosis"),
    "signs": (lambda r, s: r.choice([-1.0, 1.0], s), "take only 2 values: -0.0625, 0.0625"),
    "grid": (lambda r, s: np.round(4 * r.standard_normal(s)) / 4, "lie on a grid of step 0.0156"),
    "uniform": (lambda r, s: r.uniform(-(3**0.5), 3**0.5, s), "look uniform, not normal"),
    "exponential": (lambda r, s: r.exponential(1, s) - 1, "are skewed (skewness"),
    "dropped": (lambda r, s: 2**0.5 * r.standard_normal(s) * (r.random(s) < 0.5), " % of the entries are exactly 0"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_shape_is_told_apart_from_the_scale(name: str) -> None:
    draw, words = SHAPES[name]
    law, observations = parse_law("he_normal"), of_shape(draw)
    said = advice("family", observations, law, observations[0]) or ""
    assert words in said
    assert "law, variance" not in said, "the scale is right, so nothing is said of it"


def test_a_shift_is_told_in_standard_deviations_or_as_it_is() -> None:
    law = parse_law("he_normal")
    relative, absolute = of_shape(lambda r, s: r.standard_normal(s) + 0.3), observe(law)
    said = advice("mean", relative, law, relative[0]) or ""
    assert re.search(r"shifted by 0\.(29|3|31) standard deviations in every shape", said)
    absolute = [Observation(o.layer, o.sample + 0.02) for o in absolute]
    assert "shifted by 0.02 whatever the shape" in (advice("mean", absolute, law, absolute[0]) or "")
    one = [Observation(o.layer, o.sample + (0.1 if o.layer.kernel else 0.0)) for o in absolute]
    one = [Observation(o.layer, o.sample - 0.02) for o in one]
    assert "shifted at 32 -> 64 3x3" in (advice("mean", one, law, one[0]) or "")


def test_huge_entries_are_not_called_a_scale_or_a_mean() -> None:
    law, observations = parse_law("he_normal"), observe(parse_law("he_normal"))
    for o in observations:
        o.sample.flat[:2] = 100.0
    for aspect, moved in [("scale", "standard deviation"), ("mean", "mean")]:
        said = advice(aspect, observations, law, observations[0]) or ""
        assert said.startswith("2 huge entries among 262,144")
        assert said.endswith(f"That alone moves the {moved}.")


def test_layers_of_one_number_beside_drawn_ones_are_told_apart() -> None:
    rng = np.random.default_rng()
    seen = recognise([Observation(Layer(8, 4), np.ones((8, 4))), Observation(Layer(8, 8), rng.standard_normal((8, 8)))])
    assert seen.sentence == "in 1 of 2 layers every entry is the same, in the others not"
    assert not seen.known

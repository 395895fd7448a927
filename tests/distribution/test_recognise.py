"""Recognition: the law a sample follows, and the mistake behind one that follows none."""

from collections.abc import Callable

import numpy as np
import pytest

from symcheck.distribution.recognise import Observation, advice, recognise
from symcheck.fans import Layer
from symcheck.laws import Law, parse_law
from symcheck.reference.samplers import sample

LAYERS = (Layer(512, 512), Layer(256, 1024), Layer(1024, 256), Layer(64, 32, (3, 3)))


def observe(law: Law, factor: Callable[[Layer], float] = lambda layer: 1.0) -> list[Observation]:
    rng = np.random.default_rng()
    return [Observation(layer, factor(layer) * sample(law, layer.shape("out_in"), rng)) for layer in LAYERS]


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
)  # fmt: skip
def test_mistakes_are_named(law: str, factor: Callable[[Layer], float], words: str) -> None:
    parsed = parse_law(law)
    assert words in (advice(observe(parsed, factor), parsed) or "")

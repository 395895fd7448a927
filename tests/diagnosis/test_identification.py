"""Identification: the law that was drawn is among those named, others that the draws rule out are not, and nothing is guessed."""

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

import symcheck
from symcheck.diagnosis.identification import identify_draws
from symcheck.diagnosis.identification_sentences import documented_sentence, law_sentence, mistake_sentence
from symcheck.diagnosis.identified import Identified
from symcheck.diagnosis.intervals import roundest, std_interval, uniform_ends
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.laws.names import parse_law
from symcheck.reference.samplers import sample

Cli = Callable[..., Any]
SHAPES = (Layer(256, 256), Layer(128, 512), Layer(512, 128))
SQUARE = (Layer(64, 64),)


def drawn(text: str, layers: tuple[Layer, ...] = SHAPES, dtype: Any = np.float64) -> list[Observation]:
    rng, law = np.random.default_rng(), parse_law(text)
    return [Observation(l, sample(law, l.shape("out_in"), rng).astype(dtype)) for l in layers]


def names(found: Identified) -> list[str]:
    return [law.name for law in found.consistent]


@pytest.mark.parametrize(
    "text",
    [
        "he_normal",
        "he_uniform",
        "glorot_normal",
        "glorot_uniform",
        "lecun_normal",
        "lecun_uniform",
        "he_normal(distribution=truncated_normal)",
        "lecun_normal(distribution=uncorrected_truncated_normal)",
        "he_uniform(mode=fan_out)",
        "normal(0.02)",
        "normal(1)",
        "uniform(-0.1, 0.1)",
        "uniform(0, 1)",
        "truncated_normal(0.02, -0.04, 0.04)",
        "constant(0.5)",
        "zeros",
        "ones",
        "identity",
        "orthogonal",
        "hadamard",
        "sparse(0.1)",
    ],
)
def test_a_law_is_told_from_all_others_where_shapes_differ(text: str) -> None:
    assert names(identify_draws(drawn(text))) == [text]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_in_narrow_types(dtype: Any) -> None:
    assert names(identify_draws(drawn("he_normal", dtype=dtype))) == ["he_normal"]
    assert names(identify_draws(drawn("orthogonal", dtype=dtype))) == ["orthogonal"]
    assert names(identify_draws(drawn("uniform(0, 1)", dtype=dtype))) == ["uniform(0, 1)"]


def test_what_a_shape_cannot_tell_is_not_guessed() -> None:
    found = identify_draws(drawn("lecun_normal", SQUARE))
    assert {"lecun_normal", "glorot_normal", "lecun_normal(mode=fan_out)"} <= set(names(found))
    assert not [name for name in names(found) if "he_" in name or "uniform" in name or "truncated" in name]
    assert "the shapes that were drawn do not tell them apart" in law_sentence(found)
    assert names(identify_draws(drawn("orthogonal", SQUARE))) == ["orthogonal"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda l, rng: rng.laplace(0, 0.1, l.shape("out_in")),
        lambda l, rng: rng.normal(0, 0.95 * sqrt(2 / l.fans.fan_in), l.shape("out_in")),
        lambda l, rng: rng.choice([-0.1, 0.1], l.shape("out_in")),
        lambda l, rng: rng.normal(0.3 * l.fans.fan_in**-0.5, sqrt(2 / l.fans.fan_in), l.shape("out_in")),
    ],
)
def test_what_is_no_law_is_called_none(draw: Callable[[Layer, Generator], Any]) -> None:
    rng = np.random.default_rng()
    found = identify_draws([Observation(l, draw(l, rng)) for l in SHAPES])
    assert not found.consistent
    assert law_sentence(found).endswith("of no law of the catalogue")


def test_the_nearest_mistake_is_said_where_the_shapes_show_it() -> None:
    rng = np.random.default_rng()

    def of(std: Callable[[Layer], float]) -> str:
        found = identify_draws([Observation(l, rng.normal(0, std(l), l.shape("out_in"))) for l in SHAPES])
        return mistake_sentence(found) or ""

    assert of(lambda l: 2 / l.fans.fan_in).endswith("(a square root is missing). Write sqrt(2 / fan_in).")
    assert of(lambda l: sqrt(2) / l.fans.fan_in).endswith("covers only the 2. Write sqrt(2 / fan_in).")
    assert "0.9" in of(lambda l: 0.93 * sqrt(2 / l.fans.fan_in))
    assert "times the standard deviation of He's law" in of(lambda l: 0.93 * sqrt(2 / l.fans.fan_in))
    assert of(lambda l: sqrt(2 / l.fans.fan_in)) == ""
    assert of(lambda l: 0.02) == ""


def test_one_shape_has_no_mistake_that_would_be_a_coincidence() -> None:
    for text in ("uniform(0, 1)", "normal(0.0078125)", "uniform(-0.3, 0.3)"):
        assert identify_draws(drawn(text, SQUARE)).mistake is None


def test_the_documented_law_comes_first_or_is_refuted() -> None:
    documented = parse_law("glorot_normal")
    right = identify_draws(drawn("glorot_normal", SQUARE), documented=documented)
    assert names(right)[0] == "glorot_normal"
    assert documented_sentence(right) == "its library documents glorot_normal: so it is"
    wrong = identify_draws(drawn("lecun_normal"), documented=documented)
    assert wrong.holds is False
    assert names(wrong) == ["lecun_normal"]
    assert documented_sentence(wrong) == "its library documents glorot_normal: the draws are not of it"


@pytest.mark.parametrize("text", ["sparse(0.1)", "orthogonal", "constant(0.5)"])
def test_a_documented_structure(text: str) -> None:
    right = identify_draws(drawn(text), documented=parse_law(text))
    assert right.holds is True
    assert names(right) == [text]
    wrong = identify_draws(drawn("normal(0.01)"), documented=parse_law(text))
    assert wrong.holds is False
    assert names(wrong) == ["normal(0.01)"]


def test_a_zero_that_was_drawn_is_none_of_the_law() -> None:
    observations = drawn("sparse(0.1)")
    column = observations[0].sample[:, 3]
    column[np.flatnonzero(column)[0]] = 0.0
    assert names(identify_draws(observations)) == ["sparse(0.1)"]
    for column in observations[0].sample.T:
        column[np.flatnonzero(column)[0]] = 0.0
    assert names(identify_draws(observations[:1])) != ["sparse(0.1)"]


def test_intervals_hold_the_truth_and_round_numbers_are_found() -> None:
    rng = np.random.default_rng()
    for family, draws in (("normal", rng.normal(0, 0.3, 5000)), ("uniform", rng.uniform(-0.3, 0.3, 5000))):
        interval = std_interval(draws, family, 1e-9)
        assert interval is not None
        truth = 0.3 if family == "normal" else 0.3 / sqrt(3)
        assert interval.low < truth < interval.high
        assert interval.high / interval.low < 1.5
    assert std_interval(1e-310 * rng.standard_normal(5000), "normal", 1e-9) is not None
    low, high = uniform_ends(rng.uniform(-2, 5, 5000), 1e-9)
    assert low.low < -2 < low.high
    assert high.low < 5 < high.high
    assert [roundest(0.0199, 0.0203), roundest(-1.2, 0.3), roundest(0.31, 0.37), roundest(999, 1002)] == [
        0.02,
        0.0,
        0.34,
        1000.0,
    ]


def test_nothing_finite_is_no_law() -> None:
    found = identify_draws([Observation(Layer(4, 4), np.full((4, 4), np.nan))])
    assert found.law is None
    assert law_sentence(found) == "some entries are not finite numbers, so it is no law"


def test_of_an_initializer_and_of_names() -> None:
    found = symcheck.identify(lambda shape, rng: rng.normal(0, sqrt(2 / np.prod(shape[1:])), shape))
    assert (found.kind, found.law.name if found.law else None) == ("initializer", "he_normal")
    assert [law.name for law in symcheck.identify("constant(0.5)").consistent] == ["constant(0.5)"]
    assert [law.name for law in symcheck.identify("0.01 * randn").consistent] == ["normal(0.01)"]


def test_of_a_network_layer_by_layer() -> None:
    rng = np.random.default_rng()
    weights = [rng.normal(0, sqrt(2 / i), (o, i)) for i, o in ((64, 256), (256, 512))] + [np.zeros((10, 512))]
    found = symcheck.identify(weights)
    assert [part.name for part in found.parts] == [
        "all layers that are no constant",
        "layer 1, 64 -> 256",
        "layer 2, 256 -> 512",
        "layer 3, 512 -> 10",
    ]
    assert [law.name for law in found.consistent] == ["he_normal"]
    assert [law.name for law in found.parts[-1].found.consistent] == ["zeros"]


def test_the_command(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("identify", "he_uniform", "--json", "-", "--seed", "5")
    assert outcome.status == 0
    data = json.loads(outcome.out)
    assert data["law"] == "he_uniform"
    assert data["parts"][0]["consistent"] == ["he_uniform"]
    assert data["parts"][0]["measured"][0]["shape"] == [512, 512]
    shown = " ".join(cli("identify", "he_uniform").out.split())
    assert "he_uniform: no other law of the catalogue is consistent with the draws" in shown
    nets = tmp_path / "nets.py"
    nets.write_text("def broken(shape): raise ValueError('no')\n")
    outcome = cli("identify", f"{nets}:broken")
    assert outcome.status == 1
    assert "ValueError: no" in outcome.err
    assert cli("identify", "no_such_law").status == 2


def test_an_implementation_is_refused_in_a_sentence() -> None:
    from symcheck.counterexamples.implementations.mlp import CorrectMLP

    with pytest.raises(symcheck.SymcheckError, match="identify is for initializers and networks"):
        symcheck.identify(CorrectMLP())

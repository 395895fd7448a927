"""A network held to a law: one cause, one finding; constants, and a last layer that differs on purpose."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from symcheck.checking import check
from symcheck.report import Finding, Report

SIZES = ((256, 128), (128, 512), (512, 10))


def he(inputs: int, out: int, gain: float = 1.0) -> Any:
    return np.random.default_rng().normal(0, gain * sqrt(2 / inputs), (out, inputs))


def network(*gains: float) -> list[Any]:
    return [he(*size, gain) for size, gain in zip(SIZES, gains, strict=True)]


def judged(weights: list[Any], law: str = "he_normal") -> tuple[Report, dict[str, Finding]]:
    report = check(weights, law)
    return report, {f.check.split(".")[1]: f for f in report.findings}


def bad(report: Report) -> set[str]:
    return {f.check.split(".")[1] for f in report.failures}


@pytest.mark.parametrize("scale", [0.06, 1.0, 1e-3])
def test_a_wrong_scale_is_the_only_finding(scale: float) -> None:
    rng = np.random.default_rng()
    weights = [rng.normal(0, scale, shape) for shape in ((256, 256), (256, 256), (21, 256))]
    report, found = judged(weights)
    assert bad(report) == {"scale"}
    said = found["scale"].diagnosis or ""
    assert said.startswith("The scale is off by the factor ")
    assert "LeCun" not in said, "0.06 is 4 % away from LeCun's law"


@pytest.mark.parametrize("law", ["he_uniform", "glorot_uniform"])
def test_a_wrong_scale_of_a_bounded_law_too(law: str) -> None:
    rng = np.random.default_rng()
    weights = [rng.uniform(-1 / sqrt(i), 1 / sqrt(i), (o, i)) for i, o in SIZES]
    report, _ = judged(weights, law)
    assert bad(report) == {"scale"}


def test_the_spread_is_about_the_mean_that_is_there() -> None:
    rng = np.random.default_rng()
    report, found = judged([rng.random((o, i)) for i, o in SIZES])
    assert 0.28 < float(found["scale"].measured) < 0.30
    assert "These are uniform draws from [0, 1) whatever the shape, as rand gives them" in (
        found["scale"].diagnosis or ""
    )
    alone = {f.check: f for f in check(lambda fan_in, fan_out: np.random.rand(fan_out, fan_in), "he_normal").findings}
    assert alone["initializer.scale"].message.startswith("std 0.28")


def test_one_layer_without_its_two() -> None:
    report, found = judged(network(1, sqrt(0.5), 1))
    assert bad(report) == {"scale"}
    said = found["scale"].diagnosis or ""
    assert "128 -> 512 (factor 0.7" in said
    assert "It has the standard deviation of LeCun's law" in said
    assert "The other 2 follow the law" in said


def test_a_zero_head_is_told_and_not_failed() -> None:
    report, found = judged([*network(1, 1, 1)[:2], np.zeros((10, 512))])
    assert not bad(report) & {"scale", "mean", "bounds", "family", "atoms"}
    assert found["scale"].status == "warned"
    assert "the last layer, 512 -> 10, is zero" in found["scale"].message
    assert found["family"].status == "passed"


def test_a_head_of_a_small_gain_is_told_and_not_failed() -> None:
    report, found = judged(network(1, 1, 0.01))
    assert report.passed
    assert found["scale"].status == "warned"
    assert "has 0.01 times the standard deviation of he_normal" in found["scale"].message


def test_a_head_of_another_scale_is_told_and_failed() -> None:
    report, found = judged(network(1, 1, sqrt(0.5)))
    assert bad(report) == {"scale"}
    said = found["scale"].diagnosis or ""
    assert said.startswith("Only the last layer is off: 0.")
    assert "the standard deviation of LeCun's law, variance 1/fan_in" in said


@pytest.mark.parametrize(("gains", "value"), [((1, 1, 1), 0.5), ((1, 0, 1), 0.0)])
def test_a_constant_layer_is_a_constant(gains: tuple[float, ...], value: float) -> None:
    weights = network(*gains)
    weights[1][:] = value
    report, found = judged(weights)
    assert bad(report) >= {"scale"}
    assert not bad(report) & {"mean", "bounds", "family", "atoms"}
    assert found["scale"].message == (
        f"every weight of the layer 128 -> 512 is {value:g}, but should be drawn from he_normal"
    )


def test_a_zero_head_excuses_nothing_below_it() -> None:
    report, _ = judged([*network(1, 1.1, 1)[:2], np.zeros((10, 512))])
    assert bad(report) == {"scale"}
    report, _ = judged([np.zeros((128, 256)), np.zeros((512, 128)), np.zeros((10, 512))])
    assert "scale" in bad(report)


@pytest.mark.parametrize("value", [0.5, 0.0])
def test_a_constant_initializer_is_called_constant_and_nothing_else(value: float) -> None:
    report = check(lambda shape, rng: np.full(shape, value), "he_normal")
    assert bad(report) == {"constant", "symmetry"}
    found = {f.check: f for f in report.findings}
    assert found["initializer.scale"].message == "every weight is the same number; see initializer.constant"

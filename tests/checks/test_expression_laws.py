"""An initializer is held to a law with expressions as to any other: what is right passes, what is off a little fails."""

from collections.abc import Callable

import numpy as np
import pytest

import symcheck

SIREN = "uniform(-1/fan_in, 1/fan_in)"


def fan_in(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape[1:]))


def siren(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, shape) / fan_in(shape)


def siren_five_percent_wide(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 1.05 * siren(shape, rng)


def siren_without_the_kernel(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, shape) / shape[1]


def siren_of_the_root(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, shape) / np.sqrt(fan_in(shape))


def both_fans(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.normal(0, np.sqrt(2 / (fan_in(shape) + shape[0] * int(np.prod(shape[2:])))), shape)


def prior_of_a_percent(shape: tuple[int, ...]) -> np.ndarray:
    return np.full(shape, -np.log(99))


@pytest.mark.parametrize(
    ("subject", "law"),
    [
        (siren, SIREN),
        (siren_without_the_kernel, "uniform(-1/inputs, 1/inputs)"),
        (siren_without_the_kernel, "uniform(-kernel/fan_in, kernel/fan_in)"),
        (both_fans, "normal(sqrt(2/(fan_in+fan_out)))"),
        (both_fans, "randn / sqrt(fan_avg)"),
        (both_fans, "glorot_normal"),
    ],
)
def test_what_follows_the_law_passes(subject: Callable[..., np.ndarray], law: str) -> None:
    report = symcheck.check(subject, law=law)
    assert report.passed, [f.message for f in report.findings if f.bad]


def test_a_kernel_that_is_left_out_is_warned_of() -> None:
    report = symcheck.check(siren_without_the_kernel, law=SIREN)
    assert [f.check for f in report.findings if f.status == "warned"] == ["initializer.kernels"]
    assert not symcheck.check(siren_without_the_kernel, law=SIREN, shapes="all").passed


def test_a_constant_follows_its_law_though_its_units_are_tied() -> None:
    report = symcheck.check(prior_of_a_percent, law="constant(-log(99))", only=["initializer.structure"])
    assert report.passed


@pytest.mark.parametrize(
    ("subject", "law", "check"),
    [
        (siren_five_percent_wide, SIREN, "initializer.scale"),
        (siren_of_the_root, SIREN, "initializer.scale"),
        (both_fans, "normal(sqrt(2/fan_in))", "initializer.scale"),
        (both_fans, "normal(sqrt(2/(fan_in+1.1*fan_out)))", "initializer.scale"),
        (siren, "normal(1/(sqrt(3)*fan_in))", "initializer.family"),
        (prior_of_a_percent, "constant(-log(99.1))", "initializer.structure"),
        (prior_of_a_percent, "constant(log(99))", "initializer.structure"),
    ],
)
def test_what_misses_the_law_fails(subject: Callable[..., np.ndarray], law: str, check: str) -> None:
    report = symcheck.check(subject, law=law)
    assert check in [f.check for f in report.findings if f.status == "failed"]
    assert report.law == symcheck.parse_law(law).name

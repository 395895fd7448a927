"""Initializers over all dtypes at extreme scales: no check raises or warns, and every verdict is sane."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from false_alarms import DTYPES, Sound, rounded
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.checking import check
from symcheck.checks.bench import InitializerBench
from symcheck.checks.catalogue import checks_of
from symcheck.checks.samples import UNDECIDED
from symcheck.fans import Layer
from symcheck.laws.names import parse_law
from symcheck.network import Network
from symcheck.report import Finding
from symcheck.types import Array

RANDOM = (
    "normal({0:g})",
    "uniform(-{0:g}, {0:g})",
    "truncated_normal({0:g})",
    "normal({0:g}, mean={1:g})",
    "uniform(0, {0:g})",
)
#: Every check but those of whole networks, which are decided in exact arithmetic at any scale.
CHECKS = [c for c in checks_of("initializer") if c.aspect not in ("symmetry", "haar")]


class Small(InitializerBench):
    """A bench of two small layers."""

    @property
    def layers(self) -> tuple[Layer, ...]:  # type: ignore[override]
        return (Layer(64, 48), Layer(40, 64))


def judged(subject: Any, law: str | None) -> dict[str, Finding]:
    """What the checks say, with every warning and floating-point error raised (but underflow, which is rounding)."""
    bench = Small(subject, None if law is None else parse_law(law), 1, 1e-9)
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        return {c.aspect: c.judge(bench) for c in CHECKS}


class Scaled(Sound):
    """A sound draw times a factor, with one entry replaced."""

    def __init__(self, law: str, dtype: str, factor: float = 1.0, outlier: float | None = None) -> None:
        super().__init__(parse_law(law), dtype, "out_in", "ideal")
        self.factor, self.outlier = factor, outlier

    def one(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        # What a subject's own arithmetic overflows to is its own affair.
        with np.errstate(all="ignore"):
            array = np.float64(super().one(shape, rng)) * self.factor
            if self.outlier is not None:
                array.flat[int(rng.integers(array.size))] = self.outlier
            return rounded(array, self.dtype, False)


#: Exponents of ten: all of float64's, those about the ends of each dtype more often.
exponents = st.one_of(
    st.integers(-323, 307), st.sampled_from((-323, -310, -45, -40, -9, -8, -7, -2, 0, 4, 38, 160, 300, 307))
)


@given(
    form=st.sampled_from(RANDOM),
    promised=exponents,
    drawn=exponents,
    dtype=st.sampled_from(DTYPES),
    outlier=st.none() | exponents,
    relative=st.sampled_from((-3, 0, 3)),
)
@settings(max_examples=10)
def test_no_check_raises_and_the_verdict_is_sane(
    form: str, promised: int, drawn: int, dtype: str, outlier: int | None, relative: int
) -> None:
    scale = float(f"1e{promised}")
    law = form.format(scale, float(f"1e{max(-323, min(307, promised + relative))}"))
    factor = float(f"1e{max(-320, min(300, drawn - promised))}")
    subject = Scaled(law, dtype, factor, None if outlier is None else float(f"1e{outlier}"))
    found = judged(subject, law)
    judged(subject, None)
    tests = [found[name] for name in ("scale", "mean", "bounds", "family", "atoms")]
    told = [f for f in found.values() if f.bad or UNDECIDED in f.message]
    if factor == 1.0 and outlier is None:
        # A dtype in which the law underflows ties what it stores; those are facts of their own.
        assert not [f for f in tests if f.status == "failed"], [f.message for f in tests]
    if not 0.5 < factor < 2:
        assert told, "another scale passes"
    for f in told:
        assert "nan" not in f.message.replace("NaN", "").lower(), f.message


@pytest.mark.parametrize(
    ("law", "dtype", "factor", "outlier", "failing"),
    [
        ("normal(1)", "float64", 1e300, None, {"scale"}),
        ("normal(1)", "float64", 1e-160, None, {"scale"}),
        ("normal(1)", "float64", 1e-320, None, {"scale"}),
        ("normal(1e300)", "float64", 1.0, None, set()),
        ("normal(1e-300)", "float64", 1.0, None, set()),
        ("normal(1e-320)", "float64", 1.0, None, set()),
        ("truncated_normal(1, 50, 60)", "float64", 1.0, None, set()),
        ("truncated_normal(1e-300)", "float64", 1.0, None, set()),
        ("normal(1e-7)", "float16", 1.0, None, set()),
        ("normal(0.005, mean=1)", "bfloat16", 1.0, None, set()),
        ("uniform(1, 1.05)", "bfloat16", 1.0, None, set()),
        ("sparse(0.1)", "float16", 1.0, None, set()),
        ("sparse(0.1, std=1e-6)", "float16", 1.0, None, set()),
        ("he_normal", "float64", 1.0, 1e308, {"scale", "bounds"}),
        ("he_normal", "float32", 1.0, 3e38, {"scale", "bounds"}),
        ("he_normal", "bfloat16", 1.0, None, set()),
    ],
)
def test_extremes(law: str, dtype: str, factor: float, outlier: float | None, failing: set[str]) -> None:
    found = judged(Scaled(law, dtype, factor, outlier), law)
    bad = {name for name, f in found.items() if f.bad}
    # One huge entry also moves the mean where it is one of few, and comes again in other draws.
    assert failing <= bad <= failing | ({"mean", "atoms"} if outlier else set()), [
        f.message for f in found.values() if f.bad
    ]


def test_a_law_that_the_dtype_cannot_hold_is_not_passed() -> None:
    report = check(lambda shape, rng: rng.normal(0, 1e-9, shape).astype(np.float16), "normal(1e-9)")
    (scale,) = (f for f in report.findings if f.check == "initializer.scale")
    assert scale.status == "error"
    assert scale.message.startswith(
        "normal(1e-09) was not tested: undecided: float16 rounds 100 % of its draws to one number"
    )
    constant = next(f for f in report.findings if f.check == "initializer.constant")
    assert constant.status == "skipped"


def test_a_law_that_no_check_tests_is_not_passed() -> None:
    rng = np.random.default_rng()
    network = Network([rng.standard_normal((8, 8)), rng.standard_normal((3, 8))])
    report = check(network, "orthogonal", only=["network.scale"])
    assert not report.passed
    assert "orthogonal was not tested: orthogonal is judged by its structure" in report.failures[0].message


@pytest.mark.parametrize("scale", [1e-320, 1e-160, 1e160, 1.7e308])
@pytest.mark.parametrize("law", [None, "he_normal", "uniform(-1, 1)"])
def test_networks_of_extreme_weights(scale: float, law: str | None) -> None:
    rng = np.random.default_rng()
    weights = [rng.uniform(-1, 1, shape) * scale for shape in ((24, 16), (24, 24), (3, 24))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for activation, head in (("tanh", "softmax"), ("relu", "linear")):
            report = check(Network(weights, [np.zeros(len(w)) for w in weights], activation, head), law)
            assert report.passed == (law is None), [f.message for f in report.failures]


def test_half_precision_networks_are_held_to_their_own_digits() -> None:
    rng = np.random.default_rng()
    shapes = [(64, 48), (48, 64), (5, 48)]
    weights = [rounded(rng.normal(0, np.sqrt(2 / s[1]), s), "bfloat16", False) for s in shapes]
    report = check(Network(weights), "he_normal")
    assert report.passed, [f.message for f in report.failures]
    wide = check(Network([w.astype(np.float64) for w in weights]), "he_normal")
    assert [f.check for f in wide.failures] == ["network.atoms"]
    assert "numbers of bfloat16" in wide.failures[0].message

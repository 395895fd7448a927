"""What is said of faulty initializers: one cause, one failure, in words that fit the run."""

import re
from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from symcheck.checking import check
from symcheck.checks.contract import coincidence_p, coincidences
from symcheck.counterexamples import COUNTEREXAMPLES
from symcheck.report import Finding

Shape = tuple[int, ...]


def he(shape: Shape, rng: Generator) -> Any:
    return rng.normal(0.0, sqrt(2 / np.prod(shape[1:])), shape)


def failures(subject: Callable[..., Any], law: str | None = "he_normal") -> dict[str, Finding]:
    return {f.check.split(".")[1]: f for f in check(subject, law).failures}


@pytest.mark.first(4)
@pytest.mark.parametrize(
    "example", [e for e in COUNTEREXAMPLES if e.check == "initializer.independence"], ids=lambda e: e.fault
)
def test_a_dependence_is_not_called_a_scale(example: Any) -> None:
    report = check(example.build(), example.law)
    named = {f.check for f in report.failures}
    assert named <= {"initializer.independence", "initializer.symmetry"}


def test_dependent_and_far_too_wide_is_said_twice() -> None:
    found = failures(lambda shape, rng: 3 * np.sort(he(shape, rng), axis=1))
    assert set(found) == {"independence", "scale"}
    assert "in every shape" in (found["scale"].diagnosis or "")


def test_only_some_shapes() -> None:
    found = failures(lambda shape, rng: he(shape, rng) * (2 if shape[0] <= 64 and len(shape) == 2 else 1))
    assert set(found) == {"scale"}
    assert "Only some shapes are off: 64 -> 64 (factor" in (found["scale"].diagnosis or "")


def test_a_shift_is_one_failure() -> None:
    found = failures(lambda shape, rng: he(shape, rng) + 0.5 * sqrt(2 / np.prod(shape[1:])))
    assert set(found) == {"mean"}
    assert re.search(r"0\.(49|5|51) standard deviations in every shape", found["mean"].diagnosis or "")


def test_two_values_are_drawn_and_agree_by_chance() -> None:
    found = failures(lambda shape, rng: rng.choice([-1.0, 1.0], shape) * sqrt(2 / np.prod(shape[1:])))
    assert set(found) == {"bounds", "family", "atoms"}
    assert all("take only 2 values" in (found[aspect].diagnosis or "") for aspect in ("bounds", "family"))


def test_coincidences_of_few_values() -> None:
    rng = np.random.default_rng()
    stack = rng.choice([-1.0, 1.0], (8, 64, 64))
    expected = coincidences(stack)
    assert expected == pytest.approx(32, rel=0.02)
    seen = int((stack == stack[0]).all(axis=0).sum())
    assert coincidence_p(seen, 4096, expected) > 1e-11
    assert coincidence_p(150, 4096, expected) < 1e-11
    assert coincidence_p(1, 4096, coincidences(rng.standard_normal((8, 64, 64)))) < 1e-15


def test_rows_in_pairs_are_counted_from_one() -> None:
    def paired(shape: Shape, rng: Generator) -> Any:
        array = he(shape, rng)
        half = len(array) // 2
        array[half : 2 * half] = array[:half]
        return array

    message = failures(paired)["ties"].message
    assert message.startswith("64 of 64 units (rows) are equal to another at 64 -> 64: in 32 groups, such as ")
    first, second = (int(word) for word in message.split("such as ")[1].split(" and "))
    assert second - first == 32
    assert 1 <= first <= 32


def test_ties_name_columns_and_signs() -> None:
    def opposite_inputs(shape: Shape, rng: Generator) -> Any:
        array = he(shape, rng)
        array[:, -1] = -array[:, 0]
        return array

    message = failures(opposite_inputs)["ties"].message
    assert message.startswith("2 of 64 inputs (columns) are equal or opposite to another at 64 -> 64: 1 and 64")


@pytest.mark.parametrize("law", ["zeros", "ones", "constant(0.5)"])
def test_constants_are_judged_as_weights_and_said_to_be_fine_elsewhere(law: str) -> None:
    value = {"zeros": 0.0, "ones": 1.0, "constant(0.5)": 0.5}[law]
    for subject in (law, lambda shape, rng: np.full(shape, value)):
        (finding,) = [f for f in check(subject, law).failures if f.check == "initializer.symmetry"]
        assert "stay equal for ever" in finding.message
        assert "Judged as the weights of every layer." in (finding.diagnosis or "")
        assert "fine for biases" in (finding.diagnosis or "")


def test_biased_signs_are_named() -> None:
    def raw(shape: Shape, rng: Generator) -> Any:
        rows, columns = shape[0], int(np.prod(shape[1:]))
        q, _ = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        return (q if rows >= columns else q.T).reshape(shape)

    found = failures(raw, "orthogonal")
    assert set(found) == {"haar"}
    assert "signs are biased" in (found["haar"].diagnosis or "")


def test_spawning_and_pooling_are_no_setting_back() -> None:
    pool: list[np.ndarray] = []

    def pooled(shape: Shape, rng: Generator) -> Any:
        n = int(np.prod(shape))
        if not pool or pool[0].size < n:
            pool[:] = [rng.standard_normal(n + 2_000_000)]
        taken, pool[0] = pool[0][:n], pool[0][n:]
        return taken.reshape(shape) * sqrt(2 / np.prod(shape[1:]))

    spawned = check(lambda shape, rng: he(shape, rng.spawn(1)[0]), "he_normal")
    assert spawned.passed, [f.message for f in spawned.failures]
    assert "fresh" not in failures(pooled)


def test_the_report_tells_the_smallest_error_it_sees_in_small_shapes() -> None:
    (note,) = [n for n in check("he_normal").notes if "would notice" in n]
    assert "a standard deviation that is off by 1.6 % in large shapes" in note
    assert "draws), all but once in a million runs" in note


def _orthogonal_kernels(sides: Any) -> Any:
    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        out, inputs, height, width = shape
        q, r = np.linalg.qr(rng.standard_normal((inputs * height * width, out)))
        return (q * sides(np.diag(r))).T.reshape(shape)

    return draw


@pytest.mark.first(1)
@pytest.mark.parametrize(("sides", "passes"), [(np.sign, True), (np.ones_like, False)], ids=["haar", "raw"])
def test_kernels_alone_are_held_to_the_haar_measure(sides: Any, passes: bool) -> None:
    finding = {f.check: f for f in check(_orthogonal_kernels(sides), "orthogonal").findings}["initializer.haar"]
    assert (finding.status == "passed") == passes
    assert passes or "entry w[" in finding.message

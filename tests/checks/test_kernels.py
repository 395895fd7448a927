"""Matrices are judged first; kernels are a finding of their own, that fails where the initializer is meant for them."""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from symcheck.checking import check
from symcheck.errors import SymcheckError
from symcheck.report import Finding, Report

Shape = tuple[int, ...]
Draw = Callable[[Shape, Generator], Any]


def normal(variance: Callable[[Shape], float]) -> Draw:
    return lambda shape, rng: sqrt(variance(shape)) * rng.standard_normal(shape)


textbook = normal(lambda shape: 2 / shape[1])
right = normal(lambda shape: 2 / prod(shape[1:]))


def kernels(report: Report) -> Finding:
    return next(f for f in report.findings if f.check == "initializer.kernels")


def refusing(draw: Draw, *axes: int) -> Draw:
    def refuses(shape: Shape, rng: Generator) -> Any:
        if len(shape) in axes:
            raise ValueError("not this rank")
        return draw(shape, rng)

    return refuses


def test_code_for_matrices_passes_with_a_warning() -> None:
    report = check(textbook, "he_normal")
    assert report.passed
    assert report.counts["warned"] == 1
    finding = kernels(report)
    assert finding.status == "warned"
    assert finding.message.startswith("right for matrices; for 3x3 kernels the fan misses the kernel's size: ")
    assert finding.message.endswith("say --shapes dense if it is for matrices only")


@pytest.mark.parametrize(
    ("layout", "variance"),
    [
        ("in_out", lambda shape: 2 / shape[0]),
        ("in_out", lambda shape: 2 / shape[-2]),
        ("out_in", lambda shape: 2 / shape[-1]),
    ],
)
def test_reading_two_axes_by_their_numbers_is_no_sign_of_kernels(layout: str, variance: Any) -> None:
    report = check(normal(variance), "he_normal", layout=layout)
    assert report.passed, report.failures
    assert kernels(report).status == "warned"


@pytest.mark.parametrize(
    ("law", "variance", "said"),
    [
        ("glorot_normal", lambda shape: 2 / sum(shape), "its scale follows the kernel's size"),
        ("he_normal", lambda shape: 2 / prod(shape[1:4]), "takes only a part of the kernel's axes"),
        ("he_normal", lambda shape: 2 / shape[1] if len(shape) == 2 else 1e-4, "its scale follows the kernel's size"),
    ],
)
def test_a_scale_that_follows_kernels_is_meant_for_them(law: str, variance: Any, said: str) -> None:
    report = check(normal(variance), law)
    assert [f.check for f in report.failures] == ["initializer.kernels"]
    assert said in kernels(report).message


def test_matrices_alone_decide_the_plain_diagnosis() -> None:
    report = check(normal(lambda shape: 1 / shape[1]), "he_normal")
    assert [f.check for f in report.failures] == ["initializer.scale"]
    assert "the 2 for relu is missing" in (report.failures[0].diagnosis or "")
    assert kernels(report).status == "skipped"


@pytest.mark.first(1)
@pytest.mark.parametrize("axes", [(3,), (4,), (5,), (3, 5)])
def test_what_refuses_a_rank_is_judged_on_the_others(axes: tuple[int, ...]) -> None:
    good, bad = check(refusing(right, *axes), "he_normal"), check(refusing(textbook, *axes), "he_normal", shapes="all")
    assert good.passed
    refused = [note for note in good.notes if note.startswith("not judged: kernels of ")]
    assert len(refused) == len(axes)
    assert all("raises ValueError: not this rank" in note for note in refused)
    assert [f.check for f in bad.failures] == ["initializer.kernels"]
    assert not check(refusing(normal(lambda shape: 1e4), *axes), "he_normal").passed


@pytest.mark.parametrize(("axes", "passes"), [((2, 3, 5), True), ((2, 3, 4), True), ((2, 4, 5), True)])
def test_kernels_of_one_rank_alone(axes: tuple[int, ...], passes: bool) -> None:
    assert check(refusing(right, *axes), "he_normal").passed == passes
    report = check(refusing(textbook, *axes), "he_normal")
    assert {f.check for f in report.failures} == {"initializer.scale", "initializer.kernels"}


def test_shapes_says_what_it_is_for() -> None:
    assert kernels(check(textbook, "he_normal", shapes="dense")).status == "skipped"
    assert kernels(check(textbook, "he_normal", shapes="all")).status == "failed"
    assert not check(textbook, "he_normal", shapes="kernels").passed
    assert check(right, "he_normal", shapes="kernels").passed
    assert check(right, "he_normal", shapes="all").passed
    report = check(refusing(right, 3, 4, 5), "he_normal", shapes="all")
    assert kernels(report).status == "error"
    assert "shapes" in (report.failures[0].reproduce or "")


def test_shapes_that_cannot_be_asked_for() -> None:
    with pytest.raises(SymcheckError, match="cannot be asked for kernels"):
        check(lambda fan_in, fan_out: np.random.randn(fan_out, fan_in), shapes="kernels")
    with pytest.raises(SymcheckError, match="shapes must be dense, kernels or all"):
        check(right, shapes="convolutions")
    with pytest.raises(SymcheckError, match="the subject is a network"):
        check([np.random.randn(4, 3), np.random.randn(2, 4)], shapes="dense")


def test_matrices_in_place_of_kernels_are_warned_of() -> None:
    flat: Draw = lambda shape, rng: right(shape[:2], rng)  # noqa: E731
    assert kernels(check(flat, "he_normal")).status == "warned"
    assert "got shape (64, 32), but should be (64, 32, 3, 3)" in kernels(check(flat, "he_normal")).message
    assert kernels(check(flat, "he_normal", shapes="all")).status == "failed"


def test_kernels_of_a_structured_law() -> None:
    def slices(shape: Shape, rng: Generator) -> Any:
        q, r = np.linalg.qr(rng.standard_normal((max(shape[:2]), min(shape[:2]))))
        q = q * np.sign(np.diag(r))
        q = q if shape[0] >= shape[1] else q.T
        return np.multiply.outer(q, np.ones(shape[2:])) if len(shape) > 2 else q

    report = check(slices, "orthogonal")
    assert report.passed or {f.check for f in report.failures} == {"initializer.ties"}
    assert kernels(report).status == "warned"
    assert kernels(check(lambda shape: np.zeros(shape), "zeros")).status == "passed"

"""Without a law: said at the end of the report, with what it looks like, and what needs no law is tested all the same."""

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from symcheck.checking import check
from symcheck.counterexamples.implementations import CorrectMLP

Shape = tuple[int, ...]
ASPECTS = ["initializer.independence", "initializer.atoms"]


def statuses(subject: Any) -> tuple[str, ...]:
    return tuple(f.status for f in check(subject, only=ASPECTS).findings)


def orthogonal(shape: Shape, rng: Generator) -> Any:
    rows, columns = shape[0], int(np.prod(shape[1:]))
    q, _ = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    return (q if rows >= columns else q.T).reshape(shape)


SOUND = {
    "normal": lambda shape, rng: rng.normal(0.0, 0.1, shape),
    "single": lambda shape, rng: rng.random(shape, dtype=np.float32),
    "skewed": lambda shape, rng: rng.lognormal(0.0, 2.0, shape),
    "heavy": lambda shape, rng: rng.standard_cauchy(shape),
    "signs": lambda shape, rng: rng.choice([-1.0, 1.0], shape),
    "identity and noise": lambda shape, rng: (
        rng.normal(0.0, 0.01, shape) + (np.eye(*shape) if len(shape) == 2 else 0.0)
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_independent_draws_of_any_law_pass(name: str) -> None:
    # Of two numbers nobody can say that they do not repeat themselves.
    assert statuses(SOUND[name]) == ("passed", "skipped" if name == "signs" else "passed")


def test_what_may_be_meant_is_no_failure() -> None:
    def normalized(shape: Shape, rng: Generator) -> Any:
        w = rng.standard_normal(shape)
        return w / np.sqrt(np.square(w).sum(axis=tuple(range(1, w.ndim)), keepdims=True))

    assert statuses(orthogonal) == ("skipped", "passed")
    assert statuses(normalized) == ("warned", "passed")
    assert statuses(lambda shape, rng: rng.standard_normal(shape) * (rng.random(shape) < 0.9)) == ("passed", "warned")
    assert statuses(lambda shape, rng: rng.standard_normal(shape).astype(np.float16)) == ("passed", "skipped")
    assert statuses(lambda shape: np.eye(*shape[:2])) == ("skipped", "skipped")


def test_draws_that_repeat_a_part_of_each_other() -> None:
    class Halves:
        def __init__(self) -> None:
            self.kept: dict[Shape, Any] = {}

        def __call__(self, shape: Shape, rng: Generator) -> Any:
            new = rng.standard_normal(shape)
            if shape in self.kept:
                new[: len(new) // 2] = self.kept[shape][: len(new) // 2]
            self.kept[shape] = new
            return new.copy()

    (finding,) = check(Halves(), only=["initializer.independence"]).findings
    assert finding.status == "failed"
    assert "draws" in finding.message


def test_the_summary_says_that_no_law_was_tested() -> None:
    report = check(lambda shape: np.random.randn(*shape) / np.sqrt(np.prod(shape[1:])))
    assert report.untested == "no law was tested; it looks like this: normal entries, LeCun's law, variance 1/fan_in"
    assert report.as_dict()["looks_like"] == report.looks_like
    assert check(lambda shape: np.random.randn(*shape), "normal").untested == ""
    network = check([np.random.randn(256, 64) / 8, np.random.randn(4, 256) / 16])
    assert network.untested.startswith("no law was tested; it looks like this: normal entries, LeCun's law")
    implementation = check(CorrectMLP(), only=["implementation.no_two_units_start_alike"])
    assert implementation.untested.startswith("no law was tested; it looks like this: ")


def test_weights_that_lost_their_precision_are_warned_of() -> None:
    weights = [
        np.random.randn(128, 64).astype(np.float16).astype(np.float32),
        np.random.randn(4, 128).astype(np.float32),
    ]
    (finding,) = check(weights, only=["network.atoms"]).findings
    assert finding.status == "warned"
    assert "are numbers of float16" in finding.message


def test_arrays_of_few_numbers_are_not_said_to_be_without_repetition() -> None:
    rng = np.random.default_rng()
    constant, drawn = np.ones((12, 12)), rng.standard_normal((12, 12))
    (alone,) = check([constant, constant], only=["network.atoms"]).findings
    assert alone.status == "skipped"
    (beside,) = check([constant, drawn], only=["network.atoms"]).findings
    assert beside.status == "passed"
    assert "in 1 shape; 1 array of at most 64 different numbers not judged" in beside.message

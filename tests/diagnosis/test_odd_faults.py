"""Faults that show only at certain networks, two at once, and in the order of what is returned: nothing false is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind

from symcheck.diagnosis.cause import Causes
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.evaluation import At, evaluate
from symcheck.objective import get_objective

SQUARES = Kind("tanh", get_objective("mse"))


def found(lines: Any, depth: int | None = None, kind: Kind = SQUARES) -> Causes:
    return causes_of(kind.opened(Faulted(kind, lambda t: evaluate(t, lines if depth in (None, t.depth) else {}))))


def slopeless(at: At, right: Any) -> Any:
    return np.ones_like(right)


def turned(at: At, right: Any) -> Any:
    return np.roll(right, 1, axis=1)


TWO = [
    (
        {"bias": lambda at, right: 0 * right, "weights": lambda at, right: right / at.samples},
        ("gradient of the bias forgotten", "averaged twice"),
    ),
    (
        {"slope": slopeless, "bias": lambda at, right: np.full(right.shape, at.delta.sum())},
        ("derivative of the activation is missing", "one number for all biases of a layer"),
    ),
    (
        {"back": lambda at, right: -right, "weights": lambda at, right: right * at.W},
        ("sign of delta is wrong", "dW is multiplied by W"),
    ),
]


@pytest.mark.parametrize(("lines", "names"), TWO, ids=lambda part: " and ".join(part))
def test_of_two_faults_at_once_neither_is_said_to_be_the_one(lines: Any, names: tuple[str, ...]) -> None:
    (cause,) = found(lines).found
    assert cause.together == 2
    assert all(name in cause.sentence for name in names)


def test_of_a_fault_that_is_known_and_one_that_is_not_neither_is_said_to_be_the_one() -> None:
    causes = found({"slope": turned, "bias": lambda at, right: 0 * right})
    assert causes.found == ()
    assert causes.known is not None
    biases = tuple(part for part in causes.known.wrong if part[0] == "b")
    (told, given), *_ = causes.known.partly
    assert told.startswith("gradient of the bias forgotten")
    assert given == biases


def test_a_fault_of_the_outputs_beside_one_of_the_gradients_explains_the_outputs_alone() -> None:
    causes = found({"affine": lambda at, right: right - 2 * at.b, "weights": lambda at, right: -right})
    forward, backward = causes.found
    assert forward.spoils == ("outputs",)
    assert forward.sentence == "bias is subtracted: z = W h + b"
    assert backward.spoils == ("gradients",)
    assert backward.sentence == "sign of dW is wrong"
    assert causes.wrong == ("outputs", "gradients")


def test_a_fault_at_one_depth_says_of_which_networks() -> None:
    (cause,) = found({"slope": slopeless}, depth=3).found
    assert cause.sentence.startswith("derivative of the activation is missing")
    assert cause.extent.told == "in networks of 3 layers; in those of 1, 2 and 4 nothing is wrong"
    (everywhere,) = found({"slope": slopeless}).found
    assert everywhere.extent.told == ""
    unknown = found({"slope": turned}, depth=4).known
    assert unknown is not None
    assert unknown.extent.told == "in networks of 4 layers; in those of 1, 2 and 3 nothing is wrong"


def test_a_fault_that_nobody_knows_is_known_by_its_parts() -> None:
    causes = found({"delta": turned})
    assert causes.found == ()
    assert causes.known is not None
    assert causes.known.right == ()
    # With one output there is nothing to turn.
    assert found({"delta": turned}, kind=Kind("tanh", get_objective("mse"), (3, 4, 1))).wrong == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda pairs: pairs[::-1], "gradients are in reverse order: those of the last layer come first"),
        (lambda pairs: [pairs[-1], *pairs[:-1]], "gradients are off by one layer: those of the last layer come first"),
        (
            lambda pairs: [(0 * pairs[0][0], 0 * pairs[0][1]), *pairs[1:]],
            "gradient of the layer forgotten: its dW and db are 0 in layer 1",
        ),
    ],
)
def test_gradients_in_other_places(change: Any, said: str) -> None:
    (cause,) = causes_of(SQUARES.opened(Faulted(SQUARES, spoil=lambda trial, pairs: change(pairs)))).found
    assert cause.sentence.startswith(said)


def test_the_last_sample_alone() -> None:
    last = found({"delta": lambda at, right: right * (np.arange(at.samples) == at.samples - 1)[:, None]})
    assert [cause.sentence for cause in last.found] == ["only the last sample is used"]


def test_samples_are_not_said_to_weigh_unlike_by_a_billionth() -> None:
    rng = np.random.default_rng()
    causes = found({"delta": lambda at, right: right * (1 + 3e-9 * rng.standard_normal(right.shape))})
    assert causes.found == ()

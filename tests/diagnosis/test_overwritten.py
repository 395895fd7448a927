"""Derivatives that are assigned where they should be added are named, whichever use is the last; sums are not blamed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind

import symcheck
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.evaluation import At, evaluate
from symcheck.objective import get_objective

SQUARES = Kind("tanh", get_objective("mse"))
SAID = "only the last use counts"
GRAPH = Path(__file__).parents[1] / "scratch" / "scalar_graph.py"
GRADIENTS = "implementation.gradients_are_those_of_the_loss"


def of_each_sample(back: Any) -> Any:
    """Gradients with another line on delta's way back, which is the same for every sample of a batch."""
    return lambda trial: evaluate(trial, {"back": back})


def sentences(fault: Any) -> list[str]:
    return [cause.sentence for cause in causes_of(SQUARES.opened(Faulted(SQUARES, fault))).found]


def drawn(at: At, right: Any) -> Any:
    use = np.random.default_rng().integers(len(at.above))
    return np.outer(at.delta[:, use], at.above[use])


def first(at: At, right: Any) -> Any:
    return np.outer(at.delta[:, 0], at.above[0])


def most(at: At, right: Any) -> Any:
    return at.delta[:, : max(1, len(at.above) - 1)] @ at.above[: max(1, len(at.above) - 1)]


@pytest.mark.parametrize("back", [drawn, first])
def test_one_use_that_counts_is_named(back: Any) -> None:
    (sentence,) = sentences(of_each_sample(back))
    assert SAID in sentence


def test_a_sum_that_lacks_one_use_is_not_called_so() -> None:
    assert not any(SAID in sentence for sentence in sentences(of_each_sample(most)))


def test_a_right_sum_is_blamed_for_nothing() -> None:
    assert sentences(of_each_sample(lambda at, right: right)) == []


@pytest.mark.first(1)
@pytest.mark.parametrize("assigned", [("self", "other"), ("other",)], ids=str)
def test_a_graph_of_scalars_that_assigns_is_named_first(assigned: tuple[str, ...], tmp_path: Path) -> None:
    text = GRAPH.read_text()
    for name in assigned:
        text = text.replace(f"{name}.grad += ", f"{name}.grad = ")
    wrong = tmp_path / "graph.py"
    wrong.write_text(text)
    report = symcheck.check(str(wrong), only=[GRADIENTS])
    assert report.verdict is not None
    assert SAID in report.verdict.sentences[0]


def test_a_graph_of_scalars_that_adds_passes() -> None:
    assert symcheck.check(str(GRAPH), only=[GRADIENTS]).failures == []

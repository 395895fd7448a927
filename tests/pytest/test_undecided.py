"""What is undecided is said first, counts as skipped, and does not fail the run; the numbers of a run add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HUBER = """
import numpy as np
from symcheck.counterexamples.implementations import CorrectMLP


class Net:
    def __init__(self):
        mlp = CorrectMLP("relu", "mse")
        mlp.output_delta = lambda outputs, Y: np.clip(outputs - Y, -0.3, 0.3) / len(outputs)
        self.forward, self.gradients, self.update = mlp.forward, mlp.gradients, mlp.update


class Slopeless(Net):
    activation, loss = "relu", "mse"

    def __init__(self):
        mlp = CorrectMLP("relu", "mse")
        mlp.slope = lambda z, layer: np.ones_like(z)
        self.forward, self.gradients, self.update = mlp.forward, mlp.gradients, mlp.update
"""


def counted(out: str) -> tuple[int, dict[str, int]]:
    """How many tests were collected, and how many had which outcome by this package's line."""
    collected = re.search(r"collected (\d+) items", out)
    line = next(line for line in out.splitlines() if line.startswith("symcheck: "))
    assert collected is not None
    return int(collected[1]), {name: int(n) for n, name in re.findall(r"(\d+) (passed|failed|skipped)", line)}


def test_what_is_undecided_is_said_and_does_not_fail(run: Callable[..., Any], folder: Path) -> None:
    (folder / "huber.py").write_text(HUBER)
    ran = run("--symcheck", "huber.py:Net")
    assert ran.status == 0
    first = next(line for line in ran.out.splitlines() if line.startswith("undecided: "))
    assert first.startswith(
        "undecided: backpropagation below the last layer is right; the gradients are those of Huber's loss"
    )
    assert "Undecided" not in ran.out
    collected, outcomes = counted(ran.out)
    assert collected == sum(outcomes.values())
    assert outcomes["failed"] == 0
    assert (outcomes["passed"], outcomes["skipped"]) == (ran.count("passed"), ran.count("skipped"))


@pytest.mark.soak
def test_numbers_of_a_run_that_fails_add_up_and_are_those_of_check(
    run: Callable[..., Any], cli: Callable[..., Any], folder: Path
) -> None:
    (folder / "huber.py").write_text(HUBER)
    ran = run("--symcheck", "huber.py:Slopeless", "--symcheck-seed", "5")
    collected, outcomes = counted(ran.out)
    assert ran.status == 1
    assert collected == sum(outcomes.values())
    assert outcomes["failed"] == ran.count("failed") > 0
    checked = cli("check", "huber.py:Slopeless", "--seed", "5")
    assert checked.status == 1
    assert f"{outcomes['failed']} failed, {outcomes['passed']} passed, {outcomes['skipped']} skipped" in checked.out

"""Matrices and kernels on the command line: what is warned of, what fails, what cannot be asked for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symcheck.render.html import report_page
from symcheck.report import Report

Cli = Callable[..., Any]
TEXTBOOK = """
import numpy as np

def init(shape):
    return np.random.randn(*shape) * np.sqrt(2 / shape[1])

def sides(n_in, n_out):
    return np.random.randn(n_out, n_in) * np.sqrt(2 / n_in)

def only_plain_convolutions(shape):
    kh, kw, i, o = shape
    return 100 * np.random.randn(kh, kw, i, o)

def all_layers(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.01, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.01, "b2": np.zeros((n_y, 1))}
"""


@pytest.fixture
def named(tmp_path: Path) -> Callable[[str], str]:
    path = tmp_path / "textbook.py"
    path.write_text(TEXTBOOK)
    return lambda attribute: f"{path}:{attribute}"


def words(outcome: Any) -> str:
    return " ".join(outcome.out.split())


def test_code_for_matrices_exits_with_0_and_a_warning(cli: Cli, named: Any) -> None:
    outcome = cli("check", named("init"), "--law", "he_normal")
    assert outcome.status == 0
    assert "warned kernels right for matrices; for 3x3 kernels the fan misses the kernel's size" in words(outcome)
    assert "say --shapes dense if it is for matrices only" in words(outcome)
    assert ", 1 warned, " in words(outcome)


@pytest.mark.parametrize(("shapes", "status"), [("dense", 0), ("all", 1), ("kernels", 1)])
def test_shapes(cli: Cli, named: Any, shapes: str, status: int) -> None:
    outcome = cli("check", named("init"), "--law", "he_normal", "--shapes", shapes, "--json", "-")
    assert outcome.status == status
    assert json.loads(outcome.out)["counts"]["warned"] == 0


def test_shapes_that_cannot_be_asked_for(cli: Cli, named: Any) -> None:
    outcome = cli("check", named("sides"), "--shapes", "kernels")
    assert outcome.status == 2
    assert "cannot be asked for kernels" in outcome.err


def test_what_draws_one_rank_is_held_to_its_law(cli: Cli, named: Any) -> None:
    outcome = cli("check", named("only_plain_convolutions"), "--law", "he_normal")
    assert outcome.status == 1
    assert "not judged: kernels of 1 axis" in words(outcome)


def test_a_function_of_all_widths(cli: Cli, named: Any) -> None:
    outcome = cli("check", named("all_layers"))
    assert outcome.status == 1
    assert "called as f(512, 384, 640)" in words(outcome)
    assert "another seed gives the same numbers in all layers" in words(outcome)
    assert "no law was tested; it looks like this: normal entries, a fixed standard deviation of 0.0" in words(outcome)


def test_the_page_says_that_no_law_was_tested() -> None:
    report = Report("f", "initializer", [], looks_like="normal <entries>")
    assert "No law was tested; it looks like this: normal &lt;entries&gt;." in report_page(report)
    assert "law was tested" not in report_page(Report("f", "initializer", [], law="zeros"))
    assert "None" not in report_page(Report("f", "signal", []))

"""`symcheck prove` from the command line: formats, exit status, and sentences for what does not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symcheck.proof import THEOREMS

Cli = Callable[..., Any]


def test_without_a_name_the_main_theorem_is_proved_and_the_others_are_named(cli: Cli) -> None:
    done = cli("prove")
    assert done.status == 0
    assert "Constant initialization keeps" in done.out
    assert "All 69 steps are accepted" in done.out
    assert all(name in done.out for name in THEOREMS)


def test_a_named_theorem_is_gone_through_step_by_step(cli: Cli) -> None:
    done = cli("prove", "constant-init")
    assert "both units have the same incoming weights" in done.out
    assert "both units have the same incoming weights" not in cli("prove", "constant-init", "--depth", "short").out


@pytest.mark.parametrize(
    ("form", "sign"), [("markdown", "# Constant"), ("latex", r"\documentclass"), ("html", "<math>")]
)
def test_each_format(cli: Cli, form: str, sign: str, tmp_path: Path) -> None:
    done = cli("prove", "constant-init", "--format", form)
    assert done.status == 0
    assert sign in done.out
    file = tmp_path / "proof"
    assert cli("prove", "constant-init", "--format", form, "--output", file).status == 0
    assert file.read_text(encoding="utf-8").strip() == done.out.strip()


def test_json_carries_every_theorem(cli: Cli) -> None:
    done = cli("prove", "--all", "--format", "json")
    theorems = json.loads(done.out)["theorems"]
    assert done.status == 0
    assert [t["name"] for t in theorems] == list(THEOREMS)
    assert all(t["accepted"] and t["statement"] and t["steps"] for t in theorems)


def test_a_dropped_hypothesis_is_a_failure_with_a_counterexample(cli: Cli) -> None:
    done = cli("prove", "constant-init", "--without", "constant-weights")
    assert done.status == 1
    assert "The proof does not close" in done.out
    assert "Counterexample: tanh, W_1" in done.out


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("nonsense",), THEOREMS),
        (("constant-init", "--without", "nonsense"), ("constant-weights", "constant-biases", "shared-rate")),
        (("--all", "--without", "shared-rate"), ("--all",)),
        (("constant-init", "--output", "/no/such/folder/file"), ("/no/such/folder/file",)),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(
    cli: Cli, arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    done = cli("prove", *arguments)
    assert done.status == 2
    assert all(name in done.err for name in names)
    assert "Traceback" not in done.err

"""`symcheck prove` from the command line: formats, exit status, and sentences for what does not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gone_through import proved

from symcheck.proof import THEOREMS
from symcheck.proof.library import theorem_text
from symcheck.proof.rocq import provable

Cli = Callable[..., Any]


@pytest.fixture
def _gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is written of a proof, or says that it is accepted: the kernel went through it before."""
    monkeypatch.setattr("symcheck.proof.prove", proved)


def test_without_a_name_the_main_theorem_is_proved_and_the_others_are_named(cli: Cli) -> None:
    done = cli("prove")
    assert done.status == 0
    assert "Constant initialization keeps" in done.out
    assert "All 69 steps are accepted" in done.out
    assert all(name in done.out for name in THEOREMS)


@pytest.mark.usefixtures("_gone_through")
def test_a_named_theorem_is_gone_through_step_by_step(cli: Cli) -> None:
    done = cli("prove", "constant-init")
    assert "both units have the same incoming weights" in done.out
    assert "both units have the same incoming weights" not in cli("prove", "constant-init", "--depth", "short").out


@pytest.mark.usefixtures("_gone_through")
@pytest.mark.parametrize(
    ("form", "sign"), [("markdown", "# Constant"), ("latex", r"\documentclass"), ("html", "<math")]
)
def test_each_format(cli: Cli, form: str, sign: str, tmp_path: Path) -> None:
    done = cli("prove", "constant-init", "--format", form)
    assert done.status == 0
    assert sign in done.out
    file = tmp_path / "proof"
    assert cli("prove", "constant-init", "--format", form, "--output", file).status == 0
    assert file.read_text(encoding="utf-8").strip() == done.out.strip()


@pytest.mark.usefixtures("_gone_through")
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
    assert "constant-weights is not assumed" in done.out
    assert "Counterexample: a " in done.out


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("nonsense",), THEOREMS),
        (("constant-init", "--without", "nonsense"), ("constant-weights", "constant-biases", "shared-rate")),
        (("--all", "--without", "shared-rate"), ("--all",)),
        (("nonsense", "--exercise"), THEOREMS),
        (("constant-init", "--exercise", "impossible"), ("easy", "medium", "hard")),
        (("nothing.txt",), ("nothing.txt", "no such file")),
        (("/etc",), ("/etc", "a folder")),
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


@pytest.mark.usefixtures("_gone_through")
def test_rocq_is_given_a_theorem_with_its_proof(cli: Cli, tmp_path: Path) -> None:
    done = cli("prove", "constant-init", "--format", "rocq")
    assert done.status == 0
    assert "Theorem constant_init" in done.out
    assert "Print Assumptions constant_init." in done.out
    assert cli("prove", "--format", "rocq").out == done.out
    file = tmp_path / "theorems.v"
    every = cli("prove", "--all", "--format", "rocq", "--output", file)
    assert every.status == 0
    assert f"{len(provable())} of {len(THEOREMS)} theorems have a proof for Rocq: " in every.err
    assert file.read_text(encoding="utf-8").count("\nTheorem ") == len(provable())


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("he-gain",), ("he-gain has no proof for Rocq", *provable())),
        (("mine.txt",), ("mine.txt has no proof for Rocq", *provable())),
        (("nonsense",), ("no theorem is named", *THEOREMS)),
        (("constant-init", "--without", "shared-rate"), ("--without",)),
        (("constant-init", "--depth", "short"), ("--depth",)),
    ],
)
def test_what_rocq_cannot_be_given_is_one_sentence(
    cli: Cli, arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    done = cli("prove", *arguments, "--format", "rocq")
    assert done.status == 2
    assert done.out == ""
    assert all(name in done.err for name in names)


@pytest.mark.usefixtures("_gone_through")
def test_only_what_rocq_accepts_is_said_to_be_accepted(cli: Cli, tmp_path: Path) -> None:
    said = "Also accepted by Rocq"
    for name in (*provable(), "signs", "he-gain"):
        shown = cli("prove", name, "--format", "html", "--depth", "short").out
        line = f"{said}, given backpropagation: symcheck prove {name} --format rocq writes the file."
        assert shown.count(said) == shown.count(line) == (name in provable())
    assert said not in cli("prove", "constant-init", "--without", "shared-rate").out
    # A theorem of somebody's own, even if it has the same name.
    mine = tmp_path / "mine.txt"
    mine.write_text(theorem_text("constant-init") or "", encoding="utf-8")
    done = cli("prove", mine, "--seconds", "0")
    assert done.status == 0
    assert said not in done.out


WRONG = """\
theorem halves
  Half of a sum
says
  A number is twice its half.
array x
define half   a half
  y = x / 2
lemma twice   2 y = x
  half
conclude whole from twice
"""
RIGHT = WRONG.replace("array x\n", "array x, y\n")


@pytest.fixture
def mine(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "mine.txt"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_proof_in_a_file_is_gone_through(cli: Cli, mine: Callable[[str], Path]) -> None:
    file = mine(RIGHT)
    done = cli("prove", file)
    assert (done.status, done.err) == (0, "")
    assert "All 2 steps are accepted" in done.out
    assert cli("prove", file, "--seconds", "0").out == done.out
    written = cli("prove", file, "--format", "json")
    (theorem,) = json.loads(written.out)["theorems"]
    assert (theorem["name"], theorem["accepted"]) == ("halves", True)


def test_a_step_that_does_not_close_is_named_with_its_line_and_numbers(cli: Cli, mine: Callable[[str], Path]) -> None:
    file = mine(RIGHT.replace("lemma twice   2 y = x", "lemma twice   3 y = x"))
    done = cli("prove", file)
    told = " ".join(done.out.split())
    assert (done.status, done.err) == (1, "")
    assert f"{file}, line 9, in the lemma twice" in told
    assert "In numbers:" in told
    assert "0 of 2 steps accepted, 1 step not accepted, 1 step resting on these." in told


def test_what_cannot_be_read_is_one_sentence_with_its_line(cli: Cli, mine: Callable[[str], Path]) -> None:
    file = mine(WRONG)
    done = cli("prove", file)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"symcheck: {file}, line 7: ")
    assert len(done.err.splitlines()) == 1


def test_a_file_has_a_limited_time(cli: Cli, mine: Callable[[str], Path]) -> None:
    done = cli("prove", mine(RIGHT), "--seconds", "0.001")
    assert (done.status, done.out) == (2, "")
    assert "is not decided after 0.001 seconds" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_hypothesis_of_a_file_can_be_dropped(cli: Cli, mine: Callable[[str], Path]) -> None:
    file = mine(RIGHT.replace("define half   a half", "given half   y is half of x"))
    assert cli("prove", file).status == 0
    done = cli("prove", file, "--without", "half")
    assert done.status == 1
    assert "half is not assumed" in done.out
    assert cli("prove", file, "--without", "nonsense").status == 2


@pytest.mark.first(1)
@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
def test_an_exercise_is_written_and_checked(cli: Cli, level: str, tmp_path: Path) -> None:
    file = tmp_path / "exercise.txt"
    assert cli("prove", "constant-init", "--exercise", level, "--output", file).status == 0
    text = file.read_text(encoding="utf-8")
    first = next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith("?"))
    done = cli("prove", file)
    assert done.status == 1
    assert "What is left open" in done.out
    assert f"{file}, line {first}, in the " in " ".join(done.out.split())
    assert "What does not close" not in done.out


def test_a_bare_exercise_is_an_easy_one(cli: Cli) -> None:
    assert cli("prove", "constant-init", "--exercise").out == cli("prove", "constant-init", "--exercise", "easy").out


def test_a_changed_statement_under_the_name_of_a_theorem_is_a_failure(cli: Cli, tmp_path: Path) -> None:
    text = theorem_text("constant-init")
    assert text is not None
    file = tmp_path / "changed.txt"
    file.write_text(
        text.replace("  W[0, l, i, j] = w[l]\n", "  W[0, l, i, j] = w[l]   for l in 2..L\n"), encoding="utf-8"
    )
    done = cli("prove", str(file))
    assert done.status == 1
    assert "This is not constant-init as the library states it" in done.out

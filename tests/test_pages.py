"""The README and the pages of docs/: commands and options that exist, links that lead somewhere, code that does what is said."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path

import pytest

import symcheck
from symcheck.cli.main import symcheck as command

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
README = PAGES["README.md"]
#: What a newcomer reads before the first command is tried.
LONGEST = 320


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_readme_is_no_longer_than_a_newcomer_reads() -> None:
    assert README.count("\n") <= LONGEST


def test_both_commands_stand_where_they_are_looked_for() -> None:
    first, second, third = blocks(README, "sh")
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/symcheck check")
    assert second == "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n auto\n"
    assert re.search(r"^Install, and pass the tests:\n\n```sh\n" + re.escape(second), README, re.MULTILINE)
    assert third == ".venv/bin/symcheck lesson --output lesson.html\n"


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md"])
def test_links_lead_somewhere(page: str) -> None:
    at = ROOT / page if (ROOT / page).exists() else ROOT / "docs" / page
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", at.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        there = (at.parent / file).resolve() if file else at
        assert there.exists(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_their_options_exist(page: str) -> None:
    lines = [
        line for text in (*blocks(PAGES[page], "console"), *blocks(PAGES[page], "sh")) for line in text.splitlines()
    ]
    for line in lines:
        _, found, rest = line.partition("symcheck ")
        if not found or not re.match(r"(\$ |\S*python3 -m venv|\.venv/bin/)", line) or "pytest" in line:
            continue
        words = shlex.split(rest, comments=True)
        if words[0] == "COMMAND":
            continue
        assert words[0] in command.commands, line
        options = {option for parameter in command.commands[words[0]].params for option in parameter.opts}
        assert {word for word in words[1:] if word.startswith("--")} <= options, line


@pytest.mark.parametrize("page", PAGES)
def test_python_can_be_read(page: str) -> None:
    for code in blocks(PAGES[page], "python"):
        ast.parse("\n".join(line for line in code.splitlines() if not line.startswith("%")))


GRADIENTS = "implementation.gradients_are_those_of_the_loss"


def exercise(begins: str) -> str:
    return next(code for code in blocks(README, "python") if begins in code)


def test_the_class_exercise_is_judged_as_it_says(tmp_path: Path) -> None:
    code = exercise("class MyMLP").replace("delta.sum(axis=0)", "delta.mean(axis=0)")
    (tmp_path / "mlp.py").write_text(code)
    report = symcheck.check(f"{tmp_path / 'mlp.py'}:MyMLP", only=GRADIENTS)
    assert "db is averaged over the samples twice" in report.said


def test_a_notebook_as_it_is_is_judged_as_it_says(tmp_path: Path) -> None:
    code = exercise("def nn_model").replace('(1 - cache["A1"] ** 2)', '(1 - cache["A1"])')
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code.splitlines(True),
    }
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "course.ipynb").write_text(json.dumps(book))
    report = symcheck.check(str(tmp_path / "course.ipynb"), only=GRADIENTS)
    assert "derivative of tanh is written as 1 - h: it is 1 - h**2" in report.said


def test_right_code_of_the_exercise_passes(tmp_path: Path) -> None:
    (tmp_path / "mlp.py").write_text(exercise("class MyMLP"))
    assert symcheck.check(f"{tmp_path / 'mlp.py'}:MyMLP", only="implementation.outputs_of_a_sample_are_its_own").passed


def test_the_initializer_of_the_first_minutes_is_told_its_law(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(exercise("def init(layer_size, l)"))
    report = symcheck.check(f"{tmp_path / 'nets.py'}:init", law="he_normal", only="initializer.scale")
    assert "This is LeCun's law, variance 1/fan_in: the 2 for relu is missing. Write sqrt(2 / fan_in)" in report.said

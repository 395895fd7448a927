"""Rocq, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from symcheck.proof.kernel import judges
from symcheck.proof.rocq.document import LEMMAS, lemmas, preamble
from symcheck.proof.worked import worked

Coqc = Callable[..., "subprocess.CompletedProcess[str]"]


def _unavailable(reason: str) -> None:
    if os.environ.get("SYMCHECK_REQUIRE_ROCQ"):
        pytest.fail(f"Rocq must check proofs in this run, but {reason}")
    pytest.skip(reason)


def _checked(text: str, place: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    (place / f"{name}.v").write_text(text, encoding="utf-8")
    command = ["coqc", "-w", "none", *options, f"{name}.v"]
    return subprocess.run(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="session")
def _with_mathcomp(tmp_path_factory: pytest.TempPathFactory) -> None:
    if shutil.which("coqc") is None:
        _unavailable("coqc is not installed")
    if _checked("From mathcomp Require ssrnum.\n", tmp_path_factory.mktemp("rocq"), "found").returncode:
        _unavailable("coqc has no mathcomp")


@pytest.fixture
def one_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """One random world in place of several: for what has to be rejected, since fewer worlds reject less."""
    monkeypatch.setattr(judges, "WORLDS", 1)


@pytest.fixture
def coqc(_with_mathcomp: None, tmp_path: Path) -> Coqc:
    """Let Rocq check a file; skip with a reason where it is absent, fail where CI says that it must be there."""
    return lambda text, *options: _checked(text, tmp_path, "theorems", *options)


@pytest.fixture(scope="session")
def compiled_lemmas(_with_mathcomp: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lemmas of all theorems are, compiled once for all files that are checked."""
    place = tmp_path_factory.mktemp("lemmas")
    ended = _checked(f"{preamble()}\n{lemmas(*LEMMAS)}", place, "lemmas", "-R", ".", "Symcheck")
    assert ended.returncode == 0, ended.stdout
    return place


_instances = cache(worked)


@pytest.fixture(scope="session")
def told() -> Callable[[str, int, str], tuple[Any, ...]]:
    """From a theorem, the number of an instance and the words of a line, what the line has in its columns.

    The words are those of one line; an entry of one number is that number.
    """

    def found(theorem: str, number: int, words: str) -> tuple[Any, ...]:
        (line,) = (line for line in _instances(theorem)[number].lines if line.words == words)
        return tuple(values[0] if len(values) == 1 else values for values in line.entries)

    return found

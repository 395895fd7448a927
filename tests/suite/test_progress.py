"""How far a run is can be seen on a terminal, and nothing of it elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP

ONLY = [f"implementation.{n}" for n in ("outputs_are_those_of_the_network", "an_update_is_a_step_of_descent")]
CODE = "import symcheck.cli.options as o\nwith o.progress('checking it') as s:\n    print(s is not None)"


def test_each_property_is_told_with_its_number() -> None:
    told: list[str] = []
    symcheck.check(CorrectMLP(), only=ONLY, progress=told.append)
    assert told == [f"{ONLY[0]} (1 of 2)", f"{ONLY[1]} (2 of 2)"]


def test_a_line_is_shown_on_a_terminal_and_not_in_a_pipe() -> None:
    piped = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert (piped.stdout.strip(), piped.stderr) == ("False", "")
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-c", CODE],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm"},
            check=True,
        )
        assert b"checking it" in os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)

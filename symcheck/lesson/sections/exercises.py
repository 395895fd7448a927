"""Two exercises: a proof with steps left out, and a network that the property suite marks."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from symcheck.lesson.sections.induction import THEOREM
from symcheck.proof.exercise import exercise


@dataclass(frozen=True)
class Exercise:
    """A file to be saved, and the command that marks it."""

    file: str
    text: str
    command: str


def exercises() -> tuple[Exercise, Exercise]:
    """The proof and the network."""
    network = files("symcheck.lesson").joinpath("assets", "network.txt").read_text(encoding="utf-8")
    return (
        Exercise("my-proof.txt", exercise(THEOREM, "easy"), "symcheck prove my-proof.txt"),
        Exercise("network.py", network, "pytest --symcheck network.py:Network"),
    )

"""Counterexamples beside hypotheses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Necessity:
    """A smallest case in which everything but one hypothesis holds, and the conclusion does not.

    Attributes:
        hypothesis: the one that is dropped.
        case: the numbers, in words.
        shows: what goes wrong, in words.
        measured: by how much: on the reference, or exactly for a finite law.
    """

    hypothesis: str
    case: str
    shows: str
    measured: float


def counterexample(theorem: str, hypothesis: str, line: str) -> Necessity:
    """What a `needed` line shows."""
    raise NotImplementedError

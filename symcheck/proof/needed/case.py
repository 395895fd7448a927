"""What the cases of all kinds have in common, and words for the ways in which a hypothesis fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from symcheck.proof.needed.line import Settings, listed_all

#: Differences of floats: up to the first one it is rounding, and from the second one on no rounding explains it.
ROUNDING, VISIBLE = 1e-9, 1e-5


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


@dataclass(frozen=True)
class Wrong:
    """How a conclusion fails: by how much (a fraction where that is exact, 0 if it holds), and in words."""

    gap: Fraction | float
    words: str

    @property
    def visible(self) -> bool:
        """Whether the conclusion fails: at all if that is exact, and by more than rounding elsewhere."""
        return self.gap > (0 if isinstance(self.gap, Fraction) else VISIBLE)


class Case(Protocol):
    """A case in numbers, of some kind."""

    def words(self) -> str:
        """The case in words, with all its numbers."""

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """How the conclusion that an outcome contradicts fails; ``at`` are the numbers in the outcome."""


@dataclass(frozen=True)
class Kind:
    """A kind of case.

    Attributes:
        name: the word with which its lines begin.
        read: makes a case from settings.
        conditions: for each hypothesis, how it fails in a case, in words; empty if it holds.
    """

    name: str
    read: Callable[[Settings], Case]
    conditions: Mapping[str, Callable[[Any], str]]


def apart(what: str, values: Iterable[object]) -> str:
    """How values fail to be equal: ``what`` and the values; empty if they are equal."""
    listed = list(values)
    return f"{what} are {listed_all(listed)}" if len(set(listed)) > 1 else ""


def first(failures: Iterable[str]) -> str:
    """The first failure, or nothing."""
    return next(filter(None, failures), "")

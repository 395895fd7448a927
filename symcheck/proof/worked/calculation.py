"""What a worked instance consists of: lines of numbers, beside the equations of the proof that they are instances of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Number = Fraction | float
#: What one column has in one line: a number, or several that belong together, as the weights of a row.
Entry = tuple[Number, ...]

#: A float is shown as the fraction that it is up to this denominator; beyond it nobody reads the fraction.
_READABLE = 1 << 12


@dataclass(frozen=True)
class CalculationLine:
    """One line of the calculation.

    Attributes:
        lemma: the lemma of the general proof that it is an instance of, or is not where a hypothesis fails; or nothing.
        words: what is computed.
        formula: how, in the notation of the proof.
        entries: for each column its numbers, none where it has none there; fewer than there are columns where a number
            belongs to all of them.
        compared: whether the theorem is about the last two being equal or opposite.
    """

    lemma: str
    words: str
    formula: str
    entries: tuple[Entry, ...]
    compared: bool = False

    @property
    def equal(self) -> bool | None:
        """Whether the last two columns have the same numbers, to the last bit; None where they are not compared."""
        return self.entries[-2] == self.entries[-1] if self.compared else None

    @property
    def opposite(self) -> bool | None:
        """Whether one of them has the negative numbers of the other; None where they are not compared."""
        if not self.compared:
            return None
        one, other = self.entries[-2:]
        return len(one) == len(other) and all(a == -b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True)
class Worked:
    """A calculation line by line.

    Attributes:
        theorem: the name of the theorem.
        title: what is calculated.
        columns: the headings of the entries.
        lines: the calculation.
        conclusion: what it shows.
        fails: the hypothesis that does not hold here; nothing where all do.
    """

    theorem: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[CalculationLine, ...]
    conclusion: str
    fails: str = ""


def compare(words: str, formula: str, *values: Any, lemma: str = "") -> CalculationLine:
    """A line whose last two entries, numbers or iterables of numbers, are compared."""
    return CalculationLine(lemma, words, formula, tuple(map(entry, values)), compared=True)


def show(words: str, formula: str, *values: Any, lemma: str = "") -> CalculationLine:
    """A line whose entries, numbers or iterables of numbers, are shown and not compared."""
    return CalculationLine(lemma, words, formula, tuple(map(entry, values)))


def entry(value: Any) -> Entry:
    """A number, or an iterable of them, as exact fractions where they are integers or fractions, else as floats."""
    values = np.ravel(value) if isinstance(value, np.ndarray) else value if isinstance(value, Iterable) else (value,)
    return tuple(Fraction(v) if isinstance(v, int | Fraction) else float(v) for v in values)


def written(value: Number) -> str:
    """A number as it is shown: a fraction with a readable denominator exactly, any other float to six digits."""
    exact = Fraction(value)
    return str(exact) if isinstance(value, Fraction) or exact.denominator <= _READABLE else f"{value:.6f}"


def listed(values: Any) -> str:
    """A vector or a matrix in brackets."""
    if isinstance(values, Iterable):
        return f"[{', '.join(map(listed, values))}]"
    return written(entry(values)[0])

"""A `needed` line: a case in numbers, and what goes wrong in it.

    network sigma = tanh; W1 = 0, 1; W2 = 1 1; x = 1: units 1, 2 of layer 1 differ

That is a kind, settings with semicolons between them, a colon, and what goes wrong. A value is a word or a matrix: commas
part the rows of a matrix, blanks the numbers of a row, and ``x3`` after a row writes it three times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import overload

from symcheck.errors import SymcheckError, did_you_mean, listed

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]

#: A counterexample is small; larger ones would take long to judge, and longer numbers overflow.
MOST_NUMBERS = 256
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9}|/0*[1-9]\d{0,8})?")
_STARTS_A_NUMBER = re.compile(r"[-+.]?\d|-?(?:inf|nan)\b")


class NeededError(SymcheckError):
    """A `needed` line that cannot be read, or that does not show what it has to show."""


@dataclass(frozen=True)
class Line:
    """What a line says: the kind of case, its settings as they are written, and what goes wrong."""

    kind: str
    settings: dict[str, str]
    outcome: str


def read_line(text: str) -> Line:
    """Take a line apart; it may go over several lines of text.

    Raises:
        NeededError: no kind, no settings, no outcome, or a setting without a value or given twice.
    """
    head, colon, outcome = " ".join(text.split()).partition(":")
    kind, _, rest = head.strip().partition(" ")
    if not colon or not outcome.strip() or not rest:
        raise NeededError(
            "a needed line is a kind, settings `name = value` with semicolons between, a colon, what goes wrong"
        )
    settings: dict[str, str] = {}
    for setting in rest.split(";"):
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (equals and name and value):
            raise NeededError(f"{setting.strip()!r} is not of the form `name = value`")
        if name in settings:
            raise NeededError(f"{name} is given twice")
        settings[name] = value
    return Line(kind, settings, outcome.strip())


class Settings:
    """The settings of a line, each to be asked for once; what nobody asks for is an error."""

    def __init__(self, line: Line) -> None:
        self._kind, self._left = line.kind, dict(line.settings)
        self._asked: list[str] = []

    def word(self, name: str, known: Sequence[str] = (), default: str = "") -> str:
        """A setting in words, one of those known if any are named; without a default it has to be there.

        Raises:
            NeededError: it is not there, or another word; so for the methods below, and what is no matrix of their shape.
        """
        self._asked.append(name)
        value = self._left.pop(name, default)
        if not value:
            raise NeededError(f"{self._kind} needs {name}")
        if known and value not in known:
            raise NeededError(f"{name} must be {listed(known)}, not {value!r}{did_you_mean(value, known)}")
        return value

    def given(self, name: str) -> bool:
        self._asked.append(name)
        return name in self._left

    def matrix(self, name: str) -> Matrix:
        return matrix(name, self.word(name))

    def optional(self, name: str) -> Matrix | None:
        return self.matrix(name) if self.given(name) else None

    @overload
    def vector(self, name: str) -> Vector: ...
    @overload
    def vector(self, name: str, unless: str) -> Vector | None: ...
    def vector(self, name: str, unless: str = "") -> Vector | None:
        """Numbers in one row, or one a row; None for the word ``unless``."""
        text = self.word(name)
        if text == unless:
            return None
        rows = matrix(name, text)
        if len(rows) > 1 and len(rows[0]) > 1:
            raise NeededError(f"{name} must be numbers in one row or in one column")
        return tuple(value for row in rows for value in row)

    def number(self, name: str, default: str = "") -> Fraction:
        (value, *more) = (v for row in matrix(name, self.word(name, (), default)) for v in row)
        if more:
            raise NeededError(f"{name} must be one number")
        return value

    def count(self, name: str, default: str, most: int) -> int:
        value = self.number(name, default)
        if value.denominator != 1 or not 1 <= value <= most:
            raise NeededError(f"{name} must be a whole number from 1 to {most}")
        return int(value)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for name in self._left:
            raise NeededError(f"{self._kind} has no {name} here; it may have {listed(dict.fromkeys(self._asked))}")


def matrix(name: str, text: str) -> Matrix:
    """Rows of numbers, all of one length.

    Raises:
        NeededError: something else, more than `MOST_NUMBERS`, or numbers of more than nine digits.
    """
    if not _STARTS_A_NUMBER.match(text):
        raise NeededError(f"{name} must be numbers, not {text!r}")
    rows: list[Vector] = []
    for part in text.split(","):
        *numbers, last = part.split() or [""]
        times = re.fullmatch(r"x([1-9]\d{0,2})", last)
        row = tuple(_number(name, word) for word in (numbers if times and numbers else [*numbers, last]))
        rows += [row] * (int(times[1]) if times else 1)
        if sum(map(len, rows)) > MOST_NUMBERS:
            raise NeededError(f"{name} has more than {MOST_NUMBERS} numbers")
    if len({len(row) for row in rows}) > 1:
        raise NeededError(
            f"the rows of {name} have {listed_all(len(row) for row in rows)} numbers; they must have equally many"
        )
    return tuple(rows)


def _number(name: str, word: str) -> Fraction:
    if not _NUMBER.fullmatch(word):
        raise NeededError(f"{name} holds {word!r}, which is not a number of at most nine digits such as 2, -0.5 or 1/3")
    return Fraction(word)


def listed_all(values: object) -> str:
    """Different values, in their order, for a sentence: ``0, 1 and 2``."""
    return " and ".join(listed(dict.fromkeys(map(str, values))).rsplit(" or ", 1))  # type: ignore[call-overload]


def written(rows: Sequence[Sequence[Fraction]]) -> str:
    """A matrix in words: one number as it is, any other one in brackets."""
    if len(rows) == len(rows[0]) == 1:
        return str(rows[0][0])
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"


def samples_of(X: Matrix) -> str:
    """Samples in words."""
    return f"{'one sample' if len(X) == 1 else 'the samples'} x = {', '.join(map(tuple_of, X))}"


def tuple_of(row: Sequence[object]) -> str:
    """A vector in words: one number as it is, more in parentheses."""
    return str(row[0]) if len(row) == 1 else "(" + ", ".join(map(str, row)) + ")"

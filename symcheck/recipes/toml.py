"""TOML with the line of every entry, and texts as TOML spells them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symcheck.errors import RecipeError
from symcheck.recipes.rules import RecipeLine
from symcheck.texts import first_line, plain

#: Longest file that is read, in bytes.
LARGEST = 1_000_000
#: Levels of keys whose lines are kept; no recipe has more.
_LEVELS = 4

#: Strings and comments, in which nothing else counts; brackets, in which lines go on; ends of lines.
_TOKENS = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"{3,5}'
    r"|'''[\s\S]*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]"
)

#: Keys, and places in lists, from the top of a document down.
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A TOML file that was read.

    Attributes:
        source: the file as it was named. values: as tomllib gives them. lines: where entries begin, by their keys.
    """

    source: str
    values: dict[str, Any]
    lines: dict[Keys, int]

    @classmethod
    def read(cls, path: str | Path) -> Document:
        """Read a file.

        Raises:
            RecipeError: it cannot be read, is too large, is not UTF-8, or no TOML.
        """
        try:
            with Path(path).open("rb") as file:
                held = file.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            raise RecipeError(f"{plain(path)} cannot be read: {first_line(error)}") from None
        if len(held) > LARGEST:
            raise RecipeError(f"{plain(path)} is larger than {LARGEST:,} bytes, which no recipe is")
        try:
            text = held.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = held[: error.start].count(b"\n") + 1
            raise RecipeError(f"{plain(path)}:{line} is not UTF-8") from None
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, source: str) -> Document:
        """Read a text.

        Args:
            source: what it is called in sentences.

        Raises:
            RecipeError: it is no TOML; the line is told.
        """
        # tomllib tells the line of what is wrong in the last one only if the line ends.
        text = text.replace("\r\n", "\n") + "\n"
        try:
            values = tomllib.loads(text)
        except ValueError as error:
            raise RecipeError(
                f"{plain(source)} is not TOML: {first_line(error)}; patterns and laws are written in quotes"
            ) from None
        except RecursionError:
            raise RecipeError(f"{plain(source)} is nested too deeply to be read") from None
        return cls(source, values, _lines(text))

    def place(self, *keys: str | int) -> RecipeLine:
        """Where an entry begins, or what it stands in."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return RecipeLine(self.source, self.lines.get(keys, 1))


def _lines(text: str) -> dict[Keys, int]:
    lines: dict[Keys, int] = {}
    table: Keys = ()
    count: Counter[Keys] = Counter()
    for line, statement in _statements(text):
        values = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _table(values, count)
            lines.setdefault(table, line)
        else:
            for keys in _keys(values):
                lines.setdefault((*table, *keys), line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The tables' headers and the entries of a valid document, each with its line and valid by itself."""
    line, start, depth = 1, 0, 0
    for token in _TOKENS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if token[0] == "\n" and depth == 0:
            yield line, text[start : token.end()]
            line += text.count("\n", start, token.end())
            start = token.end()
    yield line, text[start:]


def _table(values: Any, count: Counter[Keys]) -> Keys:
    """The keys of the table that a header opens; tables of a list are counted."""
    keys: Keys = ()
    while values:
        (key, values), *_ = values.items()
        keys = (*keys, key)
        if isinstance(values, list):
            count[keys] += 1
            return (*keys, count[keys] - 1)
    return keys


def _keys(values: Any, above: Keys = ()) -> Iterator[Keys]:
    inside = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in inside:
        yield (*above, key)
        if len(above) < _LEVELS - 1:
            yield from _keys(value, (*above, key))


def spelled(text: str) -> str:
    """A text as a TOML string that shows what it holds: what cannot be printed is escaped.

    Raises:
        RecipeError: it has a lone surrogate, which TOML cannot hold.
    """
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if "\ud800" <= character <= "\udfff":
        raise RecipeError("a name with a lone surrogate cannot be written to a file")
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"

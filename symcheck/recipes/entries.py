"""The entries of a recipe's file: what each may hold, and what it is read as; whatever else stands there is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from keyword import iskeyword
from typing import Any

from symcheck.errors import RecipeError, did_you_mean, listed
from symcheck.laws.expressions import RESERVED, quoted
from symcheck.recipes.blocks import LENGTH
from symcheck.recipes.patterns import Target
from symcheck.recipes.rules import Equality, RecipeLine, Rule
from symcheck.recipes.toml import Document
from symcheck.texts import plain

#: What a file may have at its top, a rule that is a table, and an equality that is one.
KEYS = ("note", "draws", "equal", "sizes", "laws")
_RULE_KEYS, _EQUAL_KEYS = ("law", "note"), ("patterns", "note")
#: Largest number that has a name.
LARGEST_SIZE = 2**53


def shown(value: object) -> str:
    """A value that should have been another, as it stands in a sentence."""
    return plain(repr(value), 80)


def refuse_sizes(sizes: Mapping[Any, object]) -> None:
    """Raise a RecipeError unless names and numbers can stand in blocks and laws."""
    for name, value in sizes.items():
        if not isinstance(name, str) or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) or iskeyword(name):
            raise RecipeError(f"a size needs a name of letters, digits and underscores, not {shown(name)}")
        if name in (*RESERVED, LENGTH):
            raise RecipeError(f"{name} has a meaning of its own in laws or blocks, and cannot name a size")
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST_SIZE:
            raise RecipeError(f"size {name} must be a whole number of at least 1, not {shown(value)}")


@contextmanager
def _told_of(place: RecipeLine) -> Iterator[None]:
    try:
        yield
    except RecipeError as error:
        raise RecipeError(f"{place}: {error}") from None


def refuse_other_keys(document: Document) -> None:
    """Raise a RecipeError for what is no part of a recipe."""
    _refuse_unknown("a recipe", document.values, KEYS, document)


def text_of(document: Document, key: str) -> str:
    """A text at the top, or "".

    Raises:
        RecipeError: it is something else.
    """
    with _told_of(document.place(key)):
        return _text(document.values.get(key, ""), key)


def sizes_of(document: Document) -> dict[str, int]:
    """The numbers that have a name.

    Raises:
        RecipeError: as :func:`refuse_sizes`, with the line.
    """
    sizes = _table(document, "sizes")
    for name, value in sizes.items():
        with _told_of(document.place("sizes", name)):
            refuse_sizes({name: value})
    return sizes


def rules_of(document: Document, sizes: Mapping[str, int]) -> tuple[Rule, ...]:
    """The rules, in their order.

    Raises:
        RecipeError: one cannot be read; its line is told.
    """
    rules = []
    for pattern, entry in _table(document, "laws").items():
        where = document.place("laws", pattern)
        parts = entry if isinstance(entry, dict) else {"law": entry}
        if not parts.keys() & set(_RULE_KEYS):
            near = did_you_mean(next(iter(parts), "")[:80], _RULE_KEYS)
            raise RecipeError(
                f"{where}: {quoted(pattern)} has no law{near or '; a pattern with dots stands in quotes'}"
            )
        _refuse_unknown("a rule", parts, _RULE_KEYS, document, "laws", pattern)
        with _told_of(where):
            law, note = _text(parts.get("law"), "law"), _text(parts.get("note", ""), "note")
            rules.append(Rule.parse(pattern, law, sizes, note, where))
    return tuple(rules)


def equalities_of(document: Document, sizes: Mapping[str, int]) -> tuple[Equality, ...]:
    """The equalities that are meant.

    Raises:
        RecipeError: one cannot be read; its line is told.
    """
    groups = document.values.get("equal", [])
    with _told_of(document.place("equal")):
        if not isinstance(groups, list) or not all(isinstance(group, list | dict) for group in groups):
            raise RecipeError(f'equal is a list of lists of patterns, [["a.weight", "b.weight"]], not {shown(groups)}')
    equalities = []
    for i, group in enumerate(groups):
        where = document.place("equal", i)
        parts = group if isinstance(group, dict) else {"patterns": group}
        _refuse_unknown("an equality", parts, _EQUAL_KEYS, document, "equal", i)
        patterns = parts.get("patterns")
        with _told_of(where):
            if not isinstance(patterns, list) or not patterns:
                raise RecipeError(f"an equality is a list of patterns, not {shown(patterns)}")
            targets = tuple(Target.parse(_text(pattern, "a pattern"), sizes) for pattern in patterns)
            equalities.append(Equality(targets, _text(parts.get("note", ""), "note"), where))
    return tuple(equalities)


def _table(document: Document, key: str) -> dict[str, Any]:
    table = document.values.get(key, {})
    if not isinstance(table, dict):
        raise RecipeError(f"{document.place(key)}: {key} is a table, [{key}], not {shown(table)}")
    return table


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise RecipeError(f"{what} must be a text in quotes, not {shown(value)}")
    return value


def _refuse_unknown(
    what: str, entry: Mapping[str, object], known: Collection[str], document: Document, *above: str | int
) -> None:
    for key in entry:
        if key not in known:
            near = did_you_mean(key[:80], known) or f"; it has {listed(known)}"
            raise RecipeError(f"{document.place(*above, key)}: {what} has no {quoted(key)}{near}")

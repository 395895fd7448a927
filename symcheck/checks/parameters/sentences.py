"""Many parameters in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from symcheck.errors import counted
from symcheck.texts import LONGEST_NAME, plain

#: So many parameters are named; of the others their number is told.
NAMED = 6


def first_few(sentences: Sequence[str], what: str = "more") -> str:
    """The first sentences, and how many others there are."""
    more = len(sentences) - NAMED
    return "; ".join([*sentences[:NAMED], *([f"and {more:,} {what}"] if more > 0 else [])])


def named(names: Sequence[str]) -> str:
    """The first names, and how many others there are."""
    shown = ", ".join(plain(name, LONGEST_NAME) for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def pattern_of(name: str) -> str:
    """A name with ``*`` for its numbers, which parameters of repeated blocks have in common."""
    return re.sub(r"(?<![A-Za-z])\d+(?![A-Za-z])", "*", name)


def by_pattern(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by their pattern, in the order of the first of each."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(pattern_of(name), []).append(name)
    return groups


def grouped(names: Iterable[str]) -> str:
    """Names by their patterns: ``blocks.*.attn.weight (12)``."""
    groups = by_pattern(names)
    shown = [
        plain(members[0] if len(members) == 1 else f"{pattern} ({len(members)})", LONGEST_NAME)
        for pattern, members in groups.items()
    ]
    more = len(shown) - NAMED
    return ", ".join(shown[:NAMED]) + (f" and {counted(more, 'more pattern')}" if more > 0 else "")

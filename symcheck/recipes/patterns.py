"""Patterns over the names of parameters, and the block that may stand behind one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from symcheck.errors import RecipeError
from symcheck.laws.expressions import LONGEST, quoted
from symcheck.recipes.blocks import Block

#: Classes of one character that stand for it, and are no block at the end of a pattern.
_LITERAL = ("[[]", "[*]", "[?]", "[=]")


@dataclass(frozen=True)
class Target:
    """The parameters that a rule speaks of, or a block of each.

    Attributes:
        pattern: ``*`` any characters, dots included, ``?`` one, ``[0-3]`` one of a class, ``[[]`` a bracket; case counts.
        block: what stands in brackets at the end; None for whole parameters.
    """

    pattern: str
    block: Block | None = None

    @classmethod
    def parse(cls, text: str, sizes: Collection[str] = ()) -> Target:
        """Read ``*.bias``, ``blocks.*.proj.weight``, ``*.in_proj_weight[0:E]``.

        Args:
            sizes: names that bounds of the block may use.

        Raises:
            RecipeError: a bracket is not closed, the block is none, or no parameter is named.
        """
        text = text.strip()
        if len(text) > LONGEST:
            raise RecipeError(f"a pattern of {len(text):,} characters is longer than {LONGEST:,}")
        *_, (start, stop) = [(0, 0), *_classes(text)]
        if stop != len(text) or text[start:stop] in ("", *_LITERAL):
            start = stop = len(text)
        if not text[:start]:
            raise RecipeError(f"{quoted(text)} names no parameter; all of them are *")
        return cls(text[:start], Block.parse(text[start:], sizes) if start < stop else None)

    def matches(self, name: str) -> bool:
        """Whether it speaks of the parameter of this name."""
        return self._glob.match(name) is not None

    @cached_property
    def _glob(self) -> re.Pattern[str]:
        # fnmatch keeps the last few hundred patterns only, and a recipe may have more.
        return re.compile(translate(self.pattern))

    def __str__(self) -> str:
        return self.pattern if self.block is None else f"{self.pattern}{self.block}"


def escaped(name: str) -> str:
    """The pattern that matches this name alone."""
    return re.sub(r"[\[*?=]", r"[\g<0>]", name)


def split_rule(text: str) -> tuple[str, str] | None:
    """What stands before and after the first ``=`` that is in no bracket; None where there is none.

    Raises:
        RecipeError: a bracket is not closed before it.
    """
    at = 0
    for start, stop in _classes(text):
        if "=" in text[at:start]:
            break
        at = stop
    before, equals, after = text[at:].partition("=")
    return (text[:at] + before, after) if equals else None


def _classes(text: str) -> Iterator[tuple[int, int]]:
    """Where each bracket opens and ends, as fnmatch reads them: a ``]`` that comes first is one of the class."""
    at = 0
    while (start := text.find("[", at)) >= 0:
        first = start + 1 + (text[start + 1 : start + 2] == "!")
        stop = text.find("]", first + 1) + 1
        if not stop:
            raise RecipeError(f"{quoted(text)} opens a bracket that is not closed; one in a name is written [[]")
        yield start, stop
        at = stop

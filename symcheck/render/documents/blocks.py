"""The blocks of a document."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.render.formulas.boxes import Box

#: Words and formulas side by side.
Line = tuple[str | Box, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the document."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    line: Line


@dataclass(frozen=True)
class Items:
    """A list; each item is a line and what is to be said of it, in lines of their own."""

    items: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Link:
    """One step of a chain: what it leads to, why, by which rule, and why it is rejected, if it is."""

    end: Box
    reason: str
    rule: str
    rejected: str = ""


@dataclass(frozen=True)
class Chain:
    """A chain of equations, from a start through all its links."""

    start: Box
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Grid:
    """A table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Chain | Grid

"""The blocks of a document."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.render.formulas.boxes import Box


@dataclass(frozen=True)
class Ref:
    """Words that lead to a place in the document."""

    text: str
    anchor: str


Part = str | Box | Ref
#: Words, formulas and references side by side.
Line = tuple[Part, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the document. It can be referred to by its anchor."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    line: Line


@dataclass(frozen=True)
class Contents:
    """A table of contents: references under what they are about."""

    parts: tuple[tuple[str, tuple[Ref, ...]], ...]


@dataclass(frozen=True)
class Items:
    """A list; each item is a line and what is to be said of it, in lines of their own.

    Attributes:
        anchors: of the items, by which they can be referred to; none where there are none.
    """

    items: tuple[tuple[Line, ...], ...]
    anchors: tuple[str, ...] = ()

    @property
    def anchored(self) -> list[tuple[str, tuple[Line, ...]]]:
        """Each item with its anchor."""
        return list(zip(self.anchors or [""] * len(self.items), self.items, strict=True))


@dataclass(frozen=True)
class Link:
    """One step of a chain: what it leads to, why, by which rule, and why it is rejected, if it is."""

    end: Box
    reason: Line
    rule: Line
    rejected: Line = ()


@dataclass(frozen=True)
class EquationChain:
    """A chain of equations, from a start through all its links."""

    start: Box
    links: tuple[Link, ...]


@dataclass(frozen=True)
class DocumentTable:
    """A table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | Line, ...], ...]


Block = Heading | Paragraph | Contents | Items | EquationChain | DocumentTable


def line_of(cell: str | Line) -> Line:
    """What a cell of a table says, as a line."""
    return (cell,) if isinstance(cell, str) else cell

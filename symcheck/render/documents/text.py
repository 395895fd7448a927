"""Documents as plain text, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from symcheck.render.documents.blocks import (
    Block,
    Contents,
    DocumentTable,
    EquationChain,
    Heading,
    Items,
    Line,
    Paragraph,
    Ref,
    line_of,
)
from symcheck.render.formulas.boxes import Box, Span
from symcheck.render.formulas.text import text

_RULES = {1: "=", 2: "-"}
#: A space at which no line is broken.
_JOINED = "\u00a0"


def as_text(blocks: Iterable[Block], width: int = 100) -> str:
    """The document, in lines of at most ``width`` characters where formulas can be broken there."""
    return "\n".join(line for block in blocks for line in _lines(block, width)).strip("\n")


def _lines(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Heading):
        if block.level in _RULES:
            yield ""
        yield from wrap(block.text, width, break_on_hyphens=False)
        if block.level in _RULES:
            yield _RULES[block.level] * min(len(block.text), width)
    elif isinstance(block, Paragraph):
        yield from _wrapped(_line(block.line), width)
        yield ""
    elif isinstance(block, Contents):
        for about, refs in block.parts:
            yield about
            yield from (line for r in refs for line in _wrapped(r.text, width, "  - ", "    "))
        yield ""
    elif isinstance(block, Items):
        for first, *rest in block.items:
            yield from _wrapped(_line(first), width, "  - ", "        ")
            for line in rest:
                yield from _wrapped(_line(line), width, "      ", "        ")
        yield ""
    elif isinstance(block, EquationChain):
        yield from _wrapped(_formula(block.start), width, "    ", "        ")
        for link in block.links:
            yield from _wrapped(_formula(link.end), width, "      = ", "            ")
            yield from _wrapped(
                f"{_line(link.reason)}   ({_line(link.rule).replace(' ', _JOINED)})".lstrip(),
                width,
                "            ",
                "            ",
            )
            if link.rejected:
                yield from _wrapped(f"REJECTED: {_line(link.rejected)}", width, "            ", "            ")
        yield ""
    else:
        yield from _grid(block, width)
        yield ""


def _line(line: Line) -> str:
    words = (part.text if isinstance(part, Ref) else part for part in line)
    return "".join(part if isinstance(part, str) else _formula(part) for part in words)


def _formula(b: Box) -> str:
    """One that is broken at its operators only, not inside an index or a range."""
    if isinstance(b, Span):
        return text(b).replace(" ", _JOINED)
    depth, out = 0, []
    for letter in text(b):
        depth += (letter == "[") - (letter == "]")
        out.append(_JOINED if letter == " " and depth else letter)
    return "".join(out)


def _wrapped(content: str, width: int, first: str = "", later: str = "") -> list[str]:
    lines = wrap(
        content, width, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_JOINED, " ") for line in lines]


def _grid(grid: DocumentTable, width: int) -> Iterator[str]:
    """A table; one that is too wide has its second and its last column under the first."""
    cells_of = [tuple(_line(line_of(cell)).replace(_JOINED, " ") for cell in row) for row in grid.rows]
    rows = (grid.header, *cells_of)
    sizes = [max(len(row[column]) for row in rows) for column in range(len(grid.header))]
    stacked = sum(sizes) + 3 * len(sizes) > width
    for row in rows:
        cells = [cell.ljust(size) for cell, size in zip(row, sizes, strict=True)]
        yield ("  " + "   ".join([cells[0], *cells[2:-1]] if stacked else cells)).rstrip()
        under = "   ".join(filter(None, (row[1], row[-1] and f"({row[-1]})")))
        if stacked and under and row is not grid.header:
            yield f"      {under}"

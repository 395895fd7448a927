"""Documents as Markdown, with formulas in dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symcheck.render.documents.blocks import (
    Block,
    Contents,
    EquationChain,
    Heading,
    Items,
    Line,
    Paragraph,
    Ref,
    line_of,
)
from symcheck.render.formulas.latex import latex

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$^])")


def as_markdown(blocks: Iterable[Block]) -> str:
    """The document."""
    return "\n".join(line for block in blocks for line in _lines(block)).strip("\n")


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_escaped(block.text)}"
    elif isinstance(block, Paragraph):
        yield _line(block.line)
    elif isinstance(block, Contents):
        for about, refs in block.parts:
            yield f"**{_escaped(about)}**"
            yield ""
            yield from (f"- {_escaped(r.text)}" for r in refs)
            yield ""
    elif isinstance(block, Items):
        yield from ("- " + "  \n  ".join(map(_line, item)) for item in block.items)
    elif isinstance(block, EquationChain):
        yield "| | | |"
        yield "|---|---|---|"
        yield f"| | ${_cell(latex(block.start))}$ | |"
        for link in block.links:
            rejected = f" **rejected:** {_line(link.rejected)}" if link.rejected else ""
            yield f"| $=$ | ${_cell(latex(link.end))}$ | {_line(link.reason)} *({_line(link.rule)})*{rejected} |"
    else:
        yield "| " + " | ".join(map(_escaped, block.header)) + " |"
        yield "|" + "---|" * len(block.header)
        yield from ("| " + " | ".join(_line(line_of(cell)) for cell in row) + " |" for row in block.rows)
    yield ""


def _line(line: Line) -> str:
    words = (part.text if isinstance(part, Ref) else part for part in line)
    return "".join(_escaped(part) if isinstance(part, str) else f"${_cell(latex(part))}$" for part in words)


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


def _cell(formula: str) -> str:
    """A vertical bar would end the cell."""
    return formula.replace("|", r"\vert ")

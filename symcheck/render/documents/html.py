"""Documents as one HTML page that needs nothing from the network: formulas are MathML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from symcheck.render.documents.blocks import (
    Block,
    Contents,
    DocumentTable,
    EquationChain,
    Heading,
    Items,
    Line,
    Link,
    Paragraph,
    Part,
    Ref,
    line_of,
)
from symcheck.render.formulas.mathml import pieces
from symcheck.render.formulas.prose import prose

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title><style>
{style}</style></head><body><main>
{body}
</main></body></html>"""


def as_html(blocks: Iterable[Block], title: str) -> str:
    """The page."""
    style = files("symcheck.render.documents").joinpath("page.css").read_text(encoding="utf-8")
    return _PAGE.format(title=escape(title), style=style, body=fragment(blocks))


def fragment(blocks: Iterable[Block]) -> str:
    """The blocks by themselves, for a page that has a style of its own."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        shown = inline(prose(block.text)) if block.level == 1 else escape(block.text)
        yield f"<h{block.level}{_id(block.anchor)}>{shown}</h{block.level}>"
    elif isinstance(block, Paragraph):
        yield f"<p>{inline(block.line)}</p>"
    elif isinstance(block, Contents):
        yield '<nav aria-label="Contents">'
        for about, refs in block.parts:
            yield (
                f"<p>{escape(about)}</p><ul>"
                + "".join(f"<li>{_link_to(r, inline(prose(r.text)))}</li>" for r in refs)
                + "</ul>"
            )
        yield "</nav>"
    elif isinstance(block, Items):
        items = (f"<li{_id(anchor)}>{'<br>'.join(map(inline, item))}</li>" for anchor, item in block.anchored)
        yield f"<ul>{''.join(items)}</ul>"
    elif isinstance(block, EquationChain):
        yield f'<div class="chain"><div class="step"><div class="start">{pieces(block.start)}</div></div>'
        yield from map(_link, block.links)
        yield "</div>"
    else:
        yield from _grid(block)


def _link(link: Link) -> str:
    rejected = f' <strong class="rejected">rejected: {inline(link.rejected)}</strong>' if link.rejected else ""
    reason = f'{inline(link.reason)} <span class="rule">({inline(link.rule)})</span>{rejected}'
    formula = f'<div class="formula"><span class="equals">=</span><span class="side">{pieces(link.end)}</span></div>'
    return f'<div class="step">{formula}<div class="reason">{reason}</div></div>'


def _grid(grid: DocumentTable) -> Iterator[str]:
    head = (f"<th>{escape(cell)}</th>" if cell else "<td></td>" for cell in grid.header)
    yield f"<table><thead><tr>{''.join(head)}</tr></thead><tbody>"
    for row in grid.rows:
        cells = zip(grid.header, row, strict=True)
        # Where the table becomes a list, each cell says what column it is from.
        yield "<tr>" + "".join(f'<td data-of="{escape(of)}">{inline(line_of(c))}</td>' for of, c in cells) + "</tr>"
    yield "</tbody></table>"


def inline(line: Line) -> str:
    """A line as a part of a sentence."""
    return "".join(map(_part, line))


def _part(part: Part) -> str:
    if isinstance(part, str):
        return escape(part)
    if isinstance(part, Ref):
        return _link_to(part, escape(part.text))
    return pieces(part, displayed=False)


def _link_to(ref: Ref, shown: str) -> str:
    return f'<a href="#{escape(ref.anchor)}">{shown}</a>'


def _id(anchor: str) -> str:
    return f' id="{escape(anchor)}"' if anchor else ""

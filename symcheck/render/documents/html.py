"""Documents as one HTML page that needs nothing from the network: formulas are MathML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from symcheck.render.documents.blocks import Block, Chain, Heading, Items, Line, Paragraph
from symcheck.render.formulas.mathml import mathml

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }}
h1 {{ margin-top: 3rem; }} h1:first-child {{ margin-top: 0; }} h3 {{ margin-bottom: .2rem; font-size: 1rem; }}
table {{ border-collapse: collapse; }} td, th {{ text-align: left; vertical-align: baseline; padding: .15rem .8rem .15rem 0; }}
.grid td, .grid th {{ border-bottom: 1px solid #ddd; }}
.chain {{ margin: .3rem 0 1.2rem 1rem; display: block; overflow-x: auto; }} .reason {{ color: #555; font-size: .9rem; }}
.chain math {{ font-size: 1.1rem; }} .rule {{ color: #888; }} .rejected {{ color: #b00020; font-weight: 600; }}
</style></head><body>
{body}
</body></html>"""


def as_html(blocks: Iterable[Block], title: str) -> str:
    """The page."""
    return _PAGE.format(title=escape(title), body="\n".join(line for block in blocks for line in _lines(block)))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    elif isinstance(block, Paragraph):
        yield f"<p>{_line(block.line)}</p>"
    elif isinstance(block, Items):
        yield "<ul>" + "".join(f"<li>{'<br>'.join(map(_line, item))}</li>" for item in block.items) + "</ul>"
    elif isinstance(block, Chain):
        yield f'<table class="chain"><tr><td></td><td>{mathml(block.start)}</td><td></td></tr>'
        for link in block.links:
            rejected = f' <span class="rejected">rejected: {escape(link.rejected)}</span>' if link.rejected else ""
            reason = f'{escape(link.reason)} <span class="rule">({escape(link.rule)})</span>{rejected}'
            yield f'<tr><td>=</td><td>{mathml(link.end)}</td><td class="reason">{reason}</td></tr>'
        yield "</table>"
    else:
        yield '<table class="grid"><tr>' + "".join(f"<th>{escape(cell)}</th>" for cell in block.header) + "</tr>"
        yield from ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
        yield "</table>"


def _line(line: Line) -> str:
    return "".join(escape(part) if isinstance(part, str) else mathml(part) for part in line)

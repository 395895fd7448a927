"""Documents as LaTeX that compiles with nothing but the base distribution."""

from __future__ import annotations

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
from symcheck.render.formulas.boxes import Box
from symcheck.render.formulas.latex import latex
from symcheck.render.formulas.prose import prose

_PAGE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\emergencystretch=3em
\relpenalty=50
\binoppenalty=100
\begin{document}
%s
\end{document}"""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "'": "'",
    "–": "--",
    "≥": r"$\ge$",
    "∂": r"$\partial$",
    "δ": r"$\delta$",
    "σ": r"$\sigma$",
    "η": r"$\eta$",
    "Σ": r"$\Sigma$",
    "θ": r"$\theta$",
}
_SECTIONS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}


def as_latex(blocks: Iterable[Block]) -> str:
    """The document."""
    return _PAGE % "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        command = _SECTIONS.get(block.level, "paragraph*")
        yield rf"\{command}{{{_line(prose(block.text)) if block.level == 1 else _escaped(block.text)}}}"
    elif isinstance(block, Paragraph):
        yield _line(block.line) + r"\par"
    elif isinstance(block, Contents):
        for about, refs in block.parts:
            yield rf"\paragraph*{{{_escaped(about)}}}"
            yield r"\begin{itemize}"
            yield from (rf"\item {_line(prose(r.text))}" for r in refs)
            yield r"\end{itemize}"
    elif isinstance(block, Items):
        yield r"\begin{itemize}"
        yield from (r"\item " + r"\\ ".join(map(_line, item)) for item in block.items)
        yield r"\end{itemize}"
    elif isinstance(block, EquationChain):
        # Formulas in a paragraph may be broken at their operators; displayed ones run out of the page.
        yield r"\begin{list}{}{\leftmargin=2em\itemsep=1pt\parsep=0pt\raggedright}"
        yield rf"\item {_math(block.start)}"
        for link in block.links:
            yield rf"\item ${{}}={{}}$ {_math(link.end)}\\{{\small\itshape {_line(link.reason)} ({_line(link.rule)})}}"
            if link.rejected:
                yield rf"\\{{\small\bfseries rejected: {_line(link.rejected)}}}"
        yield r"\end{list}"
    else:
        # The first two columns are words and formulas, which may be broken; the others have numbers.
        wide = r"p{.14\textwidth}p{.2\textwidth}"
        yield r"{\footnotesize\noindent\setlength{\tabcolsep}{2pt}\raggedright"
        yield rf"\begin{{tabular}}{{{wide}{'l' * (len(block.header) - 2)}}}"
        yield " & ".join(rf"\textbf{{{_escaped(cell)}}}" for cell in block.header) + r" \\ \hline"
        yield from (" & ".join(_line(line_of(cell)) for cell in row) + r" \\" for row in block.rows)
        yield r"\end{tabular}\par}"


def _line(line: Line) -> str:
    words = (part.text if isinstance(part, Ref) else part for part in line)
    return "".join(_escaped(part) if isinstance(part, str) else _math(part) for part in words)


def _math(b: Box) -> str:
    """A formula in a line, which may be broken between its factors."""
    return "$" + latex(b).replace(r"\,", r"\,\allowbreak ") + "$"


def _escaped(words: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in words)

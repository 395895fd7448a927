"""Boxes as LaTeX for math mode; needs no package."""

from __future__ import annotations

from symcheck.render.formulas import boxes
from symcheck.render.formulas.boxes import Box
from symcheck.render.formulas.text import text

_OWN = {"infinity": r"\infty", "sin": r"\sin", "cos": r"\cos", "exp": r"\exp", "expectation": r"\mathbf{E}"}
#: Longer terms in brackets, in characters of plain text, may be broken.
_LONG = 40
_SIGNS = {".": r"\cdot", ">=": r"\ge", "<=": r"\le"}


def latex(b: Box) -> str:
    """The source."""
    match b:
        case boxes.Name():
            return _name(b)
        case boxes.Number(t):
            return t
        case boxes.Operator(t):
            return f"{t} " if t in ",;:" else f" {_SIGNS.get(t, t)} "
        case boxes.Row():
            return "".join((r"\," if multiplied else "") + latex(part) for multiplied, part in b.factors)
        case boxes.Fraction(above, below):
            return rf"\frac{{{latex(above)}}}{{{latex(below)}}}"
        case boxes.Derivative(of, by) if b.of_terms:
            return rf"\frac{{\partial}}{{\partial {latex(by)}}}\,{latex(of)}"
        case boxes.Derivative(of, by):
            return rf"\frac{{\partial {latex(of)}}}{{\partial {latex(by)}}}"
        case boxes.Scripts():
            base, lower, upper = b.joined
            start = latex(base)
            scripts = (f"_{{{latex(lower)}}}" if lower else "") + (f"^{{{latex(upper)}}}" if upper else "")
            return (f"{{{start}}}" if "_" in start or "'" in start else start) + scripts
        case boxes.Summation(index, low, high, body):
            return rf"\sum_{{{latex(index)}={latex(low)}}}^{{{latex(high)}}} {latex(body)}"
        case boxes.Integration(variable, low, high, body):
            return rf"\int_{{{latex(low)}}}^{{{latex(high)}}} {latex(body)}\,\mathrm{{d}}{latex(variable)}"
        case boxes.Limiting(variable, to, body):
            return rf"\lim_{{{latex(variable)} \to {latex(to)}}} {latex(body)}"
        case boxes.Application(boxes.Name("sqrt"), arguments):
            return rf"\sqrt{{{latex(arguments.body)}}}"
        case boxes.Application(head, arguments):
            return latex(head) + latex(arguments)
        case boxes.Bracketed(body, square) if len(text(body)) > _LONG:
            # No line is broken between brackets that grow.
            return f"[{latex(body)}]" if square else f"({latex(body)})"
        case boxes.Bracketed(body, square):
            return rf"\left[{latex(body)}\right]" if square else rf"\left({latex(body)}\right)"
        case boxes.Bars(body):
            return rf"\left\vert {latex(body)}\right\vert "
        case boxes.Span(index, low, high, following):
            if low is None:
                return rf"\mathrm{{any}}\ {latex(index)}"
            between = latex(following) + r", \dots" if following else rf"\dots, {latex(high)}" if high else r"\dots"
            return rf"{latex(index)} = {latex(low)}, {between}"


def _name(b: boxes.Name) -> str:
    letters, under, primes = b.parts
    if letters in _OWN:
        name = _OWN[letters]
    elif letters in boxes.LETTERS:
        name = "\\" + letters
    else:
        name = rf"\mathrm{{{letters}}}" if len(letters) > 1 else letters
    return name + primes + (rf"_{{\mathrm{{{under}}}}}" if under else "")

"""Boxes as LaTeX for math mode; needs no package."""

from __future__ import annotations

from symcheck.render.formulas.boxes import (
    LETTERS,
    Application,
    Box,
    Bracketed,
    Derivative,
    Fraction,
    Integration,
    Limiting,
    Name,
    Number,
    Operator,
    Row,
    Scripts,
    Span,
    Summation,
)

_OWN = {"infinity": r"\infty"}


def latex(b: Box) -> str:
    """The source."""
    match b:
        case Name():
            return _name(b)
        case Number(t):
            return t
        case Operator(t):
            return f"{t} " if t in ",;" else f" {t} "
        case Row(parts):
            return _joined(parts)
        case Fraction(above, below):
            return rf"\frac{{{latex(above)}}}{{{latex(below)}}}"
        case Derivative(of, by):
            return rf"\frac{{\partial {latex(of)}}}{{\partial {latex(by)}}}"
        case Scripts(base, below, above):
            if isinstance(base, Name) and base.parts[1] and below:
                letters, under, primes = base.parts
                base, below = Name(letters + primes), Row((Name(under), Operator(";"), below))
            start = latex(base)
            scripts = (f"_{{{latex(below)}}}" if below else "") + (f"^{{{latex(above)}}}" if above else "")
            return (f"{{{start}}}" if "_" in start or "'" in start else start) + scripts
        case Summation(index, low, high, body):
            return rf"\sum_{{{latex(index)}={latex(low)}}}^{{{latex(high)}}} {latex(body)}"
        case Integration(variable, low, high, body):
            return rf"\int_{{{latex(low)}}}^{{{latex(high)}}} {latex(body)}\,\mathrm{{d}}{latex(variable)}"
        case Limiting(variable, to, body):
            return rf"\lim_{{{latex(variable)} \to {latex(to)}}} {latex(body)}"
        case Application(Name("sqrt"), arguments):
            return rf"\sqrt{{{latex(arguments.body)}}}"
        case Application(head, arguments):
            return latex(head) + latex(arguments)
        case Bracketed(body, square):
            return rf"\left[{latex(body)}\right]" if square else rf"\left({latex(body)}\right)"
        case Span(index, low, high):
            if low is None:
                return rf"\mathrm{{any}}\ {latex(index)}"
            if high is None:
                return rf"{latex(index)} \ge {latex(low)}"
            return rf"{latex(index)} = {latex(low)}, \dots, {latex(high)}"


def _name(b: Name) -> str:
    letters, under, primes = b.parts
    if letters in _OWN:
        name = _OWN[letters]
    elif letters in LETTERS:
        name = "\\" + letters
    else:
        name = rf"\mathrm{{{letters}}}" if len(letters) > 1 else letters
    return name + primes + (rf"_{{\mathrm{{{under}}}}}" if under else "")


def _joined(parts: tuple[Box, ...]) -> str:
    out = ""
    for n, part in enumerate(parts):
        factors = n and not isinstance(part, Operator) and not isinstance(parts[n - 1], Operator)
        out += (r"\," if factors else "") + latex(part)
    return out

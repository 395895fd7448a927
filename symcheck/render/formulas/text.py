"""Boxes as one line of plain text."""

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


def text(b: Box) -> str:
    """The line."""
    match b:
        case Name():
            letters, under, primes = b.parts
            return LETTERS.get(letters, letters) + (f"_{under}" if under else "") + primes
        case Number(t):
            return t
        case Operator(t):
            return ", " if t == "," else f" {t} "
        case Row(parts):
            return _joined(parts)
        case Fraction(above, below):
            return f"{_closed(above)}/{_closed(below)}"
        case Derivative(of, by):
            return f"∂{_closed(of, Derivative)}/∂{text(by)}"
        case Scripts(base, below, above):
            return text(base) + (f"[{text(below)}]" if below else "") + (f"^{_closed(above)}" if above else "")
        case Summation(index, low, high, body):
            return f"Σ({text(index)}={text(low)}..{text(high)}) {text(body)}"
        case Integration(variable, low, high, body):
            return f"∫({text(variable)}={text(low)}..{text(high)}) {text(body)} d{text(variable)}"
        case Limiting(variable, to, body):
            return f"lim({text(variable)}→{text(to)}) {text(body)}"
        case Application(head, arguments):
            return text(head) + text(arguments)
        case Bracketed(body, square):
            return f"[{text(body)}]" if square else f"({text(body)})"
        case Span(index, low, high):
            if low is None:
                return f"any {text(index)}"
            return f"{text(index)} = {text(low)}..{text(high)}" if high else f"{text(index)} >= {text(low)}"


def _joined(parts: tuple[Box, ...]) -> str:
    out = ""
    for n, part in enumerate(parts):
        if n == 0 and isinstance(part, Operator):
            out += part.text
        elif n and not isinstance(part, Operator) and not isinstance(parts[n - 1], Operator):
            out += f" {text(part)}"
        else:
            out += text(part)
    return out


def _closed(b: Box, besides: type[Box] | tuple[()] = ()) -> str:
    plain = isinstance(b, Name | Number | Scripts | Bracketed | Application | Derivative)
    return text(b) if plain and not isinstance(b, besides) else f"({text(b)})"

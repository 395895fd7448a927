"""Boxes as one line of plain text."""

from __future__ import annotations

from symcheck.render.formulas import boxes
from symcheck.render.formulas.boxes import Box


def text(b: Box) -> str:
    """The line."""
    match b:
        case boxes.Name():
            letters, under, primes = b.parts
            return boxes.LETTERS.get(letters, letters) + (f"_{under}" if under else "") + primes
        case boxes.Number(t):
            return t
        case boxes.Operator(t):
            return ", " if t == "," else t if t == ":" else f" {t} "
        case boxes.Row((boxes.Operator("-" as sign), *rest)):
            return sign + text(boxes.Row(tuple(rest)))
        case boxes.Row():
            return "".join((" " if multiplied else "") + text(part) for multiplied, part in b.factors)
        case boxes.Fraction(above, below):
            product = isinstance(above, boxes.Row) and not any(isinstance(p, boxes.Operator) for p in above.parts)
            return f"{text(above) if product else _closed(above)}/{_closed(below)}"
        case boxes.Derivative(of, by):
            return f"∂{_closed(of, boxes.Derivative)}/∂{text(by)}"
        case boxes.Scripts(base, below, above):
            return text(base) + (f"[{text(below)}]" if below else "") + (f"^{_closed(above)}" if above else "")
        case boxes.Summation(index, low, high, body):
            return f"Σ({text(index)}={text(low)}..{text(high)}) {text(body)}"
        case boxes.Integration(variable, low, high, body):
            return f"∫({text(variable)}={text(low)}..{text(high)}) {text(body)} d{text(variable)}"
        case boxes.Limiting(variable, to, body):
            return f"lim({text(variable)}→{text(to)}) {text(body)}"
        case boxes.Application(head, arguments):
            return text(head) + text(arguments)
        case boxes.Bracketed(body, square):
            return f"[{text(body)}]" if square else f"({text(body)})"
        case boxes.Bars(body):
            return f"|{text(body)}|"
        case boxes.Span(index, low, high, following):
            if low is None:
                return f"any {text(index)}"
            if following is not None:
                return f"{text(index)} = {text(low)}, {text(following)}, ..."
            return f"{text(index)} = {text(low)}..{text(high) if high else ''}"


def _closed(b: Box, besides: type[Box] | tuple[()] = ()) -> str:
    plain = isinstance(
        b,
        boxes.Name | boxes.Number | boxes.Bars | boxes.Scripts | boxes.Bracketed | boxes.Application | boxes.Derivative,
    )
    return text(b) if plain and not isinstance(b, besides) else f"({text(b)})"

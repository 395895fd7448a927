"""Boxes as presentation MathML; a long formula in pieces, between which a line may be broken."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from symcheck.render.formulas import boxes
from symcheck.render.formulas.boxes import Box
from symcheck.render.formulas.text import text

#: The sign of a mean is none of the letters that arrays have.
_OWN = {"expectation": "𝔼"}
_SIGNS = {"-": "−", ".": "·", ">=": "≥", "<=": "≤"}
_SPACE = '<mspace width="0.17em"/>'
#: Longer formulas, in characters of plain text, are cut in pieces.
_LONG = 24


def mathml(b: Box) -> str:
    """A ``math`` element."""
    return f"<math>{_element(b)}</math>"


def pieces(b: Box, displayed: bool = True) -> str:
    """``math`` elements one after the other, one where the formula is short; no browser breaks a line inside of one.

    Args:
        displayed: whether it stands by itself and not in a sentence.
    """
    style = ' displaystyle="true"' if displayed else ""
    found = list(_pieces(b)) if len(text(b)) > _LONG else [_element(b)]
    return " ".join(f"<math{style}><mrow>{piece}</mrow></math>" for piece in found)


def _pieces(b: Box) -> Iterator[str]:
    match b:
        case boxes.Row(parts):
            yield from _row(parts)
        case boxes.Summation(body=body) | boxes.Limiting(body=body):
            yield from _after(_head(b), body)
        case boxes.Derivative(of, by) if b.of_terms:
            yield from _after(_slope(by), of)
        case boxes.Application(head, arguments) if len(text(arguments)) > _LONG and head != boxes.Name("sqrt"):
            yield from _after(_element(head), arguments)
        case boxes.Bracketed(body, square) if len(text(body)) > _LONG:
            left, right = "[]" if square else "()"
            *first, last = _after(_bracket(left), body)
            yield from (*first, last + _bracket(right))
        case _:
            yield _element(b)


def _row(parts: tuple[Box, ...]) -> Iterator[str]:
    sign = ""
    for place, part in enumerate(parts):
        if isinstance(part, boxes.Operator):
            # A sign that begins a piece stands between two terms all the same.
            form = "" if place == 0 else ' form="infix"'
            sign += f"<mo{form}>{escape(_SIGNS.get(part.text, part.text))}</mo>"
        else:
            yield from _after(sign, part)
            sign = ""
    if sign:
        yield sign


def _after(before: str, b: Box) -> Iterator[str]:
    """The pieces of a box, with something that stays with the first of them."""
    first, *rest = _pieces(b)
    yield from (before + first, *rest)


def _bracket(sign: str) -> str:
    return f'<mo stretchy="false">{sign}</mo>'


def _head(b: boxes.Summation | boxes.Limiting) -> str:
    if isinstance(b, boxes.Limiting):
        return f"<munder><mo>lim</mo><mrow>{_element(b.variable)}<mo>→</mo>{_element(b.to)}</mrow></munder>"
    under = f"<mrow>{_element(b.index)}<mo>=</mo>{_element(b.low)}</mrow>"
    return f"<munderover><mo>∑</mo>{under}{_element(b.high)}</munderover>"


def _slope(by: Box) -> str:
    return f"<mfrac><mo>∂</mo><mrow><mo>∂</mo>{_element(by)}</mrow></mfrac>"


def _element(b: Box) -> str:
    match b:
        case boxes.Name():
            letters, under, primes = b.parts
            name = f"<mi>{escape({**boxes.LETTERS, **_OWN}.get(letters, letters))}{'′' * len(primes)}</mi>"
            return f"<msub>{name}<mi>{escape(under)}</mi></msub>" if under else name
        case boxes.Number(t):
            return f"<mn>{escape(t)}</mn>"
        case boxes.Operator(t):
            return f"<mo>{escape(_SIGNS.get(t, t))}</mo>"
        case boxes.Row():
            parts = ((_SPACE if multiplied else "") + _element(part) for multiplied, part in b.factors)
            return f"<mrow>{''.join(parts)}</mrow>"
        case boxes.Fraction(above, below):
            return f"<mfrac>{_element(above)}{_element(below)}</mfrac>"
        case boxes.Derivative(of, by) if b.of_terms:
            return f"<mrow>{_slope(by)}{_element(of)}</mrow>"
        case boxes.Derivative(of, by):
            return f"<mfrac>{''.join(f'<mrow><mo>∂</mo>{_element(part)}</mrow>' for part in (of, by))}</mfrac>"
        case boxes.Scripts():
            base, lower, upper = b.joined
            tag = {(True, False): "msub", (False, True): "msup", (True, True): "msubsup"}[bool(lower), bool(upper)]
            return f"<{tag}>{_element(base)}{''.join(_element(part) for part in (lower, upper) if part)}</{tag}>"
        case boxes.Summation(body=body) | boxes.Limiting(body=body):
            return f"<mrow>{_head(b)}{_element(body)}</mrow>"
        case boxes.Integration(variable, low, high, body):
            sign = f"<msubsup><mo>∫</mo>{_element(low)}{_element(high)}</msubsup>"
            return f"<mrow>{sign}{_element(body)}{_SPACE}<mo>d</mo>{_element(variable)}</mrow>"
        case boxes.Application(boxes.Name("sqrt"), arguments):
            return f"<msqrt>{_element(arguments.body)}</msqrt>"
        case boxes.Application(head, arguments):
            return f"<mrow>{_element(head)}{_element(arguments)}</mrow>"
        case boxes.Bracketed(body, square):
            left, right = "[]" if square else "()"
            return f"<mrow><mo>{left}</mo>{_element(body)}<mo>{right}</mo></mrow>"
        case boxes.Bars(body):
            return f"<mrow><mo>|</mo>{_element(body)}<mo>|</mo></mrow>"
        case boxes.Span(index, low, high, following):
            if low is None:
                return f"<mrow><mtext>any\u00a0</mtext>{_element(index)}</mrow>"
            values = [_element(low), *([_element(following)] if following else []), "<mo>…</mo>"]
            values += [_element(high)] if high else []
            return f"<mrow>{_element(index)}<mo>=</mo>{'<mo>,</mo>'.join(values)}</mrow>"

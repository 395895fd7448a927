"""Boxes as presentation MathML."""

from __future__ import annotations

from html import escape

from symcheck.render.formulas import boxes
from symcheck.render.formulas.boxes import Box

#: The sign of a mean is none of the letters that arrays have.
_OWN = {"expectation": "𝔼"}
_SIGNS = {"-": "−", "*": "·", ">=": "≥", "<=": "≤"}


def mathml(b: Box) -> str:
    """A ``math`` element."""
    return f"<math>{_element(b)}</math>"


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
            parts = (
                ('<mspace width="0.17em"/>' if multiplied else "") + _element(part) for multiplied, part in b.factors
            )
            return f"<mrow>{''.join(parts)}</mrow>"
        case boxes.Fraction(above, below):
            return f"<mfrac>{_element(above)}{_element(below)}</mfrac>"
        case boxes.Derivative(of, by):
            return f"<mfrac>{''.join(f'<mrow><mo>∂</mo>{_element(part)}</mrow>' for part in (of, by))}</mfrac>"
        case boxes.Scripts():
            base, lower, upper = b.joined
            tag = {(True, False): "msub", (False, True): "msup", (True, True): "msubsup"}[bool(lower), bool(upper)]
            return f"<{tag}>{_element(base)}{''.join(_element(part) for part in (lower, upper) if part)}</{tag}>"
        case boxes.Summation(index, low, high, body):
            under = f"<mrow>{_element(index)}<mo>=</mo>{_element(low)}</mrow>"
            return f"<mrow><munderover><mo>∑</mo>{under}{_element(high)}</munderover>{_element(body)}</mrow>"
        case boxes.Integration(variable, low, high, body):
            sign = f"<msubsup><mo>∫</mo>{_element(low)}{_element(high)}</msubsup>"
            closed = f'<mspace width="0.17em"/><mo>d</mo>{_element(variable)}'
            return f"<mrow>{sign}{_element(body)}{closed}</mrow>"
        case boxes.Limiting(variable, to, body):
            under = f"<mrow>{_element(variable)}<mo>→</mo>{_element(to)}</mrow>"
            return f"<mrow><munder><mo>lim</mo>{under}</munder>{_element(body)}</mrow>"
        case boxes.Application(boxes.Name("sqrt"), arguments):
            return f"<msqrt>{_element(arguments.body)}</msqrt>"
        case boxes.Application(head, arguments):
            return f"<mrow>{_element(head)}{_element(arguments)}</mrow>"
        case boxes.Bracketed(body, square):
            left, right = "[]" if square else "()"
            return f"<mrow><mo>{left}</mo>{_element(body)}<mo>{right}</mo></mrow>"
        case boxes.Span(index, low, high, following):
            if low is None:
                return f"<mrow><mtext>any\u00a0</mtext>{_element(index)}</mrow>"
            values = [_element(low), *([_element(following)] if following else []), "<mo>…</mo>"]
            values += [_element(high)] if high else []
            return f"<mrow>{_element(index)}<mo>=</mo>{'<mo>,</mo>'.join(values)}</mrow>"

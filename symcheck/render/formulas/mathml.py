"""Boxes as presentation MathML."""

from __future__ import annotations

from html import escape

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

_SIGNS = {"-": "−", "*": "·"}


def mathml(b: Box) -> str:
    """A ``math`` element."""
    return f"<math>{_element(b)}</math>"


def _element(b: Box) -> str:
    match b:
        case Name():
            letters, under, primes = b.parts
            name = f"<mi>{escape(LETTERS.get(letters, letters))}{'′' * len(primes)}</mi>"
            return f"<msub>{name}<mi>{escape(under)}</mi></msub>" if under else name
        case Number(t):
            return f"<mn>{escape(t)}</mn>"
        case Operator(t):
            return f"<mo>{escape(_SIGNS.get(t, t))}</mo>"
        case Row(parts):
            return f"<mrow>{_joined(parts)}</mrow>"
        case Fraction(above, below):
            return f"<mfrac>{_element(above)}{_element(below)}</mfrac>"
        case Derivative(of, by):
            return f"<mfrac>{''.join(f'<mrow><mo>∂</mo>{_element(part)}</mrow>' for part in (of, by))}</mfrac>"
        case Scripts(base, below, above):
            if isinstance(base, Name) and base.parts[1] and below:
                letters, under, primes = base.parts
                base, below = Name(letters + primes), Row((Name(under), Operator(";"), below))
            tag = {(True, False): "msub", (False, True): "msup", (True, True): "msubsup"}[bool(below), bool(above)]
            return f"<{tag}>{_element(base)}{''.join(_element(part) for part in (below, above) if part)}</{tag}>"
        case Summation(index, low, high, body):
            under = f"<mrow>{_element(index)}<mo>=</mo>{_element(low)}</mrow>"
            return f"<mrow><munderover><mo>∑</mo>{under}{_element(high)}</munderover>{_element(body)}</mrow>"
        case Integration(variable, low, high, body):
            sign = f"<msubsup><mo>∫</mo>{_element(low)}{_element(high)}</msubsup>"
            closed = f'<mspace width="0.17em"/><mo>d</mo>{_element(variable)}'
            return f"<mrow>{sign}{_element(body)}{closed}</mrow>"
        case Limiting(variable, to, body):
            under = f"<mrow>{_element(variable)}<mo>→</mo>{_element(to)}</mrow>"
            return f"<mrow><munder><mo>lim</mo>{under}</munder>{_element(body)}</mrow>"
        case Application(Name("sqrt"), arguments):
            return f"<msqrt>{_element(arguments.body)}</msqrt>"
        case Application(head, arguments):
            return f"<mrow>{_element(head)}{_element(arguments)}</mrow>"
        case Bracketed(body, square):
            left, right = "[]" if square else "()"
            return f"<mrow><mo>{left}</mo>{_element(body)}<mo>{right}</mo></mrow>"
        case Span(index, low, high):
            if low is None:
                return f"<mrow><mtext>any\u00a0</mtext>{_element(index)}</mrow>"
            if high is None:
                return f"<mrow>{_element(index)}<mo>≥</mo>{_element(low)}</mrow>"
            ends = f"{_element(low)}<mo>,</mo><mo>…</mo><mo>,</mo>{_element(high)}"
            return f"<mrow>{_element(index)}<mo>=</mo>{ends}</mrow>"


def _joined(parts: tuple[Box, ...]) -> str:
    out = ""
    for n, part in enumerate(parts):
        factors = n and not isinstance(part, Operator) and not isinstance(parts[n - 1], Operator)
        out += ('<mspace width="0.17em"/>' if factors else "") + _element(part)
    return out

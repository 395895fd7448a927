"""Formulas of a proof as a tree of boxes, and the tree as plain text, LaTeX and MathML.

The tree knows what a reader knows: rows, fractions, sub- and superscripts, sums with their limits. It knows
nothing of the language it is written in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: How tightly things bind: a part that binds less than its surroundings is put in parentheses.
ADD, MULTIPLY, POWER, ATOM = range(4)


@dataclass(frozen=True)
class Name:
    """A symbol: a letter with primes, or a word."""

    text: str


@dataclass(frozen=True)
class Number:
    text: str


@dataclass(frozen=True)
class Operator:
    text: str


@dataclass(frozen=True)
class Row:
    parts: tuple[Box, ...]


@dataclass(frozen=True)
class Fraction:
    above: Box
    below: Box


@dataclass(frozen=True)
class Scripts:
    base: Box
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True)
class Summation:
    index: Box
    low: Box
    high: Box
    body: Box


@dataclass(frozen=True)
class Parenthesized:
    body: Box


Box = Name | Number | Operator | Row | Fraction | Scripts | Summation | Parenthesized


def equation(left: Any, right: Any) -> Box:
    """The boxes of left = right."""
    return Row((box(left), Operator("="), box(right)))


def box(expression: Any, around: int = ADD) -> Box:
    """The boxes of a sympy expression, in parentheses where ``around`` binds more tightly."""
    made, binding = _made(expression)
    return Parenthesized(made) if binding < around else made


def _made(e: Any) -> tuple[Box, int]:
    import sympy

    if e.is_Add:
        return _sum_of_terms(e), ADD
    if e.is_Mul:
        return _product(e)
    if e.is_Pow:
        if e.exp == -1:
            return Fraction(Number("1"), box(e.base)), ATOM
        if e.exp == sympy.Rational(1, 2):
            return Row((Name("sqrt"), Parenthesized(box(e.base)))), ATOM
        return Scripts(box(e.base, ATOM), above=box(e.exp)), POWER
    if isinstance(e, sympy.Sum):
        return _sum(e), MULTIPLY
    if isinstance(e, sympy.Indexed):
        return _entry(e), ATOM
    if e.is_Rational and not e.is_Integer:
        return Fraction(Number(str(e.p)), Number(str(e.q))), ATOM if e > 0 else ADD
    if e.is_number and e.is_Atom:
        return (Name("infinity") if e is sympy.oo else Number(str(e))), ATOM if e.is_nonnegative else ADD
    if e.is_Symbol:
        return Name(e.name), ATOM
    if isinstance(e, sympy.Function) or e.args:
        return _function(e), ATOM
    return Name(str(e)), ATOM


def _sum_of_terms(e: Any) -> Box:
    parts: list[Box] = []
    for term in sorted(e.args, key=lambda term: bool(term.could_extract_minus_sign())):
        negative = bool(term.could_extract_minus_sign())
        if parts or negative:
            parts.append(Operator("-" if negative else "+"))
        parts.append(box(-term if negative else term, MULTIPLY))
    return Row(tuple(parts))


def _product(e: Any) -> tuple[Box, int]:
    if e.could_extract_minus_sign():
        return Row((Operator("-"), box(-e, MULTIPLY))), ADD
    above, below = e.as_numer_denom()
    if below != 1:
        return Fraction(box(above), box(below)), ATOM
    import sympy

    # A sum reaches as far to the right as it can, so it goes last.
    factors = sorted(e.args, key=lambda f: (not f.is_number, isinstance(f, sympy.Sum)))
    return Row(tuple(box(f, POWER) if not isinstance(f, sympy.Sum) else box(f) for f in factors)), MULTIPLY


def _sum(e: Any) -> Box:
    inner = e.func(e.function, *e.limits[:-1]) if len(e.limits) > 1 else e.function
    index, low, high = e.limits[-1]
    return Summation(box(index), box(low), box(high), box(inner, MULTIPLY))


def _list(items: Any) -> Box:
    parts: list[Box] = []
    for item in items:
        parts += [Operator(","), box(item)] if parts else [box(item)]
    return Row(tuple(parts))


def _entry(e: Any) -> Box:
    return Scripts(Name(str(e.base.label)), below=_list(e.indices))


def _function(e: Any) -> Box:
    name, arguments = e.func.__name__, e.args
    if name == "Partial":
        return Fraction(
            Row((Name("partial"), box(arguments[0], ATOM))), Row((Name("partial"), box(arguments[1], ATOM)))
        )
    if name == "KroneckerDelta":
        return Scripts(Name("delta"), below=_list(arguments))
    indices = [a for a in arguments[:-1] if getattr(a, "is_integer", False)]
    rest = arguments[len(indices) :] if len(indices) == len(arguments) - 1 else arguments
    head: Box = Name(name) if len(rest) == len(arguments) else Scripts(Name(name), below=_list(indices))
    return Row((head, Parenthesized(_list(rest))))


_GREEK = {
    "alpha": "α", "beta": "β", "delta": "δ", "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "pi": "π", "Delta": "Δ", "Sigma": "Σ", "infinity": "∞", "partial": "∂",
}  # fmt: skip


def _letters(text: str) -> tuple[str, str, str]:
    """A name as its letters, its subscript and its primes."""
    bare = text.rstrip("'")
    letters, _, under = bare.lstrip("_").partition("_")
    return letters, under, text[len(bare) :]


def text(b: Box) -> str:
    """One line of plain text."""
    if isinstance(b, Name):
        letters, under, primes = _letters(b.text)
        return _GREEK.get(letters, letters) + (f"_{under}" if under else "") + primes
    if isinstance(b, Number):
        return b.text
    if isinstance(b, Operator):
        return ", " if b.text == "," else f" {b.text} "
    if isinstance(b, Row):
        return _joined(b)
    if isinstance(b, Fraction):
        return f"{_closed(b.above)}/{_closed(b.below)}"
    if isinstance(b, Scripts):
        below = f"[{text(b.below)}]" if b.below else ""
        return text(b.base) + below + (f"^{_closed(b.above)}" if b.above else "")
    if isinstance(b, Summation):
        return f"Sum({text(b.index)}={text(b.low)}..{text(b.high)}) {text(b.body)}"
    return f"({text(b.body)})"


def _joined(b: Row) -> str:
    out = ""
    for n, part in enumerate(b.parts):
        if n == 0 and isinstance(part, Operator):
            out += part.text
        elif n and not isinstance(part, Operator) and not isinstance(b.parts[n - 1], Operator):
            out += ("" if isinstance(part, Parenthesized) or text(b.parts[n - 1]) == "∂" else " ") + text(part)
        else:
            out += text(part)
    return out


def _closed(b: Box) -> str:
    plain = isinstance(b, Name | Number | Scripts | Parenthesized) or text(b).startswith("∂")
    return text(b) if plain else f"({text(b)})"


def latex(b: Box) -> str:
    """LaTeX for math mode; needs no package."""
    if isinstance(b, Name):
        letters, under, primes = _letters(b.text)
        special = {"infinity": r"\infty", "sqrt": r"\surd"}
        name = special.get(letters) or ("\\" + letters if letters in _GREEK else letters)
        if not name.startswith("\\") and len(name) > 1:
            name = rf"\mathrm{{{name}}}"
        return name + primes + (rf"_{{\mathrm{{{under}}}}}" if under else "")
    if isinstance(b, Number):
        return b.text
    if isinstance(b, Operator):
        return f" {b.text} " if b.text != "," else ", "
    if isinstance(b, Row):
        return r"\,".join(_runs(b)) if len(_runs(b)) > 1 else "".join(latex(p) for p in b.parts)
    if isinstance(b, Fraction):
        return rf"\frac{{{latex(b.above)}}}{{{latex(b.below)}}}"
    if isinstance(b, Scripts):
        below = f"_{{{latex(b.below)}}}" if b.below else ""
        base = latex(b.base)
        return (f"{{{base}}}" if "_" in base else base) + below + (f"^{{{latex(b.above)}}}" if b.above else "")
    if isinstance(b, Summation):
        return rf"\sum_{{{latex(b.index)}={latex(b.low)}}}^{{{latex(b.high)}}} {latex(b.body)}"
    return rf"\left({latex(b.body)}\right)"


def _runs(b: Row) -> list[str]:
    """Factors of a product; a row with an operator in it is one run."""
    if any(isinstance(p, Operator) for p in b.parts) or isinstance(b.parts[-1], Parenthesized):
        return ["".join(latex(p) for p in b.parts)]
    return [latex(p) for p in b.parts]


def mathml(b: Box) -> str:
    """Presentation MathML, without the surrounding ``math`` element."""
    from html import escape

    if isinstance(b, Name):
        letters, under, primes = _letters(b.text)
        name = f"<mi>{escape(_GREEK.get(letters, letters))}{'′' * len(primes)}</mi>"
        return f"<msub>{name}<mi>{escape(under)}</mi></msub>" if under else name
    if isinstance(b, Number):
        return f"<mn>{escape(b.text)}</mn>"
    if isinstance(b, Operator):
        sign = {"-": "−"}.get(b.text, b.text)
        return f"<mo>{escape(sign)}</mo>"
    if isinstance(b, Row):
        return f"<mrow>{''.join(mathml(p) for p in b.parts)}</mrow>"
    if isinstance(b, Fraction):
        return f"<mfrac>{mathml(b.above)}{mathml(b.below)}</mfrac>"
    if isinstance(b, Scripts):
        tag = {(True, False): "msub", (False, True): "msup", (True, True): "msubsup"}[bool(b.below), bool(b.above)]
        return f"<{tag}>{mathml(b.base)}{''.join(mathml(s) for s in (b.below, b.above) if s)}</{tag}>"
    if isinstance(b, Summation):
        under = f"<mrow>{mathml(b.index)}<mo>=</mo>{mathml(b.low)}</mrow>"
        return f"<mrow><munderover><mo>∑</mo>{under}{mathml(b.high)}</munderover>{mathml(b.body)}</mrow>"
    return f"<mrow><mo>(</mo>{mathml(b.body)}<mo>)</mo></mrow>"

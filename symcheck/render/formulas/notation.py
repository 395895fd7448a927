"""From sympy expressions, as proofs use them, to boxes."""

from __future__ import annotations

from typing import Any

from symcheck.render.formulas.boxes import (
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

#: How tightly things bind: a part that binds less than its surroundings is put in brackets.
ADD, MULTIPLY, POWER, ATOM = range(4)
_RATES = ("eta", "rate", "rate_b")


def equation(left: Any, right: Any) -> Box:
    """The boxes of left = right."""
    return Row((box(left), Operator("="), box(right)))


def span(index: Any, low: Any = None, high: Any = None) -> Box:
    """The boxes of an index and its range, None or infinite where it has no end."""
    ends = [None if end is None or end.is_infinite else box(end) for end in (low, high)]
    return Span(box(index), *ends)


def box(expression: Any, around: int = ADD) -> Box:
    """The boxes of a sympy expression, in brackets where ``around`` binds more tightly."""
    made, binding = _made(expression)
    return Bracketed(made) if binding < around else made


def _made(e: Any) -> tuple[Box, int]:
    import sympy

    if e.is_Add:
        return _terms(e), ADD
    if e.is_Mul:
        return _product(e)
    if e.is_Pow:
        if e.exp == -1:
            return Fraction(Number("1"), box(e.base)), ATOM
        if e.exp == sympy.Rational(1, 2):
            return Application(Name("sqrt"), Bracketed(box(e.base))), ATOM
        return Scripts(box(e.base, ATOM), above=box(e.exp)), POWER
    if isinstance(e, sympy.Sum):
        return _sum(e), MULTIPLY
    if isinstance(e, sympy.Integral):
        variable, low, high = e.limits[0]
        return Integration(box(variable), box(low), box(high), box(e.function, MULTIPLY)), MULTIPLY
    if isinstance(e, sympy.Limit):
        return Limiting(box(e.args[1]), box(e.args[2]), box(e.args[0], MULTIPLY)), MULTIPLY
    if isinstance(e, sympy.Indexed):
        return _entry(e), ATOM
    if e.is_Rational and not e.is_Integer:
        shown = Fraction(Number(str(abs(e.p))), Number(str(e.q)))
        return (shown, ATOM) if e > 0 else (Row((Operator("-"), shown)), ADD)
    if e.is_number and e.is_Atom:
        word = {sympy.oo: "infinity", sympy.pi: "pi"}.get(e)
        return (Name(word) if word else Number(str(e))), ATOM if e.is_nonnegative else ADD
    if e.is_Symbol:
        return Name(e.name), ATOM
    if isinstance(e, sympy.Function) or e.args:
        return _function(e), ATOM
    return Name(str(e)), ATOM


def _terms(e: Any) -> Box:
    import sympy

    # A sum reaches as far to the right as it can, so it goes last, and numbers go behind letters.
    def place(term: Any) -> tuple[bool, bool, bool]:
        return term.has(sympy.Sum, sympy.Limit), bool(term.could_extract_minus_sign()), bool(term.is_number)

    parts: list[Box] = []
    terms = sorted(e.args, key=place)
    for number, term in enumerate(terms, 1):
        negative = bool(term.could_extract_minus_sign())
        if parts or negative:
            parts.append(Operator("-" if negative else "+"))
        made = box(-term if negative else term, MULTIPLY)
        parts.append(Bracketed(made) if number < len(terms) and _open_ended(made) else made)
    return Row(tuple(parts))


def _open_ended(b: Box) -> bool:
    return isinstance(b, Summation | Limiting) or (isinstance(b, Row) and _open_ended(b.parts[-1]))


def _product(e: Any) -> tuple[Box, int]:
    import sympy

    if e.could_extract_minus_sign():
        return Row((Operator("-"), box(-e, MULTIPLY))), ADD
    above, below = e.as_numer_denom()
    if below != 1:
        number, rest = above.as_coeff_Mul()
        if not below.is_number or rest == 1:
            return Fraction(box(above), box(below)), ATOM
        made = box(rest, MULTIPLY)
        factors = made.parts if isinstance(made, Row) else (made,)
        return Row((Fraction(box(number), box(below)), *factors)), MULTIPLY
    long = (sympy.Sum, sympy.Integral, sympy.Limit)
    ordered = sorted(e.args, key=lambda f: (not f.is_number, isinstance(f, long), _rank(f)))
    sums = [f for f in ordered if isinstance(f, long)]
    boxes = [box(f) if f in sums[-1:] else box(f, POWER) for f in ordered]
    return Row(tuple(boxes)), MULTIPLY


def _rank(factor: Any) -> int:
    """Rates and then weights before what they multiply."""
    name = str(factor.base.label) if hasattr(factor, "base") and hasattr(factor.base, "label") else ""
    return 0 if name in _RATES else 1 if name == "W" else 2


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
    # A random variable depends on the outcome, which nobody writes.
    indices = [i for i in e.indices if str(i) != "omega"]
    name = Name(str(e.base.label))
    return Scripts(name, below=_list(indices)) if indices else name


def _function(e: Any) -> Box:
    name, arguments = e.func.__name__, e.args
    if name == "Partial":
        return Derivative(box(arguments[0], ATOM), box(arguments[1], ATOM))
    if name == "KroneckerDelta":
        return Bracketed(equation(*arguments), square=True)
    if name == "Expectation":
        return Application(Name("E"), Bracketed(box(arguments[1]), square=True))
    indices = [a for a in arguments[:-1] if getattr(a, "is_integer", False)]
    rest = arguments[len(indices) :] if len(indices) == len(arguments) - 1 else arguments
    head: Box = Name(name) if len(rest) == len(arguments) else Scripts(Name(name), below=_list(indices))
    return Application(head, Bracketed(_list(rest)))

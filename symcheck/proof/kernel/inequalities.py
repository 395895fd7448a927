"""Whether an index expression stays in a range, for all values of the indices in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy import Expr, Symbol

from symcheck.proof.kernel.terms import Range


def lies_within(value: Any, low: Any, high: Any, context: Mapping[Symbol, Range]) -> bool:
    """Whether ``low <= value <= high`` follows from the ranges of the context, by linear bounds."""
    return not_negative(value - low, context) and (high is sympy.oo or not_negative(high - value, context))


def not_negative(expression: Expr, context: Mapping[Symbol, Range]) -> bool:
    """Whether an expression is at least 0 for all values of the indices in their ranges."""
    expression = sympy.expand(expression)
    while not expression.is_number:
        known = [s for s in expression.free_symbols if s in context and _outside_arrays(expression, s)]
        # A symbol goes before those that its own range mentions: they may cancel.
        known = [s for s in known if not any(s in _mentions(context[o]) for o in known if o != s)]
        if not known:
            return False
        symbol = min(known, key=str)
        coefficient = expression.coeff(symbol, 1)
        if not coefficient.is_number:
            return False
        bound = context[symbol].low if coefficient > 0 else context[symbol].high
        if not bound.is_finite and bound in (sympy.oo, -sympy.oo):
            return False
        expression = sympy.expand(expression.subs(symbol, bound))
    return bool(expression >= 0)


def _outside_arrays(expression: Expr, symbol: Symbol) -> bool:
    return not any(symbol in a.free_symbols for a in expression.atoms(sympy.Indexed))


def _mentions(range_: Range) -> set[Symbol]:
    return set(range_.low.free_symbols | range_.high.free_symbols)

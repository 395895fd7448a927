"""The rules about sums: they are finite, and that is all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Sum, Symbol

from symcheck.proof.kernel.inequalities import lies_within
from symcheck.proof.kernel.steps import Rewrite, Scope, Step
from symcheck.proof.kernel.terms import Partial, Range, instantiate, rewrite


def _on_sums(change: Callable[[Expr, Any], Expr | None]) -> Rewrite:
    def innermost_first(e: Any) -> Any:
        if isinstance(e, Sum):
            *inner, limit = e.limits
            body = innermost_first(Sum(e.function, *inner) if inner else e.function)
            changed = change(body, limit)
            return Sum(body, limit) if changed is None else changed
        if not e.args or isinstance(e, Indexed | Partial):
            return e
        return e.func(*(innermost_first(a) for a in e.args))

    return innermost_first


def sum_rule(step: Step, scope: Scope) -> Rewrite:
    """A sum of sums: Sum(f + g) = Sum(f) + Sum(g)."""

    def change(body: Any, limit: Any) -> Any:
        terms = Add.make_args(_expanded(body))
        return Add(*(Sum(t, limit) for t in terms)) if len(terms) > 1 else None

    return _on_sums(change)


def factor(step: Step, scope: Scope) -> Rewrite:
    """Take what does not depend on the index out of a sum: Sum(c f) = c Sum(f)."""

    def change(body: Any, limit: Any) -> Any:
        outside, inside = body.as_independent(limit[0], as_Add=False)
        return None if outside in (0, 1) else outside * Sum(inside, limit)

    return _on_sums(change)


def count(step: Step, scope: Scope) -> Rewrite:
    """A sum of equal terms: Sum(c) = (number of terms) c."""

    def change(body: Any, limit: Any) -> Any:
        symbol, low, high = limit
        return None if symbol in body.free_symbols else body * (high - low + 1)

    return _on_sums(change)


def exchange(step: Step, scope: Scope) -> Rewrite:
    """Change the order of two finite sums."""

    def change(body: Any, limit: Any) -> Any:
        if not isinstance(body, Sum) or len(body.limits) > 1:
            return None
        inner = body.limits[0]
        if limit[0] in inner[1].free_symbols | inner[2].free_symbols:
            return None
        return Sum(Sum(body.function, limit), inner)

    def swap(e: Any) -> Any:
        if isinstance(e, Sum):
            *inner, limit = e.limits
            swapped = change(Sum(e.function, *inner) if inner else e.function, limit)
            return e if swapped is None else swapped
        return e.func(*(swap(a) for a in e.args)) if e.args and not isinstance(e, Indexed | Partial) else e

    return swap


def collapse(step: Step, scope: Scope) -> Rewrite:
    """Of a sum with a Kronecker delta one term is left, if its index is in the range."""

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if not isinstance(e, Sum):
            return None
        context = {**scope.context, **{r.symbol: r for r in binders}}
        left = _one_collapsed(e, context)
        return None if left is None else rewrite(left, change, binders)

    return lambda e: rewrite(e, change)


def _one_collapsed(e: Sum, context: Mapping[Symbol, Range]) -> Any:
    """The sum without one of its limits, the outermost that can go: the ranges of others may depend on it."""
    deltas = [f for f in Mul.make_args(e.function) if isinstance(f, KroneckerDelta)]
    inside = {symbol for symbol, _, _ in e.limits}
    outside = dict(context)
    for number in reversed(range(len(e.limits))):
        symbol, low, high = e.limits[number]
        inside.discard(symbol)
        for delta in (d for d in deltas if symbol in d.args):
            (other,) = set(delta.args) - {symbol}
            if (
                symbol in other.free_symbols
                or inside & other.free_symbols
                or not lies_within(other, low, high, outside)
            ):
                continue
            rest = Sum(e.function / delta, *e.limits[:number]) if number else e.function / delta
            rest = instantiate(rest, {symbol: other})
            return Sum(rest, *e.limits[number + 1 :]) if e.limits[number + 1 :] else rest
        outside[symbol] = Range(symbol, low, high)
    return None


def _expanded(body: Any) -> Any:
    """Ring expansion that leaves inner sums alone."""
    sums = {s: sympy.Dummy() for s in body.atoms(Sum)}
    return sympy.expand(body.xreplace(sums)).xreplace({d: s for s, d in sums.items()})

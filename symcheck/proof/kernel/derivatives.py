"""The rules about derivatives: carry one out, or go through a layer by the chain rule."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Indexed, Sum

from symcheck.proof.kernel.inequalities import not_negative
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.sums import collapse
from symcheck.proof.kernel.terms import Partial, Range, instantiate, match, nested, rewrite, same


def differentiate(step: Step, scope: Scope) -> Rewrite:
    """Carry out a derivative: sympy differentiates the sums and the uninterpreted functions."""
    pick = collapse(step, scope)

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if not isinstance(e, Partial):
            return None
        body, variable = e.args
        if body.has(Partial):
            return Partial(rewrite(body, change, binders), variable)  # the inner one first
        for entry in body.atoms(Indexed):
            if _may_depend(entry, variable, scope):
                raise NotApplicable(f"{entry} may depend on {variable}: its definition has to be unfolded first")
        return pick(rewrite(sympy.diff(body, variable), _no_zeros))

    return lambda e: rewrite(e, change)


def _no_zeros(e: Any, binders: tuple[Range, ...]) -> Any:
    return e.function if isinstance(e, Sum) and e.function == 0 else None


def chain_rule(step: Step, scope: Scope) -> Rewrite:
    """A derivative through a layer: dE/du = Sum over the layer of dE/dv dv/du.

    The layer has to be whole: each index of v either runs over its full range or is that of u (its layer may
    be a later one).
    """
    if len(step.through) < 2:
        raise NotApplicable("the chain rule needs the entries that everything passes through, and their limits")
    entry, *limits = step.through

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if not isinstance(e, Partial):
            return None
        value, variable = e.args
        if not _after(entry, variable, scope) or not _after(value, entry, scope):
            raise NotApplicable(f"{entry} does not come between {variable} and {value}")
        _whole(entry, variable, limits, scope)
        return nested(Partial(value, entry) * Partial(entry, variable), *limits)

    return lambda e: rewrite(e, change)


def _whole(entry: Any, variable: Any, limits: Any, scope: Scope) -> None:
    own = [f for n, f in scope.facts.items() if n in scope.definitions and match(f.left, entry, f.variables, {})]
    if len(own) != 1:
        raise NotApplicable(f"{entry} has no definition that says over which entries to sum")
    found = match(own[0].left, entry, own[0].variables, {})
    assert found is not None
    full = {found[r.symbol]: (instantiate(r.low, found), instantiate(r.high, found)) for r in own[0].ranges}
    summed = {symbol: (low, high) for symbol, low, high in limits}
    for symbol, (low, high) in summed.items():
        if symbol not in full or not same(full[symbol][0], low) or not same(full[symbol][1], high):
            raise NotApplicable(f"the sum over {symbol} does not run over all of {entry}")
    for position, value in enumerate(entry.indices):
        shift = value - variable.indices[position] if position < len(variable.indices) else value
        if value not in summed and not sympy.expand(shift).is_Integer:
            raise NotApplicable(f"the index {value} of {entry} is neither summed over nor that of {variable}")


def _after(entry: Any, variable: Any, scope: Scope) -> bool:
    """Whether an entry is sure to come after the variable in the order of computation."""
    later, further = _order(entry, variable, scope)
    return later == 0 and (further is sympy.oo or not_negative(further - 1, scope.context))


def _may_depend(entry: Any, variable: Any, scope: Scope) -> bool:
    """Whether nothing excludes that an entry depends on the variable."""
    if entry == variable or str(entry.base) not in scope.ranks:
        return entry != variable and any(entry.base == scope.facts[n].left.base for n in scope.definitions)
    later, further = _order(entry, variable, scope)
    return later != 0 or not not_negative(-further, scope.context)


def _order(entry: Any, variable: Any, scope: Scope) -> tuple[Any, Any]:
    for entry_or_variable in (entry, variable):
        if str(entry_or_variable.base) not in scope.ranks:
            raise NotApplicable(f"{entry_or_variable} has no place in the order of computation")
    step, made, _ = scope.ranks[str(entry.base)](*entry.indices)
    own_step, _, used = scope.ranks[str(variable.base)](*variable.indices)
    return sympy.expand(step - own_step), sympy.expand(made - used)

"""The language of the proofs: sympy expressions over symbolic ranges, and equations between them.

Sums have symbolic limits, arrays are ``Indexed``, activations and losses are uninterpreted functions whose
derivatives are again uninterpreted functions. An index with its range is a `Range`; an equation that holds for
all values of its indices is a `Fact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sympy
from sympy import Expr, Function, Indexed, IndexedBase, Integer, Mul, Sum, Symbol

Binding = dict[Symbol, Expr]


class Partial(Function):  # type: ignore[misc]
    """The derivative of the first argument with respect to the second, not carried out.

    sympy's own ``Derivative`` evaluates itself when something is substituted in it; here that is a proof step.
    """

    nargs = 2


@cache
def smooth(name: str) -> Any:
    """An uninterpreted function whose derivative with respect to its last argument is ``name'``."""

    def fdiff(self: Any, argindex: int = 1) -> Expr:
        if argindex != len(self.args):
            raise sympy.core.function.ArgumentIndexError(self, argindex)
        return smooth(name + "'")(*self.args)

    return type(name, (Function,), {"fdiff": fdiff, "__module__": __name__})


def index(names: str) -> Any:
    """Integer symbols, for indices and sizes."""
    return sympy.symbols(names, integer=True)


def arrays(names: str) -> list[IndexedBase]:
    """Arrays of unknown numbers."""
    return [IndexedBase(name) for name in names.split()]


def nested(body: Expr, *limits: tuple[Any, Any, Any]) -> Expr:
    """A sum over several indices, the first outermost."""
    for limit in reversed(limits):
        body = Sum(body, limit)
    return body


@dataclass(frozen=True)
class Range:
    """An index and its range, both ends included."""

    symbol: Symbol
    low: Expr
    high: Expr


@dataclass(frozen=True)
class Fact:
    """``left = right`` for all values of the indices in ``ranges`` and all numbers in ``values``."""

    name: str
    left: Expr
    right: Expr
    ranges: tuple[Range, ...] = ()
    values: tuple[Symbol, ...] = ()
    words: str = ""

    @property
    def variables(self) -> tuple[Symbol, ...]:
        """The symbols for which anything in range may be put."""
        return (*(r.symbol for r in self.ranges), *self.values)

    def substitute(self, symbol: Symbol, value: Expr) -> Fact:
        """The instance at one value of one index, which then no longer ranges."""
        change = {symbol: value}
        kept = tuple(
            Range(r.symbol, instantiate(r.low, change), instantiate(r.high, change))
            for r in self.ranges
            if r.symbol != symbol or symbol in value.free_symbols
        )
        return replace(self, left=instantiate(self.left, change), right=instantiate(self.right, change), ranges=kept)


def ranges(*triples: tuple[Any, Any, Any]) -> tuple[Range, ...]:
    """Ranges from (symbol, low, high)."""
    return tuple(Range(s, sympy.sympify(low), sympy.sympify(high)) for s, low, high in triples)


def instantiate(expression: Any, binding: Mapping[Symbol, Any]) -> Any:
    """Put values for free symbols; bound indices are renamed first, so that none captures a symbol of a value."""
    expression = sympy.sympify(expression)
    if isinstance(expression, Sum):
        body, inner = expression.function, dict(binding)
        limits = []
        # The last limit is the outermost sum, and the ranges of inner ones may depend on its index.
        for symbol, low, high in reversed(expression.limits):
            fresh = sympy.Dummy(symbol.name, integer=True)
            limits.append((fresh, instantiate(low, inner), instantiate(high, inner)))
            inner[symbol] = fresh
        return Sum(instantiate(body, inner), *reversed(limits))
    if isinstance(expression, Symbol):
        return sympy.sympify(binding.get(expression, expression))
    if isinstance(expression, IndexedBase) or not expression.args:
        return expression
    return expression.func(*(instantiate(a, binding) for a in expression.args))


def match(pattern: Any, expression: Any, variables: Iterable[Symbol], binding: Binding) -> Binding | None:
    """The binding of the variables that turns the pattern into the expression, or None.

    Patterns are arrays, functions, powers, products of arrays, and sums of these; an argument of theirs is a
    variable, a variable plus a constant, or something without free variables, which has to be equal.
    """
    pattern = sympy.sympify(pattern)
    free = [v for v in variables if v in pattern.free_symbols and v not in binding]
    if isinstance(pattern, Sum) and isinstance(expression, Sum):
        if len(pattern.limits) != 1 or len(expression.limits) != 1:
            return None
        (own, low, high), (theirs, their_low, their_high) = pattern.limits[0], expression.limits[0]
        body = instantiate(pattern.function, {own: theirs})
        pairs = [(low, their_low), (high, their_high), (body, expression.function)]
        found = _match_all(pairs, variables, binding)
        bound = found is not None and any(theirs in e.free_symbols for v, e in found.items() if v not in binding)
        return None if bound else found
    if not free:
        return binding if same(instantiate(pattern, binding), expression) else None
    if isinstance(pattern, Symbol):
        return {**binding, pattern: expression}
    if isinstance(pattern, Indexed) and isinstance(expression, Indexed):
        same_kind = pattern.base == expression.base
        pairs = list(zip(pattern.indices, expression.indices, strict=False))
    elif pattern.is_Pow and expression.is_Pow:
        same_kind, pairs = True, list(zip(pattern.args, expression.args, strict=True))
    elif pattern.is_Mul and all(isinstance(f, Indexed | Symbol) for f in pattern.args):
        return _match_product(pattern, expression, variables, binding)
    elif isinstance(pattern, Function) and isinstance(expression, Function):
        same_kind = pattern.func == expression.func and len(pattern.args) == len(expression.args)
        pairs = list(zip(pattern.args, expression.args, strict=False))
    else:
        offset = pattern - free[0]
        bindable = len(free) == 1 and free[0].is_integer and free[0] not in offset.free_symbols
        return {**binding, free[0]: sympy.expand(expression - offset)} if bindable else None
    return _match_all(pairs, variables, binding) if same_kind else None


def _match_product(pattern: Any, expression: Any, variables: Iterable[Symbol], binding: Binding) -> Binding | None:
    """Arrays of the pattern take the factors that are theirs; a single variable takes what is left."""
    found: Binding | None = binding
    left = list(Mul.make_args(expression))
    for factor in (f for f in pattern.args if isinstance(f, Indexed)):
        own = [f for f in left if isinstance(f, Indexed) and f.base == factor.base]
        if len(own) != 1 or found is None:
            return None
        found = match(factor, own[0], variables, found)
        left.remove(own[0])
    rest = [f for f in pattern.args if isinstance(f, Symbol)]
    if found is None or len(rest) > 1 or (left and not rest):
        return None
    return match(rest[0], Mul(*left), variables, found) if rest else found


def _match_all(pairs: list[tuple[Any, Any]], variables: Iterable[Symbol], binding: Binding) -> Binding | None:
    # Arguments that fix a variable by themselves come first.
    found: Binding | None = binding
    for pattern, expression in sorted(pairs, key=lambda p: not isinstance(p[0], Symbol)):
        found = match(pattern, expression, variables, found) if found is not None else None
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two expressions are equal by ring algebra and the renaming of bound indices."""
    normal = _shared()
    left, right = normal(one), normal(other)
    return bool(left == right or sympy.expand(left - right) == 0)


class NormalForm:
    """Turns expressions into polynomials in symbols that stand for arrays, functions and sums.

    Bound indices are numbered from outside in. What is equal up to their names and ring algebra becomes
    the same polynomial, and nothing else does: sums are opaque, so no law of sums can slip in.
    """

    def __init__(self) -> None:
        self.expand = sympy.expand
        self._symbols: dict[Any, Symbol] = {}
        self._known: dict[tuple[Any, int], Expr] = {}
        self.meaning: dict[Symbol, Expr] = {}

    def __len__(self) -> int:
        """How many expressions it knows the polynomial of."""
        return len(self._known)

    def __call__(self, expression: Any, level: int = 0) -> Expr:
        """The polynomial of an expression."""
        expression = sympy.sympify(expression)
        key = (expression, level)
        if key not in self._known:
            self._known[key] = self._polynomial(expression, level)
        return self._known[key]

    def _polynomial(self, expression: Expr, level: int) -> Expr:
        if isinstance(expression, Sum):
            return self._sum(expression, level)
        if isinstance(expression, Indexed):
            key: Any = (str(expression.base), *(self(i, level) for i in expression.indices))
            return self._symbol(key, expression)
        if isinstance(expression, Function) or expression.is_Piecewise:
            return self._symbol((expression.func, *(self(a, level) for a in expression.args)), expression)
        if expression.is_Add or expression.is_Mul or expression.is_Pow:
            return self.expand(expression.func(*(self(a, level) for a in expression.args)))
        if expression.args and not expression.is_number:
            return self._symbol((expression.func, *(self(a, level) for a in expression.args)), expression)
        return expression

    def _sum(self, expression: Sum, level: int) -> Expr:
        *inner, (symbol, low, high) = expression.limits
        body = Sum(expression.function, *inner) if inner else expression.function
        numbered = Symbol(f"#{level}", integer=True)
        # A factor that the body shares with the sum stays inside: leaving it there is the point of "opaque".
        key = ("Sum", self(low, level), self(high, level), self(body.xreplace({symbol: numbered}), level + 1))
        return self._symbol(key, expression)

    def _symbol(self, key: Any, expression: Expr) -> Symbol:
        if key not in self._symbols:
            self._symbols[key] = sympy.Dummy(f"a{len(self._symbols)}", commutative=True)
            self.meaning[self._symbols[key]] = expression
        return self._symbols[key]


#: After this many expressions `same` starts afresh, so that what it remembers does not grow for ever.
_REMEMBERED = 200_000
_normals = [NormalForm()]


def _shared() -> NormalForm:
    """One `NormalForm` for many comparisons: a side is compared many times, and parts of it stand in other sides.

    What it remembers is as right as sympy's ``expand``: it is not for use with another one.
    """
    if _normals[0].expand is not sympy.expand or len(_normals[0]) > _REMEMBERED:
        _normals[0] = NormalForm()
    return _normals[0]


def rewrite(
    expression: Any, change: Callable[[Expr, tuple[Range, ...]], Expr | None], binders: tuple[Range, ...] = ()
) -> Any:
    """Apply ``change`` to every subexpression, outermost first; where it gives None, go on inside.

    ``change`` also gets the ranges of the sums around the place.
    """
    changed = change(expression, binders)
    if changed is not None:
        return changed
    if isinstance(expression, Sum):
        inner = binders
        for symbol, low, high in reversed(expression.limits):
            inner = (*inner, Range(symbol, low, high))
        return Sum(rewrite(expression.function, change, inner), *expression.limits)
    if isinstance(expression, Partial):
        # The variable of a derivative names a place: it stands for no value, and nothing is put for it.
        return Partial(rewrite(expression.args[0], change, binders), expression.args[1])
    if not expression.args or isinstance(expression, Indexed | IndexedBase):
        return expression
    return expression.func(*(rewrite(a, change, binders) for a in expression.args))


ZERO, ONE = Integer(0), Integer(1)

"""The second judge: exact evaluation in a finite world over GF(2^61 - 1), without sympy's algebra.

A world has small concrete sizes, random arrays and random functions, with the hypotheses true by construction.
Derivatives are computed with dual numbers: a random function and its derivative are independent random
functions, which is all that the chain rule knows of them. An equation that is not an identity holds in a random
world with a chance of about 2^-61 (Schwartz 1980; Gulwani and Necula, POPL 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
import sympy
from sympy import Indexed, KroneckerDelta, Product, Sum, Symbol

from symcheck.exact.field import P
from symcheck.proof.kernel.terms import Fact, Partial

Index = tuple[int, ...]
Entry = tuple[str, Index]
Places = dict[Symbol, int]
#: A position among the indices of an array, the variable there, and what is added to it.
_Shift = tuple[int, Symbol, Any]
#: A number with nilpotent parts: coefficient by the set (bit mask) of the derivatives taken; 0 is the value.
Jet = dict[int, int]


class World:
    """Concrete sizes, arrays and functions.

    Args:
        rng: where everything random comes from.
        sizes: the integer symbols by name, such as the depth; ``horizon`` bounds the ranges that are infinite.
        arrays: constructed arrays, as functions of their indices; all others have independent random entries.
        functions: constructed functions, likewise; all others are random.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: dict[str, int],
        arrays: dict[str, Callable[..., int]] | None = None,
        functions: dict[str, Callable[..., int]] | None = None,
    ) -> None:
        self.rng, self.sizes = rng, {"horizon": 0, **sizes}
        self.arrays, self.functions = dict(arrays or {}), dict(functions or {})
        self._table: dict[Any, int] = {}

    def random(self, *key: Any) -> int:
        """A random element of the field, the same one whenever the key is the same."""
        if key not in self._table:
            self._table[key] = int(self.rng.integers(1, P, dtype=np.uint64))
        return self._table[key]

    def shared(self, name: str, common: str, kept: int, known: bool) -> Callable[..., int]:
        """The entries of an array; where that is known, those of ``common`` at the first ``kept`` of their indices."""
        return lambda *place: self.random(common, *place[:kept]) if known else self.random(name, *place)

    def take_over(self, other: World) -> None:
        """Give the same random elements as another world, for all keys that it was asked for."""
        self._table.update(other._table)

    def entry(self, name: str, at: Index) -> int:
        """An entry of an array that has no definition."""
        return self.arrays[name](*at) % P if name in self.arrays else self.random(name, *at)

    def value(self, name: str, arguments: Index) -> int:
        """A value of a function."""
        return self.functions[name](*arguments) % P if name in self.functions else self.random(name, *arguments)

    def evaluation(self, definitions: Sequence[Fact]) -> Evaluation:
        """What evaluates expressions here."""
        return Evaluation(self, definitions)


class Evaluation:
    """Evaluates expressions in a world, arrays by their definitions.

    An expression is turned into a function of its indices once; the table of these functions is kept.
    """

    def __init__(self, world: World, definitions: Sequence[Fact]) -> None:
        self.world = world
        self._definitions: dict[str, list[tuple[Fact, list[_Shift]]]] = {}
        for fact in definitions:
            self._definitions.setdefault(str(fact.left.base), []).append((fact, _shifts(fact)))
        self._seeds: tuple[Entry, ...] = ()
        self._known: dict[Any, Jet] = {}
        self._from: dict[Entry, set[Entry]] = {}
        self._stack: list[set[Entry]] = []
        self._found: dict[Entry, tuple[Fact | None, Places]] = {}
        self._values: dict[Any, int] = {}
        self._numbers: dict[Any, Callable[[Places], Jet]] = {}
        self._integers: dict[Any, Callable[[Places], int]] = {}

    def number(self, expression: Any, at: Places) -> int:
        """The value of an expression, its free indices given."""
        # A side of one step is a side of the next one.
        key = (expression, tuple(at.items()))
        if key not in self._values:
            self._values[key] = self._jet(sympy.sympify(expression))(at).get(0, 0)
        return self._values[key]

    def integer(self, expression: Any, at: Places) -> int:
        """The value of an index or a size."""
        return self._integer(sympy.sympify(expression))(at)

    def _integer(self, e: Any) -> Callable[[Places], int]:
        if e not in self._integers:
            self._integers[e] = self._make_integer(e)
        return self._integers[e]

    def _make_integer(self, e: Any) -> Callable[[Places], int]:
        world = self.world
        if e is sympy.oo:
            return lambda at: world.sizes["horizon"]
        if isinstance(e, Symbol):
            return lambda at: at[e] if e in at else world.sizes[e.name]
        if e.is_Integer:
            value = int(e)
            return lambda at: value
        if isinstance(e, Indexed):
            name, indices = str(e.base), [self._integer(i) for i in e.indices]
            return lambda at: world.entry(name, tuple(i(at) for i in indices))
        if e.is_Add or e.is_Mul:
            parts, combine = [self._integer(a) for a in e.args], sum if e.is_Add else prod
            return lambda at: int(combine(p(at) for p in parts))
        raise TypeError(f"{e} is not an index")

    def _jet(self, e: Any) -> Callable[[Places], Jet]:
        if e not in self._numbers:
            self._numbers[e] = self._make_jet(e)
        return self._numbers[e]

    def _make_jet(self, e: Any) -> Callable[[Places], Jet]:
        if e.is_Rational:
            constant = {0: int(e.p) * pow(int(e.q), -1, P) % P}
            return lambda at: constant
        if isinstance(e, Symbol):
            return lambda at: {0: self._scalar(e, at)}
        if e.is_Add or e.is_Mul:
            parts, combine = [self._jet(a) for a in e.args], _add if e.is_Add else _multiply
            return lambda at: combine(*(p(at) for p in parts))
        if e.is_Pow:
            base, exponent = self._jet(e.base), self._integer(e.exp)
            return lambda at: _power(base(at), exponent(at))
        if isinstance(e, Indexed):
            name, indices = str(e.base), [self._integer(i) for i in e.indices]
            return lambda at: self._entry(name, tuple(i(at) for i in indices))
        if isinstance(e, Sum | Product):
            term, combine = self._jet(e.function), _add if isinstance(e, Sum) else _multiply
            limits = [(symbol, self._integer(a), self._integer(b)) for symbol, a, b in reversed(e.limits)]
            return lambda at: combine(*(term(place) for place in _places(limits, at)))
        if isinstance(e, Partial):
            body, name = self._jet(e.args[0]), str(e.args[1].base)
            indices = [self._integer(i) for i in e.args[1].indices]
            return lambda at: self._derivative(body, (name, tuple(i(at) for i in indices)), at)
        if isinstance(e, KroneckerDelta):
            one, other = (self._integer(a) for a in e.args)
            return lambda at: {0: int(one(at) == other(at))}
        if isinstance(e, sympy.Function):
            name, arguments = e.func.__name__, [self._jet(a) for a in e.args]
            return lambda at: self._call(name, [a(at) for a in arguments])
        raise TypeError(f"{type(e).__name__} has no value in a finite field")

    def _scalar(self, e: Symbol, at: Places) -> int:
        known = e in at or e.name in self.world.sizes
        return self.integer(e, at) % P if known else self.world.entry(e.name, ())

    def _entry(self, name: str, place: Index) -> Jet:
        entry = (name, place)
        if entry not in self._known:
            self._known[entry] = self._evaluated(entry, ())
        if self._stack:
            self._stack[-1] |= self._from[entry]
        # What does not come from a variable of differentiation is constant.
        if not self._from[entry].intersection(self._seeds):
            return self._known[entry]
        if (entry, self._seeds) not in self._known:
            self._known[entry, self._seeds] = self._evaluated(entry, self._seeds)
        return self._known[entry, self._seeds]

    def _evaluated(self, entry: Entry, seeds: tuple[Entry, ...]) -> Jet:
        outer, self._seeds = self._seeds, seeds
        self._stack.append({entry})
        try:
            fact, binding = self._definition(*entry)
            jet = {0: self.world.entry(*entry)} if fact is None else self._jet(fact.right)(binding)
        finally:
            self._seeds = outer
            self._from[entry] = self._stack.pop()
        return _add(jet, *({1 << bit: 1} for bit, seed in enumerate(seeds) if seed == entry))

    def _definition(self, name: str, place: Index) -> tuple[Fact | None, Places]:
        if (name, place) not in self._found:
            self._found[name, place] = next(
                ((f, p) for f, s in self._definitions.get(name, ()) if (p := self._instance(f, s, place)) is not None),
                (None, {}),
            )
        return self._found[name, place]

    def _instance(self, fact: Fact, shifts: list[_Shift], place: Index) -> Places | None:
        if len(place) != len(fact.left.indices):
            raise ValueError(f"{fact.left.base} has {len(fact.left.indices)} indices")
        at: Places = {symbol: place[position] - self.integer(shift, {}) for position, symbol, shift in shifts}
        meant = all(self.integer(p, at) == v for p, v in zip(fact.left.indices, place, strict=True))
        inside = all(
            self.integer(r.low, at) <= at[r.symbol] and (r.high is sympy.oo or at[r.symbol] <= self.integer(r.high, at))
            for r in fact.ranges
        )
        return at if meant and inside else None

    def _derivative(self, body: Callable[[Places], Jet], seed: Entry, at: Places) -> Jet:
        outer, bit = self._seeds, 1 << len(self._seeds)
        self._seeds = (*outer, seed)
        try:
            jet = body(at)
        finally:
            self._seeds = outer
        return {mask ^ bit: c for mask, c in jet.items() if mask & bit}

    def _call(self, name: str, arguments: list[Jet]) -> Jet:
        leading = tuple(a.get(0, 0) for a in arguments[:-1])
        return _compose(arguments[-1], lambda k, a: self.world.value(name + "'" * k, (*leading, a)), factorial=True)


def _shifts(fact: Fact) -> list[_Shift]:
    """For each variable in the indices of an array that is defined: the position, and what is added to it there."""
    variables = set(fact.variables)
    return [
        (position, symbol, pattern - symbol)
        for position, pattern in enumerate(fact.left.indices)
        for symbol in pattern.free_symbols & variables
    ]


def _places(limits: Any, at: Places) -> list[Places]:
    places = [at]
    for symbol, low, high in limits:
        places = [{**p, symbol: v} for p in places for v in range(low(p), high(p) + 1)]
    return places


def _power(base: Jet, exponent: int) -> Jet:
    if exponent < 0:
        base, exponent = _compose(base, lambda k, a: (-1) ** k * pow(a, -1 - k, P)), -exponent
    return _multiply(*[base] * exponent)


def _add(*jets: Jet) -> Jet:
    total: Jet = {}
    for jet in jets:
        for mask, c in jet.items():
            total[mask] = (total.get(mask, 0) + c) % P
    return total


def _multiply(*jets: Jet) -> Jet:
    product: Jet = {0: 1}
    if all(len(jet) == 1 and 0 in jet for jet in jets):
        for jet in jets:
            product[0] = product[0] * jet[0] % P
        return product
    for jet in jets:
        terms: Jet = {}
        for one, c in product.items():
            for other, d in jet.items():
                # The same derivative taken twice of a product of two terms vanishes: it is nilpotent.
                if not one & other:
                    terms[one | other] = (terms.get(one | other, 0) + c * d) % P
        product = terms
    return product


def _compose(argument: Jet, taylor: Callable[[int, int], int], factorial: bool = False) -> Jet:
    """A function of a jet, from its derivatives (or, without ``factorial``, its Taylor coefficients)."""
    value = argument.get(0, 0)
    nilpotent = {m: c for m, c in argument.items() if m}
    result, power, order, scale = {0: taylor(0, value) % P}, dict(nilpotent), 1, 1
    while any(power.values()):
        scale = scale * order if factorial else 1
        coefficient = taylor(order, value) * pow(scale, -1, P)
        result = _add(result, {m: c * coefficient % P for m, c in power.items()})
        power, order = _multiply(power, nilpotent), order + 1
    return result

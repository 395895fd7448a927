"""Expectations in proofs: an operator on random variables, the three rules about it, and its second judge.

A random variable is an array whose first index is the outcome ``omega``. `mean` (X) is E[X]; nothing is known of it
but the rules here, which hold in every probability space. The second judge evaluates in finite spaces over
GF(2^61 - 1), whose weights add up to one: there E is an exact sum.

Laws of random variables are stated with `any_function`: "X and -X have the same law" is the fact
E[phi(X)] = E[phi(-X)] for every function phi, and a step chooses phi.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

import numpy as np
import sympy
from sympy import Add, Expr, Function, Lambda, Mul, Sum, Symbol

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import Evaluation, Index, Jet, Places, World
from symcheck.proof.kernel.rules import RULES, fact_used, in_ranges
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.terms import Fact, Range, instantiate, ranges, rewrite, same, smooth

omega, Omega = Symbol("omega", integer=True), Symbol("Omega", integer=True)
#: The range of the outcome, for definitions of random variables.
OUTCOME = (omega, 1, Omega)
OUTCOMES = ranges((Omega, 1, sympy.oo), OUTCOME)


class Expectation(Function):  # type: ignore[misc]
    """E[body]: arguments are the outcome, which is bound, and the body."""

    nargs = 2


def mean(body: Any) -> Expr:
    """E[body]."""
    return Expectation(omega, body)


def any_function(name: str) -> Any:
    """A function of which a fact says that the fact holds for every such function."""
    function = smooth(name)
    _CHOOSABLE.add(function)
    return function


_CHOOSABLE: set[Any] = set()


def linearity(step: Step, scope: Scope) -> Rewrite:
    """E[X + Y] = E[X] + E[Y], also for sums with symbolic limits, and E[c X] = c E[X]."""

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        return _linear(*e.args) if isinstance(e, Expectation) else None

    return lambda e: rewrite(e, change)


def _linear(outcome: Symbol, body: Any) -> Any:
    opaque = {s: sympy.Dummy() for s in body.atoms(Sum, Expectation)}
    back = {d: s for s, d in opaque.items()}
    terms = Add.make_args(sympy.expand(body.xreplace(opaque)))
    return Add(*(_constant_outside(outcome, t.xreplace(back)) for t in terms))


def _constant_outside(outcome: Symbol, term: Any) -> Any:
    factors = Mul.make_args(term)
    constant = Mul(*(f for f in factors if not _random(f, outcome)))
    rest = Mul(*(f for f in factors if _random(f, outcome)))
    if rest == 1:
        return constant
    if isinstance(rest, Sum) and not any(_random(limit, outcome) for limit in rest.limits):
        return constant * Sum(_linear(outcome, rest.function), *rest.limits)
    return constant * Expectation(outcome, rest)


def _random(e: Any, outcome: Symbol) -> bool:
    return outcome in e.xreplace({m: sympy.Dummy() for m in e.atoms(Expectation)}).free_symbols


def for_every_function(step: Step, scope: Scope) -> Rewrite:
    """Put in a fact about laws, with a choice of its functions; ``at`` gives those, and all its indices."""
    fact = fact_used(step, scope)
    chosen = {f: c for f, c in step.at.items() if f in _CHOOSABLE}
    functions = {f.func for side in (fact.left, fact.right) for f in side.atoms(Function) if f.func in _CHOOSABLE}
    indices = {v for v in fact.variables if v not in scope.held.get(step.uses, ())}
    if not functions or set(chosen) != functions or set(step.at) - set(chosen) != indices:
        raise NotApplicable("the functions and the indices of the fact have to be chosen, all of them")
    if any(not isinstance(c, Lambda) or omega in c.free_symbols for c in chosen.values()):
        raise NotApplicable("what is chosen has to be a function of its arguments and of no outcome")
    binding = {v: sympy.sympify(e) for v, e in step.at.items() if v in indices}
    left, right = (_applied(instantiate(side, binding), chosen) for side in (fact.left, fact.right))

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if not isinstance(e, Expectation) or not same(e, left):
            return None
        return right if in_ranges(fact, binding, scope, binders) else None

    return lambda e: rewrite(e, change)


def _applied(e: Any, chosen: dict[Any, Any]) -> Any:
    def change(part: Any, binders: tuple[Range, ...]) -> Any:
        if part.func not in chosen:
            return None
        choice = chosen[part.func]
        return instantiate(choice.expr, dict(zip(choice.variables, part.args, strict=True)))

    return rewrite(e, change)


def higher_powers(step: Step, scope: Scope) -> Rewrite:
    """With a fact X^2 = Y: the powers of X above the second, reduced as often as it takes."""
    fact = fact_used(step, scope)
    if not (fact.left.is_Pow and fact.left.exp == 2) or set(step.at) != set(fact.variables) or fact.ranges:
        raise NotApplicable("it needs a fact about a square, at one place")
    binding = {v: sympy.sympify(e) for v, e in step.at.items()}
    base, square, X = instantiate(fact.left.base, binding), instantiate(fact.right, binding), sympy.Dummy()

    def change(e: Any, binders: tuple[Range, ...]) -> Any:
        if not (e.is_Pow and e.exp.is_Integer and e.exp > 2 and same(e.base, base)):
            return None
        return sympy.rem(X**e.exp, X**2 - square.xreplace({base: X}), X).xreplace({X: base})

    return lambda e: rewrite(e, change)


class _All(int):
    """Stands, as the index of an outcome, for all of them at once: the entry is then the array of its values."""

    def __sub__(self, other: int) -> int:
        return self if other == 0 else int(self) - other

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


_ALL = _All(1)


class SampleSpace(World):
    """A finite probability space: a product of independent sources, each with the weights of its outcomes."""

    def __init__(self, rng: np.random.Generator, sizes: dict[str, int], sources: list[list[int]]) -> None:
        self.outcomes = list(product(*(range(len(weights)) for weights in sources)))
        weights = [prod(w[p] for w, p in zip(sources, o, strict=True)) % P for o in self.outcomes]
        self.weights = np.array(weights, dtype=object)
        super().__init__(rng, {"Omega": len(self.outcomes), **sizes})

    def variable(self, name: str, value: Callable[..., int | None]) -> None:
        """A random variable; ``value(outcome, *place)`` gives it, None where it has no place."""

        def one(at: int, place: Index) -> int:
            found = value(self.outcomes[at - 1], *place) if 1 <= at <= len(self.outcomes) else None
            return self.random(name, at, *place) if found is None else found

        def entry(at: int, *place: int) -> Any:
            if at is not _ALL:
                return one(at, place)
            return np.array([one(w, place) for w in range(1, len(self.outcomes) + 1)], dtype=object)

        self.arrays[name] = entry

    def evaluation(self, definitions: Any) -> Evaluation:
        """The evaluator that knows what E is here."""
        return _WithMeans(self, definitions)


class _WithMeans(Evaluation):
    def _make_jet(self, e: Any) -> Callable[[Places], Jet]:
        if not isinstance(e, Expectation):
            return super()._make_jet(e)
        outcome, body = e.args
        term, space = self._jet(body), self.world
        assert isinstance(space, SampleSpace)
        free = sorted(body.free_symbols - {outcome}, key=str)
        known: dict[Index, int] = {}

        def expectation(at: Places) -> Jet:
            if self._seeds:
                raise TypeError("an expectation is not differentiated")
            key: Any = tuple(at.get(s) for s in free)
            if key not in known:
                values = term({**at, outcome: _ALL}).get(0, 0)
                known[key] = int(np.sum(space.weights * values) % P)
            return {0: known[key]}

        return expectation

    def _call(self, name: str, arguments: list[Jet]) -> Jet:
        values = [a.get(0, 0) for a in arguments]
        if not any(isinstance(v, np.ndarray) for v in values):
            return super()._call(name, arguments)
        rows = zip(*(np.broadcast_to(v, self.world.weights.shape) for v in values), strict=True)  # type: ignore[attr-defined]
        return {0: np.array([self.world.value(name, row) for row in rows], dtype=object)}  # type: ignore[dict-item]


def stated(name: str, left: Any, right: Any, *limits: Any, words: str = "", values: tuple[Any, ...] = ()) -> Fact:
    """A fact; limits are (symbol, low, high)."""
    return Fact(name, sympy.sympify(left), sympy.sympify(right), ranges(*limits), values, words)


RULES.update(
    {"linearity of E": linearity, "for every function": for_every_function, "reduce higher powers": higher_powers}
)

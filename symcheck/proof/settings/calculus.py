"""Proofs about real functions: rules of calculus, and a second judge that evaluates to forty digits.

Integrals, sines and limits have no value in a finite field. Here the second judge evaluates both sides at random
real points with mpmath, integrals by quadrature, and accepts when they agree to 1e-30. This is not an exact judge: two
different functions of the kinds used here that agree to thirty digits at random points are not excluded by a theorem,
as in the field, but by how unlikely it is. Like the other one it knows nothing of sympy's algebra or calculus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import numpy as np
import sympy
from mpmath import mpf
from sympy import Add, Expr, Integral, Limit, Mul, Pow, Symbol

from symcheck.proof.kernel.evaluate import Evaluation, Places, World
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.terms import Fact, Partial, rewrite

#: Decimal digits that the second judge computes with, and to which both sides have to agree.
DIGITS, AGREE = 40, 30
#: Where a limit at infinity is evaluated; exact limits are only ever taken by the first judge.
_FAR = 10**8


def fundamental_theorem(step: Step, scope: Scope) -> Rewrite:
    """An integral is the difference of an antiderivative at its ends; ``through`` gives the antiderivative."""
    if len(step.through) != 1:
        raise NotApplicable("the fundamental theorem needs one antiderivative")
    (primitive,) = step.through
    if not _entire(primitive):
        raise NotApplicable(f"{primitive} is not known to be smooth everywhere")

    def change(e: Any, binders: Any) -> Any:
        if not isinstance(e, Integral) or len(e.limits) != 1 or len(e.limits[0]) != 3:
            return None
        variable, low, high = e.limits[0]
        if sympy.simplify(sympy.diff(primitive, variable) - e.function) != 0:
            return None
        return _end(primitive, variable, high) - _end(primitive, variable, low)

    return lambda e: rewrite(e, change)


def _end(primitive: Expr, variable: Symbol, at: Expr) -> Any:
    return primitive.subs(variable, at) if at.is_finite is not False else sympy.limit(primitive, variable, at)


def _entire(e: Expr) -> bool:
    smooth = isinstance(e, Add | Mul | sympy.sin | sympy.cos | sympy.exp)
    smooth = smooth or (isinstance(e, Pow) and e.exp.is_Integer and e.exp >= 0)
    return all(_entire(a) for a in e.args) if smooth else isinstance(e, Symbol) or bool(e.is_number)


def product_of_cosines(step: Step, scope: Scope) -> Rewrite:
    """2 cos(a) cos(b) = cos(a - b) + cos(a + b)."""

    def change(e: Any, binders: Any) -> Any:
        cosines = [f for f in Mul.make_args(e) if isinstance(f, sympy.cos)] if e.is_Mul else []
        if len(cosines) != 2:
            return None
        one, other = (f.args[0] for f in cosines)
        rest = Mul(*(f for f in Mul.make_args(e) if f not in cosines))
        return rest * (sympy.cos(one - other) + sympy.cos(one + other)) / 2

    return lambda e: rewrite(e, change)


def limit(step: Step, scope: Scope) -> Rewrite:
    """Take a limit, as sympy does."""

    def change(e: Any, binders: Any) -> Any:
        if not isinstance(e, Limit):
            return None
        try:
            return sympy.limit(*e.args[:3])
        except NotImplementedError as reason:
            raise NotApplicable(f"sympy does not know the limit: {reason}") from reason

    return lambda e: rewrite(e, change)


class Real:
    """A number to forty digits; equal means that it agrees to thirty."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Real):
            return NotImplemented
        with mpmath.workdps(DIGITS):
            scale = 1 + abs(self.value) + abs(other.value)
            return bool(abs(self.value - other.value) < scale * mpf(10) ** -AGREE)

    __hash__ = None  # type: ignore[assignment]

    def __sub__(self, other: Real) -> Real:
        return Real(self.value - other.value)

    def __mod__(self, modulus: int) -> str:
        # The judge of the field reports a residue; here the difference itself is reported.
        return str(mpmath.nstr(self.value, 8))


class RealWorld(World):
    """Real numbers by name, and functions of real numbers; what is not constructed is random in (1/2, 1)."""

    def __init__(
        self,
        rng: np.random.Generator,
        numbers: Mapping[str, Any] | None = None,
        real_functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        super().__init__(rng, {})
        self.numbers, self.real_functions = dict(numbers or {}), dict(real_functions or {})

    def real(self, *key: Any) -> Any:
        """A random number in (1/2, 1), the same one whenever the key is the same."""
        with mpmath.workdps(DIGITS):
            return mpf(1) / 2 + mpf(self.random(*key)) / mpf(2) ** 62

    def evaluation(self, definitions: Sequence[Fact]) -> Evaluation:
        """The evaluator over the reals."""
        return _Reals(self, definitions)


class _Reals(Evaluation):
    def __init__(self, world: RealWorld, definitions: Sequence[Fact]) -> None:
        super().__init__(world, ())
        self._reals, self._written = world, {f.left.func.__name__: f for f in definitions}
        self._known: dict[Any, Any] = {}

    def number(self, expression: Any, at: Places) -> Any:
        with mpmath.workdps(DIGITS):
            return Real(self._real(sympy.sympify(expression), {}))

    def _real(self, e: Any, at: dict[Any, Any]) -> Any:
        if e.is_Rational:
            return mpf(int(e.p)) / int(e.q)
        if e is sympy.pi:
            return +mpmath.pi
        if e.is_infinite:
            return mpmath.inf if e.is_positive else -mpmath.inf
        if isinstance(e, Symbol):
            if e in at:
                return at[e]
            return self._reals.numbers.get(e.name) or self._reals.real(e.name)
        if isinstance(e, Integral):
            return self._once(
                (e, *(at.get(s) for s in sorted(e.free_symbols, key=str))), lambda: self._quadrature(e, at)
            )
        if isinstance(e, Limit):
            return self._real(e.args[0], {**at, e.args[1]: mpf(_FAR)})
        if isinstance(e, Partial):
            body, variable = e.args
            with mpmath.workdps(3 * DIGITS):
                return mpmath.diff(lambda v: self._real(body, {**at, variable: v}), self._real(variable, at))
        values = [self._real(a, at) for a in e.args]
        if e.is_Add:
            return mpmath.fsum(values)
        if e.is_Mul:
            return mpmath.fprod(values)
        if e.is_Pow:
            return mpmath.power(*values)
        return self._call_real(e.func.__name__, values)

    def _quadrature(self, e: Any, at: dict[Any, Any]) -> Any:
        variable, low, high = e.limits[0]
        ends = [self._real(low, at), self._real(high, at)]
        return mpmath.quad(lambda v: self._real(e.function, {**at, variable: v}), ends)

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _call_real(self, name: str, values: list[Any]) -> Any:
        if name in ("sin", "cos", "exp"):
            return getattr(mpmath, name)(*values)
        if name in self._written:
            fact = self._written[name]
            return self._real(fact.right, dict(zip(fact.left.args, values, strict=True)))
        if name in self._reals.real_functions:
            return self._once((name, *values), lambda: self._reals.real_functions[name](*values))
        return self._reals.real(name, *(mpmath.nstr(v, 30) for v in values))


RULES.update(
    {"fundamental theorem": fundamental_theorem, "product of cosines": product_of_cosines, "take the limit": limit}
)

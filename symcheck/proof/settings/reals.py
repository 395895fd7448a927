"""Worlds of real numbers, for proofs with integrals, sines and limits, which have no value in a finite field.

Both sides of a step are evaluated at random real points to forty digits, integrals by quadrature, and accepted when they agree
to thirty. This is not an exact judge: that two different functions of the kinds used here agree so far at random points
is not excluded by a theorem, as in the field, but by how unlikely it is. Like the other one it knows nothing of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
from mpmath import mpf

from symcheck.proof.kernel.declared import COMMON
from symcheck.proof.kernel.defined import Places
from symcheck.proof.kernel.evaluate import Evaluator, World
from symcheck.proof.kernel.signs import PI
from symcheck.proof.kernel.terms import INFINITY, Fact, Term
from symcheck.proof.settings.equations import Make, sized
from symcheck.proof.text.theory import Theory

#: Decimal digits that are computed with, and to which both sides have to agree.
DIGITS, AGREE = 40, 30
#: Where a limit at infinity is evaluated: far enough for what vanishes exponentially, and for nothing else.
_FAR = 10**8
#: An integrand is evaluated at so many points for one term, and functions at arguments of no more binary digits: more would
#: take for ever.
MOST_POINTS, LONGEST_ARGUMENT = 20_000, 20_000


def reals(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Makes worlds in which the hypotheses say what the values of functions are."""
    facts = {f.name: f for h in theory.hypotheses for f in h.facts}
    constants: dict[Any, Any] = {}

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> RealWorld:
        made = RealWorld(rng, sized(rng, theory.declared, (), reach).sizes, constants)
        evaluation = made.evaluation(tuple(theory.definitions.values()))
        for name in sorted(assumed & set(facts)):
            if facts[name].left.op == "function":
                made.real_functions[facts[name].left.head[0]] = evaluation.function(facts[name])
        return made

    return make


def _constant(e: Term, values: tuple[tuple[Any, Any], ...]) -> bool:
    """Whether nothing in a term is random: what is random is no integer."""
    functions = {t.head for t in e.walk() if t.op == "function"}
    return functions <= {(name, 0) for name in COMMON} and all(mpmath.isint(v) for _, v in values)


def _readable(values: list[Any]) -> None:
    if any(mpmath.isfinite(v) and v and mpmath.mag(v) > LONGEST_ARGUMENT for v in values):
        raise ValueError(f"a function at a number of more than {LONGEST_ARGUMENT} binary digits")


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

    def __str__(self) -> str:
        return str(mpmath.nstr(self.value, 8))


class RealWorld(World):
    """Real numbers by name, and functions of real numbers; what is not constructed is random between 1/2 and 5/2.

    Args:
        rng: where everything random comes from.
        sizes: the integer variables by name.
        constants: integrals without anything random in them, which worlds share, as quadrature takes long.
    """

    def __init__(
        self, rng: np.random.Generator, sizes: dict[str, int] | None = None, constants: dict[Any, Any] | None = None
    ) -> None:
        super().__init__(rng, dict(sizes or {}))
        self.real_functions: dict[str, Callable[..., Any]] = {}
        self.constants = {} if constants is None else constants

    def real(self, *key: Any) -> Any:
        """A random number, the same one whenever the key is the same."""
        with mpmath.workdps(DIGITS):
            return mpf(1) / 2 + mpf(self.random(*key)) / mpf(2) ** 60

    def evaluation(self, definitions: Sequence[Fact]) -> RealEvaluation:
        """What evaluates over the real numbers."""
        return RealEvaluation(self, definitions)


class RealEvaluation(Evaluator):
    """Evaluates terms to forty digits."""

    def __init__(self, world: RealWorld, definitions: Sequence[Fact]) -> None:
        super().__init__(world, definitions)
        self._reals = world
        self._written = {f.left.head[0]: f for f in definitions if f.left.op == "function"}
        self._integrals: dict[Any, Any] = {}
        self._points = 0

    def number(self, term: Term, at: Places) -> Any:
        """The value of a term, its free variables given or random.

        Raises:
            TypeError, ValueError: it has none.
        """
        self._points = 0
        with mpmath.workdps(DIGITS):
            return Real(self._real(term, dict(at), ()))

    def function(self, fact: Fact) -> Callable[..., Any]:
        """The function that an equation gives, whose left side applies it to variables.

        Raises:
            ValueError: it applies it to something else.
        """
        names = [a.head for a in fact.left.args]
        if any(a.op != "variable" for a in fact.left.args):
            raise ValueError(f"{fact.name} does not say what a function is at all its arguments")
        return lambda *values: self._real(fact.right, dict(zip(names, values, strict=True)), ())

    def _real(self, e: Term, at: dict[Any, Any], bound: tuple[Any, ...]) -> Any:
        if e.op == "number":
            return mpf(e.head.numerator) / e.head.denominator
        if e.op == "variable":
            return self._variable(e.head, at)
        if e.op == "bound":
            return bound[-1 - e.head]
        if e.op == "integral":
            return self._integral(e, at, bound)
        if e.op == "limit":
            return self._real(e.args[1], at, (*bound, mpf(_FAR)))
        if e.op == "partial":
            return self._derivative(e.args[0], e.args[1], at, bound)
        values = [self._real(a, at, bound) for a in e.args]
        if e.op == "add":
            return mpmath.fsum(values)
        if e.op == "mul":
            return mpmath.fprod(values)
        if e.op == "pow":
            _readable(values)
            return mpmath.power(*values)
        if e.op == "function":
            return self._call_real(e, values)
        raise TypeError(f"a {e.op} has no real value here")

    def _variable(self, name: Any, at: dict[Any, Any]) -> Any:
        if name in at:
            return mpf(at[name])
        return mpf(self.world.sizes[name]) if name in self.world.sizes else self._reals.real(name)

    def _integral(self, e: Term, at: dict[Any, Any], bound: tuple[Any, ...]) -> Any:
        low, high, body = e.args
        values = tuple((n, self._variable(n, at)) for n in sorted(e.free, key=str))
        key = (e, values, bound if e.loose else ())
        found = self._reals.constants if not e.loose and _constant(e, values) else self._integrals
        if key not in found:
            ends = [self._real(low, at, bound), self._real(high, at, bound)]
            found[key] = mpmath.quad(lambda v: self._at_point(body, at, (*bound, v)), ends)
        return found[key]

    def _at_point(self, body: Term, at: dict[Any, Any], bound: tuple[Any, ...]) -> Any:
        self._points += 1
        if self._points > MOST_POINTS:
            raise ValueError(f"integrals of it need more than {MOST_POINTS} points")
        return self._real(body, at, bound)

    def _derivative(self, body: Term, place: Term, at: dict[Any, Any], bound: tuple[Any, ...]) -> Any:
        if place.op != "variable":
            raise TypeError("a derivative by an entry has no real value here")
        with mpmath.workdps(3 * DIGITS):
            here = self._variable(place.head, at)
            return mpmath.diff(lambda v: self._real(body, {**at, place.head: v}, bound), here)

    def _call_real(self, e: Term, values: list[Any]) -> Any:
        if e == PI:
            return +mpmath.pi
        if e == INFINITY:
            return mpmath.inf
        _readable(values)
        name, primes = e.head
        if name in ("sin", "cos", "exp") and not primes:
            return getattr(mpmath, name)(*values)
        if name in self._written and not primes:
            return self.function(self._written[name])(*values)
        if name in self._reals.real_functions and not primes:
            return self._reals.real_functions[name](*values)
        return self._reals.real(name, primes, *(mpmath.nstr(v, AGREE) for v in values))

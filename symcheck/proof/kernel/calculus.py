"""The rules about real functions: integrals by an antiderivative, limits at infinity, and what is known of sines and cosines.

An antiderivative has to be smooth at all real numbers, and its derivative is taken by the kernel's own rules, so that the
fundamental theorem holds whatever the ends are. A limit is that of terms of which each is seen to vanish, or does not
change; what is not seen has no limit here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symcheck.proof.kernel.algebra import normal, polynomial, same
from symcheck.proof.kernel.derivatives import slope
from symcheck.proof.kernel.signs import PI, Known
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.sums import terms_of
from symcheck.proof.kernel.terms import (
    INFINITY,
    ZERO,
    Range,
    Term,
    add,
    bound_range,
    function,
    instantiate,
    mul,
    number,
    open_,
    rewrite,
    variable,
)

_ENTIRE = (("sin", 0), ("cos", 0), ("exp", 0))
_MINUS_INFINITY = normal(mul(number(-1), INFINITY))


def fundamental_theorem(step: Step, scope: Scope) -> Rewrite:
    """An integral is the difference of an antiderivative at its ends; ``choose`` gives the antiderivative."""
    if set(step.choose) != {"antiderivative"} or len(step.choose["antiderivative"].variables) != 1:
        raise NotApplicable("the fundamental theorem needs one antiderivative, of one variable")
    choice = step.choose["antiderivative"]
    (own,) = choice.variables

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "integral":
            return None
        name, body = open_(e)
        known = scope.known.around((*around, bound_range(e, name)))
        primitive = instantiate(choice.value, {own: variable(name)})
        if not _smooth(primitive, name, known):
            raise NotApplicable("the antiderivative is not known to be smooth everywhere")
        derived = slope(primitive, variable(name), scope, known)
        if not same(simplified(derived), simplified(body), known.nonzero):
            return None
        low, high = (_at_end(primitive, name, end, known) for end in e.args[:2])
        return add(high, mul(number(-1), low))

    return lambda e: rewrite(e, change)


def _smooth(e: Term, name: Any, known: Known) -> bool:
    """Whether a term has all derivatives with respect to a variable, at all real numbers."""
    if name not in e.free or e.op == "variable":
        return True
    if e.op == "pow":
        base, exponent = e.args
        whole = known.is_index(exponent) and name not in exponent.free
        return whole and _smooth(base, name, known) and (known.at_least(exponent, ZERO) or known.nonzero(base))
    if e.op in ("add", "mul") or (e.op == "function" and e.head in _ENTIRE):
        return all(_smooth(a, name, known) for a in e.args)
    return False


def _at_end(primitive: Term, name: Any, end: Term, known: Known) -> Term:
    if INFINITY not in end.walk():
        return simplified(instantiate(primitive, {name: end}))
    if end == INFINITY:
        return at_infinity(primitive, name, known)
    if normal(end) == _MINUS_INFINITY:
        return at_infinity(instantiate(primitive, {name: mul(number(-1), variable(name))}), name, known)
    raise NotApplicable("an integral ends at a number, at infinity or at -infinity")


def limit(step: Step, scope: Scope) -> Rewrite:
    """Take a limit as an index goes to infinity: what does not change stays, and what vanishes exponentially goes."""

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "limit":
            return None
        if e.args[0] != INFINITY:
            raise NotApplicable("limits are taken at infinity")
        name, body = open_(e)
        return at_infinity(body, name, scope.known.around((*around, bound_range(e, name))))

    return lambda e: rewrite(e, change)


def at_infinity(e: Term, name: Any, known: Known) -> Term:
    """The limit of a term as a variable goes to infinity.

    Raises:
        NotApplicable: a term of it neither vanishes for a reason that is known here nor stays the same.
    """
    terms = terms_of(simplified(e))
    for term in terms:
        if name in term.free and not _vanishes(term, name, known):
            raise NotApplicable("it is not known to have a limit")
    return add(*(t for t in terms if name not in t.free))


def _vanishes(product: Term, name: Any, known: Known) -> bool:
    """Whether a product is exp of something that goes to -infinity, times powers of the variable and what stays bounded."""
    (monomial,) = polynomial(product)
    above: list[Term] = []
    for atom, exponent in monomial:
        if name not in atom.free or atom == variable(name) or _bounded(atom):
            continue
        argument = _logarithm(atom)
        if argument is None:
            return False
        above.append(mul(number(exponent), argument))
    return _sinks(add(*above), name, known)


def _bounded(atom: Term) -> bool:
    return atom.op == "function" and atom.head in (("sin", 0), ("cos", 0))


def _logarithm(e: Term) -> Term | None:
    """The u of which a term is exp(u), if it is written as such or as a power of it."""
    if e.op == "function" and e.head == ("exp", 0):
        return e.args[0]
    if e.op == "pow" and (below := _logarithm(e.args[0])) is not None:
        return mul(e.args[1], below)
    return None


def _sinks(argument: Term, name: Any, known: Known) -> bool:
    """Whether an argument goes to -infinity: the variable stands in it only in powers, times what is negative, or maybe 0."""
    rates = {m: c for m, c in polynomial(argument).items() if any(name in atom.free for atom, _ in m)}
    factors = [[a for a, _ in monomial if a != variable(name)] for monomial in rates]
    # What moves with the variable may be positive and vanish.
    fixed = all(name not in a.free and known.nonnegative(a) for f in factors for a in f)
    return fixed and all(c < 0 for c in rates.values()) and any(all(map(known.nonzero, f)) for f in factors)


def simplified(e: Term) -> Term:
    """Sines, cosines and exponentials at the places where they are known: at multiples of pi / 2, and shifted by them."""

    def change(part: Term, around: tuple[Range, ...]) -> Term | None:
        if part.op != "function" or part.head not in _ENTIRE:
            return None
        return _known_value(part.head[0], normal(part.args[0]))

    return rewrite(e, change)


def _known_value(name: str, at: Term) -> Term:
    if name == "exp":
        return number(1) if at == ZERO else function("exp", at)
    p = polynomial(at)
    quarters = p.pop(frozenset({(PI, 1)}), Fraction(0)) * 2
    if quarters.denominator != 1:
        return function(name, at)
    rest = normal(at - mul(number(quarters / 2), PI))
    # sin(x + pi/2) = cos(x), cos(x + pi/2) = -sin(x); cos is even and sin is odd.
    turns = (int(quarters) + (1 if name == "cos" else 0)) % 4
    flipped = _leads_with_minus(rest)
    inner = normal(mul(number(-1), rest)) if flipped else rest
    sine = ZERO if inner == ZERO else mul(number(-1 if flipped else 1), function("sin", inner))
    cosine = number(1) if inner == ZERO else function("cos", inner)
    return (sine, cosine, mul(number(-1), sine), mul(number(-1), cosine))[turns]


def _leads_with_minus(term: Term) -> bool:
    first = term.args[0] if term.op == "add" else term
    return bool(first.op == "number" and first.head < 0) or (
        first.op == "mul" and first.args[0].op == "number" and first.args[0].head < 0
    )


def known_values(step: Step, scope: Scope) -> Rewrite:
    """Sines and cosines of what is shifted by multiples of pi / 2, and their values there."""
    return simplified


def product_of_cosines(step: Step, scope: Scope) -> Rewrite:
    """2 cos(a) cos(b) = cos(a - b) + cos(a + b)."""

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        cosines = [f for f in e.args if f.op == "function" and f.head == ("cos", 0)] if e.op == "mul" else []
        if len(cosines) != 2:
            return None
        (one,), (other,) = (f.args for f in cosines)
        rest = [f for f in e.args if f not in cosines]
        both = add(function("cos", normal(one - other)), function("cos", normal(one + other)))
        return mul(number(Fraction(1, 2)), *rest, both)

    return lambda e: rewrite(e, change)

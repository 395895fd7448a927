"""The rules about real functions: integrals by an antiderivative, limits as sympy takes them, one identity of cosines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symcheck.proof.kernel.algebra import normal, polynomial
from symcheck.proof.kernel.signs import PI
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.terms import Range, Term, add, function, instantiate, mul, number, open_, rewrite

INFINITY = function("infinity")


def to_sympy(term: Term) -> Any:
    """A term of real functions as sympy knows it.

    Raises:
        NotApplicable: it has other parts than numbers, variables, sin, cos, exp and arithmetic.
    """
    import sympy

    if term.op == "number":
        return sympy.Rational(term.head.numerator, term.head.denominator)
    if term.op == "variable":
        # By identity: two names that look alike are two variables. All are real numbers.
        return sympy.Symbol(f"{term.head}@{id(term.head) if not isinstance(term.head, str) else ''}", real=True)
    args = [to_sympy(a) for a in term.args]
    if term.op == "add":
        return sympy.Add(*args)
    if term.op == "mul":
        return sympy.Mul(*args)
    if term.op == "pow":
        return sympy.Pow(*args)
    if term == INFINITY:
        return sympy.oo
    if term == PI:
        return sympy.pi
    if term.op == "function" and term.head in (("sin", 0), ("cos", 0), ("exp", 0)) and len(args) == 1:
        return getattr(sympy, term.head[0])(args[0])
    raise NotApplicable(f"{term.head or term.op} is no function of calculus")


def from_sympy(e: Any) -> Term:
    """A number of sympy as a term.

    Raises:
        NotApplicable: it is no rational number.
    """
    if e.is_Rational:
        return number(Fraction(int(e.p), int(e.q)))
    raise NotApplicable(f"{e} is no rational number")


def fundamental_theorem(step: Step, scope: Scope) -> Rewrite:
    """An integral is the difference of an antiderivative at its ends; ``choose`` gives the antiderivative."""
    import sympy

    if set(step.choose) != {"antiderivative"} or len(step.choose["antiderivative"].variables) != 1:
        raise NotApplicable("the fundamental theorem needs one antiderivative, of one variable")
    choice = step.choose["antiderivative"]
    (own,) = choice.variables
    if not _entire(choice.value):
        raise NotApplicable("the antiderivative is not known to be smooth everywhere")

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "integral":
            return None
        name, body = open_(e)
        primitive = instantiate(choice.value, {own: Term("variable", name)})
        x = to_sympy(Term("variable", name))
        if sympy.simplify(sympy.diff(to_sympy(primitive), x) - to_sympy(body)) != 0:
            return None
        return add(_end(primitive, name, e.args[1]), mul(number(-1), _end(primitive, name, e.args[0])))

    return lambda e: rewrite(e, change)


def _end(primitive: Term, name: Any, at: Term) -> Term:
    import sympy

    if at == INFINITY or normal(at) == normal(mul(number(-1), INFINITY)):
        x = to_sympy(Term("variable", name))
        return from_sympy(sympy.limit(to_sympy(primitive), x, to_sympy(at)))
    return simplified(instantiate(primitive, {name: at}))


def _entire(e: Term) -> bool:
    whole = e.op in ("add", "mul") or (e.op == "function" and e.head in (("sin", 0), ("cos", 0), ("exp", 0)))
    whole = whole or (
        e.op == "pow" and e.args[1].op == "number" and e.args[1].head >= 0 and e.args[1].head.denominator == 1
    )
    return all(map(_entire, e.args)) if whole else e.op in ("number", "variable") or e == PI


def simplified(e: Term) -> Term:
    """Sines, cosines and exponentials at the places where they are known: at multiples of pi / 2, and shifted by them."""

    def change(part: Term, around: tuple[Range, ...]) -> Term | None:
        if part.op != "function" or part.head[0] not in ("sin", "cos", "exp") or part.head[1] or len(part.args) != 1:
            return None
        return _known_value(part.head[0], normal(part.args[0]))

    return rewrite(e, change)


def _known_value(name: str, at: Term) -> Term:
    if name == "exp":
        return number(1) if at == number(0) else function("exp", at)
    p = polynomial(at)
    quarters = p.pop(frozenset({(PI, 1)}), Fraction(0)) * 2
    if quarters.denominator != 1:
        return function(name, at)
    rest = normal(at - mul(number(quarters / 2), PI))
    # sin(x + pi/2) = cos(x), cos(x + pi/2) = -sin(x); cos is even and sin is odd.
    turns = (int(quarters) + (1 if name == "cos" else 0)) % 4
    flipped = _leads_with_minus(rest)
    inner = normal(mul(number(-1), rest)) if flipped else rest
    sine = number(0) if inner == number(0) else mul(number(-1 if flipped else 1), function("sin", inner))
    cosine = number(1) if inner == number(0) else function("cos", inner)
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


def limit(step: Step, scope: Scope) -> Rewrite:
    """Take a limit at infinity, as sympy does; what is known of signs is passed on to it."""
    import sympy

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "limit":
            return None
        name, body = open_(e)
        known = scope.known.around(around)
        signs = {}
        for other in body.free - {name}:
            symbol = to_sympy(Term("variable", other))
            positive = known.nonzero(Term("variable", other)) and known.nonnegative(Term("variable", other))
            signs[symbol] = sympy.Symbol(symbol.name, positive=True) if positive else symbol
        try:
            value = sympy.limit(to_sympy(body).subs(signs), to_sympy(Term("variable", name)), to_sympy(e.args[0]))
        except NotImplementedError as reason:
            raise NotApplicable(f"sympy does not know the limit: {reason}") from reason
        return from_sympy(value)

    return lambda e: rewrite(e, change)

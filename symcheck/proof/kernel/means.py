"""The rules about means: they are linear, laws are known by the means of functions, and nothing else is known of them."""

from __future__ import annotations

from collections.abc import Mapping

from symcheck.proof.kernel.algebra import same
from symcheck.proof.kernel.equations import in_ranges
from symcheck.proof.kernel.steps import Choice, NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.sums import factors_of, terms_of
from symcheck.proof.kernel.terms import (
    Fact,
    Range,
    Term,
    add,
    close,
    instantiate,
    mul,
    number,
    open_,
    power,
    rewrite,
    variable,
)


def linearity(step: Step, scope: Scope) -> Rewrite:
    """E[X + Y] = E[X] + E[Y], also for sums with symbolic limits, and E[c X] = c E[X]."""

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "mean":
            return None
        outcome, body = open_(e)
        return _linear(outcome, body)

    return lambda e: rewrite(e, change)


def _linear(outcome: object, body: Term) -> Term:
    return add(*(_constant_outside(outcome, t) for t in terms_of(body)))


def _constant_outside(outcome: object, term: Term) -> Term:
    parts = factors_of(term)
    constant = mul(*(f for f in parts if outcome not in f.free))
    inner = [f for f in parts if outcome in f.free]
    if not inner:
        return constant
    rest = mul(*inner)
    if rest.op == "sum" and not any(outcome in end.free for end in rest.args[:2]):
        name, body = open_(rest)
        return mul(constant, close("sum", name, rest.args[:2], _linear(outcome, body)))
    return mul(constant, close("mean", outcome, (), rest))


def for_every_function(step: Step, scope: Scope) -> Rewrite:
    """Put in a fact about laws, with a choice of its functions and of all its variables."""
    if len(step.uses) != 1:
        raise NotApplicable("one fact has to be named")
    fact = scope.fact(step.uses[0])
    if fact.relation != "=":
        raise NotApplicable(f"{fact.name} is not an equation")
    wanted = dict(fact.functions)
    held = scope.held.get(fact.name, frozenset())
    binding = {v: variable(v) for v in fact.variables if v in held} | dict(step.at)
    if set(step.choose) != set(wanted) or not wanted or set(binding) != set(fact.variables) or set(step.at) & held:
        raise NotApplicable("the functions and the indices of the fact have to be chosen, all of them")
    for name, choice in step.choose.items():
        if len(choice.variables) != wanted[name] or not choice.value.free <= set(choice.variables):
            raise NotApplicable("what is chosen has to be a function of its arguments and of nothing else")
        if any(t.op == "partial" and t.free for t in choice.value.walk()):
            # A derivative asks how an argument depends on something, not what its value is.
            raise NotApplicable("what is chosen has to be a function of the values of its arguments")
    left, right = (apply(instantiate(side, binding), step.choose) for side in (fact.left, fact.right))

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op == "partial":
            return e  # what holds at a point says nothing about derivatives there
        if e.op != left.op or not same(e, left):
            return None
        return right if in_ranges(fact, binding, scope.known.around(around)) else None

    return lambda e: rewrite(e, change)


def apply(e: Term, chosen: Mapping[str, Choice]) -> Term:
    """The term with functions in place of names.

    Raises:
        NotApplicable: such a function is differentiated, or has another number of arguments.
    """

    def change(part: Term, around: tuple[Range, ...]) -> Term | None:
        if part.op != "function" or part.head[0] not in chosen:
            return None
        choice = chosen[part.head[0]]
        if part.head[1] or len(part.args) != len(choice.variables):
            raise NotApplicable(f"{part.head[0]} is used in another way")
        arguments = [rewrite(a, change, around) for a in part.args]
        return instantiate(choice.value, dict(zip(choice.variables, arguments, strict=True)))

    return rewrite(e, change)


def higher_powers(step: Step, scope: Scope) -> Rewrite:
    """With a fact X^2 = Y X at one place: the powers of X above the second, reduced as often as it takes."""
    if len(step.uses) != 1:
        raise NotApplicable("one fact has to be named")
    fact = scope.fact(step.uses[0])
    base, factor = _square(fact)
    held = scope.held.get(fact.name, frozenset())
    binding = {v: variable(v) for v in fact.variables if v in held} | dict(step.at)
    if set(binding) != set(fact.variables) or set(step.at) & held or not in_ranges(fact, binding, scope.known):
        raise NotApplicable("it needs a fact about a square, at one place")
    base, factor = instantiate(base, binding), instantiate(factor, binding)

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op == "partial":
            return e  # what holds at a point says nothing about derivatives there
        if e.op != "pow" or e.args[1].op != "number" or not same(e.args[0], base):
            return None
        exponent = e.args[1].head
        if exponent.denominator != 1 or exponent <= 2:
            return None
        return mul(power(factor, int(exponent) - 1), base)

    return lambda e: rewrite(e, change)


def _square(fact: Fact) -> tuple[Term, Term]:
    """The base and the factor of a fact X^2 = Y X."""
    if fact.relation == "=" and not fact.functions and fact.left.op == "pow" and fact.left.args[1] == number(2):
        base = fact.left.args[0]
        rest = list(fact.right.args) if fact.right.op == "mul" else []
        if base in rest:
            rest.remove(base)
            return base, mul(*rest)
    raise NotApplicable("it needs a fact about a square, at one place")

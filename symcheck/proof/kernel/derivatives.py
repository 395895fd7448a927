"""The rules about derivatives: carry one out, or go through a layer by the chain rule."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.proof.kernel.algebra import normal, same
from symcheck.proof.kernel.dependence import comes_after, distinct, may_depend, passes_through
from symcheck.proof.kernel.matching import match
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import NotApplicable, Rewrite, Scope, Step
from symcheck.proof.kernel.sums import collapsing
from symcheck.proof.kernel.terms import (
    ONE,
    ZERO,
    Range,
    Term,
    add,
    bound_range,
    close,
    delta,
    function,
    instantiate,
    mul,
    number,
    open_,
    partial,
    power,
    rewrite,
    summed,
)

#: The functions of calculus, whose derivatives are known.
KNOWN: dict[str, Callable[[Term], Term]] = {
    "sin": lambda x: function("cos", x),
    "cos": lambda x: mul(number(-1), function("sin", x)),
    "exp": lambda x: function("exp", x),
}


def differentiate(step: Step, scope: Scope) -> Rewrite:
    """Carry out derivatives: of sums, products, powers and functions, which may depend on their last argument alone."""

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "partial":
            return None
        body, place = e.args
        known = scope.known.around(around)
        if any(t.op == "partial" for t in body.walk()):
            return partial(rewrite(body, change, around), place)  # the inner one first
        return collapsing(known)(normal(slope(body, place, scope, known)))

    return lambda e: rewrite(e, change)


def slope(e: Term, place: Term, scope: Scope, known: Known) -> Term:
    """The derivative of a term with respect to an entry or a variable.

    Raises:
        NotApplicable: it may depend on it in a way that is not written out.
    """

    def of(part: Term) -> Term:
        return slope(part, place, scope, known)

    if e.op in ("number", "delta"):
        return ZERO
    if e.op == "variable":
        return ONE if e == place else ZERO
    if e.op == "entry":
        return _of_entry(e, place, scope, known)
    if e.op == "add":
        return add(*map(of, e.args))
    if e.op == "mul":
        return add(*(mul(*e.args[:i], of(f), *e.args[i + 1 :]) for i, f in enumerate(e.args)))
    if e.op == "pow":
        return _of_power(e, of, known)
    if e.op == "sum":
        name, body = open_(e)
        inner = slope(body, place, scope, known.around((bound_range(e, name),)))
        return ZERO if normal(inner) == ZERO else close("sum", name, e.args[:2], inner)
    if e.op == "function":
        return _of_function(e, of)
    raise NotApplicable(f"a {e.op} is not differentiated")


def _of_entry(e: Term, place: Term, scope: Scope, known: Known) -> Term:
    if not distinct(e, place, known):
        deltas = [delta(a, b) for a, b in zip(e.args, place.args, strict=True) if normal(a) != normal(b)]
        if deltas and may_depend(e, place, scope, known):
            raise NotApplicable(f"{e.head} may depend on another entry of its own")
        return mul(*deltas)
    if may_depend(e, place, scope, known):
        raise NotApplicable(f"{e.head} may depend on {place.head}: its definition has to be unfolded first")
    return ZERO


def _of_power(e: Term, of: Callable[[Term], Term], known: Known) -> Term:
    base, exponent = e.args
    if normal(of(exponent)) != ZERO:
        raise NotApplicable("an exponent depends on what is derived by")
    inner = of(base)
    if normal(inner) == ZERO:
        return ZERO
    if not known.is_index(exponent) or not (known.at_least(exponent, ONE) or known.nonzero(base)):
        raise NotApplicable("a power is differentiated only where its exponent is at least 1 or its base is not 0")
    return mul(exponent, power(base, normal(exponent - 1)), inner)


def _of_function(e: Term, of: Callable[[Term], Term]) -> Term:
    name, primes = e.head
    if not e.args:
        return ZERO
    *leading, last = e.args
    if any(normal(of(a)) != ZERO for a in leading):
        raise NotApplicable(f"{name} is differentiated in its last argument only")
    if name in KNOWN and not primes and not leading:
        return mul(KNOWN[name](last), of(last))
    inner = normal(of(last))
    return ZERO if inner == ZERO else mul(function(name, *e.args, primes=primes + 1), inner)


def chain_rule(step: Step, scope: Scope) -> Rewrite:
    """A derivative through a layer: dE/du = Sum over the layer of dE/dv dv/du.

    All that depends on u has to pass through v, and the layer has to be whole: each index of v either runs over its
    full range or is that of u (its layer may be a later one).
    """
    cut = step.through
    if cut is None or cut.op != "entry":
        raise NotApplicable("the chain rule needs the entries that everything passes through")

    def change(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op != "partial":
            return None
        value, variable = e.args
        if around or value.op != "entry" or variable.op != "entry":
            raise NotApplicable("the chain rule goes from one entry to another, outside of sums")
        known = scope.known.around(around)
        limits = _limits(cut, step, scope)
        inside = known.around(tuple(Range(n, low, high) for n, low, high in limits))
        if not comes_after(cut, variable, scope, inside) or not comes_after(value, cut, scope, inside):
            raise NotApplicable(f"{cut.head} does not come between {variable.head} and {value.head}")
        kept = _kept(cut, variable, {n for n, _, _ in limits}, scope)
        if why := passes_through(value, cut, variable, kept, scope):
            raise NotApplicable(f"not everything passes through {cut.head}: {why}")
        return summed(mul(partial(value, cut), partial(cut, variable)), *limits)

    return lambda e: rewrite(e, change)


def _limits(cut: Term, step: Step, scope: Scope) -> list[tuple[object, Term, Term]]:
    """The full range of each index that is summed over, from the definition of the array."""
    found = [
        (f, m)
        for n in sorted(scope.definitions)
        if (f := scope.facts[n]).left.op == "entry" and (m := match(f.left, cut, f.variables, {})) is not None
    ]
    if len(found) != 1 or not same(instantiate(found[0][0].left, found[0][1]), cut):
        raise NotApplicable(f"{cut.head} has no definition that says over which entries to sum")
    fact, binding = found[0]
    full = {binding[r.name]: r for r in fact.ranges}
    if clash := set(step.over) & set(scope.known.ranges):
        raise NotApplicable(f"{', '.join(map(str, clash))} stands for something already")
    limits = []
    for name in step.over:
        own = next((r for v, r in full.items() if v.op == "variable" and v.head == name), None)
        if own is None or own.low is None or own.high is None:
            raise NotApplicable(f"{name} does not run over all of {cut.head}")
        limits.append((name, instantiate(own.low, binding), instantiate(own.high, binding)))
    return limits


def _kept(cut: Term, variable: Term, over: set[object], scope: Scope) -> list[int]:
    """The positions at which the cut has the index of the variable, beside those of its place in the order."""
    order = scope.order[cut.head]
    placed = {i for i, v in enumerate(order.variables) if v in order.step.free | order.made.free}
    kept = []
    for position, value in enumerate(cut.args):
        if position in placed or (value.op == "variable" and value.head in over):
            continue
        if position >= len(variable.args) or normal(value) != normal(variable.args[position]):
            raise NotApplicable(
                f"the index {position + 1} of {cut.head} is neither summed over nor that of {variable.head}"
            )
        kept.append(position)
    return kept

"""What an entry may depend on, by the order of computation that the definitions keep to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import gcd

from symcheck.proof.kernel.algebra import normal, polynomial
from symcheck.proof.kernel.proofs import at_value
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.steps import NotApplicable, Order, Scope
from symcheck.proof.kernel.terms import Fact, Fresh, Range, Term, instantiate, rewrite, variable


def distinct(one: Term, other: Term, known: Known) -> bool:
    """Whether two entries are sure to be different ones."""
    if one.op != other.op or one.head != other.head or len(one.args) != len(other.args):
        return True
    return any(known.at_least(a, b + 1) or known.at_least(b, a + 1) for a, b in zip(one.args, other.args, strict=True))


def renamed(fact: Fact) -> Fact:
    """The same fact with variables of its own, which are those of nothing else."""
    fresh = {r.name: variable(Fresh(str(r.name))) for r in fact.ranges}

    def put(term: Term | None) -> Term | None:
        return None if term is None else instantiate(term, fresh)

    ranges = tuple(replace(r, name=fresh[r.name].head, low=put(r.low), high=put(r.high)) for r in fact.ranges)
    return replace(fact, left=instantiate(fact.left, fresh), right=instantiate(fact.right, fresh), ranges=ranges)


def place(entry: Term, scope: Scope) -> Order:
    """Where an entry stands.

    Raises:
        NotApplicable: its array has no place in the order of computation.
    """
    order = scope.order.get(entry.head) if entry.op == "entry" else None
    if order is None or len(order.variables) != len(entry.args):
        raise NotApplicable("what is derived by has no place in the order of computation")
    binding = dict(zip(order.variables, entry.args, strict=True))
    step, made, used = (instantiate(p, binding) for p in (order.step, order.made, order.used))
    return Order((), step, made, used, order.late)


def _above(later: Order, earlier: Order, known: Known) -> bool:
    """Whether one is sure to be made above the place where the other is used, in the same step."""
    if later.late != earlier.late:
        return later.late > earlier.late
    return not later.late and known.at_least(later.made, earlier.used + 1)


def comes_after(entry: Term, variable: Term, scope: Scope, known: Known) -> bool:
    """Whether an entry is sure to come after another one, in the same step of training."""
    here, there = place(entry, scope), place(variable, scope)
    return normal(here.step) == normal(there.step) and _above(here, there, known)


def may_depend(entry: Term, variable: Term, scope: Scope, known: Known) -> bool:
    """Whether nothing excludes that an entry depends on another one in some other way than by being it."""
    if not _is_defined(entry, scope):
        return False
    if entry.head not in scope.order or variable.op != "entry" or variable.head not in scope.order:
        return True
    here, there = place(entry, scope), place(variable, scope)
    if known.at_least(there.step, here.step + 1):
        return False
    if normal(here.step) != normal(there.step) or here.late != there.late:
        return normal(here.step) != normal(there.step) or here.late > there.late
    return bool(here.late) or not known.at_least(there.used, here.made)


def _is_defined(entry: Term, scope: Scope) -> bool:
    defined = [scope.facts[n].left for n in scope.definitions] + [f.left for f in scope.outputs]
    return any(d.op == entry.op and d.head == entry.head for d in defined)


def passes_through(value: Term, cut: Term, variable: Term, kept: list[int], scope: Scope) -> str:
    """Why the value may depend on the variable otherwise than through the entries of one array at one place, or nothing.

    Definitions are the only ways, from what stands on their right to what stands on their left. None may lead from below the
    place of the cut past it, and all that start at what may depend on the variable keep the indices ``kept``.
    """
    at, end = place(cut, scope), place(value, scope)
    if at.late:
        return f"{cut.head} is no layer"
    made_from = _made_from(scope)
    between = [w for w in _ways(scope) if w.left.head in scope.order and w.left.head in made_from(value.head)]
    for fact in (_in_step(w, at.step, scope) for w in between):
        for source, known in mentioned(fact, scope.known):
            if source.head not in scope.order:
                continue  # it is not defined, by `order_kept`
            if variable.head not in made_from(source.head):
                continue
            depends = may_depend(source, variable, scope, known)
            if distinct(source, variable, known) and not depends:
                continue
            from_ = place(source, scope)
            # What is made of the variable may be kept for long: it comes from where it is made, the variable from where it is used.
            begins = from_.made if depends else from_.used
            if place(fact.left, scope).late > end.late or from_.late or known.at_least(begins, at.made):
                continue
            if _leads_past(fact.left, cut, replace(from_, used=begins), at, scope):
                return f"{fact.name} leads past it"
            for position in kept:
                if not (
                    position < min(len(fact.left.args), len(source.args))
                    and fact.left.args[position] == source.args[position]
                    and fact.left.args[position].op == "variable"
                ):
                    return f"{fact.name} mixes what is not summed over"
    return ""


def _made_from(scope: Scope) -> Callable[[str], set[str]]:
    """From an array, itself and those that its entries are made from, wherever they stand."""
    mentions: dict[str, set[str]] = {}
    for way in _ways(scope):
        mentions.setdefault(way.left.head, set()).update(e.head for e in way.right.walk() if e.op == "entry")

    def reached(array: str) -> set[str]:
        found, waiting = {array}, [array]
        while waiting:
            new = mentions.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    return reached


def _in_step(way: Fact, step: Term, scope: Scope) -> Fact:
    """A definition where it makes what belongs to this step: no way through another one leads back to it.

    Its other variables are not those of the goal, though they may be called alike.
    """
    own = renamed(way)
    to = place(own.left, scope).step
    for r in own.ranges:
        rest = normal(to - variable(r.name))
        if rest.free.isdisjoint(own.variables):
            return at_value(own, r.name, normal(step - rest))
    return own


def _leads_past(target: Term, cut: Term, from_: Order, at: Order, scope: Scope) -> bool:
    """Whether a way from below the cut may end elsewhere than below it or in it."""
    to = place(target, scope)
    if normal(from_.step) != normal(to.step):
        return False  # from one step of training to a later one is outside a derivative within the step
    length = _constant(to.made - from_.used)
    if to.late or length is None:
        return True
    # Where it ends, counted from the cut: a way that crosses the cut ends less than its length above it.
    ahead = polynomial(to.made - at.made)
    rest = ahead.pop(frozenset(), Fraction(0))
    if any(c.denominator != 1 for c in (*ahead.values(), rest)):
        return True
    stride = gcd(*(int(c) for c in ahead.values()))
    first = int(rest) % stride if stride else int(rest)
    if not 0 <= first < length:
        return False
    into = target.head == cut.head and _one_level(scope.order[cut.head])
    return not into or first > 0 or 0 < stride < length


def _constant(term: Term) -> int | None:
    value = normal(term)
    return int(value.head) if value.op == "number" and value.head.denominator == 1 else None


def _one_level(order: Order) -> bool:
    """Whether entries that stand at one place agree in the index that the place depends on."""
    return len(order.made.free) <= 1 and all(len(m) <= 1 and all(e == 1 for _, e in m) for m in polynomial(order.made))


def order_kept(scope: Scope) -> str:
    """Why a definition does not keep to the order of computation, or nothing."""
    for fact in _ways(scope):
        if fact.left.op != "entry" or fact.left.head not in scope.order:
            continue
        to = place(fact.left, scope)
        if not to.late and not scope.known.around(fact.ranges).at_least(to.used, to.made):
            return f"{fact.left.head} is used before it is made"
        for source, known in mentioned(fact, scope.known):
            if source.head not in scope.order:
                if _is_defined(source, scope):
                    return f"{fact.name} uses {source.head}, which has no place in the order of computation"
                continue
            from_ = place(source, scope)
            earlier = known.at_least(to.step, from_.step + 1)
            if not earlier and not (normal(from_.step) == normal(to.step) and _above(to, from_, known)):
                return f"{fact.name} does not keep to the order of computation: {source.head} comes before {fact.left.head}"
    return ""


def _ways(scope: Scope) -> tuple[Fact, ...]:
    return (*(scope.facts[n] for n in sorted(scope.definitions)), *scope.outputs)


def mentioned(fact: Fact, known: Known) -> list[tuple[Term, Known]]:
    """The entries on the right of a definition, with what is known at their places."""
    found: list[tuple[Term, Known]] = []
    inside = known.around(fact.ranges)

    def visit(e: Term, around: tuple[Range, ...]) -> Term | None:
        if e.op == "entry":
            found.append((e, inside.around(around)))
        return None

    rewrite(fact.right, visit)
    return found

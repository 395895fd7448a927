"""The language of proofs: terms in which a bound index has no name, equations between them, and their ranges.

A term is an operation with its arguments. The index that a sum binds is a number, how many binders lie between it and
its own (locally nameless: Charguéraud 2012), so it cannot be confused with any other; to go inside a binder is to
`open` it with a variable that nothing else contains, to come out is to `close` it.

Every variable stands for an integer or for a real number, and every array is defined at all integers. A sum whose end lies
below its start is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

#: The operations that bind, and how many arguments stand before the body.
BINDERS: Final = {"sum": 2, "mean": 0, "integral": 2, "limit": 1}
#: The size that says how many outcomes there are: a mean runs over all of them.
OUTCOMES: Final = "Omega"
#: The number of arguments of the operations that have a fixed one.
ARITY: Final = {
    "number": 0,
    "variable": 0,
    "bound": 0,
    "pow": 2,
    "delta": 2,
    "partial": 2,
    **{op: before + 1 for op, before in BINDERS.items()},
}
_OPEN_ENDED: Final = ("add", "mul", "entry", "function")


#: Deeper and larger terms are refused: a proof does not need them, and they would take for ever.
DEEPEST_TERM, LARGEST_TERM = 100, 4000


class TooLarge(ValueError):
    """Something is larger than any proof needs."""


class Fresh:
    """The name of a variable that was opened: equal to itself alone, whatever anybody writes."""

    __slots__ = ("hint",)

    def __init__(self, hint: str) -> None:
        self.hint = hint

    def __str__(self) -> str:
        return self.hint


class Term:
    """An operation with its arguments.

    Attributes:
        op: a key of `ARITY`, or ``add``, ``mul``, ``entry`` (of an array), ``function`` (applied).
        head: of a number its value, of a variable or an array its name, of a bound index how many binders lie
            between, of a function its name and how often its last argument was differentiated, of a binder how the
            index is shown.
        args: the arguments; a binder's last one is its body.
        free: the names of the variables in it.
        loose: how many binders around it its bound indices ask for; 0 where all are its own.
        depth, size: how deep it is, and how many operations it has.
    """

    __slots__ = ("_hash", "args", "depth", "free", "head", "loose", "op", "size")

    op: str
    head: Any
    args: tuple[Term, ...]
    free: frozenset[Any]
    loose: int
    depth: int
    size: int

    def __init__(self, op: str, head: Any = None, args: Iterable[Term] = ()) -> None:
        args = tuple(args)
        if op not in ARITY and op not in _OPEN_ENDED:
            raise ValueError(f"{op!r} is not an operation")
        if op in ARITY and len(args) != ARITY[op]:
            raise ValueError(f"{op} takes {ARITY[op]} arguments, not {len(args)}")
        self.op, self.head, self.args = op, head, args
        self.depth, self.size = 1 + max((a.depth for a in args), default=0), 1 + sum(a.size for a in args)
        if self.depth > DEEPEST_TERM or self.size > LARGEST_TERM:
            raise TooLarge(f"a term is nested more than {DEEPEST_TERM} deep, or has more than {LARGEST_TERM} parts")
        # How an index is shown is no part of what is said.
        self._hash = hash((op, None if op in BINDERS else head, args))
        self.free = frozenset((head,)) if op == "variable" else frozenset().union(*(a.free for a in args))
        loose = [a.loose for a in args]
        if op in BINDERS:
            loose[-1] = max(loose[-1] - 1, 0)
        self.loose = head + 1 if op == "bound" else max(loose, default=0)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Term)
            and self._hash == other._hash
            and self.op == other.op
            and (self.op in BINDERS or self.head == other.head)
            and self.args == other.args
        )

    def __repr__(self) -> str:
        return f"{self.op}({', '.join([*([str(self.head)] if self.head is not None else []), *map(repr, self.args)])})"

    def __add__(self, other: Term | int) -> Term:
        return add(self, _term(other))

    def __sub__(self, other: Term | int) -> Term:
        return add(self, mul(number(-1), _term(other)))

    def __mul__(self, other: Term | int) -> Term:
        return mul(self, _term(other))

    def walk(self) -> Iterable[Term]:
        """The term and all terms in it; in the body of a binder its index is loose."""
        yield self
        for a in self.args:
            yield from a.walk()


def _term(value: Term | int) -> Term:
    return value if isinstance(value, Term) else number(value)


def number(value: int | Fraction) -> Term:
    """A rational number."""
    return Term("number", Fraction(value))


def variable(name: Any) -> Term:
    """A variable, for an index or for a number."""
    return Term("variable", name)


def entry(array: str, *indices: Term) -> Term:
    """An entry of an array; an array of no indices is a number without a value."""
    return Term("entry", array, indices)


def function(name: str, *arguments: Term, primes: int = 0) -> Term:
    """A function applied; ``primes`` counts derivatives in its last argument."""
    return Term("function", (name, primes), arguments)


def add(*terms: Term) -> Term:
    """A sum of terms, left as it is."""
    return terms[0] if len(terms) == 1 else Term("add", None, terms) if terms else ZERO


def mul(*factors: Term) -> Term:
    """A product, left as it is."""
    return factors[0] if len(factors) == 1 else Term("mul", None, factors) if factors else ONE


def power(base: Term, exponent: Term | int) -> Term:
    """A power; ``power(x, -1)`` is 1 / x, of which nothing is known where x is 0."""
    return Term("pow", None, (base, _term(exponent)))


def delta(one: Term, other: Term) -> Term:
    """1 where two indices are equal, else 0."""
    return Term("delta", None, (one, other))


def partial(body: Term, place: Term) -> Term:
    """The derivative of ``body`` with respect to an entry (or a variable), not carried out."""
    return Term("partial", None, (body, place))


def close(op: str, name: Any, before: Iterable[Term], body: Term) -> Term:
    """A binder around ``body``, whose variable ``name`` becomes its index."""
    hint = name.hint if isinstance(name, Fresh) else str(name)
    return Term(op, hint, (*before, _abstracted(body, name, 0)))


def summed(body: Term, *limits: tuple[Any, Term, Term]) -> Term:
    """A sum over several variables (name, low, high), the first outermost."""
    for name, low, high in reversed(limits):
        body = close("sum", name, (low, high), body)
    return body


def open_(term: Term) -> tuple[Fresh, Term]:
    """A fresh name for the index of a binder, and the body with that variable."""
    name = Fresh(term.head)
    return name, _opened(term.args[-1], variable(name), 0)


def _abstracted(term: Term, name: Any, level: int) -> Term:
    if name not in term.free:
        return term
    if term.op == "variable":
        return Term("bound", level)
    return _mapped(term, lambda a, deeper: _abstracted(a, name, level + deeper))


def _opened(term: Term, value: Term, level: int) -> Term:
    if term.loose <= level:
        return term
    if term.op == "bound":
        # Only the outermost index of a body that is otherwise closed is ever loose here.
        return value if term.head == level else term
    return _mapped(term, lambda a, deeper: _opened(a, value, level + deeper))


def _mapped(term: Term, change: Callable[[Term, int], Term]) -> Term:
    last = len(term.args) - 1 if term.op in BINDERS else -1
    return Term(term.op, term.head, [change(a, int(i == last)) for i, a in enumerate(term.args)])


def instantiate(term: Term, binding: Mapping[Any, Term]) -> Term:
    """Put terms for variables, all at once. No index can be captured: bound ones have no names.

    Raises:
        ValueError: a term that is put in has a loose index.
    """
    if any(value.loose for value in binding.values()):
        raise ValueError("a term with a loose index is put in")
    return _instantiated(term, binding)


def _instantiated(term: Term, binding: Mapping[Any, Term]) -> Term:
    if term.free.isdisjoint(binding):
        return term
    if term.op == "variable":
        return binding[term.head]
    return Term(term.op, term.head, [_instantiated(a, binding) for a in term.args])


@dataclass(frozen=True)
class Range:
    """A variable with its range, both ends included; None where it has no end.

    Attributes:
        kind: ``index`` for an integer; ``real``, ``nonnegative`` or ``positive`` for a number, which has no ends.
    """

    name: Any
    low: Term | None = None
    high: Term | None = None
    kind: str = "index"


@dataclass(frozen=True)
class Fact:
    """``left = right`` (or ``left >= 0``) for all values of the variables in ``ranges``.

    Attributes:
        functions: names of functions, with their numbers of arguments: it holds for all functions in their place.
        relation: ``=``, or ``>=`` where ``right`` is 0.
        words: the same in words.
    """

    name: str
    left: Term
    right: Term
    ranges: tuple[Range, ...] = ()
    functions: tuple[tuple[str, int], ...] = ()
    relation: str = "="
    words: str = field(default="", compare=False)

    @property
    def variables(self) -> tuple[Any, ...]:
        """The names of the variables for which anything in range may be put."""
        return tuple(r.name for r in self.ranges)


def ends(range_: Range) -> tuple[Term, ...]:
    """The ends that a range has."""
    return tuple(e for e in (range_.low, range_.high) if e is not None)


Visit = Callable[[Term, tuple[Range, ...]], Term | None]


def rewrite(term: Term, change: Visit, around: tuple[Range, ...] = ()) -> Term:
    """Apply ``change`` to every term inside, outermost first; where it gives None, go on inside.

    ``change`` gets the ranges of the indices bound around the place, each opened with a fresh name.
    """
    changed = change(term, around)
    if changed is not None:
        return changed
    if term.op in BINDERS:
        *before, _ = term.args
        name, body = open_(term)
        inner = (*around, bound_range(term, name))
        outside = [rewrite(a, change, around) for a in before]
        return close(term.op, name, outside, rewrite(body, change, inner))
    if term.op == "partial":
        # What a derivative is taken by is a place, not a value.
        return partial(rewrite(term.args[0], change, around), term.args[1])
    if term.op == "entry" or not term.args:
        return term
    return Term(term.op, term.head, [rewrite(a, change, around) for a in term.args])


def bound_range(binder: Term, name: Any) -> Range:
    """The range of the index of a binder, opened with this name."""
    if binder.op == "sum":
        return Range(name, binder.args[0], binder.args[1])
    if binder.op == "mean":
        return Range(name, ONE, variable(OUTCOMES))
    # A limit goes to infinity through the integers; only large ones matter.
    return Range(name, ZERO) if binder.op == "limit" else Range(name, kind="real")


ZERO, ONE = number(0), number(1)
#: Where an integral may end and a limit is taken; it is no number.
INFINITY = function("infinity")

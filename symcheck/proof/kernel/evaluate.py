"""The second judge: exact evaluation in a finite world over GF(2^61 - 1), without the first one's algebra.

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

from symcheck.exact.field import P
from symcheck.proof.kernel.defined import Bound, Defined, Index, Integer, Places
from symcheck.proof.kernel.jets import Jet, added, multiplied, raised, through
from symcheck.proof.kernel.terms import Fact, Term

Entry = tuple[str, Index]
_Number = Callable[[Places, Bound], Jet]

#: No more terms are added up in one sum, and in all sums of one term; no more entries are evaluated in one world, and no
#: more derivatives taken of each other: the world is too large.
LONGEST_SUM, MOST_TERMS, MOST_ENTRIES, MOST_DERIVATIVES = 2000, 400_000, 50_000, 6


class World:
    """Concrete sizes, arrays and functions.

    Args:
        rng: where everything random comes from.
        sizes: the integer variables by name, such as the depth; ``horizon`` bounds the ranges that are infinite.
        arrays: constructed arrays, as functions of their indices; all others have independent random entries.
        functions: constructed functions, likewise; all others are random.
        outputs: definitions that only the worlds have, such as a loss with random slopes for any loss.

    Attributes:
        replaced: entries that have a definition, and in this world another value: what a hypothesis says of them.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: dict[str, int],
        arrays: dict[str, Callable[..., int]] | None = None,
        functions: dict[str, Callable[..., int]] | None = None,
        outputs: Sequence[Fact] = (),
    ) -> None:
        self.rng, self.sizes = rng, {"horizon": 0, **sizes}
        self.arrays, self.functions, self.outputs = dict(arrays or {}), dict(functions or {}), tuple(outputs)
        self.replaced: dict[Entry, Callable[[], int]] = {}
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

    def evaluation(self, definitions: Sequence[Fact]) -> Evaluator:
        """What evaluates terms here."""
        return Evaluator(self, [*definitions, *self.outputs])


class Evaluator:
    """Evaluates terms in a world, arrays by their definitions.

    A term is turned into a function of its variables once; the table of these functions is kept.
    """

    def __init__(self, world: World, definitions: Sequence[Fact]) -> None:
        self.world = world
        self._definitions: dict[str, list[Defined]] = {}
        for fact in definitions:
            self._definitions.setdefault(fact.left.head, []).append(Defined(fact, self._integer))
        self._seeds: tuple[Entry, ...] = ()
        self._known: dict[Any, Jet] = {}
        self._from: dict[Entry, set[Entry]] = {}
        self._stack: list[set[Entry]] = []
        self._found: dict[Entry, tuple[Fact | None, Places]] = {}
        self._values: dict[Any, Any] = {}
        self._added_up, self._entries = 0, 0
        self._numbers: dict[Term, _Number] = {}
        self._integers: dict[Term, Integer] = {}

    def number(self, term: Term, at: Places) -> Any:
        """The value of a term, its free variables given.

        Raises:
            TypeError, ValueError: it has none.
        """
        # A side of one step is a side of the next one.
        key = (term, tuple(sorted((n, v) for n, v in at.items() if n in term.free)))
        if key not in self._values:
            self._added_up = 0
            self._values[key] = self._jet(term)(at, ()).get(0, 0)
        return self._values[key]

    def integer(self, term: Term | None, at: Places) -> int:
        """The value of an index or a size; that of no end is the horizon."""
        return self.reader(term)(at, ())

    def reader(self, term: Term | None) -> Integer:
        """What gives the value of an index or a size at many places."""
        world = self.world
        return (lambda at, bound: world.sizes["horizon"]) if term is None else self._integer(term)

    def _integer(self, e: Term) -> Integer:
        if e not in self._integers:
            self._integers[e] = self._make_integer(e)
        return self._integers[e]

    def _make_integer(self, e: Term) -> Integer:
        world, head = self.world, e.head
        if e.op == "variable":
            return lambda at, bound: at[head] if head in at else world.sizes[head]
        if e.op == "bound":
            return lambda at, bound: bound[-1 - head]
        if e.op == "number" and head.denominator == 1:
            value = int(head)
            return lambda at, bound: value
        if e.op == "entry":
            indices = [self._integer(i) for i in e.args]
            return lambda at, bound: world.entry(head, tuple([i(at, bound) for i in indices]))
        if e.op in ("add", "mul"):
            parts, combine = [self._integer(a) for a in e.args], sum if e.op == "add" else prod
            return lambda at, bound: int(combine([p(at, bound) for p in parts]))
        raise TypeError(f"{e.op} gives no index")

    def _jet(self, e: Term) -> _Number:
        if e not in self._numbers:
            self._numbers[e] = self._make_jet(e)
        return self._numbers[e]

    def _make_jet(self, e: Term) -> _Number:
        head = e.head
        if e.op == "number":
            constant = {0: head.numerator * pow(head.denominator, -1, P) % P}
            return lambda at, bound: constant
        if e.op in ("variable", "bound"):
            return self._scalar(e)
        if e.op in ("add", "mul"):
            parts, combine = [self._jet(a) for a in e.args], added if e.op == "add" else multiplied
            return lambda at, bound: combine(*[p(at, bound) for p in parts])
        if e.op == "pow":
            base, exponent = self._jet(e.args[0]), self._integer(e.args[1])
            return lambda at, bound: raised(base(at, bound), exponent(at, bound))
        if e.op == "entry":
            indices = [self._integer(i) for i in e.args]
            return lambda at, bound: self._entry(head, tuple([i(at, bound) for i in indices]))
        if e.op == "sum":
            return self._sum(self._integer(e.args[0]), self._integer(e.args[1]), self._jet(e.args[2]))
        if e.op == "partial":
            return self._partial(*e.args)
        if e.op == "delta":
            one, other = (self._integer(a) for a in e.args)
            return lambda at, bound: {0: int(one(at, bound) == other(at, bound))}
        if e.op == "function":
            arguments = [self._jet(a) for a in e.args]
            return lambda at, bound: self._call(head[0] + "'" * head[1], [a(at, bound) for a in arguments])
        raise TypeError(f"a {e.op} has no value in a finite field")

    def _scalar(self, e: Term) -> _Number:
        world, head, index = self.world, e.head, self._integer(e)

        def value(at: Places, bound: Bound) -> Jet:
            if e.op == "bound" or head in at or head in world.sizes:
                return {0: index(at, bound) % P}
            return {0: world.entry(head, ())}

        return value

    def _sum(self, low: Integer, high: Integer, term: _Number) -> _Number:
        def total(at: Places, bound: Bound) -> Jet:
            first, last = low(at, bound), high(at, bound)
            if last - first >= LONGEST_SUM:
                raise ValueError(f"a sum has more than {LONGEST_SUM} terms")
            self._added_up += max(last - first + 1, 0)
            if self._added_up > MOST_TERMS:
                raise ValueError(f"sums have more than {MOST_TERMS} terms together")
            return added(*[term(at, (*bound, v)) for v in range(first, last + 1)])

        return total

    def _partial(self, body: Term, place: Term) -> _Number:
        if place.op != "entry":
            raise TypeError("a derivative by a variable has no value in a finite field")
        inner, indices = self._jet(body), [self._integer(i) for i in place.args]

        def derivative(at: Places, bound: Bound) -> Jet:
            outer, bit = self._seeds, 1 << len(self._seeds)
            if len(outer) >= MOST_DERIVATIVES:
                raise ValueError(f"more than {MOST_DERIVATIVES} derivatives are taken of each other")
            self._seeds = (*outer, (place.head, tuple(i(at, bound) for i in indices)))
            try:
                jet = inner(at, bound)
            finally:
                self._seeds = outer
            return {mask ^ bit: c for mask, c in jet.items() if mask & bit}

        return derivative

    def _entry(self, name: str, where: Index) -> Jet:
        here = (name, where)
        known = self._known.get(here)
        if known is None:
            known = self._known[here] = self._evaluated(here, ())
        behind = self._from[here]
        if self._stack:
            self._stack[-1] |= behind
        # What does not come from a variable of differentiation is constant.
        if behind.isdisjoint(self._seeds):
            return known
        if (here, self._seeds) not in self._known:
            self._known[here, self._seeds] = self._evaluated(here, self._seeds)
        return self._known[here, self._seeds]

    def _evaluated(self, here: Entry, seeds: tuple[Entry, ...]) -> Jet:
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise ValueError(f"more than {MOST_ENTRIES} entries are evaluated in a world: it is too large")
        outer, self._seeds = self._seeds, seeds
        self._stack.append({here})
        try:
            fact, binding = (None, {}) if here in self.world.replaced else self._definition(*here)
            jet = {0: self._given(here)} if fact is None else self._jet(fact.right)(binding, ())
        finally:
            self._seeds = outer
            self._from[here] = self._stack.pop()
        return added(jet, *({1 << bit: 1} for bit, seed in enumerate(seeds) if seed == here))

    def _given(self, here: Entry) -> int:
        replaced = self.world.replaced.get(here)
        return self.world.entry(*here) if replaced is None else replaced() % P

    def is_replaced(self, term: Term, at: Places) -> bool:
        """Whether an entry has another value here than its definition says."""
        return (
            bool(self.world.replaced)
            and term.op == "entry"
            and (term.head, tuple(self.integer(i, at) for i in term.args)) in self.world.replaced
        )

    def is_defined(self, name: str, where: Index) -> bool:
        """Whether a definition says what an entry is."""
        return self._definition(name, where)[0] is not None

    def _definition(self, name: str, where: Index) -> tuple[Fact | None, Places]:
        if (name, where) not in self._found:
            self._found[name, where] = next(
                ((d.fact, at) for d in self._definitions.get(name, ()) if (at := d.places(where)) is not None),
                (None, {}),
            )
        return self._found[name, where]

    def _call(self, name: str, arguments: list[Jet]) -> Jet:
        leading = tuple(a.get(0, 0) for a in arguments[:-1])
        if not arguments:
            return {0: self.world.value(name, ())}
        return through(arguments[-1], lambda k, a: self.world.value(name + "'" * k, (*leading, a)), factorial=True)

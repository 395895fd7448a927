"""Worlds that hypotheses make themselves, where they are equations between entries of arrays.

All instances of the equations that are assumed are written down, for small sizes. Entries that they make equal share one random
number; an entry that is equal to another expression has its value. What cannot be made true in this way stays random, and the
kernel says of it that it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from symcheck.proof.kernel.defined import Index
from symcheck.proof.kernel.evaluate import Evaluator, World
from symcheck.proof.kernel.proofs import Declarations
from symcheck.proof.kernel.terms import Fact, Range, Term, entry, mul, summed, variable

Entry = tuple[str, Index]
#: What makes a world: from a generator, the names of what is assumed, and a number that sizes have to go past.
Make = Callable[[np.random.Generator, frozenset[str], int], World]
#: More instances than these of one equation are not written down.
_MOST = 20_000


def sized(rng: np.random.Generator, declared: Declarations, narrower: tuple[Range, ...] = (), reach: int = 0) -> World:
    """A world with random sizes, among them the smallest ones, and random widths."""
    sizes: dict[str, int] = {}
    made = World(rng, sizes)
    counts = [a for a in declared.arrays.values() if a.least is not None]
    # Where blocks have members, their numbers multiply.
    spread = 3 if len(counts) == 1 else 2
    made.arrays |= {a.name: _integers(made, a.name, a.least or 0, spread) for a in counts}
    for r in (*declared.sizes, *narrower):
        low = Evaluator(made, ()).integer(r.low, {}) if r.low is not None else 0
        high = Evaluator(made, ()).integer(r.high, {}) if r.high is not None else None
        value = int(rng.integers(low, low + 3))
        if high is None:
            made.sizes[r.name] = max(value, reach + 1) if reach else value
        else:
            made.sizes[r.name] = high if reach else min(int(rng.integers(low, max(low, high) + 1)), high)
    made.outputs = tuple(map(any_function_of, declared.outputs))
    return made


def _integers(made: World, name: str, least: int, spread: int) -> Callable[..., int]:
    return lambda *place: least + made.random(name, *place) % spread


def any_function_of(fact: Fact) -> Fact:
    """For what is any differentiable function of some entries: one with random slopes there.

    Its first derivatives are those of any such function at these entries, and only they matter to a gradient.
    """
    over = [r for r in fact.ranges if r.name not in fact.left.free]
    slopes = entry(f"slopes of {fact.left.head}", *(variable(r.name) for r in fact.ranges))
    limits = [(r.name, r.low, r.high) for r in over if r.low is not None and r.high is not None]
    kept = tuple(r for r in fact.ranges if r.name in fact.left.free)
    return Fact(fact.name, fact.left, summed(mul(slopes, fact.right), *limits), kept)


def made_by(
    declared: Declarations,
    definitions: Mapping[str, Fact],
    facts: Mapping[str, Fact],
    narrower: Mapping[str, tuple[Range, ...]],
    claims: frozenset[str] = frozenset(),
    replacing: bool = True,
) -> Make:
    """What makes the worlds of a theorem from its hypotheses and claims.

    Args:
        narrower: for hypotheses about sizes, the ranges that they leave.
        claims: the names of facts that are assumed at one step only.
        replacing: whether what is computed gives way to what is assumed of it.
    """

    derived = any(t.op == "partial" for d in definitions.values() for t in d.right.walk())

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        made = sized(rng, declared, tuple(r for n in sorted(assumed) for r in narrower.get(n, ())), reach)
        if not assumed & claims:
            # What is said from some number on shows where ranges without an end go past it; steps of training, each with its
            # derivatives, take too long for that.
            made.sizes["horizon"] = reach + 2 if reach > 1 and not derived else 0
        classes = _Classes(made, tuple(definitions.values()), replacing)
        for name in sorted(assumed & set(facts)):
            fact = facts[name]
            if fact.functions:
                continue
            if fact.relation == ">=":
                _squares(made, fact)
            elif fact.left.op == "function":
                _function(made, fact, classes)
            elif fact.left.op == "entry":
                classes.assume(fact, 0 if name in claims else 2 * reach + 2)
        for array in classes.arrays():
            made.arrays.setdefault(array, classes.reader(array, made.arrays.get(array)))
        return made

    return make


class _Classes:
    """Entries that are equal, and what some of them are equal to."""

    def __init__(self, made: World, definitions: tuple[Fact, ...], replacing: bool) -> None:
        self.made, self.definitions, self.replacing = made, definitions, replacing
        self._above: dict[Entry, Entry] = {}
        self._meant: dict[Entry, tuple[Term, dict[Any, int]]] = {}
        self._evaluation: Evaluator | None = None
        self._asked: set[Entry] = set()

    def root(self, one: Entry) -> Entry:
        while one in self._above:
            one = self._above[one]
        return one

    def arrays(self) -> set[str]:
        known = {*self._above, *self._above.values(), *self._meant}
        return {name for name, _ in known}

    def assume(self, fact: Fact, horizon: int) -> None:
        for place in _instances(fact.ranges, self.made, horizon):
            left = self._place(fact.left, place)
            right = self._place(fact.right, place) if fact.right.op == "entry" else None
            if not self.replacing:
                if self.evaluation.is_defined(*left):
                    continue
                right = None if right is not None and self.evaluation.is_defined(*right) else right
            for one in (left, right):
                if one is not None and self.evaluation.is_defined(*one):
                    self.made.replaced[one] = lambda one=one: self.value(one)  # type: ignore[misc]
            if right is None:
                self._meant.setdefault(self.root(left), (fact.right, place))
            elif self.root(left) != self.root(right):
                self._join(self.root(left), self.root(right))

    def _join(self, one: Entry, other: Entry) -> None:
        self._above[one] = other
        if one in self._meant:
            self._meant.setdefault(other, self._meant.pop(one))

    def _place(self, e: Term, at: dict[Any, int]) -> Entry:
        return e.head, tuple(self.evaluation.integer(i, at) for i in e.args)

    @property
    def evaluation(self) -> Evaluator:
        """What evaluates in this world, made once."""
        if self._evaluation is None:
            self._evaluation = self.made.evaluation(self.definitions)
        return self._evaluation

    def value(self, one: Entry) -> int:
        root = self.root(one)
        # What is made of itself says nothing of its value.
        if root not in self._meant or root in self._asked:
            return self.made.random(*root)
        term, place = self._meant[root]
        self._asked.add(root)
        try:
            return int(self.evaluation.number(term, place))
        finally:
            self._asked.discard(root)

    def reader(self, name: str, other: Callable[..., int] | None) -> Callable[..., int]:
        return lambda *place: self.value((name, place))


def _instances(ranges: tuple[Range, ...], made: World, horizon: int) -> Iterator[dict[Any, int]]:
    found: list[dict[Any, int]] = [{}]
    reader = Evaluator(made, ())
    for r in ranges:
        if r.kind != "index":
            return
        every = (
            {**p, r.name: v}
            for p in found
            for v in range(
                0 if r.low is None else reader.integer(r.low, p),
                (horizon if r.high is None else reader.integer(r.high, p)) + 1,
            )
        )
        found = list(islice(every, _MOST))
    yield from found


def _function(made: World, fact: Fact, classes: _Classes) -> None:
    """A function whose values are given, at all arguments or where some of them are known numbers."""
    name = fact.left.head[0] + "'" * fact.left.head[1]
    before = made.functions.get(name)

    def value(*arguments: int) -> int:
        at: dict[Any, int] = {}
        for pattern, argument in zip(fact.left.args, arguments, strict=True):
            if pattern.op == "variable" and pattern.head in fact.variables:
                at[pattern.head] = argument
            elif (made.sizes[pattern.head] if pattern.op == "variable" else pattern.head) != argument:
                return before(*arguments) if before else made.random(name, *arguments)
        return int(_with_numbers(made, classes.definitions, fact.right, at))

    made.functions[name] = value


def _squares(made: World, fact: Fact) -> None:
    """A function that is not negative at any arguments: there its values are squares."""
    if fact.left.op == "function" and all(a.op == "variable" for a in fact.left.args):
        name = fact.left.head[0] + "'" * fact.left.head[1]
        made.functions[name] = lambda *arguments: made.random(name, *arguments) ** 2


def _with_numbers(made: World, definitions: tuple[Fact, ...], term: Term, at: dict[Any, int]) -> int:
    return int(made.evaluation(definitions).number(term, at))

"""Worlds with a finite probability space over GF(2^61 - 1), whose weights add up to one: there a mean is an exact sum.

A random variable is an array whose first index is the outcome, from 1 to Omega. Weights are elements of the field, not
real numbers between 0 and 1, so that any moments can be given to any values by solving linear equations for the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.defined import Bound, Index, Places
from symcheck.proof.kernel.evaluate import Evaluator, World
from symcheck.proof.kernel.jets import Jet
from symcheck.proof.kernel.terms import BINDERS, Fact, Term
from symcheck.proof.text.theory import Theory

#: Larger spaces are refused: sums over their outcomes would take for ever.
MOST_OUTCOMES = 20_000
#: An outcome as one place for each source.
Outcome = tuple[int, ...]


class _All(int):
    """Stands, as the index of an outcome, for all of them at once: the entry is then the array of its values."""

    def __sub__(self, other: int) -> int:
        return self if other == 0 else int(self) - other

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


_ALL = _All(1)


class SampleSpace(World):
    """A finite probability space: a product of independent sources.

    Args:
        base: a world with the sizes, arrays and functions that are not random; random elements are shared with it.
        sources: of each source the weights of its outcomes, which add up to one.
    """

    def __init__(self, base: World, sources: Sequence[Sequence[int]]) -> None:
        if (count := prod(map(len, sources))) > MOST_OUTCOMES:
            raise ValueError(f"a world of {count} outcomes is larger than any that is made ({MOST_OUTCOMES})")
        self.outcomes: list[Outcome] = list(product(*(range(len(weights)) for weights in sources)))
        weights = [prod(w[p] for w, p in zip(sources, o, strict=True)) % P for o in self.outcomes]
        self.weights = np.array(weights, dtype=object)
        sizes = {**base.sizes, "Omega": len(self.outcomes)}
        super().__init__(base.rng, sizes, base.arrays, base.functions, base.outputs)
        self._table = base._table

    def variable(self, name: str, value: Callable[..., int | None]) -> None:
        """A random variable; ``value(outcome, *place)`` gives it, None where it has no place."""

        def one(at: int, place: Index) -> int:
            found = value(self.outcomes[at - 1], *place) if 1 <= at <= len(self.outcomes) else None
            return self.random(name, at, *place) if found is None else found

        self.arrays[name] = lambda at, *place: one(at, place)

    def entry(self, name: str, at: Index) -> Any:
        """An entry of an array that has no definition; of a random variable at all outcomes, its values."""
        if not at or at[0] is not _ALL:
            return super().entry(name, at)
        values = [super(SampleSpace, self).entry(name, (w, *at[1:])) for w in range(1, len(self.outcomes) + 1)]
        return np.array(values, dtype=object)

    def evaluation(self, definitions: Sequence[Fact]) -> Evaluator:
        """The evaluator that knows what a mean is here."""
        return _WithMeans(self, [*definitions, *self.outputs])


class _WithMeans(Evaluator):
    world: SampleSpace

    def _make_jet(self, e: Term) -> Callable[[Places, Bound], Jet]:
        if e.op != "mean":
            return super()._make_jet(e)
        (body,) = e.args
        term, free, outer = self._jet(body), sorted(body.free, key=str), sorted(_binders_around(body))
        known: dict[Any, int] = {}

        def one(at: Places, bound: Bound) -> int:
            key = (*(at.get(v) for v in free), *(bound[-k] for k in outer))
            if key not in known:
                values = term(at, (*bound, _ALL)).get(0, 0)
                known[key] = int(np.sum(self.world.weights * values) % P)
            return known[key]

        def expectation(at: Places, bound: Bound) -> Jet:
            if self._seeds:
                raise TypeError("an expectation is not differentiated")
            if not any(at.get(v) is _ALL for v in free) and not any(bound[-k] is _ALL for k in outer):
                return {0: one(at, bound)}
            # What is averaged depends on the outcome of a mean around this one, which has to be another one.
            values = [
                one({n: w if v is _ALL else v for n, v in at.items()}, tuple(w if v is _ALL else v for v in bound))
                for w in range(1, len(self.world.outcomes) + 1)
            ]
            return {0: np.array(values, dtype=object)}  # type: ignore[dict-item]

        return expectation

    def _call(self, name: str, arguments: list[Jet]) -> Jet:
        values: list[Any] = [a.get(0, 0) for a in arguments]
        if not any(isinstance(v, np.ndarray) for v in values):
            return super()._call(name, arguments)
        # Numbers of the field stay integers of Python: products of machine integers overflow.
        rows = zip(*(v if isinstance(v, np.ndarray) else [v] * len(self.world.outcomes) for v in values), strict=True)
        return {0: np.array([self.world.value(name, row) for row in rows], dtype=object)}  # type: ignore[dict-item]


def not_random(theory: Theory, assumed: frozenset[str]) -> frozenset[str]:
    """The assumed facts that say what an entry is which is not random: their worlds can be made from these equations."""
    facts = [f for h in theory.hypotheses for f in h.facts if f.name in assumed]
    return frozenset(f.name for f in facts if f.left.op == "entry" and not theory.arrays[f.left.head].random)


def _binders_around(body: Term, inside: int = 0) -> set[int]:
    """How far out the binders are, counted from a binder's own, to which the indices in its body belong."""
    if body.op == "bound":
        return {body.head - inside} if body.head > inside else set()
    last = len(body.args) - 1 if body.op in BINDERS else -1
    return {k for n, a in enumerate(body.args) for k in _binders_around(a, inside + (n == last))}

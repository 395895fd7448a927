"""Which entries a definition speaks of, read from their indices in a world."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from symcheck.proof.kernel.terms import Fact, Term, instantiate, number

Index = tuple[int, ...]
#: The values of the variables that are free, by name, and of the indices that are bound, the innermost last.
Places = dict[Any, int]
Bound = tuple[int, ...]
Integer = Callable[[Places, Bound], int]


class Defined:
    """A definition in a world.

    Args:
        fact: the definition.
        integer: from an index or a size, what gives its value in the world.
    """

    def __init__(self, fact: Fact, integer: Callable[[Term], Integer]) -> None:
        self.fact, self._integer = fact, integer

    def places(self, where: Index) -> Places | None:
        """The variables of the definition at an entry; None where it does not speak of this entry.

        Raises:
            TypeError, ValueError: the indices do not tell them.
        """
        if len(where) != len(self.fact.left.args):
            raise ValueError(f"{self.fact.left.head} has {len(self.fact.left.args)} indices")
        at: Places = {name: where[k] - offset({}, ()) for name, k, offset in self._told}
        meant = all(index(at, ()) == v for index, v in zip(self._indices, where, strict=True))
        inside = meant and all(
            (low is None or low(at, ()) <= at[name]) and (high is None or at[name] <= high(at, ()))
            for name, low, high in self._ranges
        )
        return at if inside else None

    @cached_property
    def _told(self) -> list[tuple[Any, int, Integer]]:
        """Each variable with the place of the index that tells it, and what that index adds to it.

        An index is a variable plus what is known, or known.
        """
        told: dict[Any, tuple[int, Integer]] = {}
        for k, pattern in enumerate(self.fact.left.args):
            names = [v for v in self.fact.variables if v in pattern.free]
            if len(names) == 1 and names[0] not in told:
                told[names[0]] = k, self._integer(instantiate(pattern, {names[0]: _NOTHING}))
        if set(told) != {v for v in self.fact.variables if v in self.fact.left.free}:
            raise ValueError(f"the indices of {self.fact.name} do not tell its variables")
        return [(name, k, offset) for name, (k, offset) in told.items()]

    @cached_property
    def _indices(self) -> list[Integer]:
        return [self._integer(pattern) for pattern in self.fact.left.args]

    @cached_property
    def _ranges(self) -> list[tuple[Any, Integer | None, Integer | None]]:
        def end(term: Term | None) -> Integer | None:
            return None if term is None else self._integer(term)

        return [(r.name, end(r.low), end(r.high)) for r in self.fact.ranges]


_NOTHING = number(0)

"""Worlds of rows of random weights: a row that all units can have, with no chance where that is assumed."""

from __future__ import annotations

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings import spaces
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.outcomes import Outcome, SampleSpace, not_random
from symcheck.proof.text.theory import Theory

#: The outcomes of a source: the weight of each, and the units that have the common row in it.
_Source = list[tuple[int, range]]


def random_rows(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Units that have rows of their own or a common one, each drawn apart where they are assumed to be independent.

    Without atoms the common row is still taken, in several outcomes whose weights add up to 0 for each unit.
    """

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        base = basic(rng, not_random(theory, assumed), reach)
        rows, columns, apart = base.sizes["n"], base.sizes["m"], "independent" in assumed
        without_atoms = "no-atoms" in assumed
        if apart:
            sources = [_one_unit(rng, unit, without_atoms) for unit in range(1, rows + 1)]
        else:
            sources = [_all_units(rng, rows, without_atoms)]
        space = SampleSpace(base, [[weight for weight, _ in source] for source in sources])

        def weight(outcome: Outcome, unit: int, column: int) -> int | None:
            if not (1 <= unit <= rows and 1 <= column <= columns):
                return None
            source = unit - 1 if apart else 0
            common = unit in sources[source][outcome[source]][1]
            return space.random("common", column) if common else space.random("own", outcome[source], unit, column)

        space.variable("W", weight)
        space.functions["equal"] = lambda one, other: int(one == other)
        return space

    return make


def _one_unit(rng: np.random.Generator, unit: int, without_atoms: bool) -> _Source:
    first, second = spaces.numbers(rng, 2)
    return _with_rest(
        rng, [(first, range(unit, unit + 1)), (-first if without_atoms else second, range(unit, unit + 1))]
    )


def _all_units(rng: np.random.Generator, rows: int, without_atoms: bool) -> _Source:
    """All units have the common row together with a chance that is not 0; each has it alone with the opposite one."""
    together = spaces.number(rng)
    alone = [(-together if without_atoms else spaces.number(rng), range(unit, unit + 1)) for unit in range(1, rows + 1)]
    return _with_rest(rng, [(together, range(1, rows + 1)), *alone])


def _with_rest(rng: np.random.Generator, cases: _Source) -> _Source:
    """With two more outcomes, in which every unit has a row of its own: the weights add up to one."""
    more = spaces.number(rng)
    return [*cases, (more, range(0)), ((1 - more - sum(weight for weight, _ in cases)) % P, range(0))]

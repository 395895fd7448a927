"""Worlds of rows of random weights, and a function that every weight gives the same mean, whatever it is compared with.

In a finite space some value has a chance, so that no function that tells equal numbers from others can have the mean 1
at every value. Of this function nothing is known but that mean: in the worlds it is any function that has it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings import spaces
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.outcomes import Outcome, SampleSpace, not_random
from symcheck.proof.text.theory import Theory

#: The values of a weight.
_VALUES = 3


def random_rows(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Rows of weights, each drawn apart where they are assumed to be independent, all from one source otherwise."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        base = basic(rng, not_random(theory, assumed), reach)
        rows, columns, apart = base.sizes["n"], base.sizes["m"], "independent" in assumed
        sources = [spaces.random_weights(rng, _VALUES) for _ in range(rows if apart else 1)]
        space = SampleSpace(base, sources)
        values = {
            (unit, column): spaces.numbers(rng, _VALUES)
            for unit in range(1, rows + 1)
            for column in range(1, columns + 1)
        }

        def weight(outcome: Outcome, unit: int, column: int) -> int | None:
            own = values.get((unit, column))
            return None if own is None else own[outcome[unit - 1 if apart else 0]]

        space.variable("W", weight)
        if "no-atoms" in assumed:
            laws = [(own, sources[unit - 1 if apart else 0]) for (unit, _), own in values.items()]
            space.functions["differ"] = _with_mean_1(space, laws)
        return space

    return make


def _with_mean_1(space: SampleSpace, laws: list[tuple[list[int], list[int]]]) -> Callable[[int, int], int]:
    """A random function of two numbers whose mean over the second one is 1 for each of these laws (values and weights)."""
    last = {values[-1]: (values, weights) for values, weights in laws}

    def differ(one: int, other: int) -> int:
        if other not in last:
            return space.random("differ", one, other)
        values, weights = last[other]
        rest = sum(w * space.random("differ", one, v) for v, w in zip(values[:-1], weights[:-1], strict=True))
        return (1 - rest) * pow(weights[-1], -1, P) % P

    return differ

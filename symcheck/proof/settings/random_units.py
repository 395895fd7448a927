"""Worlds of random units: a few variables on a few points, with the moments that are assumed and no others."""

from __future__ import annotations

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings import spaces
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.outcomes import Outcome, SampleSpace, not_random
from symcheck.proof.text.theory import Theory

#: The facts about moments, with their powers and what these moments are.
_MOMENTS = {"second-moment": (2, 1), "fourth-moment": (4, 3)}


def random_units(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Units g[1], ..., g[n] of one law, each drawn apart where they are assumed to be independent."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        base = basic(rng, not_random(theory, assumed), reach)
        count = base.sizes["n"]
        values, law = _law(rng, assumed)
        together = "independent" not in assumed
        space = SampleSpace(base, [law] if together else [law] * count)

        def unit(outcome: Outcome, at: int) -> int | None:
            return values[outcome[0 if together else at - 1]] if 1 <= at <= count else None

        space.variable("g", unit)
        if assumed & {"relu-split", "relu-square"}:
            space.functions["relu"] = spaces.positive_part(space)
        return space

    return make


def _law(rng: np.random.Generator, assumed: frozenset[str]) -> tuple[list[int], list[int]]:
    """The values of a variable and their weights."""
    groups = [[0], *([a, P - a] if "symmetric" in assumed else [a] for a in spaces.numbers(rng, 3))]
    wanted = {0: 1, **{power: value for name, (power, value) in _MOMENTS.items() if name in assumed}}
    solved, free = groups[: len(wanted)], groups[len(wanted) :]
    loose = spaces.numbers(rng, len(free))

    def moment(group: list[int], power: int) -> int:
        return sum(pow(a, power, P) for a in group)

    right = [
        value - sum(w * moment(group, power) for w, group in zip(loose, free, strict=True))
        for power, value in wanted.items()
    ]
    found = spaces.solve([[moment(group, power) for group in solved] for power in wanted], right)
    weights = [w for w, group in zip([*found, *loose], groups, strict=True) for _ in group]
    return [a for group in groups for a in group], weights

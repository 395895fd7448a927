"""Worlds of one linear layer with random weights, a random signal that enters it and a random gradient that comes back."""

from __future__ import annotations

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings import spaces
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.outcomes import Outcome, SampleSpace, not_random
from symcheck.proof.text.theory import Theory

#: The random vectors, the facts that make them independent of the weights, and the sizes that are their lengths.
_VECTORS = (("x", "independent", "n"), ("delta", "backward-independent", "m"))


def random_matrix(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """A random matrix with the moments that are assumed; signal and gradient depend on it unless that is excluded."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        base = basic(rng, not_random(theory, assumed), reach)
        rows, columns = base.sizes["m"], base.sizes["n"]
        matrices, law = _matrices(rng, assumed, rows * columns, base.entry("v", ()))
        sources, place = [law], {}
        for name, independent, _ in _VECTORS:
            place[name] = len(sources) if independent in assumed else 0
            sources += [spaces.random_weights(rng, 3)] if independent in assumed else []
        space = SampleSpace(base, sources)

        def weight(outcome: Outcome, row: int, column: int) -> int | None:
            inside = 1 <= row <= rows and 1 <= column <= columns
            return matrices[outcome[0]][(row - 1) * columns + column - 1] if inside else None

        def vector(name: str, length: int) -> None:
            values = [spaces.numbers(rng, length) for _ in sources[place[name]]]
            space.variable(
                name, lambda outcome, at: values[outcome[place[name]]][at - 1] if 1 <= at <= length else None
            )

        space.variable("W", weight)
        for name, _, size in _VECTORS:
            vector(name, base.sizes[size])
        return space

    return make


def _matrices(
    rng: np.random.Generator, assumed: frozenset[str], size: int, variance: int
) -> tuple[spaces.Rows, list[int]]:
    """The matrices, each as one vector, and the weights of their outcomes."""
    centred = "zero-mean" in assumed
    if assumed & {"uncorrelated", "uncorrelated-columns"}:
        means = [0] * size if centred else spaces.numbers(rng, size)
        matrices = [spaces.numbers(rng, size) for _ in range(spaces.outcomes_needed(size))]
        return matrices, spaces.weights_with_covariance(matrices, [(range(size), means, variance, 1)])
    law = spaces.random_weights(rng, 3)
    matrices = [spaces.numbers(rng, size) for _ in law]
    shift = [sum(w * a[p] for w, a in zip(law, matrices, strict=True)) * centred for p in range(size)]
    return [[(a - s) % P for a, s in zip(row, shift, strict=True)] for row in matrices], law

"""Worlds of layers with random weights: finite laws in which the moments, symmetries and independences hold that are assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.settings import spaces
from symcheck.proof.settings.equations import Make
from symcheck.proof.settings.outcomes import Outcome, SampleSpace, not_random
from symcheck.proof.text.theory import Theory

#: The layers of weights that a world has.
LAYERS = 2


@dataclass(frozen=True)
class _Drawn:
    """What the weights of all layers are drawn from.

    Attributes:
        magnitudes: of each layer, vectors as long as its fan-in; a row of weights is one of them, turned and with a sign.
        sources: the weights of the outcomes of each source.
        places: for each layer, and then for the signal, the source that it comes from.
    """

    magnitudes: list[spaces.Rows]
    sources: list[list[int]]
    places: list[int]


def random_layers(theory: Theory, basic: Make, options: tuple[str, ...]) -> Make:
    """Two layers whose weights are a random sign times a random magnitude; nothing holds that is not assumed."""

    def make(rng: np.random.Generator, assumed: frozenset[str], reach: int = 0) -> World:
        base = basic(rng, not_random(theory, assumed), reach)
        widths = [base.entry("n", (layer,)) for layer in range(LAYERS + 1)]
        variances = [base.entry("v", (layer,)) for layer in range(1, LAYERS + 1)]
        signs = [_signs(rng, assumed) for _ in variances]
        drawn = _drawn(rng, assumed, widths[:-1], variances, signs)
        turns = {
            (layer, row): spaces.reflection(rng, widths[layer - 1])
            for layer in range(1, LAYERS + 1)
            for row in range(1, widths[layer] + 1)
        }
        space = SampleSpace(base, [*drawn.sources, *(chances for _, chances in signs)])
        inputs = [spaces.numbers(rng, widths[0]) for _ in drawn.sources[drawn.places[-1]]]

        def weight(outcome: Outcome, layer: int, row: int, column: int) -> int | None:
            if (layer, row) not in turns or not 1 <= column <= widths[layer - 1]:
                return None
            magnitude = drawn.magnitudes[layer - 1][outcome[drawn.places[layer - 1]]]
            sign = signs[layer - 1][0][outcome[len(drawn.sources) + layer - 1]]
            return sign * spaces.applied(turns[layer, row], magnitude)[column - 1] % P

        def signal(outcome: Outcome, layer: int, at: int) -> int | None:
            return inputs[outcome[drawn.places[-1]]][at - 1] if layer == 0 and 1 <= at <= widths[0] else None

        space.variable("W", weight)
        space.variable("h", signal)
        if assumed & {"relu-split", "relu-square"}:
            space.functions["relu"] = spaces.positive_part(space)
        space.sizes["horizon"] = 0 if assumed & set(theory.claims) else LAYERS
        return space

    return make


def _drawn(
    rng: np.random.Generator,
    assumed: frozenset[str],
    fans: list[int],
    variances: list[int],
    signs: list[tuple[list[int], list[int]]],
) -> _Drawn:
    means = [spaces.numbers(rng, fan) for fan in fans]

    def vectors(layers: list[int]) -> tuple[spaces.Rows, list[int]]:
        """The magnitudes of these layers beside each other, and the weights of their outcomes."""
        if "uncorrelated" not in assumed:
            return [spaces.numbers(rng, sum(fans[k] for k in layers)) for _ in range(3)], spaces.random_weights(rng, 3)
        needed = spaces.outcomes_needed(*(fans[k] for k in layers))
        found = [spaces.numbers(rng, sum(fans[k] for k in layers)) for _ in range(needed)]
        conditions, start = [], 0
        for k in layers:
            values, chances = signs[k]
            first, second = (sum(c * e**p for c, e in zip(chances, values, strict=True)) for p in (1, 2))
            # With E[s] and E[s^2] of the sign s, a weight s m has the variance v when E[m m'] is this.
            own, shared = variances[k] * pow(second, -1, P) % P, first * first * pow(second, -1, P) % P
            conditions.append((range(start, start + fans[k]), means[k], own, shared))
            start += fans[k]
        return found, spaces.weights_with_covariance(found, conditions)

    layers = list(range(len(fans)))
    if "independent" in assumed:
        each = [vectors([k]) for k in layers]
        return _Drawn(
            [m for m, _ in each], [*(w for _, w in each), spaces.random_weights(rng, 2)], [*layers, len(fans)]
        )
    # Signal and magnitudes come from one source, so that they depend on each other.
    together, law = vectors(layers)
    cuts = [sum(fans[:k]) for k in [*layers, len(fans)]]
    return _Drawn([[row[cuts[k] : cuts[k + 1]] for row in together] for k in layers], [law], [0] * (len(fans) + 1))


def _signs(rng: np.random.Generator, assumed: frozenset[str]) -> tuple[list[int], list[int]]:
    """Values and weights of the factor of all the weights of a layer: symmetric, of mean 0, or neither."""
    half = pow(2, -1, P)
    if "symmetric" in assumed:
        return [1, P - 1], [half, half]
    values = spaces.numbers(rng, 2)
    if "zero-mean" in assumed:
        chance = -values[1] * pow(values[0] - values[1], -1, P) % P
        return values, [chance, (1 - chance) % P]
    return values, spaces.random_weights(rng, 2)

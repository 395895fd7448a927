"""Layers with random weights: the symbols, the hypotheses and the finite probability spaces of the variance theorems.

Layer l has the weights W[l] of shape (n[l + 1], n[l]), from the signal h[l] to the pre-activations z[l], for
l = 0, 1, 2, ...; there are no biases. v[l] is the variance of a weight, and q[l] the mean square E|h[l]|^2 / n[l].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import KroneckerDelta, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.proofs import Hypothesis, assume
from symcheck.proof.kernel.terms import Fact, arrays, index, nested
from symcheck.proof.settings import spaces
from symcheck.proof.settings.expectation import OUTCOME, OUTCOMES, SampleSpace, mean, omega, stated
from symcheck.proof.settings.halves import GIVEN
from symcheck.proof.settings.mixtures import Mixture, phi, psi

l, i, j, k = index("l i j k")
W, c, z, h, n, v, q = arrays("W c z h n v q")

LAYER, UNIT, INPUT, OTHER = (l, 0, oo), (i, 1, n[l + 1]), (j, 1, n[l]), (k, 1, n[l])
SIZES = OUTCOMES
#: The variance of the weights of a layer, from the layer, its fan-in and the random numbers of a world.
Variance = Callable[[int, int, SampleSpace], int]


def weight(at: Any) -> Any:
    """The weight of the unit i for one of its inputs."""
    return W[omega, l, i, at]


def signal(at: Any) -> Any:
    """One entry of the signal that enters layer l."""
    return h[omega, l, at]


def deviation(at: Any) -> Any:
    """A weight minus its mean."""
    return c[omega, l, i, at]


PRE_ACTIVATION = stated(
    "pre-activation", z[omega, l, i], nested(weight(j) * signal(j), INPUT), OUTCOME, LAYER, UNIT,
    words="a unit adds up its weighted inputs",
)
DEVIATION = stated(
    "deviation", deviation(j), weight(j) - mean(weight(j)), OUTCOME, LAYER, UNIT, INPUT,
    words="what a weight deviates from its mean",
)
MEAN_SQUARE = stated(
    "mean-square", q[l], nested(mean(signal(j) ** 2), INPUT) / n[l], LAYER,
    words="the mean square of the signal: E|h_l|^2 / n_l",
)


def activation(right: Any) -> Fact:
    """The definition of the activation, given its value at z[omega, l, i]."""
    return stated("activation", h[omega, l + 1, i], right, OUTCOME, LAYER, UNIT, words="and applies its activation")


SYMMETRIC = stated("symmetric", mean(phi(z[omega, l, i])), mean(phi(-z[omega, l, i])), LAYER, UNIT)
_PAIR, _SIGNALS = phi(weight(j), weight(k)), psi(signal(j), signal(k))
INDEPENDENT = stated("independent", mean(_PAIR * _SIGNALS), mean(_PAIR) * mean(_SIGNALS), LAYER, UNIT, INPUT, OTHER)
UNCORRELATED = stated(
    "uncorrelated", mean(deviation(j) * deviation(k)), v[l] * KroneckerDelta(j, k), LAYER, UNIT, INPUT, OTHER
)
# Written as an equation of two things that are not 0: the sign of what is 0 would not matter to any judge.
ZERO_MEAN = stated("zero-mean", weight(j), deviation(j), OUTCOME, LAYER, UNIT, INPUT)

#: A pre-activation as a mixture of the signal.
FORWARD = Mixture(
    z[omega, l, i], weight, deviation, signal, v[l], INPUT, OTHER, (LAYER, UNIT), {l: l, i: i}, PRE_ACTIVATION.name,
    INDEPENDENT.name, ZERO_MEAN.name, UNCORRELATED.name,
)

SYMMETRY = assume(SYMMETRIC, "z and -z have the same law for every pre-activation, as they have when W and -W do")
INDEPENDENCE = assume(INDEPENDENT, "the weights of a layer are independent of the signal that enters it")
COVARIANCE = assume(UNCORRELATED, "two weights of a unit are uncorrelated, and each has the variance v_l")
CENTRED = assume(ZERO_MEAN, "every weight has mean 0: it is its own deviation from its mean")
HYPOTHESES = (SYMMETRY, INDEPENDENCE, COVARIANCE, CENTRED)


def scale_hypothesis(name: str, value: Any, words: str) -> Hypothesis:
    """What the variance of the weights is."""
    return assume(stated(name, v[l], value, LAYER), words)


def two_layers(rng: np.random.Generator, assumed: frozenset[str], variance: Variance | None = None) -> SampleSpace:
    """Two layers, with weights = a random sign times a random magnitude; nothing holds that is not assumed.

    Args:
        variance: of the weights of a layer, from the layer, its fan-in and the random numbers of the world; None for any.
    """
    widths = [2 + int(rng.integers(2)), 2, 2 + int(rng.integers(2))]
    fans = widths[:2]
    variances = [spaces.number(rng) for _ in fans]
    seed = SampleSpace(rng, {}, [[1]])
    if variance is not None:
        variances = [variance(layer, fan, seed) for layer, fan in enumerate(fans)]
    signs = [_signs(rng, assumed) for _ in fans]
    means = [spaces.numbers(rng, fan) for fan in fans]

    def blocks(layers: list[int]) -> tuple[list[list[int]], list[int]]:
        """Vectors of the magnitudes of these layers beside each other, and their weights."""
        needed = spaces.outcomes_needed(*(fans[layer] for layer in layers)) if "uncorrelated" in assumed else 3
        vectors = [spaces.numbers(rng, sum(fans[layer] for layer in layers)) for _ in range(needed)]
        if "uncorrelated" not in assumed:
            return vectors, spaces.random_weights(rng, needed)
        conditions, start = [], 0
        for layer in layers:
            values, chances = signs[layer]
            first, second = (sum(c * e**p for c, e in zip(chances, values, strict=True)) for p in (1, 2))
            inverse = pow(second, -1, P)
            conditions.append(
                (range(start, start + fans[layer]), means[layer], variances[layer] * inverse % P,
                 first * first * inverse % P)
            )
            start += fans[layer]
        return vectors, spaces.weights_with_covariance(vectors, conditions)

    turns = {(layer, row): spaces.reflection(rng, fans[layer]) for layer in (0, 1) for row in range(1, widths[layer + 1] + 1)}
    if "independent" in assumed:
        (first, one), (second, other) = blocks([0]), blocks([1])
        magnitudes, sources = (first, second), [one, other, spaces.random_weights(rng, 2)]
        places = (0, 1, 2)
    else:
        # Signal and magnitudes come from one source, so that they depend on each other.
        both, one = blocks([0, 1])
        magnitudes = [m[: fans[0]] for m in both], [m[fans[0] :] for m in both]
        sources, places = [one], (0, 0, 0)
    count = len(sources)
    space = SampleSpace(rng, {}, [*sources, signs[0][1], signs[1][1]])
    space.take_over(seed)
    inputs = [spaces.numbers(rng, widths[0]) for _ in range(len(sources[places[2]]))]

    def weights(outcome: tuple[int, ...], layer: int, row: int, column: int) -> int | None:
        if (layer, row) not in turns or not 1 <= column <= fans[layer]:
            return None
        magnitude = spaces.applied(turns[layer, row], magnitudes[layer][outcome[places[layer]]])[column - 1]
        return signs[layer][0][outcome[count + layer]] * magnitude % P

    def entering(outcome: tuple[int, ...], layer: int, at: int) -> int | None:
        return inputs[outcome[places[2]]][at - 1] if layer == 0 and 1 <= at <= widths[0] else None

    space.variable("W", weights)
    space.variable("h", entering)
    space.arrays["n"] = lambda layer: widths[layer] if 0 <= layer < len(widths) else 2
    space.arrays["v"] = lambda layer: variances[layer] if layer in (0, 1) else space.random("v", layer)
    if assumed & set(GIVEN):
        space.functions["relu"] = spaces.positive_part(space)
    return space


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

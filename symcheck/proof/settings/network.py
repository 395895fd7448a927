"""The network of the theorems: its symbols, its definitions, and the gradient derived from them.

Layers l = 1..L, widths n[l], steps t = 0, 1, 2, ..., samples s = 1..N, any data x[t, s, j] at each step. The loss
E[t] is any differentiable function of all outputs z[t, L, s, o].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import KroneckerDelta, oo

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Lemma, chain
from symcheck.proof.kernel.steps import Ranks
from symcheck.proof.kernel.terms import Fact, Partial, arrays, index, instantiate, nested, ranges
from symcheck.proof.settings.indices import HIDDEN, LAYER, SAMPLE, STEP, L, N, l, o, s, t
from symcheck.proof.settings.letters import E, G, W, b, delta, g, h, n, sigma, slope, x, z

i, j, k = index("i j k")

SIZES = ranges((L, 2, oo), (N, 1, oo))

UNIT, OTHER, INPUT = (i, 1, n[l]), (k, 1, n[l]), (j, 1, n[l - 1])

DEFINITIONS = (
    Fact(
        "input", h[t, 0, s, j], x[t, s, j], ranges(STEP, SAMPLE, (j, 1, n[0])),
        words="the network reads the data, any data at each step",
    ),
    Fact(
        "pre-activation", z[t, l, s, i], nested(W[t, l, i, j] * h[t, l - 1, s, j], INPUT) + b[t, l, i],
        ranges(STEP, LAYER, SAMPLE, UNIT), words="a unit adds up its weighted inputs and its bias",
    ),
    Fact(
        "activation", h[t, l, s, i], sigma(l, z[t, l, s, i]), ranges(STEP, HIDDEN, SAMPLE, UNIT),
        words="and applies the activation of its layer",
    ),
    Fact(
        "delta", delta[t, l, s, i], Partial(E[t], z[t, l, s, i]), ranges(STEP, LAYER, SAMPLE, UNIT),
        words="delta is the derivative of the loss with respect to a pre-activation",
    ),
    Fact(
        "weight-gradient", G[t, l, i, j], Partial(E[t], W[t, l, i, j]), ranges(STEP, LAYER, UNIT, INPUT),
        words="the gradient of the loss with respect to a weight",
    ),
    Fact(
        "bias-gradient", g[t, l, i], Partial(E[t], b[t, l, i]), ranges(STEP, LAYER, UNIT),
        words="and with respect to a bias",
    ),
)

#: Place in the order of computation. Parameters are there from the start of a step and used in their layer,
#: which then gives its pre-activations, then its activations; last comes the loss.
RANKS: Ranks = {
    "W": lambda t, l, i, j: (t, 0, 3 * l),
    "b": lambda t, l, i: (t, 0, 3 * l),
    "z": lambda t, l, s, i: (t, 3 * l + 1, 3 * l + 1),
    "h": lambda t, l, s, i: (t, 3 * l + 2, 3 * l + 2),
    "E": lambda t: (t, oo, oo),
}


def loss_definition() -> Fact:
    """What the second judge takes for the loss: one whose slopes D at the outputs are random.

    Its first derivatives are those of any loss at these outputs, and only they matter to a gradient.
    """
    D = arrays("D")[0]
    return Fact(
        "loss", E[t], nested(D[t, s, o] * z[t, L, s, o], (s, 1, N), (o, 1, n[L])), ranges(STEP),
        words="any differentiable loss, by its slopes D at the outputs of this step",
    )


def sized(rng: np.random.Generator, least_depth: int = 2) -> World:
    """A world with random depth, widths and number of samples."""
    depth = int(rng.integers(least_depth, least_depth + 3))
    world = World(rng, {"L": depth, "N": int(rng.integers(1, 3))})
    widths = [int(w) for w in rng.integers(2, 4, depth + 1)]
    world.arrays["n"] = lambda layer: widths[layer % len(widths)]
    return world


def gradient_lemmas() -> tuple[Lemma, ...]:
    """Backpropagation for any depth and widths: sympy differentiates each layer, the chain rule joins them."""
    back = nested(delta[t, l + 1, s, o] * W[t, l + 1, o, i], (o, 1, n[l + 1]))
    below = nested(W[t, l + 1, o, j] * sigma(l, z[t, l, s, j]), (j, 1, n[l])) + b[t, l + 1, o]
    above = nested(W[t, l + 1, o, j] * h[t, l, s, j], (j, 1, n[l])) + b[t, l + 1, o]
    outputs, units, samples = (o, 1, n[l + 1]), (k, 1, n[l]), (s, 1, N)
    here, there = z[t, l, s, i], z[t, l + 1, s, o]

    def through(inner: Any) -> Any:
        return nested(Partial(E[t], there) * inner, outputs)

    def weighted(first: Any, inner: Any) -> Any:
        return nested(first * inner, samples, units)

    # The free index j of the weight and the bound one of the sum are different things.
    linear = instantiate(nested(W[t, l, k, j] * h[t, l - 1, s, j], INPUT) + b[t, l, k], {})
    entry = z[t, l, s, k]

    def parameter(name: str, statement: Fact, own: str, variable: Any, last: Any) -> Lemma:
        spread = weighted(Partial(E[t], entry), Partial(entry, variable))
        folded = weighted(delta[t, l, s, k], Partial(entry, variable))
        written = weighted(delta[t, l, s, k], Partial(linear, variable))
        derived = weighted(delta[t, l, s, k], last)
        return chain(
            statement, (),
            ("definition", Partial(E[t], variable), "what a gradient is", own),
            ("chain rule", spread,
             f"{name} moves the loss only through the pre-activations of its layer, in every sample", "", {},
             (entry, samples, units)),
            ("congruence of sums", folded, "the first factor is delta", "delta", {i: k}),
            ("congruence of sums", written, "write the pre-activation out", "pre-activation"),
            ("differentiate", derived, f"sympy differentiates: {name} enters one unit only"),
            ("collapse a sum", statement.right, "the Kronecker delta leaves the term k = i"),
        )

    backward = Fact("backpropagation", delta[t, l, s, i], slope(l, here) * back, ranges(STEP, HIDDEN, SAMPLE, UNIT))
    gradient = Fact(
        "gradient", G[t, l, i, j], nested(delta[t, l, s, i] * h[t, l - 1, s, j], samples),
        ranges(STEP, LAYER, UNIT, INPUT),
    )
    bias = Fact("gradient-of-bias", g[t, l, i], nested(delta[t, l, s, i], samples), ranges(STEP, LAYER, UNIT))
    product = nested(delta[t, l + 1, s, o] * W[t, l + 1, o, i] * slope(l, here), outputs)
    folded = nested(delta[t, l + 1, s, o] * Partial(there, here), outputs)
    return (
        chain(
            backward, (),
            ("definition", Partial(E[t], here), "what delta is", "delta"),
            ("chain rule", through(Partial(there, here)), "a hidden unit moves the loss only through the next layer",
             "", {}, (there, outputs)),
            ("congruence of sums", folded, "the first factor is the delta of the next layer", "delta", {l: l + 1}),
            ("congruence of sums", nested(delta[t, l + 1, s, o] * Partial(above, here), outputs),
             "write the next pre-activation out", "pre-activation", {l: l + 1}),
            ("congruence of sums", nested(delta[t, l + 1, s, o] * Partial(below, here), outputs),
             "write the activation out", "activation"),
            ("differentiate", product, "sympy differentiates the sum: one term of it contains this unit"),
            ("factor out of a sum", slope(l, here) * back,
             "the slope of the activation does not depend on the summation index"),
        ),
        parameter("a weight", gradient, "weight-gradient", W[t, l, i, j],
                  h[t, l - 1, s, j] * KroneckerDelta(i, k)),
        parameter("a bias", bias, "bias-gradient", b[t, l, i], KroneckerDelta(i, k)),
    )

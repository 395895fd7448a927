"""The quotient: one unit a block, with rescaled learning rates, computes the same function for ever.

The network of the blocks has the row sums R as its weights and B as its biases. It is trained by ordinary
backpropagation: d and the gradients Gamma and gamma are derived from its own loss F.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import IndexedBase

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Lemma, Proof, chain
from symcheck.proof.kernel.steps import Ranks
from symcheck.proof.kernel.terms import Fact, arrays, nested, ranges
from symcheck.proof.settings import blocks, network
from symcheck.proof.settings.blocks import BLOCK, FROM, INPUT, UNIT, B, H, I, J, R, X, Z, a, c, m
from symcheck.proof.settings.indices import LAYER, SAMPLE, STEP, L, l, s, t
from symcheck.proof.settings.layers import Values, layers
from symcheck.proof.settings.letters import E, G, W, b, delta, eta, g, h, n, x, z
from symcheck.proof.theorems import equitable

F, d, Gamma, gamma, T = arrays("F d Gamma gamma T")

_ARRAYS: Mapping[IndexedBase, IndexedBase] = {
    W: R, b: B, x: X, z: Z, h: H, E: F, delta: d, G: Gamma, g: gamma, IndexedBase("D"): T,
}
_NAMES = {
    "input": "block-input", "pre-activation": "block-pre-activation", "activation": "block-activation",
    "delta": "block-delta", "weight-gradient": "block-weight-gradient", "bias-gradient": "block-bias-gradient",
    "loss": "block-loss", "backpropagation": "block-backpropagation", "gradient": "block-gradient",
    "gradient-of-bias": "block-gradient-of-bias",
}


def _fact(fact: Fact) -> Fact:
    left, right = fact.left.xreplace(_ARRAYS), fact.right.xreplace(_ARRAYS)
    return replace(fact, name=_NAMES[fact.name], left=left, right=right)


def _lemma(lemma: Lemma) -> Lemma:
    """What is shown of any network, said of the network of the blocks."""
    steps = tuple(
        replace(
            step,
            left=step.left.xreplace(_ARRAYS),
            right=step.right.xreplace(_ARRAYS),
            uses=_NAMES.get(step.uses, step.uses),
            through=(step.through[0].xreplace(_ARRAYS), *step.through[1:]) if step.through else (),
        )
        for step in lemma.steps
    )
    return Lemma(_fact(lemma.goal), steps, lemma.given)


DEFINITIONS = tuple(_fact(f) for f in (*network.DEFINITIONS, network.loss_definition()))
RANKS: Ranks = {
    **blocks.RANKS,
    **{str(new): network.RANKS[str(old)] for old, new in _ARRAYS.items() if str(old) in network.RANKS},
}

UPDATES = (
    Fact(
        "block-weight-update", R[t + 1, l, I, J],
        R[t, l, I, J] - eta[t, l] * m[l - 1, J] / m[l, I] * Gamma[t, l, I, J], ranges(STEP, LAYER, BLOCK, FROM),
        words="the quotient learns with the rate eta |J| / |I|",
    ),
    Fact(
        "block-bias-update", B[t + 1, l, I], B[t, l, I] - eta[t, l] / m[l, I] * gamma[t, l, I],
        ranges(STEP, LAYER, BLOCK), words="and its biases with the rate eta / |I|",
    ),
)

VALUES = Values(
    delta=lambda t, l, s, I: d[t, l, s, I] / m[l, I],
    column=lambda t, l, I, J: R[t, l, I, J] * m[l, I] / m[l - 1, J],
    fold=("substitute", "block-backpropagation", "which is backpropagation in the network of the blocks"),
    updates=("block-weight-update", "block-weight-update", "block-bias-update"),
    gradients=((Gamma[t, l, I, J], "block-gradient"), (gamma[t, l, I], "block-gradient-of-bias")),
)


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> World:
    """The worlds of the equitable partitions; the quotient's loss has the slopes that belong to it."""
    made = blocks.partitioned_world()(rng, assumed)
    depth, members = made.sizes["L"], made.arrays["m"]

    def slope(t_: int, s_: int, block: int) -> int:
        return made.random("D", t_, depth, s_, block) * members(depth, block)

    made.arrays["T"] = slope
    return made


def network_of_blocks() -> Proof:
    """The quotient theorem."""
    assumed = tuple(
        replace(one, words=_OUTPUTS) if one.name == "outputs" else one for one in equitable.equitable_at_start(VALUES)
    )
    assumed = (*assumed, equitable.SHARED_RATE)
    given = tuple(f.name for one in assumed for f in one.facts)
    function = z[t, l + 1, s, I, a]
    spread = ranges(STEP, (l, 0, L - 1), SAMPLE, (I, 1, n[l + 1]), (a, 1, m[l + 1, I]))
    sums: Any = nested(W[t, l, I, a, J, c], INPUT)
    return Proof(
        "quotient",
        "A network with an equitable partition is the network of its blocks",
        "The network with one unit a block, the row sums as weights and the learning rates eta |J| / |I| for weights and "
        "eta / |I| for biases, trained by ordinary backpropagation, computes the same function as the whole network at "
        "every step of gradient descent. So a constant network of any width is a chain of single units.",
        assumed,
        (*blocks.NETWORK, *DEFINITIONS, *equitable.UPDATES, *UPDATES),
        (
            *blocks.block_gradient_lemmas(),
            *(_lemma(lemma) for lemma in network.gradient_lemmas()),
            *layers(VALUES),
            equitable.equitable_training(VALUES),
            chain(
                Fact("same-function", function, Z[t, l + 1, s, I], spread), given,
                ("substitute", Z[t, l + 1, s, I], "in every layer and at every step, outputs included",
                 "equal-pre-activations"),
            ),
            chain(
                Fact("same-activations", h[t, l, s, I, a], H[t, l, s, I], ranges(STEP, *_HIDDEN)), given,
                ("substitute", H[t, l, s, I], "the units of a block do what the block does", "forward"),
            ),
            chain(
                Fact("same-trajectory", sums, R[t, l, I, J], ranges(STEP, LAYER, BLOCK, UNIT, FROM)), given,
                ("substitute", R[t, l, I, J], "the row sums are the weights of the quotient at every step", "rows"),
            ),
            chain(
                Fact("same-biases", b[t, l, I, a], B[t, l, I], ranges(STEP, LAYER, BLOCK, UNIT)), given,
                ("substitute", B[t, l, I], "and so are the biases", "biases"),
            ),
        ),
        ("same-function", "same-activations", "same-trajectory", "same-biases"),
        _world,
        RANKS,
        blocks.SIZES,
        "Joudaki et al. 2025 (arXiv 2510.00304), for the manifold of such networks; the learning rates are derived here",
        "equitable-partitions, with the movement inside V written as training of the quotient",
    )


_HIDDEN = ((l, 1, L - 1), SAMPLE, BLOCK, UNIT)
_OUTPUTS = (
    "both networks have the same loss: its slope with respect to an output of the quotient is shared equally by the "
    "outputs of the block; for outputs that are blocks of their own the slopes are the same"
)

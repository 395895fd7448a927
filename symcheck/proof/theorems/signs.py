"""Odd activations: units that are each other's negative stay so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sympy import Symbol

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Proof, assume
from symcheck.proof.kernel.terms import ONE, Fact, ranges
from symcheck.proof.settings import blocks
from symcheck.proof.settings.blocks import BLOCK, UNIT, I, a, e, m
from symcheck.proof.settings.indices import HIDDEN, L, l
from symcheck.proof.settings.layers import Values, layers
from symcheck.proof.settings.letters import n, sigma, slope
from symcheck.proof.theorems import equitable

v = Symbol("v")

ODD = Hypothesis(
    "odd-activation",
    (
        Fact("odd-activation", sigma(l, e[l, I, a] * v), e[l, I, a] * sigma(l, v), ranges(HIDDEN, BLOCK, UNIT), (v,)),
        Fact("even-slope", slope(l, e[l, I, a] * v), slope(l, v), ranges(HIDDEN, BLOCK, UNIT), (v,)),
    ),
    "the activation is odd, sigma(-v) = -sigma(v), as tanh is; so its slope is even",
)

SIGNS = assume(
    Fact("signs", e[l, I, a] ** 2, ONE, ranges((l, 0, L), (I, 1, n[l]), (a, 1, m[l, I]))),
    "every unit has a sign e, which is 1 or -1",
    convenience="it says what a sign is; among all factors only signs go through every odd function",
)


def _functions(world: World) -> dict[str, Callable[..., int]]:
    def odd(layer: int, value: int) -> int:
        return world.random("sigma", layer, value) if value <= P // 2 else P - world.random("sigma", layer, P - value)

    def even(layer: int, value: int) -> int:
        return world.random("sigma'", layer, min(value, P - value))

    return {"sigma": odd, "sigma'": even}


def signs() -> Proof:
    """The sign version of the equitable partition theorem."""
    values = Values(sign=blocks.own_sign)
    facts = ("odd-activation", "even-slope")
    assumed = (*equitable.equitable_at_start(values), equitable.SHARED_RATE, SIGNS, ODD)
    given = tuple(f.name for one in assumed for f in one.facts)

    def world(rng: np.random.Generator, known: frozenset[str]) -> World:
        made = blocks.partitioned_world(signs=True)(rng, known)
        if known & {*facts, "forward"}:
            made.functions.update(_functions(made))
        return made

    return replace(
        equitable.equitable_partitions(),
        name="signs",
        title="Odd activations: anti-tied units stay anti-tied",
        statement="Give every unit of a block a sign. If, with these signs, a partition is equitable and the activation "
        "is odd, then this stays so at every step of training: units of a block with the same sign are equal for ever, "
        "and units with opposite signs are each other's negative for ever.",
        hypotheses=assumed,
        parts=(
            *blocks.block_gradient_lemmas(),
            *layers(values, facts),
            equitable.equitable_training(values, facts),
            *equitable.conclusions(values, given),
        ),
        world=world,
        sources="Valmari and Franceschinis 2010 refine such partitions of weighted graphs; the signs are added here",
        instance_of="invariant-subspace: V is spanned by the indicators of the blocks, with the signs",
    )

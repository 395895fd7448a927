"""Zero initialization: where sigma(0) = 0 no weight ever moves; elsewhere the units of a layer are tied."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import oo

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, assume, chain, restated
from symcheck.proof.kernel.terms import ZERO, Fact, nested, ranges
from symcheck.proof.settings import network
from symcheck.proof.settings.indices import HIDDEN, LAYER, SAMPLE, STEP, L, N, l, o, s, t
from symcheck.proof.settings.letters import G, W, b, delta, g, h, n, sigma, slope, z
from symcheck.proof.settings.network import INPUT, UNIT, i, j, k
from symcheck.proof.theorems import constant
from symcheck.proof.theorems.constant import UPDATES, rate, rate_b

SIZES = ranges((L, 1, oo), (N, 1, oo))
_UPPER = (l, 2, L)

HYPOTHESES = (
    assume(Fact("zero-weights", W[0, l, i, j], ZERO, ranges(LAYER, UNIT, INPUT)), "all weights start at 0"),
    assume(Fact("zero-biases", b[0, l, i], ZERO, ranges(HIDDEN, UNIT)), "all biases of hidden layers start at 0"),
    assume(
        Fact("zero-at-zero", sigma(l, ZERO), ZERO, ranges(HIDDEN)),
        "the activation is 0 at 0, as relu and tanh are and the sigmoid is not",
    ),
    Hypothesis("depth", (), "there is a hidden layer: depth 2 or more", sizes=ranges((L, 2, oo))),
    constant.HYPOTHESES[-1],
)

#: Weights below the output and weights above the input: together all of them, if there is a hidden layer.
LOWER = Fact("frozen-below-the-output", W[t, l, i, j], ZERO, ranges(STEP, HIDDEN, UNIT, INPUT))
UPPER = Fact("frozen-above-the-input", W[t, l, i, j], ZERO, ranges(STEP, _UPPER, UNIT, INPUT))
BIASES = Fact("frozen-biases", b[t, l, i], ZERO, ranges(STEP, HIDDEN, UNIT))
CLAIMS = (LOWER, UPPER, BIASES)
_GIVEN = (*(c.name for c in CLAIMS), "zero-at-zero")


def frozen_lemmas() -> tuple[Lemma, ...]:
    """With zero weights no signal passes in either direction, and every gradient but that of the output bias is 0."""
    unit, backwards = z[t, l, s, i], (o, 1, n[l + 1])
    weight = (delta[t, l, s, i] * h[t, l - 1, s, j], "the gradient, derived above", "gradient")
    backward = ("no gradient comes back to a hidden unit", "zero-deltas")

    def no_gradient(goal: Fact, summand: Any, derived: str, gradient: str, why: str, zero: str) -> Lemma:
        return chain(
            goal, _GIVEN,
            ("substitute", nested(summand, SAMPLE), derived, gradient),
            ("congruence of sums", nested(ZERO, SAMPLE), why, zero),
            ("count equal terms", ZERO, "zeros add up to 0"),
        )

    return (
        chain(
            Fact("zero-pre-activations", unit, ZERO, ranges(STEP, HIDDEN, SAMPLE, UNIT)), (LOWER.name, BIASES.name),
            ("definition", nested(W[t, l, i, j] * h[t, l - 1, s, j], INPUT) + b[t, l, i], "what a pre-activation is",
             "pre-activation"),
            ("congruence of sums", nested(ZERO, INPUT) + b[t, l, i], "every weight is 0", LOWER.name),
            ("count equal terms", b[t, l, i], "zeros add up to 0"),
            ("substitute", ZERO, "and the bias is 0", BIASES.name),
        ),
        chain(
            Fact("zero-activations", h[t, l, s, i], ZERO, ranges(STEP, HIDDEN, SAMPLE, UNIT)), _GIVEN,
            ("definition", sigma(l, unit), "what an activation is", "activation"),
            ("substitute", sigma(l, ZERO), "its pre-activation is 0", "zero-pre-activations"),
            ("substitute", ZERO, "the activation is 0 at 0", "zero-at-zero"),
        ),
        chain(
            Fact("zero-deltas", delta[t, l, s, i], ZERO, ranges(STEP, HIDDEN, SAMPLE, UNIT)), _GIVEN,
            ("substitute", slope(l, unit) * nested(delta[t, l + 1, s, o] * W[t, l + 1, o, i], backwards),
             "backpropagation, derived above", "backpropagation"),
            ("congruence of sums", slope(l, unit) * nested(ZERO, backwards), "every weight above is 0", UPPER.name),
            ("count equal terms", ZERO, "zeros add up to 0"),
        ),
        no_gradient(Fact("zero-gradients-below-the-output", G[t, l, i, j], ZERO, LOWER.ranges), *weight, *backward),
        no_gradient(Fact("zero-gradients-above-the-input", G[t, l, i, j], ZERO, UPPER.ranges), *weight,
                    "no signal comes up from a hidden unit", "zero-activations"),
        no_gradient(Fact("zero-bias-gradients", g[t, l, i], ZERO, BIASES.ranges), delta[t, l, s, i],
                    "the gradient of a bias, derived above", "gradient-of-bias", *backward),
    )


def _freezing() -> Induction:
    def kept(claim: Fact, gradient: str) -> Lemma:
        weight = claim.left.base == W
        old, per, slope_ = (W, rate, G) if weight else (b, rate_b, g)
        place = claim.left.indices
        return chain(
            claim.substitute(t, t + 1), _GIVEN,
            ("definition", old[place] - per[place] * slope_[place], "one step of training",
             "weight-update" if weight else "bias-update"),
            ("substitute", -per[place] * slope_[place], "it was 0 before the step", claim.name),
            ("substitute", ZERO, "and its gradient is 0", gradient),
        )

    def start(claim: Fact) -> Lemma:
        known = "zero-weights" if claim.left.base == W else "zero-biases"
        return chain(claim.substitute(t, 0 * t), (known,), ("substitute", ZERO, "it starts at 0", known))

    gradients = ("zero-gradients-below-the-output", "zero-gradients-above-the-input", "zero-bias-gradients")
    return Induction(
        "freezing", t, CLAIMS, tuple(start(c) for c in CLAIMS),
        tuple(kept(c, gradient) for c, gradient in zip(CLAIMS, gradients, strict=True)),
        "zero at the start, and moved by no step: zero for ever",
    )


def _tied_from_zero(goal: Fact) -> Lemma:
    known = "zero-weights" if goal.left.base == W else "zero-biases"
    other = {p: q for p, q in zip((l, i, j), goal.right.indices[1:], strict=False) if p != l}
    return chain(
        goal, (known,),
        ("substitute", ZERO, "at the start all are 0", known),
        ("substitute", goal.right, "the other one too", known, other),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> World:
    """As for constant initialization, with zeros where they are assumed."""
    made = constant.tied_world(rng, assumed, 2 if "depth" in assumed else 1)
    depth, weight, bias = made.sizes["L"], made.arrays["W"], made.arrays["b"]

    def zero_weight(t_: int, layer: int, *place: int) -> int:
        lower, upper = LOWER.name in assumed and layer < depth, UPPER.name in assumed and layer > 1
        return 0 if lower or upper or "zero-weights" in assumed else weight(t_, layer, *place)

    def zero_bias(t_: int, layer: int, row: int) -> int:
        return 0 if assumed & {"zero-biases", BIASES.name} and layer < depth else bias(t_, layer, row)

    def sigma_(layer: int, value: int) -> int:
        return 0 if "zero-at-zero" in assumed and value == 0 else made.random("sigma", layer, value)

    made.arrays.update(W=zero_weight, b=zero_bias)
    made.functions.update(sigma=sigma_)
    return made


def zero_init() -> Proof:
    """Zero initialization."""
    zeros = ("zero-weights", "zero-biases")
    lemmas = constant.tied_lemmas()
    return Proof(
        "zero-init",
        "Zero initialization freezes the network, or ties it",
        "If all weights and all biases of hidden layers start at 0, all units of a hidden layer are equal for ever. If "
        "moreover the activation is 0 at 0 and there is a hidden layer, no weight and no bias of a hidden layer ever "
        "moves: only the biases of the outputs learn.",
        HYPOTHESES,
        (*network.DEFINITIONS, *UPDATES, network.loss_definition()),
        (
            *network.gradient_lemmas(),
            *frozen_lemmas(),
            _freezing(),
            chain(
                Fact("every-weight-frozen", W[t, l, i, j], ZERO, ranges(STEP, LAYER, UNIT, INPUT)), (*zeros, "zero-at-zero"),
                ("cases", ZERO, "a weight is below the output layer or above the input layer",
                 f"{LOWER.name}, {UPPER.name}", {}, (l, L - 1)),
            ),
            restated("every-hidden-bias-frozen", BIASES, (*zeros, "zero-at-zero"), "at every step"),
            *lemmas,
            constant.tied_training(_tied_from_zero),
            restated("tied-for-ever", lemmas[1].goal, (*zeros, "shared-rate", "shared-bias-rate"),
                     "whatever the activation: zero is constant", {i: i, k: k}),
        ),
        ("every-weight-frozen", "every-hidden-bias-frozen", "tied-for-ever"),
        _world,
        network.RANKS,
        SIZES,
        "Goodfellow, Bengio, Courville 2016, section 8.4",
        "invariant-subspace: V is spanned by the output biases alone where everything else is frozen, and by the "
        "indicators of the layers where it is not",
    )

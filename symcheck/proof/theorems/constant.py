"""Constant initialization: the units of a hidden layer stay equal, for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, assume, chain, restated
from symcheck.proof.kernel.terms import Fact, arrays, nested, ranges
from symcheck.proof.settings import network
from symcheck.proof.settings.indices import HIDDEN, LAYER, SAMPLE, STEP, L, l, o, s, t
from symcheck.proof.settings.letters import G, W, b, delta, g, h, n, sigma, slope, z
from symcheck.proof.settings.network import INPUT, OTHER, UNIT, i, j, k

rate, rate_b, eta, w, c = arrays("rate rate_b eta w c")

UPDATES = (
    Fact(
        "weight-update", W[t + 1, l, i, j], W[t, l, i, j] - rate[t, l, i, j] * G[t, l, i, j],
        ranges(STEP, LAYER, UNIT, INPUT), words="a gradient step on every weight",
    ),
    Fact(
        "bias-update", b[t + 1, l, i], b[t, l, i] - rate_b[t, l, i] * g[t, l, i], ranges(STEP, LAYER, UNIT),
        words="and on every bias",
    ),
)

#: The claims of the induction: hidden units have equal rows, equal columns and equal biases.
ROWS = Fact("equal-rows", W[t, l, i, j], W[t, l, k, j], ranges(STEP, HIDDEN, UNIT, OTHER, INPUT))
COLUMNS = Fact(
    "equal-columns", W[t, l, i, j], W[t, l, i, k], ranges(STEP, (l, 2, L), UNIT, INPUT, (k, 1, n[l - 1]))
)
BIASES = Fact("equal-biases", b[t, l, i], b[t, l, k], ranges(STEP, HIDDEN, UNIT, OTHER))
CLAIMS = (ROWS, COLUMNS, BIASES)
_ROWS, _COLUMNS, _BIASES = (c.name for c in CLAIMS)

HYPOTHESES = (
    assume(
        Fact("constant-weights", W[0, l, i, j], w[l], ranges(LAYER, UNIT, INPUT)),
        "all weights of a layer start equal: W_l[i, j] = w_l",
    ),
    assume(
        Fact("constant-biases", b[0, l, i], c[l], ranges(HIDDEN, UNIT)),
        "all biases of a hidden layer start equal: b_l[i] = c_l",
    ),
    Hypothesis(
        "shared-rate",
        (
            Fact("shared-rate", rate[t, l, i, j], eta[t, l], ranges(STEP, LAYER, UNIT, INPUT)),
            Fact("shared-bias-rate", rate_b[t, l, i], eta[t, l], ranges(STEP, LAYER, UNIT)),
        ),
        "one learning rate a layer; it may change from step to step",
    ),
)


def tied_lemmas() -> tuple[Lemma, ...]:
    """Forward, backward and gradient: what equal rows, columns and biases at one step give at that step."""
    zi, zk = z[t, l, s, i], z[t, l, s, k]
    row = {p: nested(W[t, l, p, j] * h[t, l - 1, s, j], INPUT) for p in (i, k)}
    column = {p: nested(delta[t, l + 1, s, o] * W[t, l + 1, o, p], (o, 1, n[l + 1])) for p in (i, k)}
    unit = ranges(STEP, HIDDEN, SAMPLE, UNIT, OTHER)
    outer = {p: nested(delta[t, l, s, p] * h[t, l - 1, s, j], SAMPLE) for p in (i, k)}
    inner = {p: nested(delta[t, l, s, i] * h[t, l - 1, s, p], SAMPLE) for p in (j, k)}
    slopes = {p: nested(delta[t, l, s, p], SAMPLE) for p in (i, k)}
    forward = chain(
        Fact("forward", zi, zk, unit), (_ROWS, _BIASES),
        ("definition", row[i] + b[t, l, i], "what a pre-activation is", "pre-activation"),
        ("congruence of sums", row[k] + b[t, l, i],
         "both units have the same incoming weights, so the sums agree term by term", _ROWS, {i: i, k: k}),
        ("substitute", row[k] + b[t, l, k], "and the same bias", _BIASES, {i: i, k: k}),
        ("definition", zk, "which is the pre-activation of the other unit", "pre-activation", {i: k}),
    )
    activations = chain(
        Fact("equal-activations", h[t, l, s, i], h[t, l, s, k], unit), (_ROWS, _BIASES),
        ("definition", sigma(l, zi), "what an activation is", "activation"),
        ("substitute", sigma(l, zk), "equal arguments give equal values", "forward", {i: i, k: k}),
        ("definition", h[t, l, s, k], "the activation of the other unit", "activation", {i: k}),
    )
    backward = chain(
        Fact("backward", delta[t, l, s, i], delta[t, l, s, k], unit), (_ROWS, _COLUMNS, _BIASES),
        ("substitute", slope(l, zi) * column[i], "backpropagation, derived above", "backpropagation"),
        ("substitute", slope(l, zk) * column[i], "equal pre-activations have equal slopes", "forward", {i: i, k: k}),
        ("congruence of sums", slope(l, zk) * column[k], "both units have the same outgoing weights", _COLUMNS,
         {l: l + 1, j: i, k: k}),
        ("substitute", delta[t, l, s, k], "backpropagation for the other unit", "backpropagation", {i: k}),
    )
    gradient_rows = chain(
        Fact("gradient-rows", G[t, l, i, j], G[t, l, k, j], ranges(STEP, HIDDEN, UNIT, OTHER, INPUT)),
        (_ROWS, _COLUMNS, _BIASES),
        ("substitute", outer[i], "the gradient, derived above", "gradient"),
        ("congruence of sums", outer[k], "delta is the same for both units in every sample", "backward", {i: i, k: k}),
        ("substitute", G[t, l, k, j], "the gradient of the other row", "gradient", {i: k}),
    )
    gradient_columns = chain(
        Fact("gradient-columns", G[t, l, i, j], G[t, l, i, k], COLUMNS.ranges), (_ROWS, _BIASES),
        ("substitute", inner[j], "the gradient, derived above", "gradient"),
        ("congruence of sums", inner[k], "both units of the layer below have the same activation in every sample",
         "equal-activations", {l: l - 1, i: j, k: k}),
        ("substitute", G[t, l, i, k], "the gradient of the other column", "gradient", {j: k}),
    )
    gradient_biases = chain(
        Fact("gradient-biases", g[t, l, i], g[t, l, k], ranges(STEP, HIDDEN, UNIT, OTHER)), (_ROWS, _COLUMNS, _BIASES),
        ("substitute", slopes[i], "the gradient of a bias, derived above", "gradient-of-bias"),
        ("congruence of sums", slopes[k], "delta is the same for both units in every sample", "backward", {i: i, k: k}),
        ("substitute", g[t, l, k], "the gradient of the other bias", "gradient-of-bias", {i: k}),
    )
    return forward, activations, backward, gradient_rows, gradient_columns, gradient_biases


def _update(claim: Fact, gradient: str, rates: str, chosen: dict[Any, Any]) -> Lemma:
    """The update keeps a claim: equal parameters minus equal steps are equal parameters."""
    goal = claim.substitute(t, t + 1)
    weight = claim.left.base == W
    entry, grad, per, update = (W, G, rate, "weight-update") if weight else (b, g, rate_b, "bias-update")
    place, other = claim.left.indices, claim.right.indices
    here = {p: q for p, q in zip((t, l, i, j), other, strict=False) if p != t and p != l}

    def after(start: Any, step: Any, at: Any) -> Any:
        return entry[start] - step * grad[at]

    return chain(
        goal, (_ROWS, _COLUMNS, _BIASES, rates),
        ("definition", after(place, per[place], place), "one step of training", update),
        ("substitute", after(place, eta[t, l], place), "the learning rate is that of the layer", rates),
        ("substitute", after(other, eta[t, l], place), "they were equal before the step", claim.name, chosen),
        ("substitute", after(other, eta[t, l], other), "and their gradients are equal", gradient, chosen),
        ("substitute", after(other, per[other], other), "the learning rate of the other one is the same", rates, here),
        ("definition", goal.right, "one step of training of the other one", update, here),
    )


def tied_training(base: Callable[[Fact], Lemma]) -> Induction:
    """The induction over the steps of training, from any base."""
    pair, columns = {i: i, k: k}, {j: j, k: k}
    return Induction(
        "training", t, CLAIMS,
        tuple(base(claim.substitute(t, 0 * t)) for claim in CLAIMS),
        (
            _update(ROWS, "gradient-rows", "shared-rate", pair),
            _update(COLUMNS, "gradient-columns", "shared-rate", columns),
            _update(BIASES, "gradient-biases", "shared-bias-rate", pair),
        ),
        "true at the start, and kept by every step: true for ever",
    )


def _from_constant(goal: Fact) -> Lemma:
    known = "constant-weights" if goal.left.base == W else "constant-biases"
    middle = w[l] if goal.left.base == W else c[l]
    other = {p: q for p, q in zip((l, i, j), goal.right.indices[1:], strict=False) if p != l}
    return chain(
        goal, (known,),
        ("substitute", middle, "at the start all are equal to one number", known),
        ("substitute", goal.right, "the other one too", known, other),
    )


def tied_world(rng: np.random.Generator, assumed: frozenset[str], least_depth: int = 2) -> World:
    """Random data, loss slopes and functions; parameters and rates equal only where it is assumed."""
    made = network.sized(rng, least_depth)
    random, depth = made.random, made.sizes["L"]

    def weight(t_: int, layer: int, row: int, column: int) -> int:
        if "constant-weights" in assumed:
            return random("w", layer)
        tied_row = _ROWS in assumed and layer < depth
        tied_column = _COLUMNS in assumed and layer > 1
        return random("W", layer, 0 if tied_row else row, 0 if tied_column else column)

    def bias(t_: int, layer: int, row: int) -> int:
        if "constant-biases" in assumed and layer < depth:
            return random("c", layer)
        return random("b", layer, 0 if _BIASES in assumed and layer < depth else row)

    made.arrays.update(W=weight, b=bias)
    for name, known in (("rate", "shared-rate"), ("rate_b", "shared-bias-rate")):
        made.arrays[name] = made.shared(name, "eta", 2, known in assumed)
    return made


def constant_init() -> Proof:
    """The main theorem."""
    lemmas = tied_lemmas()
    goals = {lemma.goal.name: lemma.goal for lemma in lemmas}
    pair = {i: i, k: k}
    given = tuple(f.name for h_ in HYPOTHESES for f in h_.facts)
    return Proof(
        "constant-init",
        "Constant initialization keeps the units of a layer equal for ever",
        "If all weights of each layer and all biases of each hidden layer start at one value, then at every step of "
        "training all units of a hidden layer have equal rows of weights and the same activation for every input: any "
        "depth, widths, data, batches, differentiable loss and activation.",
        HYPOTHESES,
        (*network.DEFINITIONS, *UPDATES, network.loss_definition()),
        (
            *network.gradient_lemmas(),
            *lemmas,
            tied_training(_from_constant),
            restated("rows-equal-for-ever", ROWS, given, "the induction: rows are equal at every step", pair),
            restated("tied-for-ever", goals["equal-activations"], given,
                     "at every step rows and biases are equal, and then activations are", pair),
            restated("tied-gradients", goals["gradient-rows"], given,
                     "and every update gives both units the same step", pair),
        ),
        ("rows-equal-for-ever", "tied-for-ever", "tied-gradients"),
        tied_world,
        network.RANKS,
        network.SIZES,
        "Goodfellow, Bengio, Courville 2016, section 8.4",
        "equitable-partitions: every hidden layer is one block, every input and every output a block of its own",
    )

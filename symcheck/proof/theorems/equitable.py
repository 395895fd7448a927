"""Equitable partitions are invariant: units whose blocks have equal sums stay tied, whatever the training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import Fact, arrays, nested, ranges
from symcheck.proof.settings import blocks
from symcheck.proof.settings.blocks import BLOCK, FROM, INPUT, UNIT, B, C, D, H, I, J, R, X, a, c, m
from symcheck.proof.settings.indices import HIDDEN, LAYER, SAMPLE, STEP, L, l, s, t
from symcheck.proof.settings.layers import Values, layers
from symcheck.proof.settings.letters import G, W, b, delta, eta, g, h, n, x

rate, rate_b = arrays("rate rate_b")


UPDATES = (
    Fact(
        "weight-update", W[t + 1, l, I, a, J, c], W[t, l, I, a, J, c] - rate[t, l, I, a, J, c] * G[t, l, I, a, J, c],
        ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT), words="a gradient step on every weight",
    ),
    Fact(
        "bias-update", b[t + 1, l, I, a], b[t, l, I, a] - rate_b[t, l, I, a] * g[t, l, I, a],
        ranges(STEP, LAYER, BLOCK, UNIT), words="and on every bias",
    ),
)

SHARED_RATE = Hypothesis(
    "shared-rate",
    (
        Fact("shared-rate", rate[t, l, I, a, J, c], eta[t, l], ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT)),
        Fact("shared-bias-rate", rate_b[t, l, I, a], eta[t, l], ranges(STEP, LAYER, BLOCK, UNIT)),
    ),
    "one learning rate a layer; it may change from step to step",
)


def kept_by_training(v: Values) -> tuple[Fact, Fact, Fact]:
    """What training keeps: row sums, column sums and biases."""
    own, from_ = v.sign(l, I, a), v.sign(l - 1, J, c)
    return (
        Fact("rows", nested(W[t, l, I, a, J, c] * from_, INPUT), own * R[t, l, I, J],
             ranges(STEP, LAYER, BLOCK, UNIT, FROM)),
        Fact("columns", nested(W[t, l, I, a, J, c] * own, UNIT), from_ * v.column(t, l, I, J),
             ranges(STEP, LAYER, BLOCK, FROM, INPUT)),
        Fact("biases", b[t, l, I, a], own * B[t, l, I], ranges(STEP, LAYER, BLOCK, UNIT)),
    )


def equitable_at_start(v: Values) -> tuple[Hypothesis, ...]:
    """The partition is equitable at the start, in its inputs and in its outputs."""
    rows, columns, biases = kept_by_training(v)
    up_to = "" if v.sign is blocks.no_sign else " up to sign"

    def start(claim: Fact, name: str) -> tuple[Fact, ...]:
        fact = claim.substitute(t, 0 * t)
        return (Fact(name, fact.left, fact.right, fact.ranges),)

    return (
        Hypothesis("row-sums", start(rows, "row-sums"),
                   f"the weights from block J into a unit of block I have the sum R_l[I, J], for every such unit{up_to}"),
        Hypothesis("column-sums", start(columns, "column-sums"),
                   f"the weights from a unit of block J into block I have one sum for every such unit{up_to}"),
        Hypothesis("equal-biases", start(biases, "equal-biases"), f"the biases of a block are equal{up_to}"),
        assume(
            Fact("inputs", x[t, s, J, c], v.sign(0, J, c) * X[t, s, J], ranges(STEP, SAMPLE, (J, 1, n[0]), (c, 1, m[0, J]))),
            f"the inputs of a block are equal{up_to}; so they are if each is a block of its own",
        ),
        assume(
            Fact("outputs", delta[t, L, s, I, a], v.sign(L, I, a) * v.delta(t, L, s, I),
                 ranges(STEP, SAMPLE, (I, 1, n[L]), (a, 1, m[L, I]))),
            f"the slopes of the loss at the outputs of a block are equal{up_to}; so they are if each is a block of its own",
        ),
    )


AT_START = ("row-sums", "column-sums", "equal-biases")
GIVEN = ("rows", "columns", "biases", "inputs", "outputs")


def starts(claims: Sequence[Fact], known: Sequence[str]) -> tuple[Lemma, ...]:
    """Each claim at step 0 is a hypothesis."""
    goals = (claim.substitute(t, 0 * t) for claim in claims)
    return tuple(
        chain(goal, (name,), ("substitute", goal.right, "it is so at the start", name))
        for goal, name in zip(goals, known, strict=True)
    )


def equitable_training(v: Values, odd: tuple[str, str] | None = None) -> Induction:
    """The induction over the steps: subtracting what is constant on blocks changes all sums of a block alike."""
    rows, columns, biases = kept_by_training(v)
    own, from_ = v.sign(l, I, a), v.sign(l - 1, J, c)
    bias_gradient = v.bias_gradient
    weights = ("shared-rate", "shared-bias-rate", *(("signs",) if odd else ()), *(odd or ()), *GIVEN)
    bias = chain(
        biases.substitute(t, t + 1),
        weights,
        ("definition", b[t, l, I, a] - rate_b[t, l, I, a] * g[t, l, I, a], "one step of training", "bias-update"),
        ("substitute", b[t, l, I, a] - eta[t, l] * g[t, l, I, a], "the learning rate is that of the layer",
         "shared-bias-rate"),
        ("substitute", own * B[t, l, I] - eta[t, l] * g[t, l, I, a], "they were equal before the step", "biases"),
        ("substitute", own * B[t, l, I] - eta[t, l] * own * bias_gradient, "and so are their gradients",
         "equal-bias-gradients"),
        v.in_blocks(own * B[t, l, I] - eta[t, l] * own * bias_gradient, 1),
        ("definition", own * B[t + 1, l, I], "which is the bias of the block after the step", v.updates[2]),
    )
    return Induction(
        "training", t, (rows, columns, biases), starts((rows, columns, biases), AT_START),
        (
            _sums_kept(v, rows, from_, INPUT, own * R[t, l, I, J], m[l - 1, J], v.updates[0], weights),
            _sums_kept(v, columns, own, UNIT, from_ * v.column(t, l, I, J), m[l, I], v.updates[1], weights),
            bias,
        ),
        "true at the start, and kept by every step: true for ever",
    )


def _sums_kept(
    v: Values, claim: Fact, sign: Any, over: Any, sums: Any, count: Any, update: str, given: tuple[str, ...]
) -> Lemma:
    goal, weight, grad = claim.substitute(t, t + 1), W[t, l, I, a, J, c], G[t, l, I, a, J, c]
    own, from_, shared = v.sign(l, I, a), v.sign(l - 1, J, c), v.gradient
    before = nested(weight * sign, over)
    change = own * from_ * shared
    rest = own if sign == from_ else from_
    return chain(
        goal, given,
        ("congruence of sums", nested((weight - rate[t, l, I, a, J, c] * grad) * sign, over), "one step of training",
         "weight-update"),
        ("congruence of sums", nested((weight - eta[t, l] * grad) * sign, over), "the learning rate is that of the layer",
         "shared-rate"),
        ("congruence of sums", nested((weight - eta[t, l] * change) * sign, over),
         "the gradient is the same on the whole block", "equal-gradients"),
        ("sum rule", before + nested(-eta[t, l] * change * sign, over), "split the sum"),
        ("congruence of sums", before + nested(-eta[t, l] * rest * shared, over), "a sign times itself is 1", "signs"),
        ("count equal terms", before - eta[t, l] * rest * shared * count, "all terms of the second sum are equal"),
        ("substitute", sums - eta[t, l] * rest * shared * count, "the first one was equal before the step", claim.name),
        v.in_blocks(sums - eta[t, l] * rest * shared * count, 0),
        ("definition", goal.right, "which is that of the block after the step", update),
    )


#: How training moves what the blocks share.
BLOCK_UPDATES = (
    Fact(
        "block-weight-update", R[t + 1, l, I, J],
        R[t, l, I, J] - eta[t, l] * m[l - 1, J] * nested(D[t, l, s, I] * H[t, l - 1, s, J], SAMPLE),
        ranges(STEP, LAYER, BLOCK, FROM), words="all row sums of a block change by the same amount",
    ),
    Fact(
        "block-column-update", C[t + 1, l, I, J],
        C[t, l, I, J] - eta[t, l] * m[l, I] * nested(D[t, l, s, I] * H[t, l - 1, s, J], SAMPLE),
        ranges(STEP, LAYER, BLOCK, FROM), words="and so do all column sums",
    ),
    Fact(
        "block-bias-update", B[t + 1, l, I], B[t, l, I] - eta[t, l] * nested(D[t, l, s, I], SAMPLE),
        ranges(STEP, LAYER, BLOCK), words="and the biases",
    ),
)


def conclusions(v: Values, given: tuple[str, ...]) -> tuple[Lemma, ...]:
    """What the theorem says of every step: activations, and what training does to the weights."""
    own, from_ = v.sign(l, I, a), v.sign(l - 1, J, c)
    left = h[t, l, s, I, a]
    return (
        chain(Fact("tied-for-ever", left, own * H[t, l, s, I], ranges(STEP, HIDDEN, SAMPLE, BLOCK, UNIT)), given,
              ("substitute", own * H[t, l, s, I], "the partition is equitable at every step, so activations are equal",
               "forward")),
        chain(Fact("tied-gradients", G[t, l, I, a, J, c], own * from_ * v.gradient,
                   ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT)), given,
              ("substitute", own * from_ * v.gradient, "and every step changes a block of weights alike",
               "equal-gradients")),
    )


def equitable_partitions() -> Proof:
    """The general theorem."""
    v = Values()
    assumed = (*equitable_at_start(v), SHARED_RATE)
    given = tuple(f.name for one in assumed for f in one.facts)
    return Proof(
        "equitable-partitions",
        "Equitable partitions are invariant",
        "Sort the units of every layer into blocks. If the weights from a block into each unit of a block have one sum, "
        "the weights into a block from each unit of a block have one sum, and the biases of a block are equal, then "
        "this stays so at every step of training, and units of a block are equal for ever: any data, batches, "
        "differentiable loss, activation, depth and widths.",
        assumed,
        (*blocks.NETWORK, *blocks.CLASSES, blocks.BLOCK_DELTA, *UPDATES, *BLOCK_UPDATES),
        (*blocks.block_gradient_lemmas(), *layers(v), equitable_training(v), *conclusions(v, given)),
        ("tied-for-ever", "tied-gradients"),
        blocks.partitioned_world(),
        blocks.RANKS,
        blocks.SIZES,
        "Joudaki et al. 2025, Barriers for Learning in an Evolving World (arXiv 2510.00304), cloned-unit manifold; "
        "Stewart, Golubitsky and Pivato 2003, balanced colourings",
        "invariant-subspace: V is spanned by the indicators of the blocks of weights and of biases",
    )

"""Which optimizers keep ties: an entrywise function of the gradient history, plus a multiple of the weights.

What the optimizer remembers of a weight, M, is any function psi of what it remembered and of the gradient; the step
is any function phi of both; the weight itself is only multiplied, by one number a layer. Momentum, RMSprop, Adam,
AdamW, signSGD and L2 under SGD are of this form, and so is clipping: the norm is one number at each step, on which
phi may depend. M stands for all that is remembered; several running averages are no different from one.
"""

from __future__ import annotations

from typing import Any

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, chain
from symcheck.proof.kernel.terms import Fact, arrays, nested, ranges, smooth
from symcheck.proof.settings import blocks
from symcheck.proof.settings.blocks import BLOCK, FROM, INPUT, UNIT, B, C, D, H, I, J, R, a, c, m
from symcheck.proof.settings.indices import LAYER, SAMPLE, STEP, l, s, t
from symcheck.proof.settings.layers import Values, layers
from symcheck.proof.settings.letters import G, W, b, g
from symcheck.proof.theorems import equitable

M, M_b, S, S_b, decay, K, K_b, kappa = arrays("M M_b S S_b decay K K_b kappa")
phi, psi, phi_b, psi_b = (smooth(name) for name in ("phi", "psi", "phi_b", "psi_b"))

WEIGHTS, BIASES = ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT), ranges(STEP, LAYER, BLOCK, UNIT)
BLOCK_WEIGHTS, BLOCK_BIASES = ranges(STEP, LAYER, BLOCK, FROM), ranges(STEP, LAYER, BLOCK)
_w, _b = (t, l, I, a, J, c), (t, l, I, a)
GRADIENT, BIAS_GRADIENT = nested(D[t, l, s, I] * H[t, l - 1, s, J], SAMPLE), nested(D[t, l, s, I], SAMPLE)
_STEP = phi(t, l, kappa[t, l], S[t, l, I, J], GRADIENT)
_STEP_B = phi_b(t, l, kappa[t, l], S_b[t, l, I], BIAS_GRADIENT)

UPDATES = (
    Fact("weight-update", W[t + 1, l, I, a, J, c], decay[t, l] * W[_w] - phi(t, l, K[_w], M[_w], G[_w]), WEIGHTS,
         words="the weight times one number a layer, minus what the rule subtracts: a function of the gradient, of what "
         "is remembered, and of a number K for all else"),
    Fact("bias-update", b[t + 1, l, I, a], decay[t, l] * b[_b] - phi_b(t, l, K_b[_b], M_b[_b], g[_b]), BIASES, words="and so for a bias"),
    Fact("memory-update", M[t + 1, l, I, a, J, c], psi(t, l, M[_w], G[_w]), WEIGHTS,
         words="what the optimizer remembers of a weight is entrywise too"),
    Fact("bias-memory-update", M_b[t + 1, l, I, a], psi_b(t, l, M_b[_b], g[_b]), BIASES, words="and of a bias"),
    Fact("block-memory-update", S[t + 1, l, I, J], psi(t, l, S[t, l, I, J], GRADIENT), BLOCK_WEIGHTS,
         words="what is remembered of all weights of a block"),
    Fact("block-bias-memory-update", S_b[t + 1, l, I], psi_b(t, l, S_b[t, l, I], BIAS_GRADIENT), BLOCK_BIASES,
         words="and of all biases of a block"),
    Fact("block-weight-update", R[t + 1, l, I, J], decay[t, l] * R[t, l, I, J] - m[l - 1, J] * _STEP, BLOCK_WEIGHTS,
         words="all row sums of a block change alike"),
    Fact("block-column-update", C[t + 1, l, I, J], decay[t, l] * C[t, l, I, J] - m[l, I] * _STEP, BLOCK_WEIGHTS,
         words="and so do all column sums"),
    Fact("block-bias-update", B[t + 1, l, I], decay[t, l] * B[t, l, I] - _STEP_B, BLOCK_BIASES, words="and the biases"),
)

ENTRYWISE = Hypothesis(
    "entrywise-rule",
    (
        Fact("entrywise-rule", K[_w], kappa[t, l], WEIGHTS),
        Fact("entrywise-bias-rule", K_b[_b], kappa[t, l], BIASES),
    ),
    "beside a gradient and what is remembered of it, the rule depends on numbers of the layer only (a learning rate, a "
    "norm), not on the place of the weight, nor on the weight itself",
)
MEMORY = Hypothesis(
    "equal-memory",
    (
        Fact("equal-memory", M[0, l, I, a, J, c], S[0, l, I, J], WEIGHTS[1:]),
        Fact("equal-bias-memory", M_b[0, l, I, a], S_b[0, l, I], BIASES[1:]),
    ),
    "the optimizer starts with the same memory for all weights of a block, as when it starts from zero",
)

_MEMORIES = (
    Fact("memory", M[_w], S[t, l, I, J], WEIGHTS),
    Fact("bias-memory", M_b[_b], S_b[t, l, I], BIASES),
)
_VALUES = Values()
_GIVEN = (*equitable.GIVEN, "memory", "bias-memory", "entrywise-rule", "entrywise-bias-rule")


def _sums(claim: Fact, over: Any, sums: Any, count: Any, fold: str) -> Lemma:
    goal = claim.substitute(t, t + 1)
    before = nested(W[_w], over)
    return chain(
        goal, _GIVEN,
        ("congruence of sums", nested(decay[t, l] * W[_w] - phi(t, l, K[_w], M[_w], G[_w]), over), "one step of training", "weight-update"),
        ("congruence of sums", nested(decay[t, l] * W[_w] - phi(t, l, kappa[t, l], M[_w], G[_w]), over), "the rule is entrywise",
         "entrywise-rule"),
        ("congruence of sums", nested(decay[t, l] * W[_w] - phi(t, l, kappa[t, l], S[t, l, I, J], G[_w]), over),
         "it remembers the same of the whole block", "memory"),
        ("congruence of sums", nested(decay[t, l] * W[_w] - _STEP, over), "and the gradient is the same there",
         "equal-gradients"),
        ("sum rule", nested(decay[t, l] * W[_w], over) + nested(-_STEP, over), "split the sum"),
        ("count equal terms", nested(decay[t, l] * W[_w], over) - count * _STEP,
         "all terms of the second sum are equal"),
        ("factor out of a sum", decay[t, l] * before - count * _STEP, "the multiple is one for the layer"),
        ("substitute", decay[t, l] * sums - count * _STEP, "the sum was equal before the step", claim.name),
        ("definition", goal.right, "which is that of the block after the step", fold),
    )


def _remembered(claim: Fact, update: str, gradient: str, fold: str, old: Any, new: tuple[Any, Any]) -> Lemma:
    goal = claim.substitute(t, t + 1)
    return chain(
        goal, _GIVEN,
        ("definition", old, "what the optimizer remembers next", update),
        ("substitute", new[0], "it remembered the same of the whole block", claim.name),
        ("substitute", new[1], "and the gradient is the same there", gradient),
        ("definition", goal.right, "which is what is remembered of the block", fold),
    )


def _training() -> Induction:
    rows, columns, biases = equitable.kept_by_training(_VALUES)
    all_claims = (rows, columns, biases, *_MEMORIES)
    base = equitable.starts(all_claims, (*equitable.AT_START, "equal-memory", "equal-bias-memory"))
    own = phi_b(t, l, kappa[t, l], M_b[_b], g[_b])
    bias = chain(
        biases.substitute(t, t + 1), _GIVEN,
        ("definition", decay[t, l] * b[_b] - phi_b(t, l, K_b[_b], M_b[_b], g[_b]), "one step of training", "bias-update"),
        ("substitute", decay[t, l] * b[_b] - own, "the rule is entrywise", "entrywise-bias-rule"),
        ("substitute", decay[t, l] * B[t, l, I] - own, "the biases were equal before the step", "biases"),
        ("substitute", decay[t, l] * B[t, l, I] - phi_b(t, l, kappa[t, l], S_b[t, l, I], g[_b]),
         "the rule remembers the same of them", "bias-memory"),
        ("substitute", decay[t, l] * B[t, l, I] - _STEP_B, "and their gradients are equal", "equal-bias-gradients"),
        ("definition", B[t + 1, l, I], "which is the bias of the block after the step", "block-bias-update"),
    )
    return Induction(
        "training", t, all_claims, base,
        (
            _sums(rows, INPUT, R[t, l, I, J], m[l - 1, J], "block-weight-update"),
            _sums(columns, UNIT, C[t, l, I, J], m[l, I], "block-column-update"),
            bias,
            _remembered(
                _MEMORIES[0], "memory-update", "equal-gradients", "block-memory-update", psi(t, l, M[_w], G[_w]),
                (psi(t, l, S[t, l, I, J], G[_w]), psi(t, l, S[t, l, I, J], GRADIENT)),
            ),
            _remembered(
                _MEMORIES[1], "bias-memory-update", "equal-bias-gradients", "block-bias-memory-update",
                psi_b(t, l, M_b[_b], g[_b]),
                (psi_b(t, l, S_b[t, l, I], g[_b]), psi_b(t, l, S_b[t, l, I], BIAS_GRADIENT)),
            ),
        ),
        "true at the start, and kept by every step: true for ever",
    )


def _world(rng: Any, assumed: frozenset[str]) -> World:
    made = blocks.partitioned_world()(rng, assumed)
    random = made.random

    def memory(name: str, block: str) -> Any:
        known = {"M": {"equal-memory", "memory"}, "M_b": {"equal-bias-memory", "bias-memory"}}[name]

        def entry(t_: int, layer: int, to: int, member: int, *from_: int) -> int:
            equal = random(block, t_, layer, to, *from_[:1])
            return equal if assumed & known else random(name, t_, layer, to, member, *from_)

        return entry

    made.arrays.update(M=memory("M", "S"), M_b=memory("M_b", "S_b"))
    made.arrays["K"] = made.shared("K", "kappa", 2, "entrywise-rule" in assumed)
    made.arrays["K_b"] = made.shared("K_b", "kappa", 2, "entrywise-bias-rule" in assumed)
    return made


def optimizers_keep_ties() -> Proof:
    """The optimizer theorem."""
    assumed = (*equitable.equitable_at_start(_VALUES), ENTRYWISE, MEMORY)
    given = tuple(f.name for one in assumed for f in one.facts)
    return Proof(
        "optimizers",
        "Optimizers that keep ties",
        "An equitable partition stays equitable under every optimizer that multiplies the weights of a layer by one "
        "number and subtracts an entrywise function of the gradient and of what it remembers of earlier gradients: "
        "SGD, momentum, RMSprop, Adam, AdamW, signSGD, L2 in SGD, clipping.",
        assumed,
        (*blocks.NETWORK, *blocks.CLASSES, blocks.BLOCK_DELTA, *UPDATES),
        (*blocks.block_gradient_lemmas(), *layers(_VALUES), _training(), *equitable.conclusions(_VALUES, given)),
        ("tied-for-ever", "tied-gradients"),
        _world,
        blocks.RANKS,
        blocks.SIZES,
        "Kingma and Ba 2015, Loshchilov and Hutter 2019, for the rules that are of this form",
        "invariant-subspace: V is spanned by the indicators of the blocks; a multiple of the weights keeps sums equal too",
    )

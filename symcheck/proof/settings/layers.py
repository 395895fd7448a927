"""Forward and backward through the layers: what the members of a block share, from an equitable partition.

The rows, columns and biases that this starts from are the claims of `equitable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symcheck.proof.kernel.proofs import Induction, Lemma, chain
from symcheck.proof.kernel.terms import ONE, Fact, nested, ranges
from symcheck.proof.settings import blocks
from symcheck.proof.settings.blocks import BLOCK, FROM, INPUT, UNIT, B, C, D, H, I, J, O, R, X, Z, a, c, m
from symcheck.proof.settings.indices import LAYER, SAMPLE, STEP, L, l, o, s, t
from symcheck.proof.settings.letters import G, W, b, delta, g, h, n, sigma, slope, x, z


@dataclass(frozen=True)
class Values:
    """What the members of a block share: signs, deltas, column sums, and how all this comes from the blocks.

    Attributes:
        sign: the sign of a unit; delta, column: the delta of a block and the column sum between two.
        fold: the rule, the fact and the reason that give the delta of a block from those of the layer above.
        updates: the facts that say how row sums, column sums and biases change.
        gradients: if these are stated with gradients of the blocks' own network, these gradients and the lemmas on them.
    """

    sign: blocks.Sign = blocks.no_sign
    delta: Any = lambda t, l, s, I: D[t, l, s, I]
    column: Any = lambda t, l, I, J: C[t, l, I, J]
    fold: tuple[str, str, str] = ("definition", "block-delta", "which is the delta of the block")
    updates: tuple[str, str, str] = ("block-weight-update", "block-column-update", "block-bias-update")
    gradients: tuple[tuple[Any, str], tuple[Any, str]] | None = None

    @property
    def gradient(self) -> Expr:
        """What the gradients of all weights between two blocks are, up to sign."""
        return _factored(ONE, self.delta(t, l, s, I) * H[t, l - 1, s, J], SAMPLE)

    @property
    def bias_gradient(self) -> Expr:
        """What the gradients of all biases of a block are, up to sign."""
        return _factored(ONE, self.delta(t, l, s, I), SAMPLE)

    def in_blocks(self, expression: Any, number: int) -> tuple[Any, ...]:
        """The move that writes the gradient of a weight (0) or of a bias (1) as the blocks' own, if there is one."""
        if self.gradients is None:
            return ("algebra", expression, "")
        gradient, lemma = self.gradients[number]
        shared = (nested(self.over(H[t, l - 1, s, J]), SAMPLE), nested(self.over(ONE), SAMPLE))[number]
        return (
            "substitute",
            expression.subs(shared, gradient),
            "which is the gradient of the blocks' own network",
            lemma,
        )

    def over(self, factor: Any) -> Any:
        """The summand of a block gradient, without what goes out of the sum."""
        return (self.delta(t, l, s, I) * factor).as_independent(s, as_Add=False)[1]


def layers(v: Values, odd: tuple[str, str] | None = None) -> tuple[Lemma | Induction, ...]:
    """Forward and backward through the layers, and the gradient: all of them are equal in a block.

    Args:
        odd: names of the facts that take a sign out of the activation and of its slope.
    """
    known = ("rows", "biases", *(odd or ()))
    everything = (*known, "columns", "inputs", "outputs")
    through, flat = odd or ("", "")
    return (*_forward(v, known, through), _backward(v, known, everything, flat), *_gradients(v, everything))


def _forward(v: Values, base: tuple[str, ...], through: str) -> tuple[Lemma, Induction]:
    """From one layer to the next, by row sums and biases."""
    above, own = v.sign(l + 1, I, a), v.sign(l, I, a)
    upper, units = (I, 1, n[l + 1]), (a, 1, m[l + 1, I])
    inputs = ((J, 1, n[l]), (c, 1, m[l, J]))
    sums = nested(W[t, l + 1, I, a, J, c] * v.sign(l, J, c), inputs[1])
    pre = chain(
        Fact("equal-pre-activations", z[t, l + 1, s, I, a], above * Z[t, l + 1, s, I],
             ranges(STEP, (l, 0, L - 1), SAMPLE, upper, units)),
        (*base, "forward"),
        ("definition", nested(W[t, l + 1, I, a, J, c] * h[t, l, s, J, c], *inputs) + b[t, l + 1, I, a],
         "what a pre-activation is", "pre-activation"),
        ("congruence of sums",
         nested(W[t, l + 1, I, a, J, c] * v.sign(l, J, c) * H[t, l, s, J], *inputs) + b[t, l + 1, I, a],
         "the units of a block below have the same activation", "forward"),
        ("factor out of a sum", nested(H[t, l, s, J] * sums, inputs[0]) + b[t, l + 1, I, a],
         "it does not depend on the member: the weights of a block add up"),
        ("congruence of sums", nested(H[t, l, s, J] * above * R[t, l + 1, I, J], inputs[0]) + b[t, l + 1, I, a],
         "and their sum is the same for every unit", "rows"),
        ("substitute", nested(H[t, l, s, J] * above * R[t, l + 1, I, J], inputs[0]) + above * B[t, l + 1, I],
         "so are the biases", "biases"),
        ("factor out of a sum",
         above * nested(H[t, l, s, J] * R[t, l + 1, I, J], inputs[0]) + above * B[t, l + 1, I], "take out the sign"),
        ("definition", above * Z[t, l + 1, s, I], "which is the pre-activation of the block", "block-pre-activation"),
    )
    forward = Fact("forward", h[t, l, s, I, a], own * H[t, l, s, I],
                   ranges(STEP, (l, 0, L - 1), SAMPLE, BLOCK, UNIT))
    return pre, _induction(
        forward, l, "equal in the inputs, and handed on from layer to layer", base,
        lambda goal: chain(
            goal, ("inputs",),
            ("definition", x[t, s, I, a], "the units of layer 0 are the inputs", "input"),
            ("substitute", v.sign(0, I, a) * X[t, s, I], "inputs of a block are equal", "inputs"),
            ("definition", goal.right, "the input of the block", "block-input"),
        ),
        lambda goal: chain(
            goal, (*base, "forward"),
            ("definition", sigma(l + 1, z[t, l + 1, s, I, a]), "what an activation is", "activation"),
            ("substitute", sigma(l + 1, above * Z[t, l + 1, s, I]), "the pre-activation is that of the block",
             "equal-pre-activations"),
            ("substitute", above * sigma(l + 1, Z[t, l + 1, s, I]), "the activation is odd", through),
            ("definition", goal.right, "equal arguments give equal values", "block-activation"),
        ),
    )


def _backward(v: Values, base: tuple[str, ...], everything: tuple[str, ...], flat: str) -> Induction:
    """From one layer to the one below, by column sums."""
    own = v.sign(l, I, a)
    backward = Fact("backward", delta[t, l, s, I, a], own * v.delta(t, l, s, I),
                    ranges(STEP, LAYER, SAMPLE, BLOCK, UNIT))
    lower, here = v.sign(l - 1, I, a), Z[t, l - 1, s, I]
    outputs = ((O, 1, n[l]), (o, 1, m[l, O]))
    weight, later = W[t, l, O, o, I, a], delta[t, l, s, O, o]
    column = nested(weight * v.sign(l, O, o), outputs[1])

    def below(goal: Fact) -> Lemma:
        def moves(pre_activation: Any) -> Any:
            return slope(l - 1, pre_activation)

        shared, sum_ = v.delta(t, l, s, O), v.column(t, l, O, I)
        return chain(
            goal, (*base, "columns", "inputs", "backward"),
            ("substitute", moves(z[t, l - 1, s, I, a]) * nested(later * weight, *outputs), "backpropagation, derived above",
             "backpropagation"),
            ("substitute", moves(lower * here) * nested(later * weight, *outputs), "pre-activations of a block are equal",
             "equal-pre-activations"),
            ("substitute", moves(here) * nested(later * weight, *outputs), "the slope of an odd activation is even", flat),
            ("congruence of sums", moves(here) * nested(v.sign(l, O, o) * shared * weight, *outputs),
             "units of a block above have the same delta", "backward"),
            ("factor out of a sum", moves(here) * nested(shared * column, outputs[0]),
             "it does not depend on the member: the weights into a block add up"),
            ("congruence of sums", moves(here) * nested(shared * lower * sum_, outputs[0]),
             "and their sum is the same for every unit", "columns"),
            ("factor out of a sum", _factored(moves(here) * lower, shared * sum_, outputs[0]),
             "what does not depend on the block above goes out of the sum"),
            (v.fold[0], goal.right, v.fold[2], v.fold[1]),
        )

    return _induction(
        backward, l, "equal at the outputs, and handed back from layer to layer", everything,
        lambda goal: chain(
            goal, ("outputs",), ("substitute", goal.right, "slopes at the outputs of a block are equal", "outputs")
        ),
        below, downwards=True,
    )


def _gradients(v: Values, everything: tuple[str, ...]) -> tuple[Lemma, Lemma]:
    """The gradient is constant on every block of weights."""
    own, from_ = v.sign(l, I, a), v.sign(l - 1, J, c)
    unit, input_ = delta[t, l, s, I, a], h[t, l - 1, s, J, c]
    shared, into = v.delta(t, l, s, I), H[t, l - 1, s, J]
    weights = chain(
        Fact("equal-gradients", G[t, l, I, a, J, c], own * from_ * v.gradient,
             ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT)),
        everything,
        ("substitute", nested(unit * input_, SAMPLE), "the gradient, derived above", "gradient"),
        ("congruence of sums", nested(own * shared * input_, SAMPLE), "delta is that of the block", "backward"),
        ("congruence of sums", nested(own * shared * from_ * into, SAMPLE), "and so is the activation below", "forward"),
        ("factor out of a sum", _factored(own * from_, shared * into, SAMPLE), "neither depends on the member"),
    )
    biases = chain(
        Fact("equal-bias-gradients", g[t, l, I, a], own * v.bias_gradient, ranges(STEP, LAYER, BLOCK, UNIT)),
        everything,
        ("substitute", nested(unit, SAMPLE), "the gradient of a bias, derived above", "gradient-of-bias"),
        ("congruence of sums", nested(own * shared, SAMPLE), "delta is that of the block", "backward"),
        ("factor out of a sum", own * v.bias_gradient, "it does not depend on the member"),
    )
    return weights, biases


def _factored(factor: Any, term: Any, limit: Any) -> Any:
    """A sum with everything out of it that does not depend on its index."""
    outside, inside = term.as_independent(limit[0], as_Add=False)
    return factor * outside * nested(inside, limit)


def _induction(
    claim: Fact, variable: Any, reason: str, given: tuple[str, ...], base: Any, step: Any, downwards: bool = False
) -> Induction:
    draft = Induction(claim.name, variable, (claim,), (), (), reason, given, downwards)
    first, following = draft.cases(claim)
    return Induction(claim.name, variable, (claim,), (base(first),), (step(following),), reason, given, downwards)

"""The network in blocks: its units are sorted by the classes of a partition, and each class has values of its own.

Unit a of block I in layer l is ``[l, I, a]``, with blocks I = 1..n[l] and members a = 1..m[l, I]: any partition of any
layers, up to the order of units. The values that the members of a block share are capital: activation H,
pre-activation Z, delta D, bias B; and from block to block the row sums R and the column sums C. They are a
network of their own, with one unit a block.

Every block member has a sign e, and then shares these values up to sign; without signs, e = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Expr, IndexedBase, Integer, KroneckerDelta, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Lemma, chain
from symcheck.proof.kernel.steps import Ranks
from symcheck.proof.kernel.terms import Fact, Partial, arrays, index, instantiate, nested, ranges
from symcheck.proof.settings.indices import HIDDEN, LAYER, SAMPLE, STEP, L, N, l, o, s, t
from symcheck.proof.settings.letters import E, G, W, b, delta, g, h, n, sigma, slope, x, z

I, J, O, a, c = index("I J O a c")
X, Z, H, D, B, R, C, m, e = arrays("X Z H D B R C m e")

SIZES = ranges((L, 2, oo), (N, 1, oo))

BLOCK, UNIT, FROM, INPUT = (I, 1, n[l]), (a, 1, m[l, I]), (J, 1, n[l - 1]), (c, 1, m[l - 1, J])

Sign = Callable[[Any, Any, Any], Expr]


def no_sign(layer: Any, block: Any, member: Any) -> Expr:
    """No signs: all are 1."""
    return Integer(1)


def own_sign(layer: Any, block: Any, member: Any) -> Expr:
    """The sign of a unit."""
    return e[layer, block, member]


NETWORK = (
    Fact(
        "input", h[t, 0, s, J, c], x[t, s, J, c], ranges(STEP, SAMPLE, (J, 1, n[0]), (c, 1, m[0, J])),
        words="the network reads the data, any data at each step",
    ),
    Fact(
        "pre-activation", z[t, l, s, I, a],
        nested(W[t, l, I, a, J, c] * h[t, l - 1, s, J, c], FROM, INPUT) + b[t, l, I, a],
        ranges(STEP, LAYER, SAMPLE, BLOCK, UNIT), words="a unit adds up its weighted inputs, block by block, and its bias",
    ),
    Fact(
        "activation", h[t, l, s, I, a], sigma(l, z[t, l, s, I, a]), ranges(STEP, HIDDEN, SAMPLE, BLOCK, UNIT),
        words="and applies the activation of its layer",
    ),
    Fact(
        "delta", delta[t, l, s, I, a], Partial(E[t], z[t, l, s, I, a]), ranges(STEP, LAYER, SAMPLE, BLOCK, UNIT),
        words="delta is the derivative of the loss with respect to a pre-activation",
    ),
    Fact(
        "weight-gradient", G[t, l, I, a, J, c], Partial(E[t], W[t, l, I, a, J, c]),
        ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT), words="the gradient of the loss with respect to a weight",
    ),
    Fact(
        "bias-gradient", g[t, l, I, a], Partial(E[t], b[t, l, I, a]), ranges(STEP, LAYER, BLOCK, UNIT),
        words="and with respect to a bias",
    ),
    Fact(
        # For the second judge: a loss with random slopes, as in `network.loss_definition`.
        "loss", E[t], nested(IndexedBase("Q")[t, s, O, o] * z[t, L, s, O, o], (s, 1, N), (O, 1, n[L]), (o, 1, m[L, O])),
        ranges(STEP),
    ),
)

#: The network of the blocks: what a block computes if all its members do the same.
CLASSES = (
    Fact(
        "block-input", H[t, 0, s, J], X[t, s, J], ranges(STEP, SAMPLE, (J, 1, n[0])), words="the input of a block",
    ),
    Fact(
        "block-pre-activation", Z[t, l, s, I], nested(R[t, l, I, J] * H[t, l - 1, s, J], FROM) + B[t, l, I],
        ranges(STEP, LAYER, SAMPLE, BLOCK), words="a block adds up the blocks below, weighted with the row sums",
    ),
    Fact(
        "block-activation", H[t, l, s, I], sigma(l, Z[t, l, s, I]), ranges(STEP, HIDDEN, SAMPLE, BLOCK),
        words="and applies the activation",
    ),
)

BLOCK_DELTA = Fact(
    "block-delta", D[t, l, s, J], slope(l, Z[t, l, s, J]) * nested(D[t, l + 1, s, I] * C[t, l + 1, I, J], (I, 1, n[l + 1])),
    ranges(STEP, HIDDEN, SAMPLE, (J, 1, n[l])), words="backwards, the blocks above are weighted with the column sums",
)

RANKS: Ranks = {
    "W": lambda t, l, *_: (t, 0, 3 * l),
    "b": lambda t, l, *_: (t, 0, 3 * l),
    "z": lambda t, l, *_: (t, 3 * l + 1, 3 * l + 1),
    "h": lambda t, l, *_: (t, 3 * l + 2, 3 * l + 2),
    "E": lambda t: (t, oo, oo),
}


def block_gradient_lemmas() -> tuple[Lemma, ...]:
    """Backpropagation, derived: as in `network.gradient_lemmas`, with units in blocks."""
    above, here = z[t, l + 1, s, O, o], z[t, l, s, I, a]
    over = ((O, 1, n[l + 1]), (o, 1, m[l + 1, O]))
    linear = nested(W[t, l + 1, O, o, J, c] * h[t, l, s, J, c], (J, 1, n[l]), (c, 1, m[l, J])) + b[t, l + 1, O, o]
    unfolded = (
        nested(W[t, l + 1, O, o, J, c] * sigma(l, z[t, l, s, J, c]), (J, 1, n[l]), (c, 1, m[l, J])) + b[t, l + 1, O, o]
    )
    later, weight = delta[t, l + 1, s, O, o], W[t, l + 1, O, o, I, a]
    back = Fact(
        "backpropagation", delta[t, l, s, I, a], slope(l, here) * nested(later * weight, *over),
        ranges(STEP, HIDDEN, SAMPLE, BLOCK, UNIT),
    )
    backward = chain(
        back, (),
        ("definition", Partial(E[t], here), "what delta is", "delta"),
        ("chain rule", nested(Partial(E[t], above) * Partial(above, here), *over),
         "a hidden unit moves the loss only through the next layer", "", {}, (above, *over)),
        ("congruence of sums", nested(later * Partial(above, here), *over),
         "the first factor is the delta of the next layer", "delta"),
        ("congruence of sums", nested(later * Partial(linear, here), *over), "write the next pre-activation out",
         "pre-activation"),
        ("congruence of sums", nested(later * Partial(unfolded, here), *over), "write the activation out", "activation"),
        ("differentiate", nested(later * weight * slope(l, here), *over),
         "sympy differentiates the sum: one term of it contains this unit"),
        ("factor out of a sum", back.right, "the slope of the activation does not depend on the summation index"),
    )
    weights = Fact(
        "gradient", G[t, l, I, a, J, c], nested(delta[t, l, s, I, a] * h[t, l - 1, s, J, c], SAMPLE),
        ranges(STEP, LAYER, BLOCK, UNIT, FROM, INPUT),
    )
    biases = Fact(
        "gradient-of-bias", g[t, l, I, a], nested(delta[t, l, s, I, a], SAMPLE), ranges(STEP, LAYER, BLOCK, UNIT)
    )
    return (
        backward,
        _parameter("a weight", weights, "weight-gradient", W[t, l, I, a, J, c], h[t, l - 1, s, J, c]),
        _parameter("a bias", biases, "bias-gradient", b[t, l, I, a], Integer(1)),
    )


def _parameter(name: str, goal: Fact, own: str, variable: Any, factor: Any) -> Lemma:
    over = (SAMPLE, (O, 1, n[l]), (o, 1, m[l, O]))
    entry, unit = z[t, l, s, O, o], delta[t, l, s, O, o]
    linear = instantiate(
        nested(W[t, l, O, o, J, c] * h[t, l - 1, s, J, c], FROM, INPUT) + b[t, l, O, o], {}
    )  # the bound indices are not those of the variable
    return chain(
        goal, (),
        ("definition", Partial(E[t], variable), "what a gradient is", own),
        ("chain rule", nested(Partial(E[t], entry) * Partial(entry, variable), *over),
         f"{name} moves the loss only through the pre-activations of its layer, in every sample", "", {}, (entry, *over)),
        ("congruence of sums", nested(unit * Partial(entry, variable), *over), "the first factor is delta", "delta"),
        ("congruence of sums", nested(unit * Partial(linear, variable), *over), "write the pre-activation out",
         "pre-activation"),
        ("differentiate", nested(unit * factor * KroneckerDelta(I, O) * KroneckerDelta(a, o), *over),
         f"sympy differentiates: {name} enters one unit only"),
        ("collapse a sum", goal.right, "the Kronecker deltas leave one term"),
    )


def partitioned_world(signs: bool = False) -> Callable[[np.random.Generator, frozenset[str]], World]:
    """What makes the worlds: random partitions and weights, equitable (at step 0) only where it is assumed."""

    def make(rng: np.random.Generator, assumed: frozenset[str]) -> World:
        depth = int(rng.integers(2, 4))
        blocks = [int(v) for v in rng.integers(1, 3, depth + 1)]
        # In every layer one block has two members, so that a claim about two of them is tried.
        members = [[2, 1][:count] for count in blocks]
        made = World(rng, {"L": depth, "N": int(rng.integers(1, 3))})
        made.arrays.update(_constructed(made, members, assumed, signs))
        return made

    return make


def _constructed(
    made: World, members: list[list[int]], assumed: frozenset[str], signs: bool
) -> dict[str, Callable[..., int]]:
    depth, random = len(members) - 1, made.random
    sizes = {(layer, block): size for layer, row in enumerate(members) for block, size in enumerate(row, 1)}

    def size_of(layer: int, block: int) -> int:
        # A wrong step may ask for what is not there.
        return sizes.get((layer, block), 1)

    def sign(layer: int, block: int, member: int) -> int:
        return (1, P - 1)[random("e", layer, block, member) % 2] if signs else 1

    def row_sum(t_: int, layer: int, block: int, from_: int) -> int:
        return random("R", t_, layer, block, from_)

    def column_sum(t_: int, layer: int, block: int, from_: int) -> int:
        # All entries of a block of weights have one sum, by rows and by columns.
        ratio = size_of(layer, block) * pow(size_of(layer - 1, from_), -1, P)
        return row_sum(t_, layer, block, from_) * ratio

    def weight(t_: int, layer: int, block: int, member: int, from_: int, input_: int) -> int:
        rows, columns = size_of(layer, block), size_of(layer - 1, from_)

        def entry(i: int, j: int) -> int:
            return random("W", t_, layer, block, i, from_, j)

        row = sum(entry(member, j + 1) for j in range(columns))
        column = sum(entry(i + 1, input_) for i in range(rows))
        both = sum(entry(i + 1, j + 1) for i in range(rows) for j in range(columns))
        equal_rows, equal_columns = bool(assumed & {"row-sums", "rows"}), bool(assumed & {"column-sums", "columns"})
        value = entry(member, input_)
        if equal_rows:
            value += (row_sum(t_, layer, block, from_) - row) * pow(columns, -1, P)
        if equal_columns:
            value += (column_sum(t_, layer, block, from_) - column) * pow(rows, -1, P)
        if equal_rows and equal_columns:
            value += both * pow(rows * columns, -1, P) - row_sum(t_, layer, block, from_) * pow(columns, -1, P)
        return value * sign(layer, block, member) * sign(layer - 1, from_, input_)

    def bias(t_: int, layer: int, block: int, member: int) -> int:
        if assumed & {"equal-biases", "biases"}:
            return random("B", t_, layer, block) * sign(layer, block, member)
        return random("b", t_, layer, block, member)

    def data(t_: int, s_: int, block: int, member: int) -> int:
        if assumed & {"inputs", "forward"}:
            return random("X", t_, s_, block) * sign(0, block, member)
        return random("x", t_, s_, block, member)

    def loss_slope(t_: int, s_: int, block: int, member: int) -> int:
        if assumed & {"outputs", "backward"}:
            return random("D", t_, depth, s_, block) * sign(depth, block, member)
        return random("Q", t_, s_, block, member)

    return {
        "n": lambda layer: sum(at == layer for at, _ in sizes), "m": size_of, "e": sign,
        "R": row_sum, "C": column_sum, "W": weight, "b": bias, "x": data, "Q": loss_slope,
        "rate": made.shared("rate", "eta", 2, "shared-rate" in assumed),
        "rate_b": made.shared("rate_b", "eta", 2, "shared-bias-rate" in assumed),
    }

"""Theorems as facts, for Rocq: the network in blocks, and what is said of it."""

from __future__ import annotations

from rocq_facts import array, sigma, slope, total, within

from symcheck.proof.kernel.terms import ZERO, Fact, Range, entry, number, power, variable
from symcheck.proof.rocq import Statement

t, l, s, L, N = map(variable, ("t", "l", "s", "L", "N"))
I, J, O, a, c, o, i, j, k = map(variable, ("I", "J", "O", "a", "c", "o", "i", "j", "k"))
n, m, W, b, x, z, h, delta = map(array, ("n", "m", "W", "b", "x", "z", "h", "delta"))
G, g, rate, rate_b, eta, w = map(array, ("G", "g", "rate", "rate_b", "eta", "w"))
R, C, B, X, Z, H, D, d, Gamma, gamma = map(array, ("R", "C", "B", "X", "Z", "H", "D", "d", "Gamma", "gamma"))

SIZES = (within(L, 2), within(N, 1))
STEP, LAYER, HIDDEN, SAMPLE = within(t, 0), within(l, 1, L), within(l, 1, L - 1), within(s, 1, N)
BLOCK, UNIT = within(I, 1, n(l)), within(a, 1, m(l, I))
FROM, INPUT = within(J, 1, n(l - 1)), within(c, 1, m(l - 1, J))
#: Every weight, every unit.
WEIGHTS, UNITS = (STEP, LAYER, BLOCK, UNIT, FROM, INPUT), (STEP, LAYER, SAMPLE, BLOCK, UNIT)
BLOCKS = (STEP, LAYER, SAMPLE, BLOCK)
HIDDEN_UNITS, HIDDEN_BLOCKS = (STEP, HIDDEN, SAMPLE, BLOCK, UNIT), (STEP, HIDDEN, SAMPLE, BLOCK)
ABOVE = (within(O, 1, n(l + 1)), within(o, 1, m(l + 1, O)))

NETWORK = (
    Fact("input", h(t, 0, s, J, c), x(t, s, J, c), (STEP, SAMPLE, within(J, 1, n(0)), within(c, 1, m(0, J)))),
    Fact(
        "pre-activation",
        z(t, l, s, I, a),
        total(W(t, l, I, a, J, c) * h(t, l - 1, s, J, c), FROM, INPUT) + b(t, l, I, a),
        UNITS,
    ),
    Fact("activation", h(t, l, s, I, a), sigma(l, z(t, l, s, I, a)), HIDDEN_UNITS),
    Fact(
        "weight-update",
        W(t + 1, l, I, a, J, c),
        W(t, l, I, a, J, c) - rate(t, l, I, a, J, c) * G(t, l, I, a, J, c),
        WEIGHTS,
    ),
    Fact(
        "bias-update", b(t + 1, l, I, a), b(t, l, I, a) - rate_b(t, l, I, a) * g(t, l, I, a), (STEP, LAYER, BLOCK, UNIT)
    ),
)
BACKPROPAGATION = (
    Fact(
        "backpropagation",
        delta(t, l, s, I, a),
        slope(l, z(t, l, s, I, a)) * total(delta(t, l + 1, s, O, o) * W(t, l + 1, O, o, I, a), *ABOVE),
        HIDDEN_UNITS,
    ),
    Fact("gradient", G(t, l, I, a, J, c), total(delta(t, l, s, I, a) * h(t, l - 1, s, J, c), SAMPLE), WEIGHTS),
    Fact("gradient-of-bias", g(t, l, I, a), total(delta(t, l, s, I, a), SAMPLE), (STEP, LAYER, BLOCK, UNIT)),
)
SHARED_RATE = (
    Fact("shared-rate", rate(t, l, I, a, J, c), eta(t, l), WEIGHTS),
    Fact("shared-bias-rate", rate_b(t, l, I, a), eta(t, l), (STEP, LAYER, BLOCK, UNIT)),
)
ROW_SUMS = Fact("row-sums", total(W(0, l, I, a, J, c), INPUT), R(0, l, I, J), (LAYER, BLOCK, UNIT, FROM))
COLUMN_SUMS = Fact("column-sums", total(W(0, l, I, a, J, c), UNIT), C(0, l, I, J), (LAYER, BLOCK, FROM, INPUT))
EQUAL_BIASES = Fact("equal-biases", b(0, l, I, a), B(0, l, I), (LAYER, BLOCK, UNIT))
INPUTS = Fact("inputs", x(t, s, J, c), X(t, s, J), (STEP, SAMPLE, within(J, 1, n(0)), within(c, 1, m(0, J))))
OUTPUTS = Fact(
    "outputs", delta(t, L, s, I, a), D(t, L, s, I), (STEP, SAMPLE, within(I, 1, n(L)), within(a, 1, m(L, I)))
)
#: The network of the blocks, forwards.
CLASSES = (
    Fact("block-input", H(t, 0, s, J), X(t, s, J), (STEP, SAMPLE, within(J, 1, n(0)))),
    Fact("block-pre-activation", Z(t, l, s, I), total(R(t, l, I, J) * H(t, l - 1, s, J), FROM) + B(t, l, I), BLOCKS),
    Fact("block-activation", H(t, l, s, I), sigma(l, Z(t, l, s, I)), HIDDEN_BLOCKS),
)
MOVED = total(D(t, l, s, I) * H(t, l - 1, s, J), SAMPLE)
BLOCK_UPDATES = (
    Fact(
        "block-delta",
        D(t, l, s, J),
        slope(l, Z(t, l, s, J)) * total(D(t, l + 1, s, I) * C(t, l + 1, I, J), within(I, 1, n(l + 1))),
        (STEP, HIDDEN, SAMPLE, within(J, 1, n(l))),
    ),
    Fact(
        "block-weight-update",
        R(t + 1, l, I, J),
        R(t, l, I, J) - eta(t, l) * m(l - 1, J) * MOVED,
        (STEP, LAYER, BLOCK, FROM),
    ),
    Fact(
        "block-column-update",
        C(t + 1, l, I, J),
        C(t, l, I, J) - eta(t, l) * m(l, I) * MOVED,
        (STEP, LAYER, BLOCK, FROM),
    ),
    Fact(
        "block-bias-update", B(t + 1, l, I), B(t, l, I) - eta(t, l) * total(D(t, l, s, I), SAMPLE), (STEP, LAYER, BLOCK)
    ),
)

SHAPES = {"n": 1, "m": 2}
ARRAYS = {
    "W": 6,
    "b": 4,
    "x": 4,
    "z": 5,
    "h": 5,
    "delta": 5,
    "G": 6,
    "g": 4,
    "rate": 6,
    "rate_b": 4,
    "eta": 2,
    "R": 4,
    "C": 4,
    "B": 3,
    "X": 3,
    "Z": 4,
    "H": 4,
    "D": 4,
    "d": 4,
    "Gamma": 4,
    "gamma": 3,
}

EQUITABLE = Statement(
    "equitable-partitions",
    "Equitable partitions are invariant",
    SIZES,
    SHAPES,
    ARRAYS,
    {"sigma": 2},
    (ROW_SUMS, COLUMN_SUMS, EQUAL_BIASES, INPUTS, OUTPUTS, *SHARED_RATE),
    (*NETWORK, *CLASSES, *BLOCK_UPDATES),
    BACKPROPAGATION,
    (
        Fact("tied-for-ever", h(t, l, s, I, a), H(t, l, s, I), HIDDEN_UNITS),
        Fact("tied-gradients", G(t, l, I, a, J, c), MOVED, WEIGHTS),
    ),
)

#: The network without blocks: unit i of layer l, with input j.
ROW, COLUMN, OTHER = within(i, 1, n(l)), within(j, 1, n(l - 1)), within(k, 1, n(l))
PLAIN_NETWORK = (
    Fact("input", h(t, 0, s, j), x(t, s, j), (STEP, SAMPLE, within(j, 1, n(0)))),
    Fact(
        "pre-activation",
        z(t, l, s, i),
        total(W(t, l, i, j) * h(t, l - 1, s, j), COLUMN) + b(t, l, i),
        (STEP, LAYER, SAMPLE, ROW),
    ),
    Fact("activation", h(t, l, s, i), sigma(l, z(t, l, s, i)), (STEP, HIDDEN, SAMPLE, ROW)),
    Fact(
        "weight-update", W(t + 1, l, i, j), W(t, l, i, j) - rate(t, l, i, j) * G(t, l, i, j), (STEP, LAYER, ROW, COLUMN)
    ),
    Fact("bias-update", b(t + 1, l, i), b(t, l, i) - rate_b(t, l, i) * g(t, l, i), (STEP, LAYER, ROW)),
)
PLAIN_BACKPROPAGATION = (
    Fact(
        "backpropagation",
        delta(t, l, s, i),
        slope(l, z(t, l, s, i)) * total(delta(t, l + 1, s, o) * W(t, l + 1, o, i), within(o, 1, n(l + 1))),
        (STEP, HIDDEN, SAMPLE, ROW),
    ),
    Fact("gradient", G(t, l, i, j), total(delta(t, l, s, i) * h(t, l - 1, s, j), SAMPLE), (STEP, LAYER, ROW, COLUMN)),
    Fact("gradient-of-bias", g(t, l, i), total(delta(t, l, s, i), SAMPLE), (STEP, LAYER, ROW)),
)
CONSTANT = Statement(
    "constant-init",
    "Constant initialization keeps the units of a layer equal for ever",
    SIZES,
    {"n": 1},
    {
        "W": 4,
        "b": 3,
        "x": 3,
        "z": 4,
        "h": 4,
        "delta": 4,
        "G": 4,
        "g": 3,
        "rate": 4,
        "rate_b": 3,
        "eta": 2,
        "w": 1,
        "c": 1,
    },
    {"sigma": 2},
    (
        Fact("constant-weights", W(0, l, i, j), w(l), (LAYER, ROW, COLUMN)),
        Fact("constant-biases", b(0, l, i), entry("c", l), (HIDDEN, ROW)),
        Fact("shared-rate", rate(t, l, i, j), eta(t, l), (STEP, LAYER, ROW, COLUMN)),
        Fact("shared-bias-rate", rate_b(t, l, i), eta(t, l), (STEP, LAYER, ROW)),
    ),
    PLAIN_NETWORK,
    PLAIN_BACKPROPAGATION,
    (
        Fact("rows-equal-for-ever", W(t, l, i, j), W(t, l, k, j), (STEP, HIDDEN, ROW, OTHER, COLUMN)),
        Fact("tied-for-ever", h(t, l, s, i), h(t, l, s, k), (STEP, HIDDEN, SAMPLE, ROW, OTHER)),
        Fact("tied-gradients", G(t, l, i, j), G(t, l, k, j), (STEP, HIDDEN, ROW, OTHER, COLUMN)),
    ),
)

#: The network of the blocks, which is trained by itself: d is its delta, Gamma and gamma are its gradients.
QUOTIENT = Statement(
    "quotient",
    "A network with an equitable partition is the network of its blocks",
    SIZES,
    SHAPES,
    ARRAYS,
    {"sigma": 2},
    (
        Fact("counted", m(l, I), ZERO, (within(l, 0, L), BLOCK), relation="!="),
        ROW_SUMS,
        Fact(
            "column-sums",
            total(W(0, l, I, a, J, c), UNIT),
            R(0, l, I, J) * m(l, I) * power(m(l - 1, J), -1),
            (LAYER, BLOCK, FROM, INPUT),
        ),
        EQUAL_BIASES,
        INPUTS,
        Fact("outputs", delta(t, L, s, I, a), d(t, L, s, I) * power(m(L, I), -1), OUTPUTS.ranges),
        *SHARED_RATE,
    ),
    (
        *NETWORK,
        *CLASSES,
        Fact(
            "block-weight-update",
            R(t + 1, l, I, J),
            R(t, l, I, J) - eta(t, l) * m(l - 1, J) * power(m(l, I), -1) * Gamma(t, l, I, J),
            (STEP, LAYER, BLOCK, FROM),
        ),
        Fact(
            "block-bias-update",
            B(t + 1, l, I),
            B(t, l, I) - eta(t, l) * power(m(l, I), -1) * gamma(t, l, I),
            (STEP, LAYER, BLOCK),
        ),
    ),
    (
        *BACKPROPAGATION,
        Fact(
            "block-backpropagation",
            d(t, l, s, i),
            slope(l, Z(t, l, s, i)) * total(d(t, l + 1, s, o) * R(t, l + 1, o, i), within(o, 1, n(l + 1))),
            (STEP, HIDDEN, SAMPLE, ROW),
        ),
        Fact(
            "block-gradient",
            Gamma(t, l, i, j),
            total(d(t, l, s, i) * H(t, l - 1, s, j), SAMPLE),
            (STEP, LAYER, ROW, COLUMN),
        ),
        Fact("block-gradient-of-bias", gamma(t, l, i), total(d(t, l, s, i), SAMPLE), (STEP, LAYER, ROW)),
    ),
    (
        Fact(
            "same-function",
            z(t, l + 1, s, I, a),
            Z(t, l + 1, s, I),
            (STEP, within(l, 0, L - 1), SAMPLE, within(I, 1, n(l + 1)), within(a, 1, m(l + 1, I))),
        ),
        Fact("same-activations", h(t, l, s, I, a), H(t, l, s, I), HIDDEN_UNITS),
        Fact("same-trajectory", total(W(t, l, I, a, J, c), INPUT), R(t, l, I, J), (STEP, LAYER, BLOCK, UNIT, FROM)),
        Fact("same-biases", b(t, l, I, a), B(t, l, I), (STEP, LAYER, BLOCK, UNIT)),
    ),
)

#: Member q of block P in the hidden layer u: a unit that is dead by sign.
u, P, q, r = map(variable, ("u", "P", "q", "r"))
INTO = (within(J, 1, n(u - 1)), within(c, 1, m(u - 1, J)))
ANY, NEVER_NEGATIVE = Range("r", kind="real"), Range("r", kind="nonnegative")
DEAD = Statement(
    "dead-by-sign",
    "A ReLU unit whose weights sum to at most 0 over every class below is dead for ever",
    (*SIZES, within(u, 1, L - 1), within(P, 1, n(u)), within(q, 1, m(u, P))),
    SHAPES,
    ARRAYS,
    {"sigma": 2},
    (
        Fact("inputs-not-negative", x(t, s, J, c), ZERO, INPUTS.ranges, relation=">="),
        Fact("activations-not-negative", sigma(l, r), ZERO, (HIDDEN, ANY), relation=">="),
        Fact("relu", sigma(u, number(-1) * r), ZERO, (NEVER_NEGATIVE,)),
        Fact("slope-of-relu", slope(u, number(-1) * r), ZERO, (NEVER_NEGATIVE,)),
        Fact("classes-below", h(t, u - 1, s, J, c), H(t, u - 1, s, J), (STEP, SAMPLE, *INTO)),
        Fact("sums-not-positive", number(-1) * total(W(0, u, P, q, J, c), INTO[1]), ZERO, INTO[:1], relation=">="),
        Fact("bias-not-positive", number(-1) * b(0, u, P, q), ZERO, relation=">="),
    ),
    NETWORK,
    BACKPROPAGATION,
    (
        Fact("silent", h(t, u, s, P, q), ZERO, (STEP, SAMPLE)),
        Fact("slope-is-zero", slope(u, z(t, u, s, P, q)), ZERO, (STEP, SAMPLE)),
        Fact("weights-stay", W(t, u, P, q, J, c), W(0, u, P, q, J, c), (STEP, *INTO)),
        Fact("bias-stays", b(t, u, P, q), b(0, u, P, q), (STEP,)),
    ),
)

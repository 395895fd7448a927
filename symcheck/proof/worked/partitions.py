"""Blocks of units whose rows differ and whose sums do not: a 1-2-2-1 and a 1-3-2-1 network, and a quotient."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, listed, show
from symcheck.proof.worked.training import TrainingMoment, layers, trained
from symcheck.reference import Optimizer, optimizer

RATE = Fraction(1, 16)
_UNITS = ("unit 1", "unit 2")
_QUARTER, _HALF, _MORE = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)

#: Rows that differ, with row sums 1 and column sums 1; and equal rows, whose column sums differ.
EQUITABLE, EQUAL_ROWS = ((_MORE, _QUARTER), (_QUARTER, _MORE)), ((_MORE, _QUARTER), (_MORE, _QUARTER))
#: Row sums 3/4 and column sums 1/2; the first row has one positive weight, the second one has two.
SIGNS_DIFFER = ((5 * _QUARTER, -_QUARTER, -_QUARTER), (-_MORE, _MORE, _MORE))


def different_rows() -> Worked:
    """Rows of W_2 that differ, with equal row sums and column sums: both hidden layers stay tied."""
    return Worked(
        "equitable-partitions",
        f"a 1-2-2-1 network, ReLU, all weights 1 but W_2 = {listed(EQUITABLE)}, zero biases, x = 1, y = 1, rate {RATE}; "
        "each hidden layer is one block",
        _UNITS,
        _two_layers(EQUITABLE),
        "The rows of W_2 differ before and after the step, but their sums, and those of the columns, change alike: the "
        "units of each hidden layer stay one.",
    )


def different_column_sums() -> Worked:
    """Equal rows of W_2 whose columns have different sums: the layer below is equal at first, and then not."""
    return Worked(
        "equitable-partitions",
        f"the same network with equal rows, but different column sums: W_2 = {listed(EQUAL_ROWS)}",
        _UNITS,
        _two_layers(EQUAL_ROWS),
        "The units of layer 1 have equal rows and activations, but different deltas: equal incoming weights do not keep "
        "two units equal when their outgoing weights differ.",
        fails="column-sums",
    )


def _two_layers(second: Sequence[Sequence[Fraction]]) -> tuple[CalculationLine, ...]:
    before, after = trained(layers(([[1], [1]], 0), (second, 0), ([[1, 1]], 0)), [1], [1], "relu", RATE)
    return (
        compare("rows of W_2", "W_2[a, c]", *before.weights(2)),
        compare("row sums of W_2", "R_2 = W_2[a, 1] + W_2[a, 2]", *before.weights(2).sum(1), lemma="rows"),
        compare("column sums of W_2", "C_2 = W_2[1, c] + W_2[2, c]", *before.weights(2).sum(0), lemma="columns"),
        compare("activations of layer 1", "h_1[c] = relu(W_1[c, 1] x)", *before.hidden(1), lemma="forward"),
        compare("activations of layer 2", "H_2 = relu(R_2 H_1)", *before.hidden(2), lemma="forward"),
        compare("deltas of layer 2", "D_2 = C_3 D_3", *before.delta(2), lemma="backward"),
        compare("deltas of layer 1", "D_1 = C_2 D_2", *before.delta(1), lemma="backward"),
        compare("gradients of the rows of W_2", "G_2[a, c] = D_2 H_1", *before.gradient(2), lemma="equal-gradients"),
        compare("rows of W_2 after the step", f"W_2[a, c] - {RATE} G_2[a, c]", *after.weights(2)),
        compare("row sums after the step", f"R_2 - {RATE} 2 D_2 H_1", *after.weights(2).sum(1), lemma="rows"),
        compare("column sums after the step", f"C_2 - {RATE} 2 D_2 H_1", *after.weights(2).sum(0), lemma="columns"),
        compare("activations of layer 1 after the step", "h_1[c]", *after.hidden(1), lemma="tied-for-ever"),
        compare("activations of layer 2 after the step", "h_2[a]", *after.hidden(2), lemma="tied-for-ever"),
    )


def momentum() -> Worked:
    """Momentum adds the same velocity to every weight of a block: sums stay equal."""
    return Worked(
        "optimizers",
        f"a 1-3-2-1 network, ReLU, all weights 1 but W_2 = {listed(SIGNS_DIFFER)}, zero biases, x = 1, y = {_HALF}; "
        f"momentum {_HALF}, rate {RATE}",
        _UNITS,
        _two_steps(optimizer("momentum", momentum=float(_HALF)), f"M = {_HALF} M + G", "memory"),
        "The velocity depends on the history of the gradients, which is the same for the whole block, and not on the "
        "weights: row sums stay equal.",
    )


def l1_penalty() -> Worked:
    """An L1 penalty subtracts the sign of each weight, and signs do not have equal sums."""
    return Worked(
        "optimizers",
        f"the same network under gradient descent with an L1 penalty of {_HALF}",
        _UNITS,
        _two_steps(optimizer("sgd", l1=float(_HALF)), f"G + {_HALF} sign(W_2[a, c])"),
        "The penalty is a function of the weight itself. One row has more positive weights than the other, so the row "
        "sums part in the first step, and the units with them.",
        fails="entrywise-rule",
    )


def _two_steps(rule: Optimizer, formula: str, lemma: str = "") -> tuple[CalculationLine, ...]:
    start = layers(([[1]] * 3, 0), (SIGNS_DIFFER, 0), ([[1, 1]], 0))
    before, after, later = trained(start, [1], [_HALF], "relu", RATE, 2, rule)
    moved = (before.weights(2) - after.weights(2)) / float(RATE)
    return (
        compare("rows of W_2", "W_2[a, c]", *before.weights(2)),
        compare("row sums of W_2", "R_2 = sum of W_2[a, c] over c", *before.weights(2).sum(1), lemma="rows"),
        compare("activations of layer 2", "H_2 = relu(R_2 H_1)", *before.hidden(2), lemma="forward"),
        compare("gradients of the rows of W_2", "G_2[a, c] = D_2 H_1", *before.gradient(2), lemma="equal-gradients"),
        compare("what the rate multiplies", formula, *moved, lemma=lemma),
        compare("rows after one step", f"W_2[a, c] minus {RATE} times it", *after.weights(2)),
        compare("row sums after one step", "R_2", *after.weights(2).sum(1), lemma="rows"),
        compare("activations after one step", "h_2[a]", *after.hidden(2), lemma="tied-for-ever"),
        compare("row sums after two steps", "R_2", *later.weights(2).sum(1), lemma="rows"),
    )


def block_of_two() -> Worked:
    """A constant block of two units beside the one unit that it is."""
    return Worked(
        "quotient",
        f"a 1-2-1 network, ReLU, all weights {_HALF}, zero biases, x = 2, y = 0, rate {RATE}; beside it the 1-1-1 "
        "network of its row sums",
        ("network", "quotient"),
        _beside_quotient((_HALF, _HALF)),
        "One unit does what both do: the same output before and after the step. It is no better than a single neuron.",
    )


def unequal_columns() -> Worked:
    """Other outgoing weights of the same sum: the same function at first, and another one after a step."""
    columns = (_QUARTER, _MORE)
    return Worked(
        "quotient",
        f"the same with different weights out of the block, of the same sum: W_2 = {listed([columns])}",
        ("network", "quotient"),
        _beside_quotient(columns),
        "The row sums are those of before, so both networks start as one function; after the step they are two.",
        fails="column-sums",
    )


def _beside_quotient(outgoing: Sequence[Fraction]) -> tuple[CalculationLine, ...]:
    whole = trained(layers(([[_HALF]] * 2, 0), ([outgoing], 0)), [2], [0], "relu", RATE)
    # eta |J| / |I| for weights and eta / |I| for biases, with a hidden block of two units.
    rates = [(float(RATE / 2), float(RATE / 2)), (float(RATE * 2), float(RATE))]
    single = trained(layers(([[_HALF]], 0), ([[sum(outgoing)]], 0)), [2], [0], "relu", rates)
    (before, after), (one, moved) = whole, single
    return (
        *_same_function(before, one, "before the step"),
        show("deltas of the hidden units", "delta[a] = d / 2", before.delta(1), one.delta(1), lemma="backward"),
        show(
            "gradients of W_1 and of R_1",
            "G[a, 1] = Gamma / 2",
            before.gradient(1),
            one.gradient(1),
            lemma="equal-gradients",
        ),
        show("learning rates of W_1 and of R_1", "eta and eta |J| / |I|", RATE, rates[0][0]),
        show("learning rates of W_2 and of R_2", "eta and eta |J| / |I|", RATE, rates[1][0]),
        compare(
            "weights of W_1 after it",
            "W_1[a, 1] = R_1",
            after.weights(1),
            np.repeat(moved.weights(1), 2),
            lemma="same-trajectory",
        ),
        *_same_function(after, moved, "after it"),
    )


def _same_function(whole: TrainingMoment, single: TrainingMoment, when: str) -> tuple[CalculationLine, ...]:
    row_sums = (whole.weights(2).sum(1), single.weights(2))
    return (
        compare(f"row sum of W_2 {when}", "W_2[1, 1] + W_2[1, 2] = R_2", *row_sums, lemma="same-trajectory"),
        compare(f"output {when}", "z = Z", whole.output, single.output, lemma="same-function"),
    )

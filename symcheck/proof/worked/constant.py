"""Constant weights: two units that do the same for ever, and weights of zero, which do not even move."""

from __future__ import annotations

from fractions import Fraction

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, listed, show
from symcheck.proof.worked.training import layers, trained

HALF, RATE = Fraction(1, 2), Fraction(1, 10)
INPUT, TARGET = (Fraction(1), Fraction(2)), Fraction(0)
_UNITS = ("unit 1", "unit 2")
#: The lemmas on zero weights that stay zero, and those on tied units that move, line by line.
_FROZEN = (
    "zero-pre-activations",
    "zero-activations",
    "zero-deltas",
    "zero-gradients-below-the-output",
    "zero-gradients-above-the-input",
    "every-weight-frozen",
    "every-weight-frozen",
)
_TIED = ("forward", "activations", "backward", "gradient-rows", "gradient-columns", "rows", "columns")


def all_weights_half() -> Worked:
    """All weights 1/2, zero biases: both hidden units do the same, before and after a gradient step."""
    return Worked(
        "constant-init",
        f"a 2-2-1 network, tanh, all weights {HALF}, zero biases, x = {listed(INPUT)}, y = {TARGET}, rate {RATE}",
        _UNITS,
        _two_units([[HALF, HALF], [HALF, HALF]]),
        "Both units get the same row, the same activation and the same step: training this network trains one unit.",
    )


def one_weight_changed() -> Worked:
    """The same with one other weight: the units are different from the start, and learn differently."""
    rows = [[HALF, HALF], [HALF, Fraction(1)]]
    return Worked(
        "constant-init",
        f"the same network with one weight changed: W_1[2, 2] = {rows[1][1]}",
        _UNITS,
        _two_units(rows),
        "The rows differ, so the units compute different functions and get different steps: two units learn.",
        fails="constant-weights",
    )


def _two_units(rows: list[list[Fraction]]) -> tuple[CalculationLine, ...]:
    params = layers((rows, 0), ([[HALF, HALF]], 0))
    before, after = trained(params, INPUT, [TARGET], "tanh", RATE)
    z, h, delta, again = before.sums(1), before.hidden(1), before.delta(1), after.hidden(1)
    return (
        compare("rows of W_1", "W[0, 1, i, j]", *rows),
        compare("pre-activations", "z[i] = W[i, 1] x[1] + W[i, 2] x[2]", *z, lemma="forward"),
        compare("activations", "h[i] = tanh(z[i])", *h, lemma="activations"),
        show("output", f"z = {HALF} h[1] + {HALF} h[2]", before.output),
        show("slope of the loss (z - y)^2", "delta = 2 (z - y)", before.delta(2)),
        compare("deltas", "delta[i] = (1 - h[i]^2) W_2[1, i] delta", *delta, lemma="backward"),
        compare("gradients of the rows", "G[i, j] = delta[i] x[j]", *before.gradient(1), lemma="gradient-rows"),
        compare("gradients of W_2", "G[1, i] = delta h[i]", *before.gradient(2)[0], lemma="gradient-columns"),
        compare(
            "rows after the step", f"W[1, 1, i, j] = W[0, 1, i, j] - {RATE} G[i, j]", *after.weights(1), lemma="rows"
        ),
        compare("activations after the step", "h[i]", *again, lemma="tied-for-ever"),
        show("loss before and after", "(z - y)^2", (before.loss, after.loss)),
    )


def all_zero() -> Worked:
    """All weights and biases 0 under tanh: nothing moves but the bias of the output."""
    return Worked(
        "zero-init",
        f"a 1-2-1 network, tanh, all weights and biases 0, x = 1, y = 1, rate {HALF}",
        _UNITS,
        _from_zero("tanh", _FROZEN),
        "Every gradient of a weight has a factor 0, an activation or a weight above. Only the bias of the output "
        "learns, which is all that a network without weights can do.",
    )


def all_zero_under_sigmoid() -> Worked:
    """The same under the sigmoid, which is not 0 at 0: the weights move, and both units alike."""
    return Worked(
        "zero-init",
        "the same network with the sigmoid, which is not 0 at 0",
        _UNITS,
        _from_zero("sigmoid", _TIED),
        "The activations are not 0, so W_2 moves in the first step and W_1 in the second; but both units move alike "
        "and stay one unit.",
        fails="zero-at-zero",
    )


def _from_zero(activation: str, lemmas: tuple[str, ...]) -> tuple[CalculationLine, ...]:
    before, _, later = trained(layers(([[0], [0]], 0), ([[0, 0]], 0)), [1], [1], activation, HALF, steps=2)
    return (
        compare("pre-activations", "z[i] = W_1[i, 1] x + b_1[i]", *before.sums(1), lemma=lemmas[0]),
        compare("activations", f"h[i] = {activation}(z[i])", *before.hidden(1), lemma=lemmas[1]),
        show("slope of the loss (z - y)^2", "delta = 2 (z - y)", before.delta(2)),
        compare("deltas", f"delta[i] = {activation}'(z[i]) W_2[1, i] delta", *before.delta(1), lemma=lemmas[2]),
        compare("gradients of W_1", "G[i, 1] = delta[i] x", *before.gradient(1), lemma=lemmas[3]),
        compare("gradients of W_2", "G[1, i] = delta h[i]", *before.gradient(2)[0], lemma=lemmas[4]),
        compare("weights of W_1 after two steps", "W_1[i, 1]", *later.weights(1), lemma=lemmas[5]),
        compare("weights of W_2 after two steps", "W_2[1, i]", *later.weights(2)[0], lemma=lemmas[6]),
        show("output before, and after two steps", "z", (*before.output, *later.output)),
    )

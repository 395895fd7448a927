"""What ReLU adds: a unit that is dead by its signs, and the identity of incoming and outgoing weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, listed, show
from symcheck.proof.worked.training import layers, trained

RATE, LATER_INPUT = Fraction(1, 64), 2
#: Row 1 has a positive weight and the sum -1.
ROWS = ((1, -2), (1, 1))
TIED, UNTIED = ((1,), (1,)), ((1,), (Fraction(1, 4),))


def negative_sum() -> Worked:
    """A unit above two tied units, with the weights 1 and -2: zero for every input that is not negative, for ever."""
    return Worked(
        "dead-by-sign",
        f"a 1-2-2-1 network, ReLU, W_1 = {listed(TIED)}, W_2 = {listed(ROWS)}, W_3 = [[1, 1]], zero biases, x = 1, y = 1, rate "
        f"{RATE}; the units of layer 1 are one class, and what ReLU gives is never negative",
        ("unit 1", "unit 2"),
        _above(TIED),
        "Unit 1 sees its class with a weight below 0 in all, so it is 0 for every input that is not negative: no gradient reaches "
        "it, its row does "
        "not move, and it stays so. Unit 2 learns.",
    )


def class_divided() -> Worked:
    """The same weights above two units that are not tied: the positive weight counts on its own."""
    return Worked(
        "dead-by-sign",
        f"the same network with W_1 = {listed(UNTIED)}: the units of layer 1 are two classes",
        ("unit 1", "unit 2"),
        _above(UNTIED),
        "The sums are over one unit each now, and one of them is positive: unit 1 is active and learns, although the sum of "
        "its row is negative.",
        fails="non-positive-sums",
    )


def _above(first: Sequence[Sequence[Any]]) -> tuple[CalculationLine, ...]:
    before, after = trained(layers((first, 0), (ROWS, 0), ([[1, 1]], 0)), [1], [1], "relu", RATE)
    groups = {tuple(row): [c for c, other in enumerate(first) if other == row] for row in first}
    sums = [[before.weights(2)[a, members].sum() for members in groups.values()] for a in (0, 1)]
    return (
        show("rows of W_2", "W_2[a, c]", *before.weights(2)),
        show("sums over the classes below", "sum of W_2[a, c] over a class", *sums),
        show("pre-activations of layer 2", "z[a] = W_2[a, 1] h[1] + W_2[a, 2] h[2]", *before.sums(2)),
        show("activations of layer 2", "relu(z[a])", *before.hidden(2)),
        show("deltas of layer 2", "relu'(z[a]) W_3[1, a] delta", *before.delta(2)),
        show("gradients of the rows", "delta[a] h[c]", *before.gradient(2)),
        show("rows of W_2 after the step", f"W_2[a, c] - {RATE} G[a, c]", *after.weights(2)),
        show(f"activations after the step, x = {LATER_INPUT}", "relu(z[a])", *after.hidden(2, [LATER_INPUT])),
    )


_START = (([[1, Fraction(1, 2)], [1, Fraction(-1, 4)]], [Fraction(1, 2), Fraction(1, 4)]), ([[1, 2], [-1, 1]], 0))


def relu_identity() -> Worked:
    """Two ReLU units: what comes in weighs as much as what goes out."""
    return _identity("relu")


def tanh_identity() -> Worked:
    """Two tanh units, which do not scale: both sides differ."""
    return _identity("tanh")


def _identity(activation: str) -> Worked:
    (moment,) = trained(layers(*_START), [1, 2], [0, 0], activation, RATE, steps=0)
    W, dW, db = moment.weights(1), moment.gradient(1), moment.delta(1)
    V, dV = moment.weights(2), moment.gradient(2)
    b = moment.params[0][1]
    assert b is not None
    lines: list[CalculationLine] = []
    for i in (0, 1):
        incoming, outgoing = float(W[i] @ dW[i] + b[i] * db[i]), float(V[:, i] @ dV[:, i])
        lines += [
            show(f"weights of unit {i + 1}, and bias", "W_in[i], b[i] and W_out[:, i]", [*W[i], b[i]], V[:, i]),
            show("their gradients", "dW_in[i], db[i] and dW_out[:, i]", [*dW[i], db[i]], dV[:, i]),
            compare("products", "W_in[i] . dW_in[i] + b[i] db[i] = W_out[:, i] . dW_out[:, i]", incoming, outgoing),
        ]
    holds = activation == "relu"
    sample = f"x = [1, 2], y = [0, 0], b_1 = {listed(b)}"
    return Worked(
        "rescaling-identity",
        f"a 2-2-2 network, ReLU, {sample}" if holds else "the same network with tanh, which does not scale",
        ("in", "out"),
        tuple(lines),
        "Doubling what comes into a ReLU unit and halving what goes out changes nothing, so the loss has no slope that way: "
        "both sides are equal. It takes no second implementation to test gradients by this."
        if holds
        else "The identity is one of units that scale, relu(c z) = c relu(z) for c > 0. Doubling what comes into a tanh unit changes "
        "what the network computes, and both sides differ.",
        fails="" if holds else "homogeneous",
    )

"""Units and parameters that move as one up to sign: two hidden units, and the two weights of w_2 w_1 x."""

from __future__ import annotations

from fractions import Fraction

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, show
from symcheck.proof.worked.training import layers, trained

HALF, QUARTER, RATE = Fraction(1, 2), Fraction(1, 4), Fraction(1, 2)


def opposite_units() -> Worked:
    """Opposite weights into and out of two tanh units: they stay each other's negative."""
    return Worked(
        "signs",
        f"a 1-2-1 network, tanh, W_1 = [[{HALF}], [-{HALF}]], W_2 = [[{HALF}, -{HALF}]], zero biases, x = 1, y = 1, rate "
        f"{RATE}; the signs e are 1 and -1",
        ("unit 1", "unit 2"),
        _opposite("tanh"),
        "Every number of unit 2 is the negative of that of unit 1, before and after the step: both learn as one.",
    )


def opposite_units_under_relu() -> Worked:
    """The same with ReLU, which is not odd: one unit learns, and the other one is silent."""
    return Worked(
        "signs",
        "the same network with ReLU, which is not odd",
        ("unit 1", "unit 2"),
        _opposite("relu"),
        "The negative side is cut off, so unit 2 is 0 and gets no step, while unit 1 learns.",
        fails="odd-activation",
    )


def _opposite(activation: str) -> tuple[CalculationLine, ...]:
    start = layers(([[HALF], [-HALF]], 0), ([[HALF, -HALF]], 0))
    before, after = trained(start, [1], [1], activation, RATE)
    return (
        compare("rows of W_1", "W_1[a, 1] = e[a] R_1", *before.weights(1), lemma="rows"),
        compare("columns of W_2", "W_2[1, a] = e[a] C_2", *before.weights(2)[0], lemma="columns"),
        compare("pre-activations", "z[a] = W_1[a, 1] x", *before.sums(1), lemma="equal-pre-activations"),
        compare("activations", f"h[a] = {activation}(z[a])", *before.hidden(1), lemma="forward"),
        show("output", "W_2[1, 1] h[1] + W_2[1, 2] h[2]", before.output),
        compare("deltas", f"delta[a] = {activation}'(z[a]) W_2[1, a] delta", *before.delta(1), lemma="backward"),
        compare("gradients of W_1", "G[a, 1] = delta[a] x", *before.gradient(1), lemma="equal-gradients"),
        compare("rows of W_1 after the step", f"W_1[a, 1] - {RATE} G[a, 1]", *after.weights(1), lemma="rows"),
        compare("columns of W_2 after the step", f"W_2[1, a] - {RATE} G[1, a]", *after.weights(2)[0], lemma="columns"),
        compare("activations after the step", "h[a]", *after.hidden(1), lemma="tied-for-ever"),
    )


def equal_factors() -> Worked:
    """E = (p q x - y)^2 from p = q: training cannot leave the line p = q."""
    return Worked(
        "invariant-subspace",
        f"a linear 1-1-1 network, two weights p and q, E = (p q - 1)^2, from p = q = {HALF}, rate {RATE}; V is the line of "
        "direction (1, 1)",
        ("p", "q"),
        _factors(HALF, HALF, inside=True),
        "On the line p = q both gradients are equal, so every step leads along the line: two parameters that reach one "
        "dimension.",
    )


def unequal_factors() -> Worked:
    """The same from p != q: the gradient does not lie in V, and the difference changes."""
    return Worked(
        "invariant-subspace",
        f"the same from p = {HALF}, q = {QUARTER}, on another line of the direction (1, 1)",
        ("p", "q"),
        _factors(HALF, QUARTER, inside=False),
        "There the gradient is not a multiple of (1, 1): training leaves theta_0 + V, and p - q changes.",
        fails="gradient-in-V",
    )


def _factors(p: Fraction, q: Fraction, *, inside: bool) -> tuple[CalculationLine, ...]:
    start = layers(([[p]], None), ([[q]], None))
    before, after, later = trained(start, [1], [1], "identity", RATE, steps=2)
    signed = trained(start, [1], [1], "identity", QUARTER, rule="signsgd")[1]
    start_pair, pair, last, signs, slopes = (
        [float(m[layer][0][0, 0]) for layer in (0, 1)]
        for m in (before.params, after.params, later.params, signed.params, before.slopes)
    )
    coordinate = [show("moved along V by", "u[1] = - rate A", pair[0] - start_pair[0])] if inside else []
    return (
        compare("parameters", "theta[0]", *start_pair),
        compare("gradient", "G = 2 (p q - 1) (q, p) = A (1, 1)" if inside else "G = 2 (p q - 1) (q, p)", *slopes),
        *coordinate,
        compare("parameters after a step", f"theta[1] = theta[0] - {RATE} G", *pair, lemma="stays"),
        compare("parameters after two steps", "theta[2]", *last, lemma="descent-stays"),
        show("p - q at the start, after one and two steps", "", [a - b for a, b in (start_pair, pair, last)]),
        compare("by a step of signSGD instead", f"theta[0] - {QUARTER} sign(G)", *signs, lemma="entrywise-rules-stay"),
    )

"""He's gain on weights that are 1 or -1: every outcome of one layer, and the means over two layers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcheck.proof.worked.calculation import CalculationLine, Worked, compare, listed, show
from symcheck.proof.worked.outcomes import SIGNAL, Row, draws, leaky, mean, mean_square, relu, weighted

SIGNS = (Fraction(1), Fraction(-1))
#: A slope for which the standard deviation that leaky-gain asks for with two inputs, 4/5, is rational.
SLOPE, LEAKY_WEIGHTS = Fraction(3, 4), (Fraction(4, 5), Fraction(-4, 5))


def signs_of_two_weights() -> Worked:
    """Two weights that are 1 or -1, of variance 1 = 2 / fan_in: all four outcomes."""
    outcomes = draws(SIGNS, 2)
    return Worked(
        "he-gain",
        f"one ReLU unit, two inputs x = {listed(SIGNAL)}, weights 1 or -1 with chance 1/2: variance 1 = 2 / 2, He's scale; "
        "a column for each outcome of their signs",
        _columns(outcomes),
        _layer(outcomes, Fraction(0)),
        "ReLU keeps half of the mean square of the pre-activation, which is twice that of the signal: the mean square of "
        "the signal is kept.",
    )


def one_weight_twice() -> Worked:
    """The same weight for both inputs, as constant rows have: correlated weights add up."""
    outcomes = [(w, w) for w in SIGNS]
    return Worked(
        "he-gain",
        "the same unit with one random sign for both weights, which are then correlated",
        _columns(outcomes),
        _layer(outcomes, Fraction(0)),
        "Half is kept as before, but the pre-activation is too large: the weights add up instead of cancelling.",
        fails="uncorrelated",
    )


def leaky_outcomes() -> Worked:
    """The scale 2 / ((1 + alpha^2) fan_in) for alpha = 3/4 is met by weights 4/5 and -4/5."""
    outcomes = draws(LEAKY_WEIGHTS, 2)
    variance = mean(w * w for w in LEAKY_WEIGHTS)
    return Worked(
        "leaky-gain",
        f"one leaky ReLU unit of slope alpha = {SLOPE}, two inputs x = {listed(SIGNAL)}, weights {LEAKY_WEIGHTS[0]} or "
        f"{LEAKY_WEIGHTS[1]} with chance 1/2: variance {variance} = 2 / ((1 + alpha^2) 2)",
        _columns(outcomes),
        _layer(outcomes, SLOPE),
        "The share (1 + alpha^2) / 2 of the mean square is kept, and the scale makes up for what is lost.",
    )


def leaky_at_hes_scale() -> Worked:
    """He's scale is too large for a leaky unit, which loses less than half."""
    outcomes = draws(SIGNS, 2)
    kept = (1 + SLOPE**2) / 2
    grown = kept * 2
    return Worked(
        "leaky-gain",
        "the same unit at the scale for ReLU, weights 1 or -1",
        _columns(outcomes),
        _layer(outcomes, SLOPE),
        f"The unit keeps {kept} and not half of the mean square, so the mean square of the signal grows by the factor "
        f"{grown} in every layer.",
        fails="leaky-scale",
    )


def _columns(outcomes: Sequence[Row]) -> tuple[str, ...]:
    return (*(" ".join("+" if w > 0 else "-" for w in row) for row in outcomes), "mean", "theorem")


def _layer(outcomes: Sequence[Row], slope: Fraction) -> tuple[CalculationLine, ...]:
    """What a unit makes of the signal in each outcome, the mean of that, and what the theorem says of the mean."""
    activation = leaky(slope)
    variance, share, before = mean(row[0] ** 2 for row in outcomes), (1 + slope**2) / 2, mean_square(SIGNAL)
    sums = [weighted(row, SIGNAL) for row in outcomes]
    squares = [activation(z) ** 2 for z in sums]
    square = mean(z * z for z in sums)
    blank = [()] * len(sums)
    return (
        show("z", "z = W[1] x[1] + W[2] x[2]", *sums, mean(sums)),
        compare(
            "z^2", "v (x[1]^2 + x[2]^2)", *(z * z for z in sums), square, variance * 2 * before, lemma="variances-add"
        ),
        show(
            "h",
            f"z if z > 0, else {slope} z" if slope else "relu(z)",
            *map(activation, sums),
            mean(map(activation, sums)),
        ),
        compare("h^2", f"{share} E[z^2]", *squares, mean(squares), share * square, lemma="activated"),
        compare("q", "q[1] = E[h^2] = q[0] = (x[1]^2 + x[2]^2) / 2", *blank, mean(squares), before, lemma="layer"),
    )


def two_layers() -> Worked:
    """All 64 outcomes of a 2-2-1 network, at half and at twice He's scale."""
    scales = (Fraction(1, 2), Fraction(1), Fraction(2))
    return Worked(
        "scale-power",
        f"a 2-2-1 network of ReLU units without biases, x = {listed(SIGNAL)}, weights s or - s with chance 1/2, which is s "
        "times He's scale; exact means over all 64 outcomes",
        ("enumerated", "s^(2 l) q[0]"),
        tuple(line for s in scales for line in _by_depth(s, (s, s))),
        "Each layer multiplies the mean square by s^2: depth makes a small error of scale a large one.",
    )


def one_layer_scaled() -> Worked:
    """The factor in the first layer only: no second power of s^2."""
    s = Fraction(2)
    return Worked(
        "scale-power",
        f"the same with the factor s = {s} in the first layer alone",
        ("enumerated", "s^(2 l) q[0]"),
        _by_depth(s, (s, Fraction(1))),
        "The second layer has He's scale and keeps what enters it: the power counts the layers that are scaled.",
        fails="scaled",
    )


def _by_depth(s: Fraction, scales: tuple[Fraction, Fraction]) -> tuple[CalculationLine, ...]:
    before = mean_square(SIGNAL)
    return tuple(
        compare(f"mean square after layer {depth}, s = {s}", f"q[{depth}]", q, s ** (2 * depth) * before, lemma="power")
        for depth, q in enumerate(_mean_squares(scales), 1)
    )


def _mean_squares(scales: tuple[Fraction, Fraction]) -> list[Fraction]:
    """q[1] and q[2] of a 2-2-1 network whose layers have weights of these magnitudes and random signs."""
    first = [tuple(relu(scales[0] * weighted(row, SIGNAL)) for row in (draw[:2], draw[2:])) for draw in draws(SIGNS, 4)]
    second = [relu(scales[1] * weighted(row, signal)) for row in draws(SIGNS, 2) for signal in first]
    return [mean(map(mean_square, first)), mean(h * h for h in second)]


def shares() -> Worked:
    """What is lost at half of He's scale, layer by layer, and what twice He's scale undoes."""
    half, twice = Fraction(1, 2), Fraction(2)
    return Worked(
        "scale-limit",
        f"the factors s = {half} and s = {twice}: the share of the mean square that L layers lose, and 1 minus the share of the input in "
        "the result",
        (f"lost, s = {half}", f"undone, s = {twice}"),
        tuple(
            show(_depth(L), f"1 - s^{2 * L} and 1 - s^(-{2 * L})", 1 - half ** (2 * L), 1 - twice ** (-2 * L))
            for L in (1, 2, 5, 10)
        ),
        "Both shares tend to 1: after ten layers less than a millionth is left of the signal, or of the part that the input has "
        "in it.",
    )


def right_scale() -> Worked:
    """At He's scale nothing is lost at any depth."""
    one = Fraction(1)
    return Worked(
        "scale-limit",
        "the factor s = 1, He's scale",
        (f"lost, s = {one}", f"undone, s = {one}"),
        tuple(
            show(_depth(L), f"1 - s^{2 * L} and 1 - s^(-{2 * L})", 1 - one ** (2 * L), 1 - one ** (-2 * L))
            for L in (1, 10)
        ),
        "At the right scale there is no limit but 0: the signal neither vanishes nor explodes.",
        fails="shrinks",
    )


def _depth(L: int) -> str:
    return f"after {L} layer{'s' if L > 1 else ''}"

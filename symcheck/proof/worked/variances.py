"""Glorot's compromise, the variance of the ratio of lengths, and the arc-cosine map, in exact numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from symcheck.proof.worked.calculation import CalculationLine, Number, Worked, compare, listed, show
from symcheck.proof.worked.outcomes import SIGNAL, draws, mean, mean_square, relu, weighted

#: Laws of variance 2/3 = 2 / (n + m), and of variance 1/2 = 1 / n, for two inputs and one output.
COMPROMISE, FORWARD_SCALE = (1, -1, 0), (1, -1, 0, 0)
#: A law with the moments of the normal law that are needed: E[g^2] = 1 and E[g^4] = 3.
NORMAL_LIKE = (2, 1, 1, 0, 0, 0, 0, 0, 0, -1, -1, -2)


def nine_outcomes() -> Worked:
    """Two inputs, one output, weights 1, -1 or 0: the factors 4/3 and 2/3 miss 1 equally."""
    return Worked(
        "glorot-compromise",
        f"a linear layer with two inputs x = {listed(SIGNAL)} and one output of gradient d = 1, weights 1, -1 or 0 with chance "
        "1/3: variance 2/3 = 2 / (2 + 1); exact means over all 9 outcomes",
        ("signal", "gradient"),
        _both_ways(COMPROMISE),
        "The signal grows by as much as the gradient shrinks; with as many outputs as inputs both would be kept.",
    )


def forward_scale() -> Worked:
    """The variance 1 / n keeps the signal, and the gradient pays for it."""
    return Worked(
        "glorot-compromise",
        "the same layer with the variance 1/2 = 1 / n: weights 1, -1, 0 or 0 with chance 1/4, 16 outcomes",
        ("signal", "gradient"),
        _both_ways(FORWARD_SCALE),
        "What keeps the signal does not keep the gradient: the deviations from 1 are not opposite.",
        fails="glorot-scale",
    )


def _both_ways(values: Sequence[int]) -> tuple[CalculationLine, ...]:
    outcomes = draws(values, 2)
    gradient = (Fraction(1),)
    before = (mean_square(SIGNAL), mean_square(gradient))
    after = (
        mean(weighted(row, SIGNAL) ** 2 for row in outcomes),
        mean(mean_square(tuple(w * gradient[0] for w in row)) for row in outcomes),
    )
    factors = [a / b for a, b in zip(after, before, strict=True)]
    variance = mean(Fraction(w) ** 2 for w in values)
    return (
        show("mean square that enters", "X[0] and D[0]", *before),
        show("mean square that leaves", "Z[0] and E[0]", *after),
        show("factor, enumerated", "Z[0] / X[0] and E[0] / D[0]", *factors),
        show("factor that the theorem says", "v n and v m", 2 * variance, variance, lemma="forward"),
        compare(
            "what the factors deviate from 1",
            "v n - 1 and v m - 1",
            *(f - 1 for f in factors),
            lemma="opposite-deviations",
        ),
    )


def normal_moments() -> Worked:
    """A finite law with the moments of the normal law: the ratio has mean 1 and variance 5 for one unit."""
    chances = [Fraction(count, len(NORMAL_LIKE)) for count in Counter(NORMAL_LIKE).values()]
    return Worked(
        "ratio-variance",
        f"one input and one ReLU unit, m = n = 1; g with the values {listed(Counter(NORMAL_LIKE))} of the chances "
        f"{listed(chances)}, which has the second and the fourth moment of the normal law",
        _columns(NORMAL_LIKE),
        _ratio(NORMAL_LIKE),
        "The mean of the ratio is 1, but most of it comes from the rare g = 2: its variance is 5 for one unit and 5 / n for a "
        "layer of n units.",
    )


def signs_instead() -> Worked:
    """g = 1 or -1 has the second moment, not the fourth: the variance is 1."""
    signs = (1, -1)
    return Worked(
        "ratio-variance",
        "the same with g = 1 or -1 of chance 1/2, which has the second moment of the normal law alone",
        _columns(signs),
        _ratio(signs),
        "The mean is that of the normal law, but the variance is not: it takes the fourth moment.",
        fails="fourth-moment",
    )


def _columns(law: Sequence[int]) -> tuple[str, ...]:
    return (*(f"g = {value}" if n == 0 else str(value) for n, value in enumerate(Counter(law))), "mean", "theorem")


def _ratio(law: Sequence[int]) -> tuple[CalculationLine, ...]:
    """What becomes of each value, the mean of that, and what the theorem says of it; the variance of one and two units."""

    def each(
        words: str, formula: str, function: Callable[[Fraction], Fraction], said: int | Fraction, lemma: str = ""
    ) -> CalculationLine:
        values = {g: function(Fraction(g)) for g in law}
        return compare(words, formula, *values.values(), mean(values[g] for g in law), said, lemma=lemma)

    def spread(n: int) -> CalculationLine:
        ratios = [Fraction(2, n) * sum(relu(g) ** 2 for g in draw) for draw in draws(law, n)]
        variance = mean(r * r for r in ratios) - mean(ratios) ** 2
        blank = [()] * len(set(law))
        words, formula = f"variance of R, m = n = {n}", "E[R^2] - E[R]^2 = 5 n / m^2"
        return compare(words, formula, *blank, variance, Fraction(5 * n, n**2), lemma="variance-of-the-ratio")

    return (
        each("second moment", "g^2", lambda g: g**2, 1),
        each("fourth moment", "g^4", lambda g: g**4, 3),
        each("square of the activation", "relu(g)^2", lambda g: relu(g) ** 2, Fraction(1, 2), "mean-of-one"),
        each("and its square", "relu(g)^4", lambda g: relu(g) ** 4, Fraction(3, 2), "fourth-of-one"),
        each("ratio, m = n = 1", "R = 2 relu(g)^2", lambda g: 2 * relu(g) ** 2, 1, "mean-of-the-ratio"),
        spread(1),
        spread(2),
    )


#: Angles in units of pi.
_ANGLES = (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1))


def angles_contract() -> Worked:
    """The correlation before and after one layer for five angles, and after more layers from a right angle."""
    right = correlation(Fraction(1, 2))
    return Worked(
        "arc-cosine",
        "two inputs at an angle theta and a layer of ReLU units with normal weights of He's scale",
        ("before", "after"),
        (
            *(
                compare(
                    f"correlation, theta = {round(180 * angle)} degrees",
                    "c = cos(theta), then 2 E[relu(u) relu(v)]",
                    _number(sympy.cos(sympy.pi * sympy.Rational(angle))),
                    _number(correlation(angle)),
                    lemma="one-stays" if angle == 0 else "correlation-map",
                )
                for angle in _ANGLES
            ),
            show("angle in degrees, from 90", "arccos(c)", 90, float(sympy.deg(sympy.acos(right)))),
        ),
        "Only equal inputs stay what they are. All others become more alike, opposite ones too, for which ReLU lets one side "
        "through only.",
    )


def two_signs() -> Worked:
    """Independent signs have correlation 0 as well, and another mean of the product."""
    pairs = draws((1, -1), 2)
    return Worked(
        "arc-cosine",
        "two independent signs u and v in place of the normal pair, of the correlation 0 too",
        ("normal pair", "two signs"),
        (
            compare("correlation before", "E[u v]", 0, mean(u * v for u, v in pairs)),
            compare(
                "correlation after",
                "2 E[relu(u) relu(v)]",
                _number(correlation(Fraction(1, 2))),
                2 * mean(relu(u) * relu(v) for u, v in pairs),
            ),
        ),
        "The map of the correlation is one of the normal law: for other laws it is another map.",
        fails="normal",
    )


@cache
def correlation(angle: Fraction) -> Any:
    """2 E[relu(u) relu(v)] of a normal pair at this angle in units of pi, by integration in polar coordinates."""
    phi, r = sympy.symbols("phi r", positive=True)
    theta = sympy.pi * sympy.Rational(angle)
    around = sympy.integrate(sympy.cos(phi) * sympy.cos(phi - theta), (phi, theta - sympy.pi / 2, sympy.pi / 2))
    along = sympy.integrate(r**3 * sympy.exp(-(r**2) / 2), (r, 0, sympy.oo))
    return sympy.simplify(along * around / sympy.pi)


def _number(value: Any) -> Number:
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)

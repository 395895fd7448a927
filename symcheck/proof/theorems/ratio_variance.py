"""How far the ratio of the squared lengths of two signals, before and after a He layer, strays from its mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import KroneckerDelta, Lambda, Rational, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.proofs import Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import arrays, index, nested, ranges
from symcheck.proof.settings.expectation import OUTCOME, OUTCOMES, SampleSpace, mean, omega, stated
from symcheck.proof.settings.halves import GIVEN, RELU, halves, relu, u
from symcheck.proof.settings.mixtures import phi, psi
from symcheck.proof.settings.spaces import numbers, positive_part, solve

i, k, n, m = index("i k n m")
g, y, S, R = arrays("g y S R")

UNIT, OTHER = (i, 1, n), (k, 1, n)
_AT, _BOTH = {i: i}, {i: i, k: k}
_G, _Y, _S, _R = g[omega, i], y[omega, i], S[omega], R[omega]
_HALF, _FOURTH = Rational(1, 2), Rational(3, 2)

DEFINITIONS = (
    stated("square", _Y, relu(_G) ** 2, OUTCOME, UNIT, words="the square of an activation, in units of its variance"),
    stated("total", _S, nested(_Y, UNIT), OUTCOME, words="added up over the layer"),
    stated("ratio", _R, 2 / m * _S, OUTCOME, words="|h_l|^2 / |h_(l-1)|^2 with weights of variance 2 / m"),
)

_I, _K = mean(phi(_G)), mean(psi(g[omega, k]))
SYMMETRIC = stated("symmetric", mean(phi(_G)), mean(phi(-_G)), UNIT)
SECOND = stated("second-moment", mean(_G**2), 1, UNIT)
FOURTH = stated("fourth-moment", mean(_G**4), 3, UNIT)
INDEPENDENT = stated(
    "independent", mean(phi(_G) * psi(g[omega, k])),
    _I * _K + KroneckerDelta(i, k) * (mean(phi(_G) * psi(_G)) - _I * mean(psi(_G))), UNIT, OTHER,
)

HYPOTHESES = (
    RELU,
    assume(SYMMETRIC, "g_i and -g_i have the same law"),
    assume(SECOND, "E[g_i^2] = 1"),
    assume(FOURTH, "E[g_i^4] = 3, as for a normal law"),
    assume(INDEPENDENT, "different g_i are independent"),
)
_SQUARES = (*GIVEN, SYMMETRIC.name, SECOND.name)
_ALL = (*_SQUARES, FOURTH.name, INDEPENDENT.name)


def _moments() -> tuple[Lemma, ...]:
    """E[y] = 1/2 and E[relu(g)^4] = 3/2."""
    second, fourth = mean(relu(_G) ** 2), mean(relu(_G) ** 4)
    return (
        chain(
            stated("mean-of-one", second, _HALF, UNIT), _SQUARES,
            ("substitute", mean(_G**2) / 2, "relu keeps half of it", "half", _AT),
            ("substitute", _HALF, "and the whole is 1", SECOND.name, _AT),
        ),
        chain(
            stated("fourth-of-one", fourth, _FOURTH, UNIT), (*GIVEN, SYMMETRIC.name, FOURTH.name),
            ("substitute", mean(_G**4) / 2, "relu keeps half of it", "half-of-the-fourth", _AT),
            ("substitute", _FOURTH, "and the whole is 3", FOURTH.name, _AT),
        ),
    )


def _one_term() -> Lemma:
    """E[y_i S] = (n + 5) / 4."""

    def summed(body: Any) -> Any:
        return nested(body, OTHER)

    squares = Lambda(u, relu(u) ** 2)
    delta, own, other = KroneckerDelta(i, k), relu(_G) ** 2, relu(g[omega, k]) ** 2
    start, term = mean(_Y * _S), mean(_Y * y[omega, k])
    apart = summed(mean(own) * mean(other) + delta * (mean(relu(_G) ** 4) - mean(own) ** 2))
    one = summed(mean(other) / 2 + delta * (mean(relu(_G) ** 4) - Rational(1, 4)))
    two = summed(Rational(1, 4) + delta * (mean(relu(_G) ** 4) - Rational(1, 4)))
    three = summed(Rational(1, 4) + delta * Rational(5, 4))
    four = summed(Rational(1, 4)) + summed(delta * Rational(5, 4))
    five = n / 4 + summed(delta * Rational(5, 4))
    return chain(
        stated("one-term", start, (n + 5) / 4, UNIT), _ALL,
        ("definition", mean(_Y * nested(y[omega, k], OTHER)), "write the total out", "total"),
        ("factor out of a sum", mean(summed(_Y * y[omega, k])), "take the term into the sum"),
        ("linearity of E", summed(term), "means add up"),
        ("congruence of sums", summed(mean(own * other)), "what the squares are", "square"),
        ("for every function", apart, "different ones are independent; k = i gives the fourth moment", INDEPENDENT.name,
         {**_BOTH, phi: squares, psi: squares}),
        ("congruence of sums", one, "the mean of one square", "mean-of-one", _AT),
        ("congruence of sums", two, "and of the other", "mean-of-one", {i: k}),
        ("congruence of sums", three, "3/2 - 1/4 = 5/4 is the variance of one square", "fourth-of-one", _AT),
        ("sum rule", four, "a sum of sums"),
        ("count equal terms", five, "n equal terms"),
        ("collapse a sum", (n + 5) / 4, "the Kronecker delta leaves the term k = i"),
    )


def _totals() -> tuple[Lemma, ...]:
    """E[S] = n / 2 and E[S^2] = n (n + 5) / 4."""

    def summed(body: Any) -> Any:
        return nested(body, UNIT)

    S1, squares, cross = summed(_Y), mean(relu(_G) ** 2), mean(_Y * _S)
    last = n * (n + 5) / 4
    return (
        chain(
            stated("mean-of-total", mean(_S), n / 2), _SQUARES,
            ("definition", mean(S1), "write the total out", "total"),
            ("linearity of E", summed(mean(_Y)), "means add up"),
            ("congruence of sums", summed(squares), "what the squares are", "square"),
            ("congruence of sums", summed(_HALF), "each has mean 1/2", "mean-of-one", _AT),
            ("count equal terms", n / 2, "n equal terms"),
        ),
        chain(
            stated("square-of-total", mean(_S**2), last), _ALL,
            ("definition", mean(S1**2), "write the total out", "total"),
            ("definition", mean(_S * S1), "and fold one factor back", "total"),
            ("factor out of a sum", mean(summed(_Y * _S)), "take that factor into the sum"),
            ("linearity of E", summed(cross), "means add up"),
            ("congruence of sums", summed((n + 5) / 4), "each term by the lemma before", "one-term", _AT),
            ("count equal terms", last, "n equal terms"),
        ),
    )


def _conclusions() -> tuple[Lemma, ...]:
    variance = mean(_R**2) - mean(_R) ** 2
    unfolded = mean((2 / m * _S) ** 2) - mean(2 / m * _S) ** 2
    linear = 4 / m**2 * mean(_S**2) - (2 / m * mean(_S)) ** 2
    put = 4 / m**2 * (n * (n + 5) / 4) - (2 / m * mean(_S)) ** 2
    return (
        chain(
            stated("mean-of-the-ratio", mean(_R), n / m), _SQUARES,
            ("definition", mean(2 / m * _S), "what the ratio is", "ratio"),
            ("linearity of E", 2 / m * mean(_S), "take the factor out"),
            ("substitute", n / m, "the mean of the total is n / 2", "mean-of-total"),
        ),
        chain(
            stated("variance-of-the-ratio", variance, 5 * n / m**2), _ALL,
            ("definition", unfolded, "what the ratio is", "ratio"),
            ("linearity of E", linear, "take the factors out"),
            ("substitute", put, "the mean square of the total", "square-of-total"),
            ("substitute", 5 * n / m**2, "minus the square of its mean: 5 n / m^2 is left", "mean-of-total"),
        ),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> SampleSpace:
    """Two or three variables on a few points, with the moments that are assumed and no others."""
    count = 2 + int(rng.integers(2))
    sign = P - 1
    points = [[0], *([a, a * sign % P] if "symmetric" in assumed else [a] for a in numbers(rng, 3))]
    powers = [0, *([2] if SECOND.name in assumed else []), *([4] if FOURTH.name in assumed else [])]
    wanted = {0: 1, 2: 1, 4: 3}
    solved, free = points[: len(powers)], points[len(powers) :]
    loose = numbers(rng, len(free))

    def moment(group: list[int], power: int) -> int:
        return sum(pow(a, power, P) for a in group)

    right = [wanted[p] - sum(w * moment(group, p) for w, group in zip(loose, free, strict=True)) for p in powers]
    found = solve([[moment(group, p) for group in solved] for p in powers], right)
    values = [a for group in points for a in group]
    law = [w for w, group in zip([*found, *loose], points, strict=True) for _ in group]
    together = INDEPENDENT.name not in assumed
    space = SampleSpace(
        rng, {"n": count, "m": 2 + int(rng.integers(3))}, [law] if together else [law for _ in range(count)]
    )

    def normal(outcome: tuple[int, ...], unit: int) -> int | None:
        return values[outcome[0 if together else unit - 1]] if 1 <= unit <= count else None

    space.variable("g", normal)
    if assumed & set(GIVEN):
        space.functions["relu"] = positive_part(space)
    return space


def ratio_variance() -> Proof:
    """The ratio of a He layer has mean n / m and variance 5 n / m^2."""
    limits = (UNIT,)
    return Proof(
        "ratio-variance",
        "The squared length of the signal changes by a factor of variance 5 / n in every He layer",
        "Take m inputs, n ReLU units without biases, normal weights of variance 2 / m. Given the signal before the layer, "
        "its pre-activations are sqrt(2 / m) |h_(l-1)| g_i with independent standard normal g_i, so that "
        "R = |h_l|^2 / |h_(l-1)|^2 = (2 / m) Sum relu(g_i)^2. Its mean is n / m and its variance 5 n / m^2: for equal "
        "widths 1 and 5 / n. 'Near constant' is a band that widens with depth over width.",
        HYPOTHESES,
        DEFINITIONS,
        (
            *halves(_G, limits, _AT, SYMMETRIC.name),
            *halves(_G, limits, _AT, SYMMETRIC.name, power=4),
            *_moments(),
            _one_term(),
            *_totals(),
            *_conclusions(),
        ),
        ("mean-of-the-ratio", "variance-of-the-ratio"),
        _world,
        {},
        (*OUTCOMES, *ranges((n, 1, oo), (m, 1, oo))),
        "He, Zhang, Ren, Sun 2015; Hanin 2018 (sum of reciprocal widths)",
    )

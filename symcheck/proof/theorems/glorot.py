"""Glorot's compromise: what keeps the forward signal loses the gradient, unless both widths are equal."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import KroneckerDelta, Symbol, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.proofs import Hypothesis, Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import ZERO, Range, arrays, index, nested, ranges
from symcheck.proof.settings.expectation import OUTCOME, OUTCOMES, SampleSpace, mean, omega, stated
from symcheck.proof.settings.mixtures import Mixture, average, phi, psi, variances_add
from symcheck.proof.settings.spaces import number, numbers, outcomes_needed, random_weights, weights_with_covariance

i, j, k, o, n, m = index("i j k o n m")
W, c, x, z, d, e, X, Z, D, E = arrays("W c x z d e X Z D E")
v = Symbol("v")

_OUT, _IN, _OUT2, _IN2 = (i, 1, m), (j, 1, n), (o, 1, m), (k, 1, n)
_SIGNAL, _RESULT, _GRADIENT, _BACK = x[omega, j], z[omega, i], d[omega, i], e[omega, j]
#: Mean squares: of the signal before and after the layer, of the gradient after and before it.
BEFORE, AFTER, LATER, EARLIER = X[ZERO], Z[ZERO], D[ZERO], E[ZERO]

FORWARD = Mixture(
    _RESULT, lambda at: W[omega, i, at], lambda at: c[omega, i, at], lambda at: x[omega, at], v, _IN, _IN2, (_OUT,),
    {i: i}, "pre-activation", "forward-independent", "zero-mean", "uncorrelated-rows", "forward-",
)
BACKWARD = Mixture(
    _BACK, lambda at: W[omega, at, j], lambda at: c[omega, at, j], lambda at: d[omega, at], v, _OUT, _OUT2, (_IN,),
    {j: j}, "backpropagation", "backward-independent", "zero-mean", "uncorrelated-columns", "backward-",
)


def _average(name: str, value: Any, entry: Any, limit: Any, words: str) -> Any:
    return stated(name, value, nested(mean(entry**2), limit) / limit[2], words=words)


DEFINITIONS = (
    stated("pre-activation", _RESULT, nested(W[omega, i, j] * _SIGNAL, _IN), OUTCOME, _OUT, words="a linear layer"),
    stated("backpropagation", _BACK, nested(W[omega, i, j] * _GRADIENT, _OUT), OUTCOME, _IN,
           words="carries gradients back through the transposed weights"),
    stated("deviation", c[omega, i, j], W[omega, i, j] - mean(W[omega, i, j]), OUTCOME, _OUT, _IN,
           words="what a weight deviates from its mean"),
    _average("signal-before", BEFORE, _SIGNAL, _IN, "mean square of the signal before the layer"),
    _average("signal-after", AFTER, _RESULT, _OUT, "and after it"),
    _average("gradient-after", LATER, _GRADIENT, _OUT, "mean square of the gradient after the layer"),
    _average("gradient-before", EARLIER, _BACK, _IN, "and before it"),
)


def _independent(name: str, weights: Any, signals: Any, *limits: Any) -> Any:
    return stated(name, mean(phi(*weights) * psi(*signals)), mean(phi(*weights)) * mean(psi(*signals)), *limits)


HYPOTHESES = (
    assume(
        stated("zero-mean", W[omega, i, j], c[omega, i, j], OUTCOME, _OUT, _IN),
        "every weight has mean 0: it is its own deviation from its mean",
    ),
    Hypothesis(
        "uncorrelated",
        (
            stated("uncorrelated-rows", mean(c[omega, i, j] * c[omega, i, k]), v * KroneckerDelta(j, k), _OUT, _IN, _IN2),
            stated("uncorrelated-columns", mean(c[omega, i, j] * c[omega, o, j]), v * KroneckerDelta(i, o), _OUT, _OUT2,
                   _IN),
        ),
        "two weights of a row or of a column are uncorrelated, and each has the variance v",
    ),
    assume(
        _independent("forward-independent", (W[omega, i, j], W[omega, i, k]), (x[omega, j], x[omega, k]), _OUT, _IN, _IN2),
        "the weights are independent of the signal that enters the layer",
    ),
    assume(
        _independent("backward-independent", (W[omega, i, j], W[omega, o, j]), (d[omega, i], d[omega, o]), _OUT, _OUT2, _IN),
        "and of the gradient that comes back to it (assumed by Glorot and Bengio; exact for linear outputs drawn apart)",
    ),
    assume(stated("glorot-scale", v, 2 / (n + m)), "the variance of a weight is 2 / (n + m)"),
)


def _scaled() -> tuple[Lemma, ...]:
    forward, backward = n * v - 1, 1 - m * v
    ahead, back = 2 * n / (n + m), 2 * m / (n + m)
    middle = (n - m) / (n + m)
    return (
        chain(
            stated("opposite-deviations", forward, backward), ("glorot-scale",),
            ("substitute", middle, "Glorot's variance in the forward factor", "glorot-scale"),
            ("substitute", backward, "and in the backward factor", "glorot-scale"),
        ),
        chain(
            stated("harmonic-mean", 1 / v, (n + m) / 2), ("glorot-scale",),
            ("substitute", (n + m) / 2,
             "1 / v is the mean of n, which keeps the signal, and m, which keeps the gradient", "glorot-scale"),
        ),
        chain(
            stated("signal", AFTER, ahead * BEFORE), (*FORWARD.given, "glorot-scale"),
            ("substitute", n * v * BEFORE, "the forward factor", "forward"),
            ("substitute", ahead * BEFORE, "with Glorot's variance", "glorot-scale"),
        ),
        chain(
            stated("gradient", EARLIER, back * LATER), (*BACKWARD.given, "glorot-scale"),
            ("substitute", m * v * LATER, "the backward factor", "backward"),
            ("substitute", back * LATER, "with Glorot's variance", "glorot-scale"),
        ),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> SampleSpace:
    """A random matrix with the moments that are assumed; signal and gradient depend on it unless that is excluded."""
    rows, columns = 2 + int(rng.integers(2)), 2
    if rng.integers(2):
        rows, columns = columns, rows
    size = rows * columns
    variance = 2 * pow(rows + columns, -1, P) % P if "glorot-scale" in assumed else number(rng)
    centred = "zero-mean" in assumed
    means = [0] * size if centred else numbers(rng, size)
    count = outcomes_needed(size) if assumed & {"uncorrelated-rows", "uncorrelated-columns"} else 3
    matrices = [numbers(rng, size) for _ in range(count)]
    if count > 3:
        law = weights_with_covariance(matrices, [(range(size), means, variance, 1)])
    else:
        law = random_weights(rng, count)
        shift = [sum(w * a[p] for w, a in zip(law, matrices, strict=True)) * centred for p in range(size)]
        matrices = [[(a - s) % P for a, s in zip(row, shift, strict=True)] for row in matrices]
    sources, place = [law], {}
    for name, needed in (("x", "forward-independent"), ("d", "backward-independent")):
        place[name] = len(sources) if needed in assumed else 0
        sources += [random_weights(rng, 3)] if needed in assumed else []
    vectors = {
        name: [numbers(rng, length) for _ in sources[place[name]]] for name, length in (("x", columns), ("d", rows))
    }
    space = SampleSpace(rng, {"n": columns, "m": rows}, sources)

    def weight(outcome: tuple[int, ...], row: int, column: int) -> int | None:
        inside = 1 <= row <= rows and 1 <= column <= columns
        return matrices[outcome[0]][(row - 1) * columns + column - 1] if inside else None

    def entry(name: str) -> Any:
        def value(outcome: tuple[int, ...], at: int) -> int | None:
            vector = vectors[name][outcome[place[name]]]
            return vector[at - 1] if 1 <= at <= len(vector) else None

        return value

    space.variable("W", weight)
    space.variable("x", entry("x"))
    space.variable("d", entry("d"))
    space.arrays["v"] = lambda: variance
    return space


def glorot_compromise() -> Proof:
    """Glorot's variance 2 / (n + m) makes the forward and the backward factor deviate from 1 equally."""
    return Proof(
        "glorot-compromise",
        "Glorot's compromise: forward needs n v = 1, backward m v = 1; 2 / (n + m) misses both equally",
        "A linear layer with n inputs and m outputs multiplies the mean square of the signal by n v and that of the gradient "
        "by m v, where v is the variance of a weight. v = 1/n keeps the signal, v = 1/m the gradient. 2 / (n + m), the "
        "harmonic mean of these two, makes the factors 2n / (n + m) and 2m / (n + m): they deviate from 1 by the same "
        "amount in opposite directions, and both are 1 only for n = m.",
        HYPOTHESES,
        DEFINITIONS,
        (
            *variances_add(FORWARD),
            average("forward", AFTER, n * v * BEFORE, FORWARD, _OUT, ("signal-after", "signal-before")),
            *variances_add(BACKWARD),
            average("backward", EARLIER, m * v * LATER, BACKWARD, _IN, ("gradient-before", "gradient-after")),
            *_scaled(),
        ),
        ("forward", "backward", "opposite-deviations", "harmonic-mean", "signal", "gradient"),
        _world,
        {},
        (*OUTCOMES, *ranges((n, 1, oo), (m, 1, oo)), Range(v, -oo, oo)),
        "Glorot and Bengio 2010, section 4.2",
    )

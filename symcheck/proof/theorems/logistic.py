"""Logistic regression may start from zero: it has no hidden units to tie, and its loss is convex.

The loss of a sample is S(z) - y z, S(z) = log(1 + exp(z)), whose slope is the logistic function p. The loss is convex if
its second derivative along every line w + a v, c + a u is not negative: here it is a sum of squares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sympy import Symbol, oo

from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import Fact, Partial, arrays, index, nested, ranges, smooth

s, j, k, n, N = index("s j k n N")
w, v, x, y, z, g = arrays("w v x y z g")
#: Single numbers: the loss, its second derivative, the place on the line, the bias and its direction.
E, H, a, c, u = (base[0] for base in arrays("E H a c u"))
S, p, q = smooth("S"), smooth("p"), smooth("q")
slope, curvature = smooth("S'"), smooth("S''")
r = Symbol("r")

SAMPLE, INPUT = (s, 1, N), (j, 1, n)
SIZES = ranges((n, 1, oo), (N, 1, oo))
LINE = nested((w[j] + a * v[j]) * x[s, j], INPUT) + c + a * u
DIRECTION = nested(v[j] * x[s, j], INPUT) + u

DEFINITIONS = (
    Fact(
        "output", z[s], LINE, ranges(SAMPLE), words="the output at the place a of the line through w in the direction v"
    ),
    Fact("loss", E, nested(S(z[s]) - y[s] * z[s], SAMPLE), words="the logistic loss"),
    Fact("weight-gradient", g[k], Partial(E, w[k]), ranges((k, 1, n)), words="its gradient"),
    Fact("along-the-line", H, Partial(Partial(E, a), a), words="its second derivative along the line"),
)

HYPOTHESES = (
    assume(
        Fact("logistic-slope", slope(r), p(r), (), (r,)), "S' = p, the logistic function",
        convenience="it says which loss this is; every convex S gives a convex loss",
    ),
    assume(
        Fact("logistic-curvature", curvature(r), p(r) * (1 - p(r)), (), (r,)), "p' = p (1 - p)",
        convenience="it says which loss this is; every convex S gives a convex loss",
    ),
    assume(
        Fact("convex-loss", curvature(r), q(r) ** 2, (), (r,)),
        "S'' is not negative, the square of a real number; p (1 - p) lies between 0 and 1/4",
    ),
)


def _gradient() -> Lemma:
    """Backpropagation without hidden layers."""
    named = nested(S(z[s]) - y[s] * z[s], SAMPLE)
    written = nested(S(LINE) - y[s] * LINE, SAMPLE)
    every = nested((slope(LINE) - y[s]) * x[s, k], SAMPLE)
    return chain(
        Fact("gradient", g[k], nested((p(z[s]) - y[s]) * x[s, k], SAMPLE), ranges((k, 1, n))),
        ("logistic-slope",),
        ("definition", Partial(E, w[k]), "what a gradient is", "weight-gradient"),
        ("definition", Partial(named, w[k]), "what the loss is", "loss"),
        ("congruence of sums", Partial(written, w[k]), "and the output", "output"),
        ("differentiate", every, "sympy differentiates: one term of the output contains this weight"),
        ("congruence of sums", nested((slope(z[s]) - y[s]) * x[s, k], SAMPLE), "name the output again", "output"),
        ("congruence of sums", nested((p(z[s]) - y[s]) * x[s, k], SAMPLE), "S' is the logistic function",
         "logistic-slope"),
    )


def _second() -> Lemma:
    """The second derivative of the loss along a line."""
    named = nested(S(z[s]) - y[s] * z[s], SAMPLE)
    written = nested(S(LINE) - y[s] * LINE, SAMPLE)
    once = nested((slope(LINE) - y[s]) * DIRECTION, SAMPLE)
    return chain(
        Fact("second-derivative", H, nested(curvature(z[s]) * DIRECTION**2, SAMPLE)), (),
        ("definition", Partial(Partial(E, a), a), "the second derivative along the line", "along-the-line"),
        ("definition", Partial(Partial(named, a), a), "what the loss is", "loss"),
        ("congruence of sums", Partial(Partial(written, a), a), "and the output", "output"),
        ("differentiate", Partial(once, a), "the first derivative along the line"),
        ("differentiate", nested(curvature(LINE) * DIRECTION**2, SAMPLE), "and the second: the targets drop out"),
        ("congruence of sums", nested(curvature(z[s]) * DIRECTION**2, SAMPLE), "name the output again", "output"),
    )


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> World:
    """Random data and functions; S'' is what is assumed of it."""
    made = World(rng, {"n": int(rng.integers(2, 4)), "N": int(rng.integers(1, 4))})

    def value(name: str, at: int) -> int:
        return made.random(name, at)

    functions: dict[str, Callable[..., int]] = {}
    if "logistic-slope" in assumed:
        functions["S'"] = lambda at: value("p", at)
    if "logistic-curvature" in assumed:
        functions["S''"] = lambda at: value("p", at) * (1 - value("p", at))
    if "convex-loss" in assumed:
        functions["S''"] = lambda at: value("q", at) ** 2
    made.functions.update(functions)
    return made


def logistic_regression() -> Proof:
    """Nothing to tie, and convex."""
    second = _second().goal
    form = nested(p(z[s]) * (1 - p(z[s])) * DIRECTION**2, SAMPLE)
    squares = nested((q(z[s]) * DIRECTION) ** 2, SAMPLE)
    return Proof(
        "logistic-regression",
        "Logistic regression may start from zero",
        "Without hidden layers there are no units to tie, and each weight has the gradient of its own input. The second "
        "derivative of the logistic loss along any line is the sum over the samples of p (1 - p) times a square, a sum "
        "of squares: the loss is convex, so descent leads to the same minimum from zero as from anywhere.",
        HYPOTHESES,
        DEFINITIONS,
        (
            _gradient(),
            _second(),
            chain(
                Fact("hessian-form", second.left, form), ("logistic-curvature",),
                ("substitute", second.right, "derived above", "second-derivative"),
                ("congruence of sums", form, "the slope of the logistic function", "logistic-curvature"),
            ),
            chain(
                Fact("convex", second.left, squares), ("convex-loss",),
                ("substitute", second.right, "derived above", "second-derivative"),
                ("congruence of sums", squares, "a factor that is not negative is a square", "convex-loss"),
            ),
        ),
        ("gradient", "hessian-form", "convex"),
        _world,
        {},
        SIZES,
        "Boyd and Vandenberghe 2004, section 3.1.4 (the second-order condition)",
    )

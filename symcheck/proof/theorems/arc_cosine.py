"""The correlation map of a ReLU layer at He's scale: angles contract."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from sympy import Integer, Integral, Symbol, cos, exp, oo, pi, sin

from symcheck.proof.kernel.proofs import Hypothesis, Lemma, Proof, chain
from symcheck.proof.kernel.terms import Fact, Partial, smooth
from symcheck.proof.settings.calculus import RealWorld

theta, r, phi, t, p = (Symbol(name) for name in ("theta", "r", "phi", "t", "p"))
M, S, kappa, ell = smooth("M"), smooth("S"), smooth("kappa"), smooth("ell")

_ENDS = (theta - pi / 2, pi / 2)
_LENGTH = Integral(r**p * exp(-(r**2) / 2), (r, 0, oo))
_ANGLES = Integral(cos(phi) * cos(phi - theta), (phi, *_ENDS))
_WEDGE = Integral(1, (phi, *_ENDS))
_MAP = (sin(theta) + (pi - theta) * cos(theta)) / pi


def _fact(name: str, left: Any, right: Any, words: str = "", values: tuple[Any, ...] = (theta,)) -> Fact:
    return Fact(name, left, right, values=values, words=words)


DEFINITIONS = (
    _fact("arc-cosine-map", kappa(theta), _MAP, "the arc-cosine map of degree 1, of the angle"),
    _fact("length-moment", ell(p), _LENGTH, "the integral over the length of a normal pair", values=(p,)),
)
HYPOTHESES = (
    Hypothesis(
        "normal",
        (
            _fact("normal-lengths", M(theta), ell(3) * _ANGLES / pi),
            _fact("normal-slopes", S(theta), ell(1) * _WEDGE / pi),
        ),
        "the two pre-activations are jointly normal with correlation cos(theta): in polar coordinates both are positive "
        "exactly for theta - pi/2 < phi < pi/2",
    ),
)


def _radial(name: str, power: int, value: int, primitive: Any) -> Lemma:
    written = _LENGTH.subs(p, power)
    return chain(
        _fact(name, ell(power), Integer(value), values=()), (),
        ("definition", written, "write the integral out", "length-moment"),
        ("fundamental theorem", Integer(value), "an antiderivative is known", "", {}, (primitive,)),
    )


def _lemmas() -> tuple[Lemma, ...]:
    half_sum = Integral((cos(theta) + cos(2 * phi - theta)) / 2, (phi, *_ENDS))
    primitive = (phi * cos(theta) + sin(2 * phi - theta) / 2) / 2
    angular = (sin(theta) + (pi - theta) * cos(theta)) / 2
    normal = ("normal-lengths",)
    slopes = ("normal-slopes",)
    derivative = -(pi - theta) * sin(theta) / pi
    compressed = Integral(t * sin(t), (t, 0, theta)) / pi
    return (
        _radial("third-radial", 3, 2, -(r**2 + 2) * exp(-(r**2) / 2)),
        _radial("first-radial", 1, 1, -exp(-(r**2) / 2)),
        chain(
            _fact("angular", _ANGLES, angular), (),
            ("product of cosines", half_sum, "a product of cosines is a sum of cosines"),
            ("fundamental theorem", angular, "an antiderivative is known", "", {}, (primitive,)),
        ),
        chain(
            _fact("wedge", _WEDGE, pi - theta), (),
            ("fundamental theorem", pi - theta, "the width of the wedge", "", {}, (phi,)),
        ),
        chain(
            _fact("correlation-map", M(theta), kappa(theta)), normal,
            ("substitute", ell(3) * _ANGLES / pi, "2 E[relu(u) relu(v)] in polar coordinates", "normal-lengths"),
            ("substitute", 2 * _ANGLES / pi, "the integral over the length", "third-radial"),
            ("substitute", _MAP, "the integral over the angle", "angular", {theta: theta}),
            ("definition", kappa(theta), "which is the arc-cosine map", "arc-cosine-map"),
        ),
        chain(
            _fact("slopes", S(theta), (pi - theta) / pi), slopes,
            ("substitute", ell(1) * _WEDGE / pi, "2 E[relu'(u) relu'(v)] in polar coordinates", "normal-slopes"),
            ("substitute", _WEDGE / pi, "the integral over the length", "first-radial"),
            ("substitute", (pi - theta) / pi, "the integral over the angle", "wedge", {theta: theta}),
        ),
        chain(
            _fact("derivative", Partial(kappa(theta), theta), S(theta) * Partial(cos(theta), theta)), slopes,
            ("definition", Partial(_MAP, theta), "write the map out", "arc-cosine-map"),
            ("differentiate", derivative, "sympy differentiates"),
            ("substitute", -S(theta) * sin(theta), "the share of slopes", "slopes", {theta: theta}),
            ("differentiate", S(theta) * Partial(cos(theta), theta),
             "by the chain rule the slope with respect to c = cos(theta) is S"),
        ),
        chain(
            _fact("slope-at-one", S(0), Integer(1), values=()), slopes,
            ("substitute", Integer(1), "at theta = 0, that is c = 1: the edge of chaos", "slopes"),
        ),
        chain(
            _fact("one-stays", kappa(0), Integer(1), values=()), (),
            ("definition", Integer(1), "equal inputs stay equal", "arc-cosine-map"),
        ),
        chain(
            _fact("compresses", kappa(theta) - cos(theta), compressed), (),
            ("definition", (sin(theta) - theta * cos(theta)) / pi, "write the map out", "arc-cosine-map"),
            ("fundamental theorem", compressed, "an integral of t sin(t), positive for 0 < t < pi: every angle shrinks",
             "", {}, (sin(t) - t * cos(t),)),
        ),
    )


#: Where the quadrature over u is split; beyond the last one the density is below 1e-50.
_SPLITS = [0, 1, 2, 4, 8, 16]


def _lengths(theta_: Any) -> Any:
    """2 E[relu(u) relu(v)] by integrating over u what the normal v contributes given u.

    Cartesian, so that the second judge does not rest on the polar coordinates of the proof.
    """
    c, s = mpmath.cos(theta_), mpmath.sin(theta_)

    def given(x: Any) -> Any:
        return 2 * x * (c * x * mpmath.ncdf(c * x / s) + s * mpmath.npdf(c * x / s)) * mpmath.npdf(x)

    return mpmath.quad(given, _SPLITS)


def _slopes(theta_: Any) -> Any:
    """2 E[relu'(u) relu'(v)], likewise; at theta = 0 it is 2 P(u > 0)."""
    if not theta_:
        return mpmath.mpf(1)
    ratio = mpmath.cot(theta_)
    return mpmath.quad(lambda x: 2 * mpmath.ncdf(ratio * x) * mpmath.npdf(x), _SPLITS)


def _world(rng: np.random.Generator, assumed: frozenset[str]) -> RealWorld:
    """An angle in (1/2, 5/2), and normal expectations where these are assumed."""
    made = RealWorld(rng)
    made.numbers["theta"] = 4 * made.real("angle") - mpmath.mpf(3) / 2
    if "normal-lengths" in assumed:
        made.real_functions["M"] = _lengths
    if "normal-slopes" in assumed:
        made.real_functions["S"] = _slopes
    return made


def arc_cosine() -> Proof:
    """The correlation map of ReLU at He's scale."""
    return Proof(
        "arc-cosine",
        "A He layer of ReLUs maps the correlation cos(theta) of two inputs to the arc-cosine map: angles contract",
        "For jointly normal pre-activations of unit variance and correlation c = cos(theta), 0 <= theta <= pi, the "
        "correlation after the layer is 2 E[relu(u) relu(v)] = (sin(theta) + (pi - theta) cos(theta)) / pi. Its slope in c is "
        "2 E[relu'(u) relu'(v)] = (pi - theta) / pi, which is 1 at c = 1, the edge of chaos. It exceeds c by the integral of "
        "t sin(t) / pi from 0 to theta, which is positive unless theta = 0: every angle shrinks. (Second judge: fifty "
        "digits, not exact.)",
        HYPOTHESES,
        DEFINITIONS,
        _lemmas(),
        ("correlation-map", "slopes", "derivative", "slope-at-one", "one-stays", "compresses"),
        _world,
        sources="Cho and Saul 2009; Poole et al. 2016; Schoenholz et al. 2017",
    )

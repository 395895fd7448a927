"""He's gain, its leaky form, and what any other scale does to a deep network."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Rational, Symbol, expand, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma, Proof, chain, restated
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import ZERO, Fact, Range, arrays, nested
from symcheck.proof.settings import random_layers
from symcheck.proof.settings.expectation import SampleSpace, mean, omega, stated
from symcheck.proof.settings.halves import GIVEN, RELU, SPLIT, SQUARE, halves, relu, u
from symcheck.proof.settings.mixtures import variances_add
from symcheck.proof.settings.random_layers import FORWARD, LAYER, MEAN_SQUARE, UNIT, Variance, h, i, l, n, q, v, z

_HALF = Rational(1, 2)
_HERE = {l: l, i: i}
_Z, _H = z[omega, l, i], h[omega, l + 1, i]
_HALVED = (*GIVEN, random_layers.SYMMETRIC.name)

alpha = arrays("alpha")[0]
s = Symbol("s")

_ADDED = FORWARD.given


def layer_lemma(halved: str, gain: Any, given: tuple[str, ...]) -> Lemma:
    """One layer: q[l + 1] = gain n[l] v[l] q[l], where E[h^2] = gain E[z^2] by the lemma ``halved``."""

    def units(body: Any) -> Any:
        return nested(body, UNIT) / n[l + 1]

    squares, before, added = units(mean(_H**2)), units(gain * mean(_Z**2)), units(gain * v[l] * FORWARD.squares)
    counted = gain * v[l] * FORWARD.squares
    return chain(
        stated("layer", q[l + 1], gain * n[l] * v[l] * q[l], LAYER), given,
        ("definition", squares, "what the mean square is", MEAN_SQUARE.name),
        ("congruence of sums", before, "the activation keeps this share", halved, _HERE),
        ("congruence of sums", added, "the variances of the terms add up", "variances-add", _HERE),
        ("count equal terms", counted, "it is the same for every unit of the layer"),
        ("definition", gain * n[l] * v[l] * q[l], "which is the mean square before the layer", MEAN_SQUARE.name),
    )


def through_layers(claim: Fact, gain: Any, factor: Any, words: str, scale: str) -> Induction:
    """The induction over depth: one layer multiplies q by gain n v, which the variance of the weights makes ``factor``."""
    goal, start = claim.substitute(l, l + 1), claim.substitute(l, ZERO)
    one_layer = gain * n[l] * v[l] * q[l]
    return Induction(
        "depth", l, (claim,),
        (Lemma(start, (Step("algebra", start.left, start.right, "nothing has happened yet"),)),),
        (
            chain(
                goal, (*_HALVED, *_ADDED, scale, claim.name),
                ("substitute", one_layer, "one layer, as shown above", "layer"),
                ("substitute", factor * q[l], words, scale),
                ("substitute", goal.right, "and what holds up to here", claim.name),
            ),
        ),
        "true before the first layer, and kept by every layer: true at every depth",
    )


def _proof(
    name: str,
    title: str,
    statement: str,
    activated: Any,
    lemma: Lemma,
    gain: Any,
    scale: Hypothesis,
    induction: Induction,
    conclusion: str,
    variance: Variance,
    sources: str,
    sizes: tuple[Range, ...] = (),
) -> Proof:
    (claim,) = induction.claims
    given = (*_HALVED, *_ADDED, scale.name)

    def world(rng: np.random.Generator, assumed: frozenset[str]) -> SampleSpace:
        return random_layers.two_layers(rng, assumed, variance if scale.name in assumed else None)

    return Proof(
        name, title, statement,
        (RELU, *random_layers.HYPOTHESES, scale),
        (random_layers.PRE_ACTIVATION, random_layers.activation(activated), random_layers.DEVIATION, MEAN_SQUARE),
        (
            *halves(_Z, (LAYER, UNIT), _HERE, random_layers.SYMMETRIC.name),
            lemma,
            *variances_add(FORWARD),
            layer_lemma("activated", gain, (*_HALVED, *_ADDED)),
            induction,
            restated(conclusion, claim, given, "shown for every depth by induction", {l: l}),
        ),
        ("activated", conclusion),
        world, {}, (*random_layers.SIZES, *sizes), sources,
    )


def _relu_lemma() -> Lemma:
    return chain(
        stated("activated", mean(_H**2), mean(_Z**2) / 2, LAYER, UNIT), _HALVED,
        ("definition", mean(relu(_Z) ** 2), "what the activation is", "activation"),
        ("substitute", mean(_Z**2) / 2, "relu keeps half of the mean square", "half", _HERE),
    )


def he_gain() -> Proof:
    """He's initialization keeps the mean square of the signal at every depth."""
    scale = random_layers.scale_hypothesis("he-scale", 2 / n[l], "He's scale: the variance of a weight is 2 / fan_in")
    claim = stated("kept", q[l], q[0], LAYER)
    return _proof(
        "he-gain",
        "He's gain: relu keeps half of the mean square, and the variance 2 / fan_in makes it good",
        "For ReLU layers without biases, with centred uncorrelated weights that are independent of the signal and "
        "give symmetric pre-activations, E[relu(z)^2] = E[z^2] / 2 for every unit; with the variance 2 / fan_in, a "
        "gain of sqrt(2), the mean square E|h_l|^2 / n_l is the same at every depth, whatever the widths.",
        relu(_Z),
        _relu_lemma(),
        _HALF,
        scale,
        through_layers(claim, _HALF, 1, "the 2 of He's scale makes the half good", scale.name),
        "kept-at-every-depth",
        lambda layer, fan, space: 2 * pow(fan, -1, P),
        "He, Zhang, Ren, Sun 2015, section 2.2",
    )


def scale_power() -> Proof:
    """A factor s on He's weights multiplies the mean square by s^(2 l)."""
    value = 2 * s**2 / n[l]
    scale = random_layers.scale_hypothesis("scaled", value, "every weight is s times one of He's scale: variance 2 s^2 / fan_in")
    claim = stated("power", q[l], s ** (2 * l) * q[0], LAYER)
    return _proof(
        "scale-power",
        "A factor s on He's scale multiplies the mean square by s^(2 l): it vanishes or explodes",
        "Under the hypotheses of he-gain, with all weights multiplied by s, the mean square of the signal after l "
        "layers is exactly s^(2 l) times that of the input. Only s = 1 and s = -1 keep it at every depth.",
        relu(_Z),
        _relu_lemma(),
        _HALF,
        scale,
        through_layers(claim, _HALF, s**2, "He's 2 makes the half good, and s^2 is left", scale.name),
        "s-to-the-2l",
        lambda layer, fan, space: 2 * space.random("s") ** 2 * pow(fan, -1, P) % P,
        "He, Zhang, Ren, Sun 2015, section 2.2",
        (Range(s, -oo, oo),),
    )


def leaky_gain() -> Proof:
    """The leaky form: a slope alpha on the negative side keeps (1 + alpha^2) / 2."""
    a = alpha[l]
    leaky = relu(_Z) - a * relu(-_Z)
    gain = (1 + a**2) / 2
    scale = random_layers.scale_hypothesis("leaky-scale", 2 / ((1 + a**2) * n[l]), "the variance is 2 / ((1 + alpha^2) fan_in)")
    claim = stated("kept", q[l], q[0], LAYER)
    joined = (1 - a) * relu(_Z) + a * _Z
    mixed = (1 - a**2) * _Z * relu(_Z) + a**2 * _Z**2
    squares = (1 - a**2) * relu(_Z) ** 2 + a**2 * _Z**2
    apart = (1 - a**2) * mean(relu(_Z) ** 2) + a**2 * mean(_Z**2)
    lemma = Lemma(
        stated("activated", mean(_H**2), gain * mean(_Z**2), LAYER, UNIT),
        (
            Step("definition", mean(_H**2), mean(leaky**2), "what the activation is", "activation"),
            Step("substitute", mean(leaky**2), mean(joined**2), "relu(-z) = relu(z) - z", SPLIT.name, {u: _Z}),
            Step("algebra", mean(joined**2), mean(expand(joined**2)), "multiply out"),
            Step("substitute", mean(expand(joined**2)), mean(mixed), "relu(z)^2 = z relu(z)", SQUARE.name,
                 {u: _Z}),
            Step("substitute", mean(mixed), mean(squares), "and back", SQUARE.name, {u: _Z}),
            Step("linearity of E", mean(squares), apart, "means add up"),
            Step("substitute", apart, gain * mean(_Z**2), "relu keeps half of the mean square", "half", _HERE),
        ),
        _HALVED,
    )

    def variance(layer: int, fan: int, space: SampleSpace) -> int:
        return 2 * pow((1 + space.random("alpha", layer) ** 2) * fan, -1, P) % P

    return _proof(
        "leaky-gain",
        "The leaky form of He's gain: (1 + alpha^2) / 2 is kept",
        "As he-gain, for the activation z where z > 0 and alpha z elsewhere, with any slope alpha_l in each layer: it "
        "keeps (1 + alpha^2) / 2 of the mean square, and the variance 2 / ((1 + alpha^2) fan_in) keeps the mean square "
        "at every depth. alpha = 0 is ReLU, alpha = 1 a linear network.",
        leaky,
        lemma,
        gain,
        scale,
        through_layers(claim, gain, 1, "the scale makes good what the activation loses", scale.name),
        "kept-at-every-depth",
        variance,
        "He, Zhang, Ren, Sun 2015, section 2.2; Maas, Hannun, Ng 2013",
    )

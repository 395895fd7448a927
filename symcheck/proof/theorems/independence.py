"""Zero biases under weights with distinct rows leave no tie; nor do equal weights with different supports.

One layer: inputs y[s, j] over the samples s (data, or activations of the layer below), weights, biases, activations h.
Both theorems are read backwards: units f and g that agree on the samples have equal rows (or equal supports), so
units whose rows differ are not tied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Expr, KroneckerDelta, Symbol, oo

from symcheck.exact.field import P
from symcheck.proof.kernel.evaluate import World
from symcheck.proof.kernel.proofs import Hypothesis, Lemma, Proof, assume, chain
from symcheck.proof.kernel.terms import ZERO, Fact, arrays, index, nested, ranges, smooth

s, i, j, q, n, m, N, f, g = index("s i j q n m N f g")
W, b, y, z, h, A, w, K, opposite, reflected = arrays("W b y z h A w K z_opposite h_opposite")
sigma, tau, rho = smooth("sigma"), smooth("tau"), smooth("rho")
v = Symbol("v")

SAMPLE, UNIT, INPUT, CHOSEN = (s, 1, N), (i, 1, n), (j, 1, m), (q, 1, m)
SIZES = ranges((n, 2, oo), (m, 1, oo), (N, 1, oo), (f, 1, n), (g, 1, n))

ZERO_BIASES = assume(Fact("zero-biases", b[i], ZERO, ranges(UNIT)), "all biases are 0")
INJECTIVE = assume(
    Fact("injective", tau(sigma(v)), v, (), (v,)),
    "the activation is injective, as tanh and the sigmoid are: tau undoes sigma",
)
TIED = assume(Fact("tied", h[s, f], h[s, g], ranges(SAMPLE)), "units f and g have the same activation in every sample")
BOTH_SIDES = assume(
    Fact("both-sides", rho(sigma(v), sigma(-v)), v, (), (v,)),
    "sigma(v) and sigma(-v) together tell v, as they do for relu, whose difference is v",
)
TIED_OPPOSITE = assume(
    Fact("tied-on-opposites", reflected[s, f], reflected[s, g], ranges(SAMPLE)),
    "and they agree on the opposite inputs",
)


def _spanning(scale: Expr, words: str) -> Hypothesis:
    fact = Fact(
        "spanning-inputs", nested(A[q, s] * y[s, j] * scale, SAMPLE), KroneckerDelta(q, j), ranges(CHOSEN, INPUT)
    )
    return Hypothesis("spanning-inputs", (fact,), words)


def _definitions(weight: Expr) -> tuple[Fact, ...]:
    unit = ranges(SAMPLE, UNIT)
    return (
        Fact("pre-activation", z[s, i], nested(weight * y[s, j], INPUT) + b[i], unit, words="weighted inputs and a bias"),
        Fact("activation", h[s, i], sigma(z[s, i]), unit, words="and the activation"),
        Fact("opposite-pre-activation", opposite[s, i], nested(-weight * y[s, j], INPUT) + b[i], unit,
             words="the same for the opposite inputs"),
        Fact("opposite-activation", reflected[s, i], sigma(opposite[s, i]), unit, words="and their activation"),
    )


def _read() -> tuple[Lemma, ...]:
    """Pre-activations are read off activations."""
    agree = ranges(SAMPLE)
    return (
        chain(
            Fact("readable", z[s, i], tau(h[s, i]), ranges(SAMPLE, UNIT)), ("injective",),
            ("substitute", tau(sigma(z[s, i])), "tau undoes the activation", "injective"),
            ("definition", tau(h[s, i]), "which is the activation of the unit", "activation"),
        ),
        chain(
            Fact("equal-pre-activations", z[s, f], z[s, g], agree), ("injective", "tied"),
            ("substitute", tau(h[s, f]), "read it off the activation", "readable"),
            ("substitute", tau(h[s, g]), "the activations are equal", "tied"),
            ("substitute", z[s, g], "so the other one reads the same", "readable"),
        ),
    )


def _read_from_both_sides(weight: Expr) -> tuple[Lemma, ...]:
    """For an activation that is not injective, the opposite input helps."""
    total = nested(weight * y[s, j], INPUT)
    return (
        chain(
            Fact("opposite", opposite[s, i], -z[s, i], ranges(SAMPLE, UNIT)), ("zero-biases",),
            ("definition", nested(-weight * y[s, j], INPUT) + b[i], "opposite inputs", "opposite-pre-activation"),
            ("substitute", nested(-weight * y[s, j], INPUT), "the bias is 0", "zero-biases"),
            ("factor out of a sum", -total, "the sign goes out of the sum"),
            ("algebra", -(total + ZERO), "add the bias, 0"),
            ("substitute", -(total + b[i]), "the bias is 0", "zero-biases"),
            ("definition", -z[s, i], "which is the opposite pre-activation", "pre-activation"),
        ),
        chain(
            Fact("readable-from-both-sides", z[s, i], rho(h[s, i], reflected[s, i]), ranges(SAMPLE, UNIT)),
            ("zero-biases", "both-sides"),
            ("substitute", rho(sigma(z[s, i]), sigma(-z[s, i])), "both sides together tell it", "both-sides"),
            ("substitute", rho(sigma(z[s, i]), sigma(opposite[s, i])), "the opposite input gives the other side",
             "opposite"),
            ("definition", rho(h[s, i], sigma(opposite[s, i])), "one side is the activation", "activation"),
            ("definition", rho(h[s, i], reflected[s, i]), "the other that of the opposite input",
             "opposite-activation"),
        ),
        chain(
            Fact("equal-from-both-sides", z[s, f], z[s, g], ranges(SAMPLE)),
            ("zero-biases", "both-sides", "tied", "tied-on-opposites"),
            ("substitute", rho(h[s, f], reflected[s, f]), "read it off both sides", "readable-from-both-sides"),
            ("substitute", rho(h[s, g], reflected[s, f]), "the activations are equal", "tied"),
            ("substitute", rho(h[s, g], reflected[s, g]), "on the opposite input too", "tied-on-opposites"),
            ("substitute", z[s, g], "so the other one reads the same", "readable-from-both-sides"),
        ),
    )


def _solve(own: Any, scale: Expr) -> Lemma:
    """Weights are solved from pre-activations: the inputs span."""
    weight = own[i, j] * scale
    spread = A[q, s] * weight * y[s, j]
    return chain(
        Fact("solved", nested(A[q, s] * z[s, i], SAMPLE), own[i, q], ranges(UNIT, CHOSEN)),
        ("zero-biases", "spanning-inputs"),
        ("congruence of sums", nested(A[q, s] * (nested(weight * y[s, j], INPUT) + b[i]), SAMPLE),
         "what a pre-activation is", "pre-activation"),
        ("congruence of sums", nested(A[q, s] * nested(weight * y[s, j], INPUT), SAMPLE), "the bias is 0",
         "zero-biases"),
        ("factor out of a sum", nested(spread, SAMPLE, INPUT), "multiply out"),
        ("exchange sums", nested(spread, INPUT, SAMPLE), "first over the samples"),
        ("factor out of a sum", nested(weight * nested(A[q, s] * y[s, j], SAMPLE), INPUT),
         "a weight does not depend on the sample"),
        ("factor out of a sum", nested(own[i, j] * nested(A[q, s] * y[s, j] * scale, SAMPLE), INPUT),
         "its shared factor goes with the inputs"),
        ("congruence of sums", nested(own[i, j] * KroneckerDelta(q, j), INPUT), "the inputs span", "spanning-inputs"),
        ("collapse a sum", own[i, q], "one term is left"),
    )


def _conclusion(name: str, own: Any, equal: str, given: tuple[str, ...]) -> Lemma:
    return chain(
        Fact(name, own[f, q], own[g, q], ranges(CHOSEN)), given,
        ("substitute", nested(A[q, s] * z[s, f], SAMPLE), "solved from the pre-activations", "solved"),
        ("congruence of sums", nested(A[q, s] * z[s, g], SAMPLE), "which are equal", equal),
        ("substitute", own[g, q], "and solved for the other unit", "solved"),
    )


def _world(own: str, scaled: bool) -> Callable[[np.random.Generator, frozenset[str]], World]:
    """Two inputs, three samples and three units; of these f and g are tied if that is assumed.

    They are tied with different weights, unless the inputs are assumed to span and the biases to be 0.
    """

    def make(rng: np.random.Generator, assumed: frozenset[str]) -> World:
        made = World(rng, {"n": 3, "m": 2, "N": 3, "f": 1, "g": 3})
        random = made.random
        spanning, tied = "spanning-inputs" in assumed, bool(assumed & {"tied", "tied-on-opposites"})

        def scale(input_: int) -> int:
            return random("w", input_) if scaled else 1

        def sample(s_: int, j_: int) -> int:
            return random("y", s_, j_) if spanning else random("y", s_) * random("direction", j_)

        def inverse(row: int, s_: int) -> int:
            if not spanning:
                return random("A", row, s_)
            if s_ == 3:
                return 0
            determinant = sample(1, 1) * sample(2, 2) - sample(1, 2) * sample(2, 1)
            cofactor = sample(3 - s_, 3 - row) * (1 if (s_ + row) % 2 == 0 else -1)
            return cofactor * pow(determinant * scale(row), -1, P)

        def weight(unit: int, input_: int) -> int:
            if not tied or unit != 3:
                return random("W", unit, input_)
            # A change across the only direction of the inputs does not show.
            across = random("direction", 3 - input_) * (1 if input_ % 2 == 0 else -1) * pow(scale(input_), -1, P)
            return random("W", 1, input_) + (0 if spanning else across)

        def bias(unit: int) -> int:
            return 0 if "zero-biases" in assumed else random("b", 1 if tied and unit == 3 else unit)

        made.arrays.update({"A": inverse, "y": sample, own: weight, "b": bias, **({"w": scale} if scaled else {})})
        made.functions.update(_functions(made, assumed))
        return made

    return make


def _functions(made: World, assumed: frozenset[str]) -> dict[str, Callable[..., int]]:
    scale, shift = made.random("scale"), made.random("shift")
    root = pow(17, -1, P - 1)

    def power(value: int) -> int:
        return scale * pow(value, 17, P) + shift  # 17 is prime to P - 1: no value comes twice

    def unpower(value: int) -> int:
        return pow((value - shift) * pow(scale, -1, P) % P, root, P)

    def half(value: int) -> int:
        return value * pow(2, -1, P) + made.random("even", min(value, P - value))

    if "injective" in assumed:
        return {"sigma": power, "tau": unpower, "rho": lambda one, other: unpower(one)}
    return {"sigma": half, "rho": lambda one, other: one - other} if "both-sides" in assumed else {}


def zero_bias() -> Proof:
    """Zero biases need no symmetry breaking: distinct rows are enough, if the inputs span."""
    spanning = _spanning(ZERO + 1, "the inputs of the layer span: some combination A of the samples is a unit vector")
    both = ("zero-biases", "spanning-inputs", "both-sides", "tied", "tied-on-opposites")
    return Proof(
        "zero-bias",
        "Zero biases leave no tie under weights with distinct rows",
        "In a layer with zero biases and inputs that span, two units that agree in every sample have equal rows, if the "
        "activation is injective; if it can only be told from v and -v, as for relu, they have to agree on the opposite "
        "inputs too. So units with distinct rows are not tied at the start, and zero biases need not be random.",
        (ZERO_BIASES, spanning, INJECTIVE, TIED, BOTH_SIDES, TIED_OPPOSITE),
        _definitions(W[i, j]),
        (
            *_read(),
            *_read_from_both_sides(W[i, j]),
            _solve(W, ZERO + 1),
            _conclusion("equal-rows", W, "equal-pre-activations",
                        ("zero-biases", "spanning-inputs", "injective", "tied")),
            _conclusion("equal-rows-from-both-sides", W, "equal-from-both-sides", both),
        ),
        ("equal-rows", "equal-rows-from-both-sides"),
        _world("W", scaled=False),
        {},
        SIZES,
    )


def separate_supports() -> Proof:
    """Equal weights do not tie units that read different inputs."""
    spanning = _spanning(w[j], "the inputs of the layer span, and no shared weight is 0: A inverts w times the inputs")
    return Proof(
        "separate-supports",
        "Units with different supports are not tied, although all weights are equal",
        "Let every unit that reads input j give it the same weight w_j, and let unit i read the inputs with K[i, j] = 1. In "
        "a layer with zero biases, non-zero weights, an injective activation and inputs that span, two units that agree "
        "in every sample read the same inputs. So masks, local connections and sparse layers break the symmetry.",
        (ZERO_BIASES, spanning, INJECTIVE, TIED),
        _definitions(K[i, j] * w[j])[:2],
        (
            *_read(),
            _solve(K, w[j]),
            _conclusion("equal-supports", K, "equal-pre-activations",
                        ("zero-biases", "spanning-inputs", "injective", "tied")),
        ),
        ("equal-supports",),
        _world("K", scaled=True),
        {},
        SIZES,
        "",
        "zero-bias, for weights K[i, j] w_j",
    )

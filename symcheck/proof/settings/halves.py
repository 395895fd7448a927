"""What relu keeps of a symmetric variable: half of its second and half of its fourth moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Lambda, Symbol

from symcheck.proof.kernel.proofs import Hypothesis, Lemma, chain
from symcheck.proof.kernel.terms import smooth
from symcheck.proof.settings.expectation import mean, stated
from symcheck.proof.settings.mixtures import Limit, phi

u = Symbol("u")
relu = smooth("relu")

SPLIT = stated("relu-split", relu(-u), relu(u) - u, values=(u,))
SQUARE = stated("relu-square", relu(u) ** 2, u * relu(u), values=(u,))
RELU = Hypothesis(
    "relu", (SPLIT, SQUARE), "relu is the positive part: relu(u) - relu(-u) = u, and relu(u)^2 = u relu(u)"
)
GIVEN = (SPLIT.name, SQUARE.name)

_RULES = {2: "substitute", 4: "reduce higher powers"}
_NAMES = {2: ("squares", "half"), 4: ("fourth-powers", "half-of-the-fourth")}


def halves(
    z: Any, limits: tuple[Limit, ...], at: Mapping[Any, Any], symmetric: str, power: int = 2
) -> tuple[Lemma, Lemma]:
    """relu(u)^p + relu(-u)^p = u^p, and with it E[relu(z)^p] = E[z^p] / 2, for p = 2 or 4.

    Args:
        z: the symmetric variable. limits: ranges of its free indices. at: these indices, each for itself.
        symmetric: the name of the fact that z and -z have the same law.
    """
    rule, (parts, half) = _RULES[power], _NAMES[power]
    positive, negative = relu(u) ** power, relu(-u) ** power
    one, two = u ** (power - 1) * relu(u), (-u) ** (power - 1) * relu(-u)
    first, second = mean(relu(z) ** power), mean(relu(-z) ** power)
    whole = mean(relu(z) ** power + relu(-z) ** power)
    return (
        chain(
            stated(parts, positive + negative, u**power, values=(u,)), GIVEN,
            (rule, one + negative, "relu(u)^2 = u relu(u): u where u > 0, else 0", SQUARE.name, {u: u}),
            (rule, one + two, "the same at -u", SQUARE.name, {u: -u}),
            ("substitute", u**power, "relu(u) - relu(-u) = u", SPLIT.name, {u: u}),
        ),
        chain(
            stated(half, first, mean(z**power) / 2, *limits), (*GIVEN, symmetric),
            ("for every function", (first + second) / 2, "z and -z have the same law, so both parts have the same mean",
             symmetric, {**at, phi: Lambda(u, relu(-u) ** power)}),
            ("linearity of E", whole / 2, "means add up"),
            ("substitute", mean(z**power) / 2, "both parts together are the whole", parts, {u: z}),
        ),
    )

"""The second moment of a random mixture: E[(Sum w_j x_j)^2] = v Sum E[x_j^2], for forward and backward passes alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import KroneckerDelta, Lambda, Symbol

from symcheck.proof.kernel.proofs import Lemma, chain
from symcheck.proof.kernel.terms import nested
from symcheck.proof.settings.expectation import any_function, mean, stated

phi, psi = any_function("phi"), any_function("psi")
_a, _b = Symbol("u"), Symbol("w")
_PRODUCT = Lambda((_a, _b), _a * _b)

Limit = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Mixture:
    """A sum of terms, each a random weight times an entry of a random signal.

    Attributes:
        result: the sum, an array entry.
        weight, deviation, signal: the factors of a term and the weight minus its mean, by the index of the term.
        variance: of every weight.
        own, other: two indices for the terms, with their range.
        limits: ranges of the free indices.
        at: the same indices, each for itself.
        definition, independent, centred, uncorrelated: the names of the facts.
        prefix: of the names of the lemmas.
    """

    result: Any
    weight: Callable[[Any], Any]
    deviation: Callable[[Any], Any]
    signal: Callable[[Any], Any]
    variance: Any
    own: Limit
    other: Limit
    limits: tuple[Limit, ...]
    at: Mapping[Any, Any]
    definition: str
    independent: str
    centred: str
    uncorrelated: str
    prefix: str = ""

    @property
    def given(self) -> tuple[str, ...]:
        """The hypotheses that the lemmas use."""
        return self.independent, self.uncorrelated, self.centred

    @property
    def squares(self) -> Any:
        """The sum of the mean squares of the signal."""
        return nested(mean(self.signal(self.own[0]) ** 2), self.own)


def variances_add(m: Mixture) -> tuple[Lemma, Lemma]:
    """Two lemmas: E[w_j x_j z] = v E[x_j^2] for one term, and with it E[z^2] = v Sum E[x_j^2]."""
    j, k, z, v = m.own[0], m.other[0], m.result, m.variance
    own, other = m.weight(j) * m.signal(j), m.weight(k) * m.signal(k)
    summed, signals = nested(other, m.other), mean(m.signal(j) * m.signal(k))
    products, spread = nested(mean(own * other), m.other), nested(v * KroneckerDelta(j, k) * signals, m.other)
    split = nested(mean(m.weight(j) * m.weight(k)) * signals, m.other)
    centred = nested(mean(m.deviation(j) * m.deviation(k)) * signals, m.other)
    at = {**m.at, j: j, k: k}
    cross, crossed = mean(own * z), v * mean(m.signal(j) ** 2)
    whole, terms = nested(own, m.own), nested(crossed, m.own)
    return (
        chain(
            stated(m.prefix + "one-term", cross, crossed, *m.limits, m.own), m.given,
            ("definition", mean(own * summed), "write the sum out", m.definition),
            ("factor out of a sum", mean(nested(own * other, m.other)), "take the term into the sum"),
            ("linearity of E", products, "means add up"),
            ("for every function", split, "weights and signal are independent", m.independent,
             {**at, phi: _PRODUCT, psi: _PRODUCT}),
            ("congruence of sums", centred, "the weights have mean 0", m.centred),
            ("congruence of sums", spread, "and different ones are uncorrelated", m.uncorrelated, at),
            ("collapse a sum", crossed, "the Kronecker delta leaves one term"),
        ),
        chain(
            stated(m.prefix + "variances-add", mean(z**2), v * m.squares, *m.limits), m.given,
            ("definition", mean(whole**2), "write the sum out", m.definition),
            ("definition", mean(z * whole), "and fold one factor back", m.definition),
            ("factor out of a sum", mean(nested(own * z, m.own)), "take that factor into the sum"),
            ("linearity of E", nested(cross, m.own), "means add up"),
            ("congruence of sums", terms, "each term by the lemma before", m.prefix + "one-term", {**m.at, j: j}),
            ("factor out of a sum", v * m.squares, "the variance is the same for all weights"),
        ),
    )


def average(name: str, after: Any, factor: Any, mixture: Mixture, unit: Limit, names: tuple[str, str]) -> Lemma:
    """The mean over all units of the mean square: ``after`` = ``factor`` times that of the signal.

    Args:
        names: of the definitions of the mean square after and before.
    """
    size = unit[2]
    squares = nested(mean(mixture.result**2), unit) / size
    added = nested(mixture.variance * mixture.squares, unit) / size
    counted = mixture.variance * mixture.squares
    return chain(
        stated(name, after, factor, *(limit for limit in mixture.limits if limit != unit)), mixture.given,
        ("definition", squares, "what the mean square is", names[0]),
        ("congruence of sums", added, "the variances of the terms add up", mixture.prefix + "variances-add",
         mixture.at),
        ("count equal terms", counted, "it is the same for every unit"),
        ("definition", factor, "which is the mean square before, by its definition", names[1]),
    )

"""Why the theorems on ReLU layers with random weights need each of their hypotheses.

The laws are finite and all numbers rational: whether a hypothesis holds is decided, and what is measured is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import sympy

from symcheck.proof.necessity import Found, integers, smallest, smallest_law
from symcheck.proof.settings.finite_laws import covariance, exact_mean, independent, law, symmetric


@dataclass(frozen=True)
class Unit:
    """One unit with random weights, without a bias, in equally likely outcomes.

    Attributes:
        weights, signals: the row of weights, and the signal that enters, in each outcome.
        leak: the slope alpha of the activation on the negative side.
        factor: s, which multiplies the weights of the right scale.
        slopes: of the function in the place of relu, on the positive and on the negative side.
    """

    weights: Sequence[tuple[Any, ...]]
    signals: Sequence[tuple[Any, ...]]
    leak: Fraction = Fraction(0)
    factor: int = 1
    slopes: tuple[int, int] = (1, 0)

    def _relu(self, u: Any) -> Any:
        return u * self.slopes[u < 0]

    def broken(self) -> set[str]:
        """The names of the hypotheses that do not hold; ``scale`` is that on the variance of the weights."""
        inputs = len(self.weights[0])
        columns, signals = list(zip(*self.weights, strict=True)), list(zip(*self.signals, strict=True))
        variance = covariance(columns[0], columns[0])
        holds = {
            # A function that is linear on each side is what it is at 1 and at -1.
            "relu": all(
                self._relu(u) - self._relu(-u) == u and self._relu(u) ** 2 == u * self._relu(u) for u in (1, -1)
            ),
            "symmetric": symmetric(self.sums()),
            "independent": all(
                independent(
                    list(zip(columns[j], columns[k], strict=True)), list(zip(signals[j], signals[k], strict=True))
                )
                for j, k in product(range(inputs), repeat=2)
            ),
            "uncorrelated": all(
                covariance(columns[j], columns[k]) == (variance if j == k else 0)
                for j, k in combinations_with_replacement(range(inputs), 2)
            ),
            "zero-mean": all(exact_mean(column) == 0 for column in columns),
            "scale": variance == 2 * self.factor**2 / ((1 + self.leak**2) * inputs),
        }
        return {name for name, held in holds.items() if not held}

    def sums(self) -> list[Any]:
        """The pre-activation in each outcome."""
        pairs = zip(self.weights, self.signals, strict=True)
        return [sum(w * x for w, x in zip(row, signal, strict=True)) for row, signal in pairs]

    def gap(self) -> Fraction:
        """How far the mean square of the activation is from what the theorem says.

        That is the share (1 + alpha^2) / 2 of that of the pre-activation, and s^2 times that of the signal.
        """
        sums = self.sums()
        after = exact_mean((self._relu(z) - self.leak * self._relu(-z)) ** 2 for z in sums)
        before = exact_mean(exact_mean(x * x for x in signal) for signal in self.signals)
        share = (1 + self.leak**2) / 2 * exact_mean(z * z for z in sums)
        return max(abs(after - share), abs(after - self.factor**2 * before))


@dataclass(frozen=True)
class Family:
    """Layers of one theorem to look for a counterexample in; weights are listed without the factor s.

    Attributes:
        name, scale: of the activation, and of the hypothesis on the variance of the weights.
        one, two: symmetric laws of weights, of the variance asked for with one and with two inputs.
        skewed: how many outcomes a law takes that has mean 0, that variance with one input, and is not symmetric.
        leak, factor: as for `Unit`.
    """

    name: str
    scale: str
    one: tuple[int, ...]
    two: tuple[int, ...]
    skewed: int
    leak: Fraction = Fraction(0)
    factor: int = 1

    def unit(self, rows: Sequence[Any], signals: Sequence[Any], slopes: tuple[int, int] = (1, 0)) -> Unit:
        """The unit with these rows of weights, which are multiplied by the factor, and signals."""
        weights = [tuple(self.factor * w for w in _row(row)) for row in rows]
        return Unit(weights, [_row(signal) for signal in signals], self.leak, self.factor, slopes)

    def law(self, values: Sequence[int]) -> str:
        """The law of a weight in words."""
        return law([self.factor * w for w in values])


def _row(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def needed(family: Family) -> dict[str, Found]:
    """A counterexample for each hypothesis of the theorem on these layers."""
    one, two, always = family.one, family.two, [1] * len(family.one)
    title = f"one {family.name} unit"

    def found(case: Any, unit: Callable[..., Unit], words: Callable[..., str], shows: str = _ALTERED, alone: str = "") -> Found:
        return smallest_law(shows, case, unit, lambda *numbers: f"{title}, {words(*numbers)}", alone=alone)

    def tripled(a: int, b: int, c: int) -> list[int]:
        return [a if w > 0 else b if w < 0 else c for w in one]

    return {
        "relu": found(
            integers(2, 1, 2), lambda p, q: family.unit(one, always, (p, q)),
            lambda p, q: f"but with the function {p} u for u > 0 and {q} u for u < 0 in place of relu; one input x = 1, its "
            f"weight {family.law(one)}",
            "the activation does not keep the share of the mean square that it keeps with relu",
        ),
        "symmetric": found(
            integers(family.skewed - 1),
            lambda *w: family.unit([*w, -sum(w)], [1] * family.skewed),
            lambda *w: f"one input x = 1, its weight {family.law([*w, -sum(w)])}: mean 0, but not symmetric",
        ),
        "independent": found(
            3, lambda *x: family.unit(one, tripled(*x)),
            lambda *x: f"one input with the weight {family.law(one)}; the input is {x[0]}, {x[1]} or {x[2]} where the weight "
            "is positive, negative or 0",
        ),
        "uncorrelated": found(
            integers(1, 1), lambda c: family.unit([(w, c * w) for w in two], [(1, 1)] * len(two)),
            lambda c: f"two inputs 1, the weight of the first one {family.law(two)}, that of the other one {c} times that",
        ),
        "zero-mean": found(
            1, lambda shift: family.unit([w + shift for w in one * 2], always + [-1] * len(one)),
            lambda shift: f"one input 1 or -1 with chance 1/2, independent of its weight {family.law([w + shift for w in one])}",
        ),
        family.scale: found(
            integers(1, 1), lambda w: family.unit([w, -w], [1, 1]),
            lambda w: f"one input x = 1, its weight {family.law([w, -w])}", alone="scale",
        ),
    }


_ALTERED = "the layer does not change the mean square of the signal by the factor that the theorem says"

RELU = Family("ReLU", "he-scale", (2, -2, 0, 0), (1, -1), 3)
LEAKY = Family(
    "leaky ReLU (slope 1/2)", "leaky-scale", (2, -2, 0, 0, 0), (1, 1, -1, -1, 0), 5, leak=Fraction(1, 2)
)
DOUBLED = Family("ReLU (s = 2)", "scaled", RELU.one, RELU.two, RELU.skewed, factor=2)

HE, LEAKY_GAIN, POWER = needed(RELU), needed(LEAKY), needed(DOUBLED)


def limit_gap(factor: Any, sign: int) -> float:
    """How far the limit of 1 - s^(2 sign L) for large L is from 1: of what is lost, or what is undone."""
    depth = sympy.Symbol("L", positive=True)
    return float(abs(1 - sympy.limit(1 - sympy.Rational(factor) ** (2 * sign * depth), depth, sympy.oo)))


_BOUNDARY = "s = {}: every layer has He's scale"

LIMIT: dict[str, Found] = {
    "shrinks": smallest(
        "the share of the mean square that is lost does not tend to 1", integers(1, 1), lambda s: limit_gap(s, 1), _BOUNDARY
    ),
    "grows": smallest(
        "the share of the input in the result does not tend to 0", integers(1, 1), lambda s: limit_gap(s, -1), _BOUNDARY
    ),
}

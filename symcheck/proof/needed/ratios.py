"""Pre-activations in the place of normal ones, in equally likely outcomes: squared lengths, and correlations of ReLUs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import acos, cos, pi, sin

from symcheck.errors import counted
from symcheck.proof.needed.case import Kind, Wrong, first
from symcheck.proof.needed.laws import FUNCTIONS, apply, asymmetry, covariance, dependence, laws_of, mean
from symcheck.proof.needed.line import Matrix, NeededError, Settings, Vector

MEAN, VARIANCE = "the mean of R is not n / m", "the variance of R is not 5 n / m^2"
ANGLE = "the correlation is not that of the arc-cosine map"


@dataclass(frozen=True)
class Ratio:
    """Pre-activations g of a layer of n units with m inputs, in units of their variance."""

    g: Sequence[Vector]
    m: int
    function: str = "relu"

    @property
    def entries(self) -> list[tuple[str, tuple[Fraction, ...]]]:
        """Every pre-activation with its name."""
        return [(f"g_{i}", column) for i, column in enumerate(zip(*self.g, strict=True), 1)]

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        R = [Fraction(2, self.m) * sum(apply(self.function, x) ** 2 for x in row) for row in self.g]
        n = len(self.g[0])
        value, asked = (
            (mean(R), Fraction(n, self.m)) if outcome == MEAN else (covariance(R, R), Fraction(5 * n, self.m**2))
        )
        name = "mean" if outcome == MEAN else "variance"
        return Wrong(abs(value - asked), f"the {name} of R = (2 / m) Sum relu(g_i)^2 is {value} and not {asked}")

    def moment(self, power: int, asked: int) -> str:
        """How a moment of the pre-activations is not that of the normal law."""
        moments = ((name, mean(g**power for g in column)) for name, column in self.entries)
        return first(f"E[{name}^{power}] is {value} and not {asked}" for name, value in moments if value != asked)

    def words(self) -> str:
        """See `Case`."""
        place = "" if self.function == "relu" else f" with the {self.function} in the place of relu"
        n, m = counted(len(self.g[0]), "ReLU unit"), counted(self.m, "input")
        return f"n = {n} and m = {m}{place}, pre-activations g in units of sqrt(2 / m) |h|: {laws_of({'g': self.g})}"


def _ratio(settings: Settings) -> Ratio:
    function = settings.word("relu", tuple(FUNCTIONS), "relu")
    return Ratio(settings.matrix("g"), settings.count("m", "", 99), function)


RATIO = Kind(
    "ratio",
    _ratio,
    {
        "relu": lambda c: "" if c.function == "relu" else f"the {c.function} is not the positive part",
        "symmetric": lambda c: first(asymmetry(name, column) for name, column in c.entries),
        "second-moment": lambda c: c.moment(2, 1),
        "fourth-moment": lambda c: c.moment(4, 3),
        "independent": lambda c: first(
            dependence((i, k), one, other) for (i, one), (k, other) in combinations(c.entries, 2)
        ),
    },
)


@dataclass(frozen=True)
class Pair:
    """Two pre-activations u and v of mean 0 and variance 1: with finitely many values they are never normal."""

    pairs: Matrix

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        c = mean(u * v for u, v in self.pairs)
        theta = acos(c)
        kept = float(2 * mean(apply("relu", u) * apply("relu", v) for u, v in self.pairs))
        mapped = (sin(theta) + (pi - theta) * cos(theta)) / pi
        words = f"(sin(theta) + (pi - theta) cos(theta)) / pi = {mapped:.3g} for cos(theta) = E[u v] = {c}"
        return Wrong(abs(kept - mapped), f"2 E[relu(u) relu(v)] = {kept:.3g}, and {words}")

    def words(self) -> str:
        """See `Case`."""
        return f"two pre-activations u and v in the place of normal ones: {laws_of({'(u, v)': self.pairs})}"


def _pair(settings: Settings) -> Pair:
    pairs = settings.matrix("(u, v)")
    columns = list(zip(*pairs, strict=True))
    if len(columns) != 2 or any(mean(c) != 0 or mean(x * x for x in c) != 1 for c in columns):
        raise NeededError("(u, v) must be two numbers a row, each of mean 0 and variance 1 over the rows")
    return Pair(pairs)


PAIR = Kind("pair", _pair, {"normal": lambda c: f"(u, v) has {len(set(c.pairs))} values and is not normal"})

"""Single numbers: factors of a deep network, losses of one weight, and the draws of two weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import exp, log1p

from symcheck.proof.needed.case import Kind, Wrong
from symcheck.proof.needed.laws import law
from symcheck.proof.needed.line import NeededError, Settings, Vector

KEEPS, STAYS = "the share that is lost does not tend to 1", "the share of the input does not tend to 0"
NOT_CONVEX, EQUAL = "the loss is not convex", "the two weights are equal with positive probability"


@dataclass(frozen=True)
class Depth:
    """A network whose every layer multiplies the mean square of the signal by s^2."""

    s: Fraction

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`; the limits are those of s^(2 L) for lost signals and of s^(-2 L) for the share of the input."""
        if self.s == 0 and outcome == STAYS:
            raise NeededError("for s = 0 there is no signal of which the input could have a share")
        below = abs(self.s) < 1 if outcome == KEEPS else abs(self.s) > 1
        if not below and abs(self.s) != 1:
            raise NeededError(f"for s = {self.s} the limit is infinite, which measures nothing; s = 1 shows the same")
        what = (
            "1 - s^(2 L), the share of the mean square that is lost,"
            if outcome == KEEPS
            else "s^(-2 L), the share of the input,"
        )
        limit = int(below) if outcome == KEEPS else int(not below)
        return Wrong(Fraction(0 if below else 1), f"{what} tends to {limit}")

    def words(self) -> str:
        """See `Case`."""
        return f"s = {self.s} in every layer"


DEPTH = Kind(
    "depth",
    lambda settings: Depth(settings.number("s")),
    {
        "shrinks": lambda c: "" if 0 < c.s < 1 else f"s = {c.s} is not between 0 and 1",
        "grows": lambda c: "" if c.s > 1 else f"s = {c.s} is not above 1",
    },
)


def _p(z: float) -> float:
    return 1 / (1 + exp(-z))


_LOGISTIC, _SQUARED = "log(1 + exp(z))", "p(z)^2"
_LOSSES = {_LOGISTIC: lambda z: log1p(exp(z)), _SQUARED: lambda z: _p(z) ** 2}
_CURVATURES = {
    _LOGISTIC: lambda z: _p(z) * (1 - _p(z)),
    _SQUARED: lambda z: 2 * _p(z) ** 2 * (1 - _p(z)) * (2 - 3 * _p(z)),
}


@dataclass(frozen=True)
class Loss:
    """The loss S(w x) - y w x of one weight on one sample, at two values of the weight."""

    S: str
    x: Fraction
    y: Fraction
    w: Vector

    def _at(self, w: Fraction) -> float:
        z = w * self.x
        return _LOSSES[self.S](float(z)) - float(self.y * z)

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        one, other = self.w
        middle = (one + other) / 2
        ends = (self._at(one) + self._at(other)) / 2
        words = f"at w = {middle}, in the middle, the loss is {self._at(middle):.3g}, above {ends:.3g}, the mean of the losses at both"
        return Wrong(max(self._at(middle) - ends, 0.0), words)

    def curvature(self) -> str:
        """Where between the two weights S'' is negative, if it is."""
        places = [float(self.x * (self.w[0] + (self.w[1] - self.w[0]) * Fraction(k, 16))) for k in range(17)]
        lowest = min(places, key=_CURVATURES[self.S])
        value = _CURVATURES[self.S](lowest)
        return f"S''({lowest:.3g}) is {value:.3g}" if value < 0 else ""

    def words(self) -> str:
        """See `Case`."""
        S = f"{self.S} with p(z) = 1 / (1 + exp(-z)): for y = 0 the squared error behind the logistic function" * (
            self.S == _SQUARED
        )
        return f"the loss S(z) - y z, z = w x, with S(z) = {S or self.S}, x = {self.x}, y = {self.y}, at w = {self.w[0]} and w = {self.w[1]}"


def _loss(settings: Settings) -> Loss:
    w = settings.vector("w")
    if len(w) != 2 or max(abs(v) for v in w) > 20:
        raise NeededError("w must be two weights from -20 to 20")
    x = settings.number("x")
    if abs(x) > 20:
        raise NeededError("x must be from -20 to 20")
    return Loss(settings.word("S", tuple(_LOSSES)), x, settings.number("y"), w)


LOSS = Kind("loss", _loss, {"convex-loss": Loss.curvature})


@dataclass(frozen=True)
class Draws:
    """Two weights of one input, each drawn from a source; what is drawn from the same source is the same number.

    Attributes:
        sources: for each letter that a weight is drawn from its values, equally likely, or None for the uniform law on (0, 1).
    """

    letters: tuple[str, str]
    sources: Mapping[str, Vector | None]

    def _equal(self) -> Fraction:
        """The probability that both weights are the same."""
        one, other = (self.sources[letter] for letter in self.letters)
        if self.letters[0] == self.letters[1]:
            return Fraction(1)
        if one is None or other is None:
            return Fraction(0)
        return Fraction(sum(u == v for u, v in product(one, other)), len(one) * len(other))

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        chance = self._equal()
        return Wrong(chance, f"the two weights are equal with probability {chance}")

    def dependent(self) -> str:
        """How both weights depend on each other: a constant depends on nothing."""
        (one, other), values = self.letters, self.sources[self.letters[0]]
        return f"both weights are {one}" if one == other and (values is None or len(set(values)) > 1) else ""

    def atoms(self) -> str:
        """Which value a weight takes with positive probability."""
        for letter in self.letters:
            values = self.sources[letter]
            if values:
                return f"{letter} is {values[0]} with probability {Fraction(values.count(values[0]), len(values))}"
        return ""

    def words(self) -> str:
        """See `Case`."""
        laws = {letter: "is uniform on (0, 1)" if v is None else f"is {law(v)}" for letter, v in self.sources.items()}
        sources = ", and ".join(f"{letter} {told}" for letter, told in laws.items())
        independent = ", independently of each other" if len(laws) > 1 else ""
        return f"two units of one input, with the weights {self.letters[0]} and {self.letters[1]}, where {sources}{independent}"


def _draws(settings: Settings) -> Draws:
    one, other = settings.word("w1"), settings.word("w2")
    if not (one.isidentifier() and other.isidentifier()) or {one, other} & {"w1", "w2"}:
        raise NeededError("w1 and w2 must be the letters of what they are drawn from, as in `w1 = u; u = 1, -1`")
    sources: dict[str, Vector | None] = {}
    for letter in dict.fromkeys((one, other)):
        sources[letter] = settings.vector(letter, unless="uniform")
    return Draws((one, other), sources)


DRAWS = Kind("draws", _draws, {"independent": Draws.dependent, "no-atoms": Draws.atoms})

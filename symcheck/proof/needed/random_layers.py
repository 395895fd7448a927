"""A layer with random weights of finite laws: whether a hypothesis holds is decided, and what is measured is exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from symcheck.proof.needed.case import Kind, Wrong, first
from symcheck.proof.needed.exactly import dot
from symcheck.proof.needed.laws import (
    FUNCTIONS,
    apply,
    asymmetry,
    covariance,
    dependence,
    jointly,
    laws_of,
    mean,
    mean_square,
)
from symcheck.proof.needed.line import Settings, Vector

SHARE = "the activation keeps another share of the mean square"
FACTOR = "the layer multiplies the mean square by another factor"
FORWARD, BACKWARD = "the signal is not multiplied by n v", "the gradient is not multiplied by m v"
ONE_SIDE = "n v and m v do not miss 1 equally in opposite directions"


@dataclass(frozen=True)
class Unit:
    """One unit with random weights, without a bias, in equally likely outcomes.

    Attributes:
        w, h: the row of weights, and the signal that enters, in each outcome.
        d: the gradient that comes back to a linear unit, or nothing.
        function: what stands in the place of relu.
        alpha: the slope of the activation on the negative side, relu(z) - alpha relu(-z).
        s: which multiplies weights of the right scale.
    """

    w: Sequence[Vector]
    h: Sequence[Vector]
    d: Sequence[Vector] = ()
    function: str = "relu"
    alpha: Fraction = Fraction(0)
    s: Fraction = Fraction(1)

    @property
    def z(self) -> list[Fraction]:
        """The pre-activation in each outcome."""
        return [dot(w, x) for w, x in zip(self.w, self.h, strict=True)]

    @property
    def variance(self) -> Fraction:
        """Of the first weight."""
        column = [w[0] for w in self.w]
        return covariance(column, column)

    def off(self, asked: Fraction) -> str:
        """How the variance is not what is asked for."""
        return "" if self.variance == asked else f"the variance of a weight is {self.variance} and not {asked}"

    def wrong(self, outcome: str, at: tuple[int, ...]) -> Wrong:
        """See `Case`."""
        n, v = len(self.w[0]), self.variance
        if outcome == ONE_SIDE:
            return Wrong(abs((n * v - 1) - (1 - v)), f"n v - 1 = {n * v - 1} and 1 - m v = {1 - v}")
        z = [(value,) for value in self.z]
        if outcome == FORWARD:
            of, vectors, factor = "signal", self.h, n * v
            after: Sequence[Vector] = z
        elif outcome == BACKWARD:
            of, vectors, factor = "gradient", self.d, v
            after = [tuple(w * d for w in row) for row, (d,) in zip(self.w, self.d, strict=True)]
        else:
            after = [(apply(self.function, u) - self.alpha * apply(self.function, -u),) for (u,) in z]
            of, vectors, factor = "signal", self.h, self.s**2
            if outcome == SHARE:
                of, vectors, factor = "pre-activation", z, (1 + self.alpha**2) / 2
        before, value = mean_square(vectors), mean_square(after)
        named = {FORWARD: "n v = ", BACKWARD: "m v = "}.get(outcome, "")
        words = f"the mean square of the {of} is {before} before and {value} after, a factor other than {named}{factor}"
        return Wrong(abs(value - factor * before), words)

    def words(self) -> str:
        """See `Case`."""
        n, vectors = len(self.w[0]), {"w": self.w, "h": self.h}
        names = f"the weights w, n = {n}, and the signal h" if n > 1 else "the weight w, n = 1, and the signal h"
        if self.d:
            return f"one linear unit with {names}, m = 1, and the gradient d: {laws_of({**vectors, 'd': self.d})}"
        place = "" if self.function == "relu" else f", the {self.function} in the place of relu"
        kind = f"leaky ReLU unit of slope alpha = {self.alpha}" if self.alpha else "ReLU unit"
        scale = f", s = {self.s}" if self.s != 1 else ""
        return f"one {kind} with {names}{place}{scale}: {laws_of(vectors)}"


def _off_mean(case: Unit) -> str:
    means = (mean(column) for column in zip(*case.w, strict=True))
    return first(f"the mean of weight {j} is {value}" for j, value in enumerate(means, 1) if value)


def _correlated(case: Unit) -> str:
    """How weights fail to be uncorrelated and of one variance."""
    columns = list(enumerate(zip(*case.w, strict=True), 1))
    return first(
        f"the covariance of the weights {j} and {k} is {value}"
        if j != k
        else f"the variance of weight {j} is {value}, and that of weight 1 is {case.variance}"
        for (j, one), (k, other) in combinations_with_replacement(columns, 2)
        if (value := covariance(one, other)) != (case.variance if j == k else 0)
    )


def _scale(case: Unit) -> str:
    return case.off(2 * case.s**2 / ((1 + case.alpha**2) * len(case.w[0])))


_WITH_SIGNAL: Callable[[Unit], str] = lambda c: dependence(("w", "h"), c.w, c.h)  # noqa: E731
_CONDITIONS: dict[str, Callable[[Unit], str]] = {
    "relu": lambda c: "" if c.function == "relu" else f"the {c.function} is not the positive part",
    "symmetric": lambda c: asymmetry("z", c.z),
    "independent": _WITH_SIGNAL,
    "uncorrelated": _correlated,
    "zero-mean": _off_mean,
    **dict.fromkeys(("he-scale", "leaky-scale", "scaled"), _scale),
    "forward-independent": _WITH_SIGNAL,
    "backward-independent": lambda c: dependence(("w", "d"), c.w, c.d),
    "glorot-scale": lambda c: c.off(Fraction(2, len(c.w[0]) + 1)),
}


def unit(alpha: bool = False, s: bool = False) -> Kind:
    """Units, of leaky ReLU if the theorem speaks of ``alpha``, and with the factor ``s`` if it speaks of that."""

    def read(settings: Settings) -> Unit:
        w, h = jointly(settings, ("w", "h"))
        return Unit(
            w,
            h,
            (),
            settings.word("relu", tuple(FUNCTIONS), "relu"),
            settings.number("alpha") if alpha else Fraction(0),
            settings.number("s") if s else Fraction(1),
        )

    return Kind("unit", read, _CONDITIONS)


def _linear(settings: Settings) -> Unit:
    w, h, d = jointly(settings, ("w", "h", "d"))
    return Unit(w, h, d)


LINEAR = Kind("linear", _linear, _CONDITIONS)

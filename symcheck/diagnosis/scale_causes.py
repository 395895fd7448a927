"""Causes of a wrong scale, each with its figures."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.diagnosis.slips import Slip
from symcheck.distribution.recognise import SpreadRule
from symcheck.fans import Layer
from symcheck.laws.law import Law


@dataclass(frozen=True)
class Constant:
    """Every entry is one number; None where it is another number in another shape."""

    value: float | None


@dataclass(frozen=True)
class Swapped:
    """The law holds with fan_in and fan_out exchanged."""


@dataclass(frozen=True)
class Disturbed:
    """Something about the distribution that alone moves the standard deviation."""

    what: str


@dataclass(frozen=True)
class OtherLaw:
    """Another law of the field, or a mistake that has a name.

    Attributes:
        missing: the factor in the promised variance that it lacks, where that is the only difference.
        cut: whether it is cut off at two standard deviations without the correction.
    """

    law: Law
    rule: SpreadRule
    missing: float | None = None
    cut: bool = False


@dataclass(frozen=True)
class FixedScale:
    """One standard deviation whatever the shape, where the law's follows the fans.

    Attributes:
        std: the roundest number that it can be. low, high: the range of the draws.
    """

    law: Law
    std: float
    family: str
    low: float
    high: float


@dataclass(frozen=True)
class Factor:
    """The law's standard deviation times one factor in every shape.

    Attributes:
        name: of a factor that is known, of :data:`FACTORS`. slight: whether it is within 3 % of 1.
        squared: whether the law's standard deviation was taken for a variance (-1), or its square set in its place (1).
    """

    ratio: float
    name: str = ""
    slight: bool = False
    squared: int = 0


@dataclass(frozen=True)
class SomeShapes:
    """Shapes that are off, with their factors, and how many others follow the law.

    Attributes:
        rule: a law of the field that those which are off follow.
    """

    off: tuple[tuple[Layer, float], ...]
    others: int
    rule: SpreadRule | None = None


@dataclass(frozen=True)
class LooksLike:
    """A rule in words that fits every shape."""

    sentence: str


@dataclass(frozen=True)
class Exponents:
    """Powers of the fans that come near."""

    of_fan_in: float
    of_fan_out: float


@dataclass(frozen=True)
class NoRule:
    """The shapes in which the standard deviation is smallest and largest beside the law's."""

    low: tuple[Layer, float]
    high: tuple[Layer, float]


ScaleCause = (
    Constant | Swapped | Disturbed | OtherLaw | Slip | FixedScale | Factor | SomeShapes | LooksLike | Exponents | NoRule
)

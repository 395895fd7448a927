"""What draws were identified as: the laws that are not ruled out, the figures, and the nearest known mistake."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.diagnosis.intervals import Interval
from symcheck.diagnosis.scale_causes import ScaleCause
from symcheck.fans import Layer
from symcheck.laws.law import Law


@dataclass(frozen=True)
class Measured:
    """What was measured of the draws of one layer.

    Attributes:
        draws: how many entries.
        interval: of the standard deviation, by the test of the family at the rate of error; None where the draws are of
            no family.
    """

    layer: Layer
    draws: int
    mean: float
    std: float
    interval: Interval | None


@dataclass(frozen=True)
class Identified:
    """What draws are.

    Attributes:
        family: of their distribution, or of the structured law they are; ``not_finite``, ``single`` or ``extreme`` where they
            were not identified.
        consistent: laws that are not ruled out, the plainest first; the law of the draws is among them but for the rate of
            error, if it is one of the catalogue.
        exact: whether they were told entry by entry, with no chance in it.
        measured: layer by layer.
        mistake: the nearest known mistake, where no law of the field is consistent.
        documented: the law that the library documents. holds: whether it is consistent.
    """

    family: str
    consistent: tuple[Law, ...]
    exact: bool
    measured: tuple[Measured, ...]
    mistake: ScaleCause | None = None
    documented: Law | None = None
    holds: bool | None = None

    @property
    def law(self) -> Law | None:
        """The plainest of the consistent laws."""
        return self.consistent[0] if self.consistent else None

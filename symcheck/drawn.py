"""What was drawn beside what was promised, as the figures of a picture."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.types import Floats


@dataclass(frozen=True)
class DrawnScale:
    """The standard deviation about the law's mean in one shape.

    Attributes:
        shape: in words, inputs -> outputs. number: of entries.
        measured: of the draws. promised: the law's; None without a law.
        error: the relative error that is seen for certain; None without a law.
    """

    shape: str
    number: int
    measured: float
    promised: float | None
    error: float | None


@dataclass(frozen=True, eq=False)
class DrawnEntries:
    """The entries of the largest shape.

    Attributes:
        shape, number: as of `DrawnScale`.
        shares: shape (k,), increasing. quantiles: those of the draws at these shares.
        promised: the law's quantiles there; low, high: between which those of draws of the law lie, all at once (the band of Dvoretzky,
            Kiefer and Wolfowitz with Massart's constant); None without a law.
        edges: shape (b + 1,). density: of the draws in each bin, shape (b,). promised_density: the law's mean density there, or None.
    """

    shape: str
    number: int
    shares: Floats
    quantiles: Floats
    promised: Floats | None
    low: Floats | None
    high: Floats | None
    edges: Floats
    density: Floats
    promised_density: Floats | None


@dataclass(frozen=True)
class Drawn:
    """The figures of an initializer.

    Attributes:
        law: its name, or None.
        scales: of every shape, entries: of the largest one.
    """

    law: str | None
    scales: tuple[DrawnScale, ...]
    entries: DrawnEntries

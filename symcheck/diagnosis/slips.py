"""Search for the formula that standard deviations follow: every law, written with one mistake or two, before any fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from symcheck.distribution.formulas import FAN_SUM, FANS, FORMS, GEOMETRIC, OF_MODE, Fan, SpreadFormula
from symcheck.distribution.recognise import Observation, fits, misfit
from symcheck.laws.law import Law

#: Numbers that come up under the root of some law.
NUMBERS = (1.0, 2.0, 3.0, 4.0, 6.0)
#: More mistakes at once are no explanation but a fit.
MOST_EDITS = 2
#: What is found with two mistakes has to move by so much from shape to shape, or else a coincidence is likely.
_MOVES = 1.1
#: One explanation has to fit by so much better than all others, in squared standard errors.
_CLEAR = 25.0


@dataclass(frozen=True)
class Slip:
    """A law as it was written by mistake.

    Attributes:
        law: that was promised.
        written: the formula that the draws follow. right: the one that the law has for draws of their family.
        edits: how the first differs, of :data:`FORMS`, ``fan``, ``number``, ``gain`` and the ways to use a number.
        kernels: whether kernels were among the shapes.
    """

    law: Law
    written: SpreadFormula
    right: SpreadFormula
    edits: tuple[str, ...]
    kernels: bool = False


@dataclass(frozen=True)
class Target:
    """A law of variance scaling, as formulas for draws of one family.

    Attributes:
        family: of the draws, as of `family_of`.
    """

    law: Law
    family: str

    @cached_property
    def fan(self) -> Fan:
        """What it divides by."""
        return OF_MODE[self.law.mode]

    @cached_property
    def gain(self) -> float:
        """The factor before the root; 1 where it can stand under the root, as that of torch's default can."""
        own = self.law.gain
        return 1.0 if not _whole(own) and _whole(3 * self._scale * own**2) else own

    @cached_property
    def number(self) -> float:
        """Under the root of the standard deviation: 2 for He's law, and for Glorot's."""
        if self.gain == self.law.gain:
            return self._scale
        return round(3 * self._scale * self.law.gain**2) / 3

    @property
    def _scale(self) -> float:
        assert self.law.scale is not None
        return self.law.scale * (2 if self.fan is FAN_SUM else 1)

    @cached_property
    def uses(self) -> tuple[tuple[str, float, str], ...]:
        """Ways to use the law's number, with the mistake that each is; the right one has none."""
        n = self.number
        if self.family == "uniform":
            return (
                ("bound", 3 * n, ""),
                ("bound", n, "std_as_bound"),
                ("width", n, "std_as_width"),
                ("width", 3 * n, "bound_as_width"),
            )
        if self.family == "truncated_normal":
            uncorrected = self.law.distribution == "uncorrected_truncated_normal"
            return (
                ("std", n, "corrected" if uncorrected else ""),
                ("parent", n, "" if uncorrected else "not_corrected"),
            )
        return ("std", n, ""), ("std", 3 * n, "bound_as_std")

    @cached_property
    def right(self) -> SpreadFormula:
        """The formula as it should be."""
        use, number = next((use, number) for use, number, edit in self.uses if not edit)
        return SpreadFormula(number, self.fan, "root", use, self.gain)

    def candidates(self) -> Iterator[tuple[tuple[str, ...], SpreadFormula]]:
        """Formulas with the mistakes in each."""
        gains = dict.fromkeys((self.gain, 1.0))
        for use, number, misused in self.uses:
            for fan in dict.fromkeys((self.fan, *FANS)):
                # A mean of the fans is half of their sum.
                own = number / 2 if fan is GEOMETRIC and self.fan is FAN_SUM else number
                for taken, form, gain in product(dict.fromkeys((own, *NUMBERS)), FORMS, gains):
                    formula = SpreadFormula(taken, fan, form, use, gain)
                    edits = (
                        *([form] if form != "root" else []),
                        *(["fan"] if fan is not self.fan else []),
                        *([misused] if misused else []),
                        # Beside a fan that is added, what the number is cannot be told.
                        *(["number"] if taken != own and form != "brackets_lost" else []),
                        *(["gain"] if gain != self.gain else []),
                    )
                    if formula.sensible and 0 < len(edits) <= MOST_EDITS:
                        yield edits, formula


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6 * number


def find_slip(observations: Sequence[Observation], law: Law, family: str, most: int = MOST_EDITS) -> Slip | None:
    """The fewest mistakes in writing the law that give the standard deviations of all shapes, or None.

    Args:
        family: of the draws.
        most: mistakes at once.
    """
    if law.scale is None:
        return None
    target = Target(law, family)
    layers = [o.layer for o in observations]
    kernels = any(layer.kernel for layer in layers)
    expected = np.array([target.right.std(layer) for layer in layers])
    told_apart = _told_apart(observations)
    found: list[tuple[tuple[str, ...], SpreadFormula, tuple[float, ...]]] = []
    for edits, formula in sorted(target.candidates(), key=lambda row: (len(row[0]), FANS.index(row[1].fan))):
        if len(edits) > min(most, len(found[0][0]) if found else most):
            break
        if formula.fan not in told_apart and formula.fan is not target.fan:
            continue
        predicted = np.array([formula.std(layer) for layer in layers])
        # A constant multiple of the law's own formula is told as a factor, unless a known way of writing it is behind it.
        if edits[0] in ("number", "gain") and np.ptp(np.log(predicted / expected)) < 1e-9:
            continue
        if len(edits) > 1 and predicted.max() < _MOVES * predicted.min():
            continue
        if fits(observations, [float(p) for p in predicted]):
            found.append((edits, formula, tuple(map(float, predicted))))
    if not found:
        return None
    misfits = [misfit(observations, row[2]) for row in found]
    best = found[int(np.argmin(misfits))]
    # The simplest of those that give the same numbers.
    best = next(row for row in found if _alike(row, best))
    if any(not _alike(row, best) and far < min(misfits) + _CLEAR for row, far in zip(found, misfits, strict=True)):
        return None
    return Slip(law, best[1], target.right, best[0], kernels)


def _alike(
    one: tuple[tuple[str, ...], SpreadFormula, tuple[float, ...]], other: tuple[Any, SpreadFormula, Any]
) -> bool:
    """Whether two formulas give the same numbers, or are told in the same words."""
    brackets = one[1].form == other[1].form == "brackets_lost"
    return brackets or bool(np.allclose(one[2], other[2], rtol=1e-9))


def _told_apart(observations: Sequence[Observation]) -> list[Fan]:
    """The fans that differ from every simpler one in some shape."""
    kept: dict[tuple[float, ...], Fan] = {}
    for fan in FANS:
        kept.setdefault(tuple(float(fan.of(o.layer)) for o in observations), fan)
    return list(kept.values())

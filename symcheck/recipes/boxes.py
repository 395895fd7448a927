"""Boxes of an array: ranges of indices on every axis, and what is left of one when others are taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Box:
    """The entries of an array whose index lies in [start, stop) on every axis.

    Attributes:
        ranges: (start, stop) of each axis; none for an array of no axes, which has one entry.
    """

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def whole(cls, shape: Iterable[int]) -> Box:
        """All entries of an array of this shape."""
        return cls(tuple((0, n) for n in shape))

    @property
    def size(self) -> int:
        """The number of entries."""
        return prod(max(stop - start, 0) for start, stop in self.ranges)

    @property
    def parts(self) -> tuple[Box, ...]:
        """It as disjoint boxes: itself, or none where it has no entries."""
        return (self,) if self.size else ()

    @property
    def slices(self) -> tuple[slice, ...]:
        """What numpy, torch and jax take as an index."""
        return tuple(slice(*ends) for ends in self.ranges)

    def meets(self, other: Box) -> bool:
        """Whether they have an entry in common."""
        return self._common(other).size > 0

    def contains(self, other: Box) -> bool:
        """Whether all entries of the other are among its own."""
        return self._common(other).size == other.size

    def minus(self, other: Box) -> tuple[Box, ...]:
        """Disjoint boxes that make up what it has and the other has not: at most two for each axis."""
        common = self._common(other)
        if common.size == 0:
            return self.parts
        left: list[Box] = []
        ranges = list(self.ranges)
        for axis, ((start, stop), (low, high)) in enumerate(zip(self.ranges, common.ranges, strict=True)):
            beside = [ends for ends in ((start, low), (high, stop)) if ends[0] < ends[1]]
            left += [Box((*ranges[:axis], ends, *ranges[axis + 1 :])) for ends in beside]
            ranges[axis] = (low, high)
        return tuple(left)

    def _common(self, other: Box) -> Box:
        pairs = zip(self.ranges, other.ranges, strict=True)
        return Box(tuple((max(a[0], b[0]), min(a[1], b[1])) for a, b in pairs))

    def __str__(self) -> str:
        return f"[{', '.join(f'{start}:{stop}' for start, stop in self.ranges)}]"


def without(boxes: Iterable[Box], taken: Box) -> tuple[Box, ...]:
    """What is left of disjoint boxes when one is taken out of all of them."""
    return tuple(left for box in boxes for left in box.minus(taken))

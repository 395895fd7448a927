"""The witness of a partition: which weights, read in which order, tell its classes apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from symcheck.errors import SymcheckError
from symcheck.types import Labels

SIDES = ("incoming", "outgoing")

Ranges = tuple[tuple[int, int], ...]


class MalformedWitness(SymcheckError, ValueError):
    """Data that is not a witness."""


@dataclass(frozen=True)
class Read:
    """One look at weights: sums over whole classes of some neighbours tell some units apart.

    Attributes:
        layer: hidden layer whose units are told apart.
        side: ``incoming``: the sums of weights from the layer below, ``outgoing``: of those to the layer above.
        neighbours: units of that other layer, as (start, stop) ranges.
        units: units of this layer, as (start, stop) ranges.
    """

    layer: int
    side: str
    neighbours: Ranges
    units: Ranges

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        ranges = {"neighbours": [*map(list, self.neighbours)], "units": [*map(list, self.units)]}
        return {"layer": self.layer, "side": self.side, **ranges}

    @classmethod
    def from_dict(cls, data: Any) -> Read:
        """The inverse of `as_dict`.

        Raises:
            MalformedWitness: missing keys, another side, or ranges that are not pairs of numbers.
        """
        try:
            read = cls(int(data["layer"]), data["side"], _pairs(data["neighbours"]), _pairs(data["units"]))
        except (KeyError, TypeError, ValueError):
            raise MalformedWitness("a step of the witness lacks a layer, a side, neighbours or units") from None
        if read.side not in SIDES:
            raise MalformedWitness(f"a step of the witness has side {read.side!r}")
        return read


def as_ranges(indices: ArrayLike) -> Ranges:
    """Different indices, in any order, as (start, stop) ranges."""
    ordered = np.sort(np.asarray(indices))
    cuts = np.flatnonzero(np.diff(ordered) != 1) + 1
    return tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(ordered, cuts) if run.size)


def indices(of: Sequence[tuple[int, int]], count: int) -> Labels:
    """The indices in ranges, in increasing order.

    Raises:
        MalformedWitness: ranges that are empty, overlap, are not in order, or leave 0 .. count - 1.
    """
    flat = [0, *(end for pair in of for end in pair), count]
    if any(start >= stop for start, stop in of) or any(a > b for a, b in pairwise(flat)):
        raise MalformedWitness(f"a step of the witness names units outside 0 to {count - 1}, or out of order")
    return np.concatenate([np.arange(start, stop) for start, stop in of] or [np.arange(0)])


def _pairs(data: Any) -> Ranges:
    return tuple((int(start), int(stop)) for start, stop in data)

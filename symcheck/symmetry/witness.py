"""The witness of a partition: which weights, read in which order, tell its classes apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from symcheck.symmetry.documents import MalformedCertificate, require_keys, whole_numbers
from symcheck.types import Labels

SIDES = ("incoming", "outgoing", "sign")

Ranges = tuple[tuple[int, int], ...]


class MalformedWitness(MalformedCertificate):
    """A step that names what the network does not have."""


@dataclass(frozen=True)
class Read:
    """One look at weights: sums over whole classes of some neighbours tell some units apart.

    Attributes:
        layer: hidden layer whose units are told apart.
        side: ``incoming``: the sums of weights from the layer below, ``outgoing``: of those to the layer above;
            ``sign``: the signs of the former, which show that units can be positive.
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
            MalformedCertificate: other keys, another side, or ranges that are not pairs of numbers.
        """
        require_keys("a step of the witness", data, ("layer", "side", "neighbours", "units"))
        layer = int(whole_numbers("a layer of the witness", [data["layer"]])[0])
        if data["side"] not in SIDES:
            raise MalformedCertificate("a step of the witness names no known side")
        return cls(layer, data["side"], _pairs(data["neighbours"]), _pairs(data["units"]))


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
    if not isinstance(data, list):
        raise MalformedCertificate("a step of the witness names units otherwise than by a list of ranges")
    pairs = [whole_numbers("the ends of a range of the witness", pair, 2).tolist() for pair in data]
    return tuple((start, stop) for start, stop in pairs)

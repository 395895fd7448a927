"""Between which neighbours of a sorted class something of either side reaches over to the other.

Two gradients of a module with little rounding differ clearly where one of a module with much of it lies between them, or on
either side of them, and is different from neither. To part the class there would put what moves alike on two sides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.reachability.measurement import Measurement
from symcheck.reachability.model import blocks
from symcheck.types import Array, Flags, Floats

#: Of two members there is nothing beside them.
_FEWEST = 3


def nothing_reaches_over(keys: Floats, inside: Flags, scalars: Array, measured: Measurement) -> Flags:
    """For each two neighbours whether every member before them differs from the second, and every one after from the first.

    Args:
        keys: shape (n,), sorted within each class. inside: shape (n - 1,): whether two neighbours are of one class.
        scalars: whose keys they are.
    """
    free = np.ones(len(inside), bool)
    for members in _classes(inside, len(keys)):
        reached = -np.inf
        for part in _parts(members):
            ends = keys[part] + measured.seen_at(scalars[part])
            np.maximum.accumulate(ends, out=ends)
            np.maximum(ends, reached, out=ends)
            reached = ends[-1]
            following = keys[part.start + 1 : min(part.stop + 1, members.stop)]
            free[part.start : part.start + len(following)] &= ends[: len(following)] < following
        reached = np.inf
        for part in reversed(list(_parts(members))):
            begins = (keys[part] - measured.seen_at(scalars[part]))[::-1]
            begins = np.minimum(np.minimum.accumulate(begins), reached)[::-1]
            reached = begins[0]
            first = max(part.start, members.start + 1)
            free[first - 1 : part.stop - 1] &= begins[first - part.start :] > keys[first - 1 : part.stop - 1]
    return free


def _classes(inside: Flags, count: int) -> Iterator[slice]:
    """Of three members or more."""
    ends = np.concatenate([np.flatnonzero(~inside) + 1, [count]])
    starts = np.concatenate([[0], ends[:-1]])
    several = ends - starts >= _FEWEST
    return (slice(*pair) for pair in zip(starts[several].tolist(), ends[several].tolist(), strict=True))


def _parts(members: slice) -> Iterator[slice]:
    return (
        slice(members.start + part.start, members.start + part.stop) for part in blocks(members.stop - members.start)
    )

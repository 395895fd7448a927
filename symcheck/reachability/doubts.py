"""Gradients that are neither equal nor different."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcheck.reachability.model import blocks
from symcheck.types import Array, Floats

#: About one scalar or two: their numbers, the same one twice where the doubt is whether it moves at all, and their difference over
#: the noise floor; 0 of what lies below the floor of its module and is no rounding, because it comes out the same each time, and -1
#: of two that were never far enough above the floor for a difference to show.
DOUBT = np.dtype([("first", np.int64), ("second", np.int64), ("ratio", np.float64)])
Records = NDArray[Any]
DType = np.dtype[Any]


def doubts(first: Array, second: Array, ratio: Array | float) -> Records:
    """As records of `DOUBT`, shape (n,)."""
    found = np.zeros(len(first), DOUBT)
    found["first"], found["second"], found["ratio"] = first, second, ratio
    return found


class Doubts:
    """About members of one class that are further apart than rounding makes them, of each class the largest.

    Args:
        scalars: of what type numbers of scalars and classes are.
    """

    def __init__(self, scalars: DType) -> None:
        self._held = np.zeros(0, [("label", scalars), ("first", scalars), ("second", scalars), ("ratio", np.float32)])

    def note(self, keys: Floats, floor: Floats, members: Array, numbers: Array) -> None:
        """Neighbours in sorted order that are of one class.

        Args:
            keys: their gradients, sorted within each class. floor: what rounding may make of each. numbers: their classes.
        """
        parts = [self._held]
        for here in blocks(len(keys) - 1):
            there = slice(here.start + 1, here.stop + 1)
            ratio = keys[there] - keys[here]
            ratio /= np.maximum(np.maximum(floor[there], floor[here]), np.finfo(float).tiny)
            at = np.flatnonzero((numbers[there] == numbers[here]) & (ratio > 1))
            found = np.zeros(len(at), self._held.dtype)
            found["label"] = numbers[here][at]
            found["ratio"] = np.minimum(ratio[at], np.finfo(np.float32).max)
            found["first"], found["second"] = members[here][at], members[there][at]
            parts.append(_largest(found))
        self._held = np.concatenate(parts)

    def settle(self, labels: Array) -> None:
        """These classes came apart."""
        if self._held.size and labels.size:
            self._held = self._held[~np.isin(self._held["label"], labels)]

    def worst(self) -> Records:
        """The largest of each class."""
        found = _largest(self._held)
        return doubts(found["first"], found["second"], found["ratio"])


def _largest(found: Records) -> Records:
    """Of each label."""
    ordered = found[np.lexsort((-found["ratio"], found["label"]))]
    return np.asarray(ordered[np.flatnonzero(np.diff(ordered["label"], prepend=-1))])

"""Gradients that are neither equal nor different."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.types import Array, Floats


@dataclass(frozen=True)
class Doubt:
    """About one scalar or two.

    Attributes:
        first, second: scalars; the same one where the doubt is whether it moves at all.
        ratio: their difference over the noise floor; 0 of what lies below the floor of its module and is no rounding, because
            it comes out the same each time.
    """

    first: int
    second: int
    ratio: float


class Doubts:
    """About members of one class that are further apart than rounding makes them."""

    def __init__(self) -> None:
        self._held = np.zeros(
            0, [("label", np.int64), ("first", np.int64), ("second", np.int64), ("ratio", np.float64)]
        )

    def note(self, keys: Floats, floor: Floats, members: Array, numbers: Array) -> None:
        """Neighbours in sorted order that are of one class.

        Args:
            keys: their gradients, sorted within each class. floor: what rounding may make of each. numbers: their classes.
        """
        if len(keys) < 2:
            return
        ratio = np.diff(keys) / np.maximum(np.maximum(floor[1:], floor[:-1]), np.finfo(float).tiny)
        at = np.flatnonzero((numbers[1:] == numbers[:-1]) & (ratio > 1))
        found = np.zeros(len(at), self._held.dtype)
        found["label"], found["first"], found["second"], found["ratio"] = (
            numbers[at],
            members[at],
            members[at + 1],
            ratio[at],
        )
        self._held = np.concatenate([self._held, found])

    def settle(self, labels: Array) -> None:
        """These classes came apart."""
        if self._held.size and labels.size:
            self._held = self._held[~np.isin(self._held["label"], labels)]

    def worst(self) -> list[Doubt]:
        """The largest of each class."""
        ordered = self._held[np.lexsort((-self._held["ratio"], self._held["label"]))]
        firsts = np.flatnonzero(np.diff(ordered["label"], prepend=-1))
        return [Doubt(int(d["first"]), int(d["second"]), float(d["ratio"])) for d in ordered[firsts]]

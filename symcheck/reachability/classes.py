"""Signed classes of parameters, refined by gradients that carry noise.

Two entries part only where their gradients differ clearly, by many times what rounding may make of them; between that and
the noise floor is doubt, which later gradients settle. Doubt that stays is told, and no verdict is taken from it. Classes are
compared with a representative first, so that a gradient is sorted only where a class comes apart: the cost of a round is a
few passes over the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.exact.refinement import SignedClasses
from symcheck.reachability.measurement import Measurement
from symcheck.reachability.model import Layout
from symcheck.types import Array, Flags, Floats


@dataclass
class Gap:
    """What was seen between equal and different gradients, relative to the largest in their modules.

    In a module where all is rounding, relative to the largest of the model.

    Attributes:
        equal: the largest difference, or magnitude, that was taken for rounding.
        different: the smallest that was not; infinite where nothing was told apart.
    """

    equal: float = 0.0
    different: float = np.inf


@dataclass(frozen=True)
class Doubt:
    """Gradients that are neither equal nor different.

    Attributes:
        first, second: scalars; the same one where the doubt is whether it moves at all.
        ratio: their difference over the noise floor; 0 of what lies below the floor of its module and is no rounding, because
            it comes out the same each time.
    """

    first: int
    second: int
    ratio: float


class NoisyClasses:
    """A partition of the scalars of a layout; all are frozen at first.

    Attributes:
        labels: shape (n,): 0 for frozen, else a class from 1 on. signs: shape (n,): 1 or -1.
        dimension: the number of classes. first: shape (classes + 1,): a member of each, from 1 on.
        silent: shape (n,): whether every gradient so far was exactly zero.
        clear: from how many noise floors on gradients are different.
    """

    def __init__(self, layout: Layout, clear: float) -> None:
        self._layout, self.clear = layout, clear
        self.labels = np.zeros(layout.count, np.int64)
        self.signs = np.ones(layout.count, np.int8)
        self.silent = np.ones(layout.count, bool)
        self.dimension = 0
        self.gap = Gap()
        self._frozen = np.arange(layout.count)
        self._together: Array = np.zeros(0, np.int64)
        self.first: Array = np.zeros(1, np.int64)
        self._heard = np.zeros(len(layout.parameters), bool)
        self._rounds, self._steady = 0, np.zeros(layout.count, np.int16)
        self._doubts: dict[int, Doubt] = {}
        self._doubted: dict[int, Doubt] = {}

    @property
    def settled(self) -> bool:
        """Whether nothing is left that a gradient could part."""
        return not (self._frozen.size or self._together.size)

    @property
    def doubts(self) -> list[Doubt]:
        """Those that no gradient has settled since they arose."""
        small = self._frozen[2 * self._steady[self._frozen] > self._rounds]
        return [
            *self._doubts.values(),
            *(d for i, d in self._doubted.items() if not self.labels[i]),
            *(Doubt(int(i), int(i), 0.0) for i in small),
        ]

    @property
    def unheard(self) -> str:
        """A parameter of which every gradient was drowned by rounding, or ""."""
        return next((p.name for p, heard in zip(self._layout.parameters, self._heard, strict=True) if not heard), "")

    def forget_doubts(self) -> None:
        """Begin to doubt afresh."""
        self._doubts, self._doubted = {}, {}

    def classes(self) -> SignedClasses:
        """As they are now."""
        return SignedClasses(self.labels, self.signs)

    def refine(self, measured: Measurement) -> bool:
        """Part what a gradient shows to differ; whether anything did."""
        before = self.dimension
        self._rounds += 1
        self._heard |= np.isfinite(measured.floor[self._layout.ends - 1])
        woken = self._wake(measured)
        self._split(measured)
        self._together = np.concatenate([self._together, woken])
        if self.dimension != before:
            sizes = np.bincount(self.labels, minlength=self.dimension + 1)
            self._together = self._together[sizes[self.labels[self._together]] > 1]
        return self.dimension != before

    def _wake(self, measured: Measurement) -> Array:
        """Take out of class 0 what has a gradient; those of one magnitude together, with the sign they have in this draw."""
        frozen = self._frozen
        size = np.abs(measured.values[frozen])
        self.silent[frozen[size > 0]] = False
        above = size > measured.floor[frozen]
        self._seen_equal(size[~above], frozen[~above], measured)
        still = frozen[~above]
        self._steady[still[measured.steady[still] & (size[~above] > 0)]] += 1
        moving, magnitude = frozen[above], size[above]
        if not moving.size:
            return moving
        order = np.argsort(magnitude)
        moving, magnitude = moving[order], magnitude[order]
        floor = measured.floor[moving]
        starts = self._cuts(magnitude, floor, np.ones(len(moving) - 1, bool), moving, measured)
        number = np.cumsum(starts) - 1
        certain = magnitude > self.clear * floor
        awake = np.bincount(number, certain) > 0
        for i in np.flatnonzero(~awake[number]):
            self._doubted[int(moving[i])] = Doubt(int(moving[i]), int(moving[i]), float(magnitude[i] / floor[i]))
        kept = awake[number]
        if certain.any():
            self._seen_different(magnitude[certain], moving[certain], measured)
        renumbered = np.cumsum(awake)[number[kept]]
        moving = moving[kept]
        self.labels[moving] = self.dimension + renumbered
        self.signs[moving] = np.where(measured.values[moving] < 0, -1, 1)
        first = moving[np.flatnonzero(np.diff(renumbered, prepend=0))]
        self._note_doubts(magnitude[kept], floor[kept], moving, renumbered + self.dimension)
        self.first = np.concatenate([self.first, first])
        self.dimension += int(awake.sum())
        self._frozen = frozen[self.labels[frozen] == 0]
        return np.asarray(moving)

    def _split(self, measured: Measurement) -> None:
        """Part members of a class whose gradients, with their signs, differ."""
        members = self._together
        if not members.size:
            return
        held = self.labels[members]
        representative = self.first[held]
        difference = np.abs(self._signed(members, measured) - self._signed(representative, measured))
        tolerance = np.maximum(measured.floor[members], measured.floor[representative])
        apart = difference > tolerance
        self._seen_equal(difference[~apart], members[~apart], measured, representative[~apart])
        if not apart.any():
            return
        suspect = np.zeros(self.dimension + 1, bool)
        suspect[held[apart]] = True
        members = members[suspect[held]]
        keys = self._signed(members, measured)
        order = np.lexsort((keys, self.labels[members]))
        members, keys = members[order], keys[order]
        held, floor = self.labels[members], measured.floor[members]
        inside = held[1:] == held[:-1]
        starts = self._cuts(keys, floor, inside, members, measured)
        own = np.concatenate([[True], ~inside])
        fresh = starts & ~own
        # The first part of a class keeps its number, each other part gets a new one.
        numbers = np.where(fresh, self.dimension + np.cumsum(fresh), np.where(own, held, 0))
        numbers = numbers[np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))]
        for label in np.unique(held[fresh]):
            self._doubts.pop(int(label), None)
        self.labels[members] = numbers
        self.dimension += int(fresh.sum())
        self.first = np.concatenate([self.first, np.zeros(int(fresh.sum()), np.int64)])
        self.first[numbers[starts]] = members[starts]
        self._note_doubts(keys, floor, members, numbers)

    def _signed(self, indices: Array, measured: Measurement) -> Floats:
        return np.asarray(measured.values[indices] * self.signs[indices])

    def _cuts(self, keys: Floats, floor: Floats, inside: Flags, indices: Array, measured: Measurement) -> Flags:
        """Where a part begins, of sorted keys; the first is one. `inside`: where two neighbours are of one class so far."""
        differences = np.diff(keys)
        tolerance = np.maximum(floor[1:], floor[:-1])
        cut = inside & (differences > self.clear * tolerance)
        if cut.any():
            self._seen_different(differences[cut], indices[1:][cut], measured, indices[:-1][cut])
        return np.concatenate([[True], cut | ~inside])

    def _note_doubts(self, keys: Floats, floor: Floats, members: Array, numbers: Array) -> None:
        """Remember neighbours of one class, in sorted order, that are further apart than rounding makes them."""
        if len(keys) < 2:
            return
        ratio = np.diff(keys) / np.maximum(np.maximum(floor[1:], floor[:-1]), np.finfo(float).tiny)
        for i in np.flatnonzero((numbers[1:] == numbers[:-1]) & (ratio > 1)):
            label = int(numbers[i])
            if label not in self._doubts or self._doubts[label].ratio < ratio[i]:
                self._doubts[label] = Doubt(int(members[i]), int(members[i + 1]), float(ratio[i]))

    def _seen_equal(
        self, differences: Floats, indices: Array, measured: Measurement, others: Array | None = None
    ) -> None:
        judged = np.isfinite(measured.floor[indices])
        relative = self._relative(differences, indices, measured, others)[judged]
        self.gap.equal = max(self.gap.equal, float(relative.max(initial=0)))

    def _seen_different(
        self, differences: Floats, indices: Array, measured: Measurement, others: Array | None = None
    ) -> None:
        smallest = float(self._relative(differences, indices, measured, others).min(initial=np.inf))
        self.gap.different = min(self.gap.different, smallest)

    def _relative(self, differences: Floats, indices: Array, measured: Measurement, others: Array | None) -> Floats:
        largest = measured.compared[self._layout.parameter_at(indices)]
        if others is not None:
            largest = np.maximum(largest, measured.compared[self._layout.parameter_at(others)])
        return np.asarray(np.divide(differences, largest, out=np.zeros_like(differences), where=largest > 0))

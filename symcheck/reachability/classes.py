"""Signed classes of parameters, refined by gradients that carry noise.

Two entries part only where their gradients differ clearly: by many times what rounding may make of them, and by more than what
was taken for rounding in their modules at the same point. Between that and the noise floor is doubt, which later gradients
settle. Doubt that stays is told, and no verdict is taken from it. Classes are compared with a representative first, so that
a gradient is sorted only where a class comes apart: the cost of a round is a few passes over what is still together.
"""

from __future__ import annotations

import numpy as np

from symcheck.exact.refinement import SignedClasses
from symcheck.reachability.beside import beside_the_frozen
from symcheck.reachability.cuts import nothing_reaches_over
from symcheck.reachability.doubts import DOUBT, Doubts, Records, doubts
from symcheck.reachability.gaps import Gaps, least, most
from symcheck.reachability.measurement import Measurement
from symcheck.reachability.model import Layout, blocks
from symcheck.types import Array, Flags, Floats, Labels

#: How many times the largest difference that counts as equal one must be, in the same module at the same point, to count as different.
_APART = 10.0
#: As `NoisyClasses.clear` where gradients at near points tell what rounding is.
_CLEAR_CLOSELY = 3.0
#: What is so much less than what rounding may make of it is as good as zero.
_NOTHING = 1e-7
#: How many times what counts as different a gradient must have been for equal ones to be equal; and at most, over eps.
_SHARP, _SHARPEST = 1e4, 1e-6


class NoisyClasses:
    """A partition of the scalars of a layout; all are frozen at first.

    Attributes:
        labels: shape (n,): 0 for frozen, else a class from 1 on. signs: shape (n,): 1 or -1.
        dimension: the number of classes. first: shape (classes + 1,): a member of each, from 1 on.
        silent: shape (n,): whether every gradient so far was zero, or nothing beside what rounding may make of it.
        clear: from how many noise floors on gradients are different.
        gaps: what was seen between equal and different ones.
        measured: gradients so far that were measured in full.
    """

    def __init__(self, layout: Layout, clear: float, eps: float) -> None:
        self.layout, self.clear = layout, clear
        small = layout.count < np.iinfo(np.int32).max
        self.labels: Labels = np.zeros(layout.count, np.int32 if small else np.int64)
        self.signs = np.ones(layout.count, np.int8)
        self.silent = np.ones(layout.count, bool)
        self.dimension = 0
        self.gaps = Gaps(layout, eps)
        self._frozen: Array = np.arange(layout.count, dtype=self.labels.dtype)
        self._together: Array = self._frozen[:0]
        self.first: Array = np.zeros(1, self.labels.dtype)
        self._owners: Array = np.zeros(0, np.int32)
        self._heard = np.zeros(len(layout.parameters), bool)
        self._drowned = np.zeros(len(layout.parameters), np.int32)
        self.measured, self._steady = 0, np.zeros(layout.count, np.int16)
        self._doubts = Doubts(self.labels.dtype)
        self._doubted = self._standing = np.zeros(0, DOUBT)
        self._sharp, self._sharpest = np.zeros(1, bool), _SHARPEST / eps

    @property
    def settled(self) -> bool:
        """Whether nothing is left that a gradient could part."""
        return not (self._frozen.size or self._together.size)

    @property
    def silent_ones(self) -> bool:
        """Whether of something every gradient was exactly zero, as that of a ReLU that nothing opened."""
        return bool(self.silent[self._frozen].any())

    @property
    def owners(self) -> Array:
        """The number of the parameter in which each class has its first member, shape (classes + 1,)."""
        if len(self._owners) != len(self.first):
            self._owners = self.layout.parameter_at(self.first).astype(np.int32)
        return self._owners

    @property
    def doubts(self) -> Records:
        """Those that no gradient has settled since they arose."""
        small = self._frozen[self._steady[self._frozen] == max(self.measured, 1)]
        vague = self._together[~self._sharp[self.labels[self._together]]]
        first = self.first[self.labels[vague]]
        vague, first = vague[vague != first], first[vague != first]
        return np.concatenate(
            [self._open(self._standing), self._noted(), doubts(small, small, 0.0), doubts(first, vague, -1.0)]
        )

    def _noted(self) -> Records:
        return np.concatenate([self._doubts.worst(), self._open(self._doubted)])

    def _open(self, found: Records) -> Records:
        """Of doubts those about what is still together, or still does not move."""
        other = np.where(found["first"] == found["second"], 0, self.labels[found["second"]])
        return np.asarray(found[self.labels[found["first"]] == other])

    @property
    def unheard(self) -> str:
        """A parameter of which no gradient was more than rounding, and most were drowned by it, or ""."""
        heard = self._heard | (2 * self._drowned < self.measured)
        return "" if heard.all() else self.layout.parameters[int(np.argmin(heard))].name

    def forget_doubts(self) -> None:
        """Begin to doubt afresh."""
        self._doubts, self._doubted = Doubts(self.labels.dtype), np.zeros(0, DOUBT)

    def refine_closely(self, measured: Measurement) -> bool:
        """As `refine`, with a gradient that was looked at again where it left doubt: what it settles is settled."""
        self.forget_doubts()
        clear, self.clear = self.clear, _CLEAR_CLOSELY
        parted = self.refine(measured)
        self.clear = clear
        self._standing = np.concatenate([self._standing, self._noted()])
        self.forget_doubts()
        return parted

    def classes(self) -> SignedClasses:
        """As they are now."""
        return SignedClasses(self.labels, self.signs)

    def parts_nothing(self, measured: Measurement) -> bool:
        """Whether a gradient lies in the space as far as rounding lets one see."""
        size = np.abs(measured.values[self._frozen])
        return not (
            (size > measured.floor_at(self._frozen)).any()
            or (self._together.size and np.greater(*self._differences(measured)).any())
        )

    def refine(self, measured: Measurement) -> bool:
        """Part what a gradient shows to differ; whether anything did."""
        before, layout = self.dimension, self.layout
        frozen = self._frozen
        size = np.abs(measured.values[frozen])
        floor = measured.floor_at(frozen)
        self.silent[frozen[size > _NOTHING * floor]] = False
        above = size > floor
        difference, tolerance = self._differences(measured)
        apart = difference > tolerance
        equal = np.zeros(len(layout.modules))
        for sizes, bound, held, where in (
            (size, floor, ~above, frozen),
            (difference, tolerance, ~apart, self._together),
        ):
            held &= np.isfinite(bound)
            equal = np.maximum(equal, most(layout, sizes[held], where[held]))
        self._different = np.full(len(layout.modules), np.inf)
        if measured.full and not measured.close:
            self.measured += 1
            drowned = np.isinf(measured.levels)
            self._drowned += drowned
            self._heard |= ~drowned if measured.resolved is None else measured.resolved & ~drowned
            still = frozen[~above & (size > 0)]
            self._steady[still[measured.steady_at(still)]] += 1
        moving = frozen[above]
        # Most gradients wake nothing, and what is frozen may be large.
        still = frozen[~above] if moving.size else moving
        # Of a large model each of these is large.
        del difference, tolerance, size, floor, above, sizes, bound, held, where
        woken = self._wake(moving, still, equal, measured)
        if apart.any():
            self._split(apart, equal, measured)
        self._together = np.concatenate([self._together, woken])
        if measured.full:
            self.gaps.note(equal, self._different, layout.by_module(measured.compared))
        if self.dimension != before:
            sizes = np.bincount(self.labels, minlength=self.dimension + 1)
            self._together = self._together[sizes[self.labels[self._together]] > 1]
        # Of a large model most classes have one member, and are gone by now.
        self._see_how_sharply(measured)
        return self.dimension != before

    def _see_how_sharply(self, measured: Measurement) -> None:
        """Note of which classes a gradient was so large that a difference between members would show."""
        self._sharp = np.concatenate([self._sharp, np.zeros(self.dimension + 1 - len(self._sharp), bool)])
        several = np.zeros(self.dimension + 1, bool)
        several[self.labels[self._together]] = True
        classes = np.flatnonzero(several & ~self._sharp)
        first = self.first[classes]
        least = min(_SHARP * self.clear, self._sharpest) * measured.floor_at(first)
        self._sharp[classes[np.abs(measured.values[first]) > least]] = True

    def _wake(self, moving: Array, still: Array, equal: Floats, measured: Measurement) -> Array:
        """Take out of class 0 what has a gradient; those of one magnitude together, with the sign they have in this draw.

        Where one of that magnitude stays, because rounding may be more of it, all of them stay, and are in doubt.
        """
        if not moving.size:
            return moving
        magnitude = np.abs(measured.values[moving])
        order = np.argsort(magnitude)
        moving = moving[order]
        magnitude = magnitude[order]
        del order
        floor = measured.floor_at(moving)
        starts = self._cuts(magnitude, floor, np.ones(len(moving) - 1, bool), moving, equal, measured)
        number = np.cumsum(starts, dtype=self.labels.dtype)
        number -= 1
        certain = np.empty(len(moving), bool)
        for part in blocks(len(moving)):
            certain[part] = magnitude[part] > self._apart(floor, moving, part, equal)
        self._seen_different(magnitude[certain], moving[certain])
        awake = np.bincount(number, certain) > 0
        awake[number[beside_the_frozen(magnitude, floor, still, measured)]] = False
        kept = awake[number]
        del starts, certain
        if not kept.all():
            asleep = moving[~kept]
            self._doubted = self._doubted[~np.isin(self._doubted["first"], asleep)]
            fresh = doubts(asleep, asleep, magnitude[~kept] / floor[~kept])
            self._doubted = np.concatenate([self._open(self._doubted), fresh])
            moving, magnitude, floor, number = moving[kept], magnitude[kept], floor[kept], number[kept]
        del kept
        number = np.cumsum(awake, dtype=number.dtype)[number]
        first = moving[np.flatnonzero(np.diff(number, prepend=0))]
        number += self.dimension
        self.labels[moving] = number
        self.signs[moving] = np.where(measured.values[moving] < 0, -1, 1)
        self._doubts.note(magnitude, floor, moving, number)
        self.first = np.concatenate([self.first, first])
        self.dimension += int(awake.sum())
        self._frozen = self._frozen[self.labels[self._frozen] == 0]
        return np.asarray(moving)

    def _differences(self, measured: Measurement) -> tuple[Floats, Floats]:
        """How far the gradients of members that are still together are from those of their representatives, and what rounding may make."""
        members = self._together
        representative = self.first[self.labels[members]]
        difference = np.abs(self._signed(members, measured) - self._signed(representative, measured))
        return difference, np.maximum(measured.floor_at(members), measured.floor_at(representative))

    def _split(self, apart: Flags, equal: Floats, measured: Measurement) -> None:
        """Part members of a class whose gradients, with their signs, differ."""
        members = self._together
        suspect = np.zeros(self.dimension + 1, bool)
        suspect[self.labels[members[apart]]] = True
        members = members[suspect[self.labels[members]]]
        keys = self._signed(members, measured)
        order = np.lexsort((keys, self.labels[members]))
        members, keys = members[order], keys[order]
        held, floor = self.labels[members], measured.floor_at(members)
        inside = held[1:] == held[:-1]
        starts = self._cuts(keys, floor, inside, members, equal, measured)
        own = np.concatenate([[True], ~inside])
        fresh = starts & ~own
        # The first part of a class keeps its number, each other part gets a new one.
        numbers = np.where(fresh, self.dimension + np.cumsum(fresh), np.where(own, held, 0))
        numbers = numbers[np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))]
        self._doubts.settle(np.unique(held[fresh]))
        self.labels[members] = numbers
        self.dimension += int(fresh.sum())
        self.first = np.concatenate([self.first, np.zeros(int(fresh.sum()), self.first.dtype)])
        self.first[numbers[starts]] = members[starts]
        self._doubts.note(keys, floor, members, numbers)

    def _signed(self, indices: Array, measured: Measurement) -> Floats:
        return np.asarray(measured.values[indices] * self.signs[indices])

    def _cuts(
        self, keys: Floats, floor: Floats, inside: Flags, indices: Array, equal: Floats, measured: Measurement
    ) -> Flags:
        """Where a part begins, of sorted keys; the first is one. `inside`: where two neighbours are of one class so far."""
        starts = np.ones(len(keys), bool)
        free = nothing_reaches_over(keys, inside, indices, measured)
        for here in blocks(len(keys) - 1):
            there = slice(here.start + 1, here.stop + 1)
            differences = keys[there] - keys[here]
            cut = (inside[here] & free[here]) & (
                differences
                > np.maximum(self._apart(floor, indices, there, equal), self._apart(floor, indices, here, equal))
            )
            self._seen_different(differences[cut], indices[there][cut])
            self._seen_different(differences[cut], indices[here][cut])
            starts[there] = cut | ~inside[here]
        return starts

    def _apart(self, floor: Floats, indices: Array, part: slice, equal: Floats) -> Floats:
        """From where on gradients are different."""
        seen = equal[self.layout.module_at(indices[part])]
        return np.maximum(self.clear * floor[part], _APART * seen)

    def _seen_different(self, differences: Floats, indices: Array) -> None:
        self._different = np.minimum(self._different, least(self.layout, differences, indices))

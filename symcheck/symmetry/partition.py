"""The coarsest partition of hidden units that training keeps: a greatest fixpoint.

A partition of every layer into classes such that inside a class biases agree, the sums of incoming weights
over each class below agree, and so do the sums of outgoing weights over each class above, is kept by
training (the Cloned-Unit Manifold proposition of Joudaki et al., arXiv 2510.00304, 2025; balanced
colourings in Stewart, Golubitsky and Pivato 2003). Here the coarsest one is found, together with units
whose activation or whose delta is zero for ever, and with signs where activations are odd. Units of ReLU may
also be zero by the signs of their weights: see `symcheck.symmetry.silence`.

Refinement goes in sweeps, and sweep t has a meaning: going forward it leaves in one class the units whose
activations agree before update 0 to before update t, going backward those whose deltas agree through
update t. Sweep 0 takes all deltas for equal and zero, since no update has happened. A sweep that changes
nothing proves, by induction on the updates, that nothing will ever change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from symcheck.exact.field import P, Residues, add, negate
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.symmetry.images import Image
from symcheck.symmetry.rows import Rows
from symcheck.symmetry.silence import SilentUnits
from symcheck.symmetry.sums import ClassSums, Log, combination, undecided
from symcheck.symmetry.units import Classes, numbered, signed, up_to_sign
from symcheck.symmetry.witness import Read, as_ranges
from symcheck.types import Array, Flags, Labels, Signs


@dataclass(frozen=True, eq=False)
class HiddenPartition:
    """The classes of one hidden layer.

    Attributes:
        units: labels, signs, zero and frozen flags; see `symcheck.exact.units.UnitClasses`.
        separates_at: the number of updates after which no two units are tied or anti-tied and none is zero,
            or None when that never happens.
    """

    units: UnitClasses
    separates_at: int | None


@dataclass(frozen=True, eq=False)
class Partition:
    """The classes of all hidden layers.

    Attributes:
        layers: the hidden layers.
        witness: the weights that told classes apart, in the order of reading.
        compared: for each hidden layer the incoming and the outgoing weights, with what is known of equal ones.
    """

    layers: tuple[HiddenPartition, ...]
    witness: tuple[Read, ...]
    compared: tuple[tuple[Rows, Rows], ...] = ()


@dataclass(eq=False)
class _Layer:
    """Units of one layer: classes of activations and of deltas, and the sums that tell them apart."""

    activations: Classes
    deltas: Classes
    incoming: Residues
    outgoing: Residues
    incoming_complete: Flags
    outgoing_complete: Flags
    balanced: Flags
    read_below: Classes | None = None
    read_above: Classes | None = None
    separates_at: int | None = None

    @property
    def open(self) -> Flags:
        """Units that are not known to be alone and alive."""
        return self.activations.open


_ZERO = np.uint64(0)
# Keeps the first of two rows of sums, of images that are odd, and drops the second.
_SUMS = np.array([[1], [0]], np.uint64)


class Refinement:
    """The sweeps over one network.

    Args:
        network: weights of any supported dtype and memory order; only what is needed is read.
        images: how weights are compared: `exact_images` or `hashed_images`.
        kind: a class of optimizers. Under ``dropout`` hidden units carry random masks of their own, so that only
            zero is kept.
        rng: draws the coefficients of the comparisons.
    """

    def __init__(self, network: Network, images: tuple[Image, ...], kind: str, rng: Generator) -> None:
        self._network, self._images, self._rng = network, images, rng
        self._masked = kind == "dropout"
        # Equal weights are asked for, not only equal sums: a common shift of a softmax head counts.
        self._hashed = not all(image.odd for image in images)
        self._reads: list[Read] = []
        self._silent = SilentUnits(network, kind, lambda number, *read: self._log(number, "sign")(*read))
        matrices = [Rows(matrix) for matrix in network.weights]
        transposed = [Rows(rows.matrix.T, across=rows) for rows in matrices]
        self._compared = list(zip(matrices, transposed[1:], strict=False))
        sizes = network.sizes
        self._layers = [
            _layer(Classes.singletons(sizes[0]), Classes.singletons(sizes[0])),
            *(
                _layer(Classes.one(n, sigma.symmetry != "generic"), Classes.one(n, True))
                for n, sigma in zip(sizes[1:-1], network.activations, strict=True)
            ),
            _layer(Classes.singletons(sizes[-1]), _output_deltas(network)),
        ]

    def start(self) -> Partition:
        """The classes of units whose activations agree before any update: the first half of the first sweep.

        Raises:
            NotExact: NaN or infinity was read.
        """
        before = [replace(layer) for layer in self._layers]
        for number in range(1, self._network.depth):
            self._forward(number, before, 0)
        return self._partition()

    def run(self) -> Partition:
        """Sweep until nothing changes.

        Raises:
            NotExact: NaN or infinity was read.
        """
        hidden = range(1, self._network.depth)
        sweep = 0
        while True:
            before = [replace(layer) for layer in self._layers]
            for number in hidden:
                self._forward(number, before, sweep)
            for number in reversed(hidden):
                self._backward(number, before, sweep)
            # Before update 0 nothing has moved, so sweep 0 asks for less than the later ones.
            if sweep and all(
                now.activations is was.activations and now.deltas is was.deltas
                for now, was in zip(self._layers, before, strict=True)
            ):
                return self._partition()
            sweep += 1

    def _partition(self) -> Partition:
        layers = tuple(_result(layer) for layer in self._layers[1:-1])
        return Partition(layers, tuple(self._reads), tuple(self._compared))

    def _forward(self, number: int, before: list[_Layer], sweep: int) -> None:
        """Split classes of activations."""
        here, below = self._layers[number], self._layers[number - 1].activations
        if here.open.any():
            # Weights from units that were zero so far have not moved, whatever the deltas.
            still = here.deltas.absent | self._inert(number, before)
            self._read_incoming(number, below, still)
            silent = self._silent.refine(number, below)
            zero = here.activations.absent & (((here.incoming[0] == 0) & still) | silent)
            sums, even = _movable(here, here.incoming, still)
            odd = self._network.activations[number - 1].symmetry == "odd"
            key = up_to_sign(sums) if odd else sums
            here.activations = self._split(here.activations, zero, sums, (even, key))
        if here.separates_at is None and not here.open.any():
            here.separates_at = sweep

    def _backward(self, number: int, before: list[_Layer], sweep: int) -> None:
        """Split classes of deltas."""
        here, above = self._layers[number], self._layers[number + 1].deltas
        frozen = here.deltas.absent
        if not (here.open | here.deltas.open).any():
            return
        # The weights out of a unit have not moved while it was zero, nor before update 0.
        unmoved = before[number].activations.absent | (sweep == 0)
        if not above.absent.all():
            self._read_outgoing(number, above, frozen & unmoved)
            flat = here.activations.absent & (self._network.activations[number - 1].symmetry == "flat")
            frozen = frozen & ((unmoved & here.balanced) | flat)
        # Tied units have one slope, so their deltas agree up to sign when the sums over fixed weights do. From
        # then on a delta that moves its weights must have the sign of the tie.
        fixed = unmoved | before[number + 1].deltas.absent.all()
        free = here.activations.absent | (here.deltas.absent & fixed)
        sums, even = here.outgoing
        relative = np.where(here.activations.signs < 0, negate(sums), sums)
        key = np.where(free, up_to_sign(sums), relative)
        # Where the sums vanish now, the moving weights will give the delta the sign of the activation.
        values = np.where(sums == 0, _signed_ones(here.activations.signs), sums)
        here.deltas = self._split(here.deltas, frozen, values, (here.activations.labels, free, even, key))

    def _inert(self, number: int, layers: list[_Layer]) -> bool:
        """Whether weights cannot move because all units below are zero and there is no bias."""
        return self._network.biases[number - 1] is None and bool(layers[number - 1].activations.absent.all())

    def _split(self, old: Classes, absent: Flags, values: Residues, keys: tuple[Array, ...]) -> Classes:
        """Classes of equal keys inside the old ones, signed by values; ``old`` itself if nothing changes."""
        own = np.arange(len(values)) if self._masked else old.labels
        labels = numbered(absent, *(np.where(absent, 0, key) for key in (own, *keys)))
        new = Classes(labels, signed(np.where(absent, _ZERO, values), labels), absent)
        return old if new == old else new

    def _read_incoming(self, number: int, below: Classes, still: Flags) -> None:
        here = self._layers[number]
        rows = self._compared[number - 1][0]

        def question(sums: Residues) -> tuple[Labels, Flags, Flags]:
            wanted = here.activations.absent & (sums[0] == 0)
            return *self._groups(number, _movable(here, sums, still)), np.asarray(wanted)

        # What was left unread because equal weights could not tell units apart may matter once deltas do.
        if here.read_below is below and not (undecided(rows, question, here.incoming) & ~here.incoming_complete).any():
            return
        sums = np.zeros_like(here.incoming)
        bias = self._network.biases[number - 1]
        if bias is not None:
            sums = combination(self._images, bias, self._rng)
        here.read_below = below
        reader = ClassSums(rows, below, self._rng, self._log(number, "incoming"))
        here.incoming, here.incoming_complete = reader.accumulate(self._images, sums, question)

    def _read_outgoing(self, number: int, above: Classes, watched: Flags) -> None:
        here = self._layers[number]
        last = number == self._network.depth - 1
        centred = last and self._network.head == "softmax" and above.sizes[0] == 1
        # Equal weights are asked for where a balance is enough for a delta to vanish.
        apart = centred and self._hashed
        rows, log = self._compared[number - 1][1], self._log(number, "outgoing")

        def balanced(sums: Residues) -> Flags:
            return np.asarray(watched & (sums[0] == 0))

        opposite = np.asarray(here.activations.signs < 0)

        def question(sums: Residues) -> tuple[Labels, Flags, Flags]:
            # Equal weights out of units that are opposite are not those of a tie.
            return self._groups(number, sums)[0], opposite, balanced(sums) & (not apart)

        def balance(sums: Residues) -> tuple[Labels, Flags, Flags]:
            return np.arange(len(watched)), np.zeros(len(watched), bool), balanced(sums)

        # Units whose weights were left unread may have become opposite since.
        if here.read_above is above and not (undecided(rows, question, here.outgoing) & ~here.outgoing_complete).any():
            return
        here.read_above = above
        nothing = np.zeros_like(here.outgoing)
        reader = ClassSums(rows, above, self._rng, log, centred and not apart)
        here.outgoing, here.outgoing_complete = reader.accumulate(self._images, nothing, question)
        sums = here.outgoing
        if apart:
            sums, _ = ClassSums(rows, above, self._rng, log, centred).accumulate(self._images, nothing, balance)
        here.balanced = balanced(sums)

    def _log(self, number: int, side: str) -> Log:
        def log(neighbours: Labels, units: Labels) -> None:
            self._reads.append(Read(number, side, as_ranges(neighbours), as_ranges(units)))

        return log

    def _groups(self, number: int, sums: Residues) -> tuple[Labels, Flags]:
        """Units of one class with equal sums, up to sign, and whether the sign is negative."""
        folded = up_to_sign(sums[0])
        return numbered(self._layers[number].activations.labels, sums[1], folded), folded != sums[0]


def _layer(activations: Classes, deltas: Classes) -> _Layer:
    count = len(activations.labels)
    incoming, outgoing = np.zeros((2, 2, count), np.uint64)
    return _Layer(activations, deltas, incoming, outgoing, *np.zeros((3, count), bool))


def _output_deltas(network: Network) -> Classes:
    """Those of a softmax head sum to zero: one is zero, and two are opposite."""
    count = network.sizes[-1]
    if network.head == "softmax" and count == 2:
        return Classes(np.zeros(2, np.intp), np.array([1, -1], np.int8), np.zeros(2, bool))
    return Classes.singletons(count, absent=network.head == "softmax" and count == 1)


def _movable(here: _Layer, incoming: Residues, still: Flags) -> Residues:
    """What makes activations differ. Weights that have not moved are compared by their sums alone."""
    return np.where(still, incoming * _SUMS, add(incoming, here.outgoing))


def _signed_ones(signs: Signs) -> Residues:
    return np.where(signs < 0, np.uint64(P - 1), np.uint64(1))


def _result(layer: _Layer) -> HiddenPartition:
    zero = layer.activations.absent
    labels = numbered(np.where(zero, -1, layer.activations.labels))
    units = UnitClasses(labels, layer.activations.signs, zero, layer.deltas.absent)
    return HiddenPartition(units, layer.separates_at)

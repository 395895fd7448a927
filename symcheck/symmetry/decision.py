"""From a network and an optimizer class to its coarsest partition, with equality of sums made certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from symcheck.exact.rings import ResidueRing, Ring, joined, rings
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.symmetry.floats import FloatSums
from symcheck.symmetry.images import exact_images, hashed_images
from symcheck.symmetry.partition import HiddenPartition, Partition, Refinement
from symcheck.symmetry.rows import Rows, tiles
from symcheck.types import Array, Flags

FIELD: tuple[Ring, ...] = (ResidueRing(61),)


def decide(network: Network, kind: str, rng: Generator) -> Partition:
    """The coarsest partition of each hidden layer that training with a class of optimizers keeps.

    Residues that differ modulo 2^61 - 1 prove sums different, and so nearly all units are told apart. Units
    that are left together have their sums compared in as many rings as prove equality; where units were
    together for some updates only, so have all sums.

    Args:
        network: weights of any supported dtype and memory order; only what is needed is read.
        kind: ``equitable``, ``coupled``, ``dropout`` or ``noise``.
        rng: draws the coefficients of the comparisons.

    Raises:
        NotExact: NaN or infinity among the weights that were read.
    """
    if kind == "noise":
        start = _compared_exactly(network, kind, rng, Refinement.start)
        return Partition(tuple(map(_unrelated, start.layers)), ())
    if kind == "coupled":
        result = Refinement(network, hashed_images(rng), kind, rng).run()
        if any(layer.separates_at == 0 for layer in result.layers):
            return _with_sums(result, _compared_exactly(network, "noise", rng, Refinement.start))
        return result
    return _compared_exactly(network, kind, rng, Refinement.run)


def _compared_exactly(network: Network, kind: str, rng: Generator, run: Callable[[Refinement], Partition]) -> Partition:
    compared = FIELD
    while True:
        result = run(Refinement(network, exact_images(compared, rng), kind, rng))
        needed = joined(compared, _needed(network, result))
        if any(layer.separates_at for layer in result.layers):
            needed = joined(needed, rings(network.arrays, 4 * max(network.sizes)))
        if needed == compared:
            return result
        compared = needed


def _with_sums(weights: Partition, sums: Partition) -> Partition:
    """The steps put right: weights that differ with equal sums separate units at the first update, not before it."""
    layers = (
        HiddenPartition(layer.units, 1 if layer.separates_at == 0 != other.separates_at else layer.separates_at)
        for layer, other in zip(weights.layers, sums.layers, strict=True)
    )
    return Partition(tuple(layers), weights.witness, weights.compared)


def _unrelated(start: HiddenPartition) -> HiddenPartition:
    """What noise on every parameter makes of a layer at the first update."""
    count = len(start.units.labels)
    nothing = np.zeros(count, bool)
    units = UnitClasses(np.arange(count), np.ones(count, np.int8), nothing, nothing)
    return HiddenPartition(units, 0 if start.separates_at == 0 else 1)


def _needed(network: Network, partition: Partition) -> tuple[Ring, ...]:
    """Rings in which equality of the sums of units that are together proves that the sums are equal."""
    # Two sums over a class, each with the reference column of a softmax head subtracted.
    return rings(_together(network, partition), 4 * max(network.sizes))


def _together(network: Network, partition: Partition) -> Iterator[Array]:
    """Weights whose sums were found equal, or zero, other than by being the same weights."""
    for layer, (incoming, outgoing), bias in zip(partition.layers, partition.compared, network.biases, strict=False):
        units = layer.units
        if bias is not None:
            yield bias[_unequal(bias, units)]
        labels = np.where(units.zero, units.labels.max() + 1, units.labels)
        yield from _parts(incoming, incoming.differing(labels, units.signs < 0) | units.zero)
        yield from _parts(outgoing, outgoing.differing(labels, units.signs < 0) | (units.zero & units.frozen))


def _unequal(bias: Array, units: UnitClasses) -> Flags:
    """Units whose biases were found equal up to sign, or zero, without being the same number."""
    first = np.unique(units.labels, return_index=True)[1][units.labels]
    same = (bias == bias[first]) & (units.signs > 0) & ~units.zero
    differing = (bias != 0) & ~same
    return np.asarray(differing | np.isin(np.arange(len(first)), first[differing]))


def _parts(rows: Rows, chosen: Flags) -> Iterator[Array]:
    originals = rows.originals(chosen)
    every = np.arange(rows.matrix.shape[1] + 1)
    extremes = FloatSums().extremes
    for part, begin, end in tiles(rows.by_column, originals.size, every):
        weights = rows.take(originals[part], every[begin:end])
        # The rings depend on the extremes alone, and these are found faster than by reading all entries twice.
        known = weights.dtype.kind == "f" and weights.dtype.isnative
        yield extremes(weights) if known else weights

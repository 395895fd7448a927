"""From a network and an optimizer class to its coarsest partition, with equality of sums made certain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from symcheck.exact.interpretation import interpret
from symcheck.exact.rings import ResidueRing, Ring, rings
from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.symmetry.floats import FloatSums
from symcheck.symmetry.images import exact_images, hashed_images
from symcheck.symmetry.partition import HiddenPartition, Partition, Refinement
from symcheck.symmetry.rows import Rows, tiles
from symcheck.types import Array, Flags

_RULES = {"equitable": "sgd", "coupled": "coupled"}
# Weights of a network that is trained over the field in some milliseconds.
_SMALL = 1 << 14
FIELD: tuple[Ring, ...] = (ResidueRing(61),)


def decide(network: Network, kind: str, rng: Generator) -> Partition:
    """The coarsest partition of each hidden layer that training with a class of optimizers keeps.

    Residues that differ modulo 2^61 - 1 prove sums different, and so nearly all units are told apart. Units
    that are left together have their sums compared in as many rings as prove equality.

    Args:
        network: weights of any supported dtype and memory order; only what is needed is read.
        kind: ``equitable``, ``coupled``, ``dropout`` or ``noise``.
        rng: draws the coefficients of the comparisons.

    Raises:
        NotExact: NaN or infinity among the weights that were read.
    """
    if kind == "noise":
        return Partition(tuple(_unrelated(n) for n in network.sizes[1:-1]), ())
    if kind == "coupled":
        return Refinement(network, hashed_images(rng), masked=False, rng=rng).run()
    compared = FIELD
    while True:
        result = Refinement(network, exact_images(compared), masked=kind == "dropout", rng=rng).run()
        needed = _needed(network, result)
        if set(needed) <= set(compared):
            return result
        compared = needed


def separation_steps(network: Network, partition: Partition, kind: str, rng: Generator) -> tuple[int | None, ...]:
    """The number of updates after which each layer has no two units equal up to sign, and none zero.

    None for a layer where that never happens. Deltas can agree for a while by linear relations that no
    partition shows, so the sweeps may tell too early a step; small networks are trained over the field
    (`symcheck.exact.interpretation`), which tells the right one.
    """
    steps = tuple(layer.separates_at for layer in partition.layers)
    if kind == "coupled" and 0 in steps and sum(w.size for w in network.weights) > _SMALL:
        # Weights that differ with equal sums separate units at the first update, not before it.
        sums = decide(network, "equitable", rng).layers
        steps = tuple(1 if a == 0 and b.separates_at != 0 else a for a, b in zip(steps, sums, strict=True))
    return trained_steps(network, steps, kind, rng)


def trained_steps(network: Network, steps: tuple[int | None, ...], kind: str, rng: Generator) -> tuple[int | None, ...]:
    """Steps of separation, put right by training over the field where the network is small enough."""
    linear = any(a.linear for a in network.activations)
    uncertain = [step for step in steps if step is not None and (step > 0 or kind == "coupled" or linear)]
    if not uncertain or kind not in _RULES or sum(w.size for w in network.weights) > _SMALL:
        return steps
    trained = interpret(network, rng, rule=_RULES[kind]).layers
    return tuple(
        step if step is None or layer.separates_at is None else layer.separates_at
        for step, layer in zip(steps, trained, strict=True)
    )


def _unrelated(count: int) -> HiddenPartition:
    nothing = np.zeros(count, bool)
    return HiddenPartition(UnitClasses(np.arange(count), np.ones(count, np.int8), nothing, nothing), 0)


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

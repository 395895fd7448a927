"""ReLUs that are zero for ever by the signs of their weights, while a partition is refined.

A unit whose activation vanishes with its slope for all z <= 0 is dead for ever if its pre-activation cannot be
positive, whatever the classes below give (`symcheck.exact.ceilings`): its weights have no gradient, so the sums
do not move; decoupled weight decay only scales them. It is one more thing that every unit is taken for at first
and that the weights refute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, isinf

import numpy as np

from symcheck.exact.ceilings import never_positive
from symcheck.network import Network
from symcheck.symmetry.units import Classes, growing_blocks
from symcheck.types import Array, Flags, Labels, Signs

_ENTRIES = 1 << 20

#: Is told the layer, the columns that were read, and the units that they were read of.
Log = Callable[[int, Labels, Labels], None]


class SilentUnits:
    """Which units of each hidden layer are silent as far as is known.

    Args:
        network: the network.
        kind: a class of optimizers.
        log: is told of every block that is read.
    """

    def __init__(self, network: Network, kind: str, log: Log) -> None:
        self._network, self._kind, self._log = network, kind, log
        hidden = zip(network.sizes[1:-1], network.activations, strict=True)
        self._flags = [np.full(n, sigma.rectified and lasting(kind)) for n, sigma in hidden]
        self._below: list[Classes | None] = [None] * len(self._flags)

    def refine(self, number: int, below: Classes) -> Flags:
        """The units of a hidden layer that are silent for the classes below, shape (units,)."""
        flags = self._flags[number - 1]
        if not flags.any() or self._below[number - 1] is below:
            return flags
        self._below[number - 1] = below
        low, high = interval_below(self._network, number, self._kind)
        bias = bias_of(self._network, number)
        if low <= 0 <= high:
            flags &= bias <= 0
        matrix, units = self._network.weights[number - 1], np.flatnonzero(flags)
        for columns, starts in self._blocks(below, low, high):
            if not units.size:
                break
            self._log(number, columns, units)
            units = units[ceilings_below_zero(matrix, units, columns, below.signs[columns], starts, bias, low, high)]
        flags[:] = False
        flags[units] = True
        return flags

    @staticmethod
    def _blocks(below: Classes, low: float, high: float) -> Iterator[tuple[Labels, Labels]]:
        blocks = growing_blocks(below)
        if class_by_class(low, high):
            yield from blocks
            return
        parts = list(blocks)
        if parts:
            offsets = np.cumsum([0, *(columns.size for columns, _ in parts[:-1])])
            starts = [part + offset for (_, part), offset in zip(parts, offsets, strict=True)]
            yield np.concatenate([columns for columns, _ in parts]), np.concatenate(starts)


def lasting(kind: str) -> bool:
    """Whether a class of optimizers leaves the signs of weights without a gradient alone, or is never asked to.

    Coupled rules may move such a weight through zero; of noise no more is asked than what holds before it.
    """
    return kind != "coupled"


def class_by_class(low: float, high: float) -> bool:
    """Whether one class alone refutes silence, since no other can make up for it."""
    return all(bound == 0 or isinf(bound) for bound in (low, high))


def interval_below(network: Network, number: int, kind: str) -> tuple[float, float]:
    """Numbers between which all that a hidden layer is fed lies; random masks may scale it."""
    if number == 1:
        return network.inputs
    sigma = network.activations[number - 2]
    if kind == "dropout":
        return (0.0 if sigma.low == 0 else -inf), (0.0 if sigma.high == 0 else inf)
    return sigma.low, sigma.high


def bias_of(network: Network, number: int) -> Array:
    """The bias of a hidden layer, zeros where there is none."""
    bias = network.biases[number - 1]
    return np.zeros(network.sizes[number]) if bias is None else bias


def ceilings_below_zero(
    matrix: Array, units: Labels, columns: Labels, signs: Signs, starts: Labels, bias: Array, low: float, high: float
) -> Flags:
    """`never_positive` of some units and columns of a matrix, in parts of bounded size; shape of ``units``."""
    step = max(1, _ENTRIES // max(columns.size, 1))
    parts = [
        never_positive(matrix[np.ix_(some, columns)], signs, starts, bias[some], low, high)
        for some in (units[start : start + step] for start in range(0, units.size, step))
    ]
    return np.concatenate([np.zeros(0, bool), *parts])

"""ReLUs that are zero for ever by the signs of their weights, while a partition is refined.

A unit whose activation vanishes with its slope for all z <= 0 is dead for ever if its bias is not positive, and if
no class below can make a positive contribution: what the classes give is never negative, say, and the weights
from each of them sum to nothing positive. Its weights then have no gradient, so their sums do not move, and decay
of any tensor by a factor of its own leaves their signs. It is one more thing that every unit is taken for at
first and that the weights refute.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.exact.signs import not_above_zero
from symcheck.network import Network
from symcheck.symmetry.units import Classes, growing_blocks
from symcheck.types import Flags, Labels, Signs

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
        self._network, self._log = network, log
        self._flags = [maybe_silent(network, number, kind) for number in range(1, network.depth)]
        self._below: list[Classes | None] = [None] * len(self._flags)

    def refine(self, number: int, below: Classes) -> Flags:
        """The units of a hidden layer that are silent for the classes below, shape (units,)."""
        flags = self._flags[number - 1]
        if not flags.any() or self._below[number - 1] is below:
            return flags
        self._below[number - 1] = below
        units = np.flatnonzero(flags)
        for columns, starts in growing_blocks(below):
            if not units.size:
                break
            self._log(number, columns, units)
            units = units[silent(self._network, number, units, columns, below.signs[columns], starts)]
        flags[:] = False
        flags[units] = True
        return flags


def lasting(kind: str) -> bool:
    """Whether a class of optimizers leaves the signs of weights without a gradient alone, or is never asked to.

    Coupled rules may move such a weight through zero; of noise no more is asked than what holds before it.
    """
    return kind != "coupled"


def maybe_silent(network: Network, number: int, kind: str) -> Flags:
    """The units of a hidden layer that are silent unless their weights say otherwise, shape (units,)."""
    bias, count = network.biases[number - 1], network.sizes[number]
    if not network.activations[number - 1].rectified or not lasting(kind):
        return np.zeros(count, bool)
    return np.ones(count, bool) if bias is None else np.asarray(bias <= 0, bool)


def silent(network: Network, number: int, units: Labels, columns: Labels, signs: Signs, starts: Labels) -> Flags:
    """`not_above_zero` of some units of a layer and columns of its weights, in parts of bounded size; shape of ``units``."""
    matrix, side = network.weights[number - 1], network.side_below(number)
    step = max(1, _ENTRIES // max(columns.size, 1))
    parts = [
        not_above_zero(matrix[np.ix_(some, columns)], signs, starts, side)
        for some in (units[start : start + step] for start in range(0, units.size, step))
    ]
    return np.concatenate([np.zeros(0, bool), *parts])

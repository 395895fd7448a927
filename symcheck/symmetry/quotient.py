"""The quotient: the smallest network that computes and trains the same as one whose units are tied.

Let R[I, J] be the sum over class J of the weights into any one unit of class I. The network with one unit for
each class, weights R and one bias for each class computes the same function. Under gradient descent with rate
eta it follows the same trajectory when R[I, J] has the rate eta |J| / |I| and the bias of I has eta / |I|: its
delta is the sum over the class, |I| delta_i, and the update of R is the sum of |J| equal updates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.types import Array, Flags, Floats, Labels, Signs

_ENTRIES = 1 << 20


@dataclass(frozen=True, eq=False)
class Quotient:
    """One unit for each class of units that is not zero for ever.

    Attributes:
        network: the smaller network, in float64. A layer whose units are all zero keeps one unit without
            weights.
        rate_factors: for each layer the factors of the learning rate, shapes of its weights and of its bias
            (None without bias). Weights that never move have 0.
        classes: for each hidden layer the class of the full network, as labelled by the certificate, that
            each unit stands for.
        sizes: for each hidden layer the number of units in each of these classes.
    """

    network: Network
    rate_factors: tuple[tuple[Floats, Floats | None], ...]
    classes: tuple[Labels, ...]
    sizes: tuple[Labels, ...]

    def learning_rates(self, rate: float) -> list[tuple[Floats, Floats | None]]:
        """The rates that follow the full network under gradient descent, with or without momentum, at a rate."""
        return [(rate * w, None if b is None else rate * b) for w, b in self.rate_factors]


@dataclass(frozen=True, eq=False)
class _Side:
    """Units of one layer as the quotient takes them, sorted by class; all of them for inputs and outputs."""

    units: Labels
    signs: Signs
    starts: Labels
    sizes: Labels
    frozen: Flags
    classes: Labels
    zero: bool = False

    @classmethod
    def all_of(cls, count: int) -> _Side:
        every, ones = np.arange(count), np.ones(count, np.int8)
        return cls(every, ones, every, np.ones(count, np.intp), np.zeros(count, bool), every)

    @classmethod
    def of(cls, layer: UnitClasses) -> _Side:
        live = np.flatnonzero(~layer.zero)
        units = live[np.argsort(layer.labels[live], kind="stable")]
        if not units.size:
            one, flag = np.array([layer.labels.size]), np.ones(1, bool)
            return cls(units, np.ones(0, np.int8), np.zeros(1, np.intp), one, flag, np.zeros(1, np.intp), True)
        labels = layer.labels[units]
        starts = np.flatnonzero(np.r_[True, labels[1:] != labels[:-1]])
        sizes = np.diff(np.r_[starts, units.size])
        return cls(units, layer.signs[units], starts, sizes, layer.frozen[units[starts]], labels[starts])


def quotient(layers: Sequence[UnitClasses], network: Network) -> Quotient:
    """The network with one unit for each class, and its learning rates.

    Exact in real arithmetic; sums over classes are rounded to float64.

    Args:
        layers: the classes of the hidden layers, for any optimizer; the rates are those of gradient descent.
        network: the network that has them.
    """
    hidden = [_Side.of(layer) for layer in layers]
    sides = [_Side.all_of(network.sizes[0]), *hidden, _Side.all_of(network.sizes[-1])]
    weights: list[Floats] = []
    biases: list[Floats | None] = []
    factors: list[tuple[Floats, Floats | None]] = []
    for low, high, matrix, bias in zip(sides, sides[1:], network.weights, network.biases, strict=False):
        moves = ~high.frozen / high.sizes
        weights.append(_sums(matrix, low, high))
        rates = np.outer(moves, np.zeros(1) if low.zero else low.sizes)
        if bias is None:
            biases.append(None)
            factors.append((rates, None))
        else:
            biases.append(np.zeros(1) if high.zero else _real(bias[high.units[high.starts]]))
            factors.append((rates, moves))
    smaller = Network(weights, biases, network.activations, network.head, network.inputs)
    return Quotient(
        smaller, tuple(factors), tuple(side.classes for side in hidden), tuple(side.sizes for side in hidden)
    )


def _sums(matrix: Array, low: _Side, high: _Side) -> Floats:
    """R[I, J], from the first unit of each class I, which has sign 1."""
    result = np.zeros((len(high.sizes), len(low.sizes)))
    if low.zero or high.zero:
        return result
    rows = high.units[high.starts]
    step = max(1, _ENTRIES // matrix.shape[1])
    for start in range(0, rows.size, step):
        block = _real(matrix[np.ix_(rows[start : start + step], low.units)]) * low.signs
        result[start : start + step] = np.add.reduceat(block, low.starts, 1)
    return result


def _real(values: Array) -> Floats:
    return values.astype(np.float64)

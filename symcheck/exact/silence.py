"""Which ReLUs are silent while a network is trained at random: not positive for any input, by their signs.

A silent unit gives zero and has slope zero, so the weights into it do not move, and it stays silent as long as
the classes below do. What the units below can be is known from their activation and from which of them have
agreed so far; the rest is a sum of signed weights, taken in Python's integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symcheck.exact.fields import Field
from symcheck.exact.units import signed_classes
from symcheck.network import Network
from symcheck.types import Array, Flags

#: Rules under which weights without a gradient may change sign.
_RESTLESS = ("coupled", "noise")


class Silence:
    """The silent units of networks of one depth that are trained together.

    Args:
        networks: their weights are those before the first update.
        rule: an update rule of `symcheck.exact.interpretation`.
        field: where the signatures are.
    """

    def __init__(self, networks: Sequence[Network], rule: str, field: Field) -> None:
        self._networks, self._rule, self._field = networks, rule, field
        self._silent: list[dict[int, Flags]] = [
            {
                k: np.ones(network.sizes[layer + 1], bool)
                for k, network in enumerate(networks)
                if network.activations[layer].rectified
            }
            for layer in range(networks[0].depth - 1)
        ]
        self._exact: dict[tuple[int, int], tuple[list[list[Fraction]], list[Fraction]]] = {}

    def heard(self, layer: int, step: int, below: Array | None, units: int) -> Array | None:
        """Factors of activations and slopes: 0 for the units that are silent still before update `step`, else 1.

        Args:
            layer: hidden layer, from 0.
            below: signatures of the layer below so far, shape (networks, units); None for the inputs.
            units: the common width of this layer.

        Returns:
            Shape (networks, 1, units); None where no unit of the layer is silent.
        """
        flags = np.zeros((len(self._networks), units), bool)
        for k, silent in self._silent[layer].items():
            if not silent.any():
                continue
            if step and self._rule in _RESTLESS:
                silent[:] = False
                continue
            classes = self._classes(k, layer, below)
            side = self._side(k, layer)
            rows, biases = self._fractions(k, layer)
            for unit in np.flatnonzero(silent):
                silent[unit] = _never_positive(rows[unit], biases[unit], classes, side)
            flags[k, : silent.size] = silent
        return self._field.encode((~flags[:, None, :]).astype(np.int64)) if flags.any() else None

    def _classes(self, k: int, layer: int, below: Array | None) -> list[list[tuple[int, int]]]:
        """Units and signs of each class below that is not zero so far."""
        if below is None:
            return [[(unit, 1)] for unit in range(self._networks[k].sizes[0])]
        own = below[k, : self._networks[k].sizes[layer]]
        labels, signs = signed_classes(own, self._field)
        classes: dict[int, list[tuple[int, int]]] = {}
        for unit in np.flatnonzero(own != 0):
            classes.setdefault(int(labels[unit]), []).append((int(unit), int(signs[unit])))
        return list(classes.values())

    def _side(self, k: int, layer: int) -> int:
        """1 where nothing below is ever negative, -1 where nothing is ever positive, else 0."""
        network = self._networks[k]
        below = network.activations[layer - 1] if layer else None
        low, high = (below.low, below.high) if below else network.inputs
        return 1 if low >= 0 else -1 if high <= 0 else 0

    def _fractions(self, k: int, layer: int) -> tuple[list[list[Fraction]], list[Fraction]]:
        if (k, layer) not in self._exact:
            network = self._networks[k]
            bias = network.biases[layer]
            self._exact[k, layer] = (
                [[Fraction(value) for value in row] for row in _plain(network.weights[layer])],
                [Fraction(0)] * network.sizes[layer + 1] if bias is None else [*map(Fraction, _plain(bias))],
            )
        return self._exact[k, layer]


def _never_positive(row: list[Fraction], bias: Fraction, classes: list[list[tuple[int, int]]], side: int) -> bool:
    if bias > 0:
        return False
    totals = [sum((row[unit] * sign for unit, sign in members), Fraction(0)) for members in classes]
    return all(total * side <= 0 for total in totals) if side else not any(totals)


def _plain(values: Array) -> Any:
    return (values if values.dtype.kind in "iu" else values.astype(np.float64)).tolist()

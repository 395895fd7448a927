"""Which ReLUs are silent while a network is trained at random: not positive for any input, by their signs.

A silent unit gives zero and has slope zero, so the weights into it do not move, and it stays silent as long as
the classes below do. What the units below can be is known from their activation and from which of them have
agreed so far; the rest is a sum of signed weights, taken in Python's integers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.exact.fields import Field
from symcheck.exact.rings import integers
from symcheck.exact.units import signed_classes
from symcheck.network import Network
from symcheck.types import Array, Flags

#: Units of a layer with their signs, class by class.
Classes = list[list[tuple[int, int]]]

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
        for layer, silent in enumerate(self._silent):
            for k, flags in silent.items():
                bias = networks[k].biases[layer]
                if bias is not None:
                    flags &= bias <= 0
        self._seen: dict[tuple[int, int], Classes] = {}

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
            # The weights of a silent unit have not moved, so only other classes can change anything.
            if classes != self._seen.get((k, layer)):
                self._seen[k, layer] = classes
                side = self._networks[k].side_below(layer + 1)
                for unit, row in zip(np.flatnonzero(silent), self._rows(k, layer, silent), strict=True):
                    silent[unit] = _never_positive(row, classes, side)
            flags[k, : silent.size] = silent
        return self._field.encode((~flags[:, None, :]).astype(np.int64)) if flags.any() else None

    def _classes(self, k: int, layer: int, below: Array | None) -> Classes:
        """Units and signs of each class below that is not zero so far."""
        if below is None:
            return [[(unit, 1)] for unit in range(self._networks[k].sizes[0])]
        own = below[k, : self._networks[k].sizes[layer]]
        labels, signs = signed_classes(own, self._field)
        classes: dict[int, list[tuple[int, int]]] = {}
        for unit in np.flatnonzero(own != 0):
            classes.setdefault(int(labels[unit]), []).append((int(unit), int(signs[unit])))
        return list(classes.values())

    def _rows(self, k: int, layer: int, units: Flags) -> list[list[int]]:
        """Weights as integers, in a common unit: their signs are all that is asked for."""
        weights = self._networks[k].weights[layer][units]
        return [[int(value) for value in row] for row in integers([weights]).encode(weights)]


def _never_positive(row: list[int], classes: Classes, side: int) -> bool:
    totals = (sum(row[unit] * sign for unit, sign in members) for members in classes)
    return all(total * side <= 0 for total in totals) if side else not any(totals)

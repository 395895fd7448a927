"""What points show of the units of a network: which are active, and of which nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.exact.units import UnitClasses
from symcheck.network import Network
from symcheck.symmetry.activity import activity
from symcheck.symmetry.training import EnginesDisagree, Separation
from symcheck.types import Flags, Floats


def needs_activity(network: Network, kind: str) -> list[bool]:
    """Hidden layers whose units may be dead without a sign that says so; noise revives any."""
    return [sigma.rectified and kind != "noise" for sigma in network.activations]


def active_units(network: Network, layers: Sequence[UnitClasses], kind: str, points: Floats) -> list[Flags | None]:
    """Units active at some point, for each hidden layer; None for one that needs no point.

    Args:
        layers: the classes; a unit that is zero for ever is not active.
        kind: a class of optimizers.
        points: shape (points, inputs).

    Raises:
        EnginesDisagree: a unit that is said to be zero for ever is proved active.
        NotExact: NaN or infinity among the weights that were read.
    """
    found: list[Flags | None] = []
    for seen, layer, needed in zip(activity(network, points), layers, needs_activity(network, kind), strict=True):
        if seen is None or not needed:
            found.append(None)
            continue
        if (seen.proved.any(0) & layer.zero).any():
            raise EnginesDisagree("a unit was proved dead and seen active, so nothing is certified; please report it")
        found.append(np.asarray(seen.seen.any(0) & ~layer.zero))
    return found


def undecided_units(parted: Separation, layer: UnitClasses, active: Flags | None) -> Flags:
    """Units not seen to separate, and units that are neither zero for ever nor active where that is asked for."""
    return parted.undecided if active is None else parted.undecided | ~(layer.zero | active)

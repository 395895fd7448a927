"""Gradients that show that something moves, and are equal to one that shows nothing, because more of that may be rounding.

To take one of two equal gradients out of what does not move, and leave the other there, would part what moves alike.
"""

from __future__ import annotations

import numpy as np

from symcheck.reachability.measurement import Measurement
from symcheck.reachability.model import blocks
from symcheck.types import Array, Floats

#: Two gradients of which one is less than this part of the other are not equal: rounding of another module may be more than both.
_ALIKE = 0.5


def beside_the_frozen(magnitude: Floats, floor: Floats, frozen: Array, measured: Measurement) -> Array:
    """Which of some magnitudes may be equal to one in the frozen class.

    Args:
        magnitude: sorted, shape (n,), n > 0. floor: what rounding may make of each.
        frozen: the scalars that stay there.
    """
    size, own = _about_as_large(frozen, float(magnitude[0]), measured)
    if not size.size:
        return np.zeros(0, np.int64)
    own = np.minimum(own, (1 - _ALIKE) * size)
    covered = np.zeros(len(magnitude) + 1, np.int64)
    np.add.at(covered, np.searchsorted(magnitude, size - own), 1)
    np.add.at(covered, np.searchsorted(magnitude, size + own, "right"), -1)
    equal = np.cumsum(covered[:-1]) > 0
    for part in blocks(len(magnitude)):
        above = np.searchsorted(size, magnitude[part])
        bound = np.minimum(floor[part], (1 - _ALIKE) * magnitude[part])
        for neighbour in (above - 1, above):
            nearest = size[np.clip(neighbour, 0, len(size) - 1)]
            equal[part] |= np.abs(magnitude[part] - nearest) <= bound
    return np.flatnonzero(equal)


def _about_as_large(frozen: Array, least: float, measured: Measurement) -> tuple[Floats, Floats]:
    """Magnitudes in order, and what rounding may make of each."""
    found = [np.zeros(0, frozen.dtype)]
    for part in blocks(len(frozen)):
        here = frozen[part]
        found.append(here[np.abs(measured.values[here]) >= _ALIKE * least])
    scalars = np.concatenate(found)
    size = np.abs(measured.values[scalars])
    order = np.argsort(size)
    return size[order], measured.seen_at(scalars[order])

"""Which activation turns what one layer gives into what the next one takes, from the values alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.types import Array, Floats

#: Samples that are looked at before all of them are.
_FIRST = 4
#: Agreement of an activation's values, relative to the largest.
_SAME = 1e-5
#: What rounding alone leaves of it.
_ROUNDING = 8 * 2.0**-52


def activations_between(pairs: Sequence[tuple[Array, Array]]) -> list[str | None]:
    """The activation between each two layers, outputs and next inputs of shape (samples, units); None where none is found.

    Values that several activations have, as positive ones of ReLU are those of the identity, are given the one that is found
    between other layers of the model, and none where that does not decide.
    """
    fitting = [_fitting(outputs, after) for outputs, after in pairs]
    sure = {names[0] for names in fitting if len(names) == 1}
    found: list[str | None] = []
    for names, (outputs, after) in zip(fitting, pairs, strict=True):
        held = names if len(names) < 2 else [name for name in sorted(sure) if _fits(name, outputs, after)]
        found.append(held[0] if len(held) == 1 else None)
    return found


def _fitting(outputs: Array, after: Array) -> list[str]:
    """Every activation that does as well as the best one; all numbers are needed, since a kink may be met by a few only."""
    if outputs.shape != after.shape:
        return []
    z, h = np.asarray(outputs, np.float64), np.asarray(after, np.float64)
    largest = float(np.abs(h).max(initial=0))
    if not (np.isfinite(z).all() and np.isfinite(h).all()):
        return []
    errors = {
        name: _error(name, z, h)
        for name in ACTIVATIONS
        if _error(name, z[:_FIRST], h[:_FIRST]) <= _SAME * largest and _error(name, z, h) <= _SAME * largest
    }
    if errors:
        least = max(2 * min(errors.values()), _ROUNDING * largest)
        return [name for name, error in errors.items() if error <= least]
    slope = _slope_below(z, h, largest)
    return [] if slope is None else [get_activation(f"leaky_relu({slope!r})").name]


def _fits(name: str, outputs: Array, after: Array) -> bool:
    z, h = np.asarray(outputs, np.float64), np.asarray(after, np.float64)
    return _error(name, z, h) <= _SAME * float(np.abs(h).max(initial=0))


def _error(name: str, z: Floats, h: Floats) -> float:
    function = get_activation(name).function
    assert function is not None
    with np.errstate(over="ignore"):
        return float(np.abs(function(z) - h).max(initial=0))


def _slope_below(z: Floats, h: Floats, largest: float) -> float | None:
    """The one slope that all negative numbers are given, where positive ones stay as they are."""
    below = (z < 0) & (np.abs(z) > 1e-3 * np.abs(z).max(initial=0))
    if not below.any() or np.abs(np.where(z > 0, z - h, 0)).max() > _SAME * largest:
        return None
    slopes = h[below] / z[below]
    return round(float(slopes.mean()), 6) if np.ptp(slopes) <= _SAME * max(1e-3, float(np.abs(slopes).max())) else None

"""What stands between two layers, a normalization and an activation, from the values alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.activations import get_activation
from symcheck.propagation.functions import NAMES, function_named
from symcheck.propagation.normalization import Normalization, normalizations
from symcheck.types import Array, Floats

#: Samples, and some so many of their numbers, that are looked at before all of them are.
_FIRST, _FEW = 4, 256
#: Agreement of an activation's values, relative to the largest.
_SAME = 1e-5
#: What rounding alone leaves of it.
_ROUNDING = 8 * 2.0**-52
#: Layers that one branch has at most.
_BACK = 16
#: Where nothing reached the bounds of the one, it is the other as far as anything shows.
_WIDER = {"relu6": "relu", "hardtanh": "identity"}


@dataclass(frozen=True)
class Between:
    """What the next layer takes of what one gives.

    Attributes:
        activation: its name, or None where that was not found.
        way: the normalization before it, or None.
    """

    activation: str | None = None
    way: Normalization | None = None

    @property
    def norm(self) -> str:
        """Its name, or ""."""
        return self.way.name if self.way else ""

    def back(self, outputs: Floats, gradient: Floats) -> Floats:
        """The gradient at a layer's outputs from that at the next one's inputs, if there is no other way between them."""
        values = outputs if self.way is None else self.way.values(outputs)
        slope = function_named(self.activation or "identity").derivative
        assert slope is not None
        with np.errstate(over="ignore", invalid="ignore"):
            found = gradient * slope(values)
            return found if self.way is None else self.way.back(outputs, found)


def between(pairs: Sequence[tuple[Array, Array]], units: Sequence[int]) -> list[Between]:
    """What is between each two layers.

    Values that several activations have, as positive ones of ReLU are those of the identity, are given the one that is found
    between other layers of the model, and none where that does not decide.

    Args:
        pairs: outputs and next inputs, shape (samples, numbers).
        units: of each layer, which is how its outputs are cut into channels, first or last.
    """
    plain = [_fitting(outputs, after) for outputs, after in pairs]
    sure = {names[0] for names in plain if len(names) == 1}
    found: list[Between] = []
    for names, (outputs, after), width in zip(plain, pairs, units, strict=True):
        held = names if len(names) < 2 else [name for name in sorted(sure) if _fits(name, outputs, after)]
        if names or outputs.shape != after.shape:
            found.append(Between(held[0] if len(held) == 1 else None))
        else:
            found.append(_behind_a_norm(outputs, after, width))
    return found


def residual(inputs: Sequence[Array], outputs: Sequence[Array], layer: int) -> int | None:
    """The layer whose inputs, and the outputs of this one, are added up to what the next one takes."""
    z, after = np.asarray(outputs[layer], np.float64), np.asarray(inputs[layer + 1], np.float64)
    if z.shape != after.shape or not (np.isfinite(z).all() and np.isfinite(after).all()):
        return None
    rest, most = after - z, _SAME * float(np.abs(after).max(initial=0))
    few = (slice(_FIRST), slice(None, None, max(1, z.shape[1] // _FEW)))
    for other in range(layer, max(-1, layer - _BACK), -1):
        held = np.asarray(inputs[other], np.float64)
        if held.shape != rest.shape or not held.any() or np.abs(rest[few] - held[few]).max() > most:
            continue
        if np.abs(rest - held).max() <= most:
            return other
    return None


def _behind_a_norm(outputs: Array, after: Array, units: int) -> Between:
    z = np.asarray(outputs, np.float64)
    if not np.isfinite(z).all() or len(z) < 2:
        return Between()
    for way in normalizations(z, units):
        names = _fitting(way.values(z), after)
        if len(names) == 1:
            return Between(names[0], way)
    return Between()


def _fitting(outputs: Array, after: Array) -> list[str]:
    """Every activation that does as well as the best one; all numbers are needed, since a kink may be met by a few only."""
    if outputs.shape != after.shape:
        return []
    z, h = np.asarray(outputs, np.float64), np.asarray(after, np.float64)
    largest = float(np.abs(h).max(initial=0))
    if not (np.isfinite(z).all() and np.isfinite(h).all()):
        return []
    few = (slice(_FIRST), slice(None, None, max(1, z.shape[1] // _FEW)))
    errors = {
        name: _error(name, z, h)
        for name in NAMES
        if _error(name, z[few], h[few]) <= _SAME * largest and _error(name, z, h) <= _SAME * largest
    }
    if errors:
        least = max(2 * min(errors.values()), _ROUNDING * largest)
        best = [name for name, error in errors.items() if error <= least]
        return [name for name in best if _WIDER.get(name) not in best]
    slope = _slope_below(z, h, largest)
    return [] if slope is None else [get_activation(f"leaky_relu({slope!r})").name]


def _fits(name: str, outputs: Array, after: Array) -> bool:
    z, h = np.asarray(outputs, np.float64), np.asarray(after, np.float64)
    return _error(name, z, h) <= _SAME * float(np.abs(h).max(initial=0))


def _error(name: str, z: Floats, h: Floats) -> float:
    function = function_named(name).function
    assert function is not None
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.abs(function(z) - h).max(initial=0))


def _slope_below(z: Floats, h: Floats, largest: float) -> float | None:
    """The one slope that all negative numbers are given, where positive ones stay as they are."""
    below = (z < 0) & (np.abs(z) > 1e-3 * np.abs(z).max(initial=0))
    if not below.any() or np.abs(np.where(z > 0, z - h, 0)).max() > _SAME * largest:
        return None
    slopes = h[below] / z[below]
    return round(float(slopes.mean()), 6) if np.ptp(slopes) <= _SAME * max(1e-3, float(np.abs(slopes).max())) else None

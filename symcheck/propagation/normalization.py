"""Normalizations as they start, without scales and shifts of their own, and the way of gradients through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symcheck.types import Floats

#: What libraries add to a variance before they divide by its root.
_ADDED = (1e-5, 1e-6, 1e-3, 0.0)


@dataclass(frozen=True)
class Normalization:
    """What divides outputs by their spread.

    Attributes:
        name: ``layer``, ``rms`` or ``batch``.
        cut: the shape that outputs, (samples, numbers), are brought to. axes: of that, over which the spread is taken.
        added: to the variance.
    """

    name: str
    cut: tuple[int, ...]
    axes: tuple[int, ...]
    added: float

    def values(self, z: Floats) -> Floats:
        """Shape of ``z``."""
        centred, deviation = self._parts(z)
        return np.asarray((centred / deviation).reshape(z.shape))

    def back(self, z: Floats, gradient: Floats) -> Floats:
        """The gradient at ``z`` from that at the values; what keeps mean and spread as they are is all that comes through."""
        centred, deviation = self._parts(z)
        y, g = centred / deviation, gradient.reshape(self.cut)
        across = g - y * self._mean(g * y)
        return np.asarray(((across if self.name == "rms" else across - self._mean(g)) / deviation).reshape(z.shape))

    def spread(self, z: Floats) -> Floats:
        """The least variance."""
        return np.asarray(self._parts(z)[1].min() ** 2 - self.added)

    def _mean(self, values: Floats) -> Floats:
        return np.asarray(values.mean(axis=self.axes, keepdims=True))

    def _parts(self, z: Floats) -> tuple[Floats, Floats]:
        held = z.reshape(self.cut)
        centred = held if self.name == "rms" else held - self._mean(held)
        return centred, np.sqrt(self._mean(np.square(centred)) + self.added)


def normalizations(z: Floats, units: int) -> Iterator[Normalization]:
    """Those that outputs of shape (samples, numbers) may go through; channels are first or last."""
    positions = z.shape[1] // units
    ways: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [("batch", (len(z), units, positions), (0, 2))]
    if positions > 1:
        ways.append(("batch", (len(z), positions, units), (0, 1)))
    else:
        ways += [("layer", z.shape, (1,)), ("rms", z.shape, (1,))]
    for name, cut, axes in ways:
        for added in _ADDED:
            way = Normalization(name, cut, axes, added)
            if way.spread(z) > 0:
                yield way

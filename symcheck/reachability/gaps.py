"""What was seen between equal and different gradients, module by module."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.reachability.model import Layout, blocks
from symcheck.types import Array, Floats


@dataclass(frozen=True)
class Gap:
    """Between equal and different gradients of one module at one point, where it was narrowest, relative to the largest in the module.

    In a module where all is rounding, relative to the largest of the model.

    Attributes:
        module: its name.
        equal: the largest difference, or magnitude, that was taken for rounding.
        different: the smallest that was not; infinite where nothing was told apart.
    """

    module: str
    equal: float
    different: float


class Gaps:
    """The narrowest one of each module; differences of less than eps count as eps.

    Args:
        eps: of the numbers that are computed in.
    """

    def __init__(self, layout: Layout, eps: float) -> None:
        self._layout, self._eps = layout, eps
        self._equal = np.zeros(len(layout.modules))
        self._different = np.full(len(layout.modules), np.inf)

    def note(self, equal: Floats, different: Floats, compared: Floats) -> None:
        """What one gradient showed, shapes (modules,)."""
        equal, different = (
            np.divide(one, compared, out=np.zeros_like(one), where=compared > 0) for one in (equal, different)
        )
        different[compared == 0] = np.inf
        narrower = different / np.maximum(equal, self._eps) < self._different / np.maximum(self._equal, self._eps)
        nothing = np.isinf(different) & np.isinf(self._different)
        self._equal = np.where(narrower, equal, np.where(nothing, np.maximum(equal, self._equal), self._equal))
        self._different = np.where(narrower, different, self._different)

    @property
    def by_module(self) -> tuple[Gap, ...]:
        """In the order of the modules."""
        rows = zip(self._layout.modules, self._equal.tolist(), self._different.tolist(), strict=True)
        return tuple(Gap(*row) for row in rows)


def narrowest(gaps: tuple[Gap, ...]) -> Gap | None:
    """The one with the smallest ratio; among those where nothing was told apart, the one with the largest rounding."""
    return min(gaps, key=lambda g: (g.different / max(g.equal, np.finfo(float).eps), -g.equal), default=None)


def most(layout: Layout, values: Floats, indices: Array) -> Floats:
    """Of values at scalars the largest in each module, shape (modules,); 0 where there are none."""
    found = np.zeros(len(layout.modules))
    for part in blocks(len(values)):
        np.maximum.at(found, layout.module_at(indices[part]), values[part])
    return found


def least(layout: Layout, values: Floats, indices: Array) -> Floats:
    """The smallest; infinite where there are none."""
    found = np.full(len(layout.modules), np.inf)
    for part in blocks(len(values)):
        np.minimum.at(found, layout.module_at(indices[part]), values[part])
    return found

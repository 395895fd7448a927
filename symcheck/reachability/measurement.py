"""A gradient with what rounding may have made of each entry."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symcheck.reachability.model import Layout, blocks
from symcheck.types import Array, Flags, Floats

#: By how much noise may exceed what the probes and eps say; and what gradients at near points say, to which no rounding is the same.
MARGIN, _CLOSELY = 100.0, 5.0


@dataclass(frozen=True, eq=False)
class Measurement:
    """One gradient of n entries.

    Attributes:
        values: shape (n,).
        noise: shape (n,): how far probes were from it, or None without any.
        levels: shape (parameters,): what rounding that no probe sees may make of the entries of each; infinite in modules where
            rounding is much of the gradient.
        compared: shape (parameters,): what differences are relative to, the largest magnitude in the module of each parameter
            or what that usually is, or that of the model where all in the module is rounding.
        full: whether all probes were made; without them `steady_at` and infinite levels are not known.
        close: whether the probes were made at near points.
        steady: shape (n,): whether entries came out the same in the model's own arithmetic, as rounding does not; None without
            probes.
        resolved: shape (parameters,): whether something in the module of each is more than rounding; None for all.
    """

    layout: Layout
    values: Floats
    noise: Floats | None
    levels: Floats
    compared: Floats
    full: bool
    close: bool = False
    steady: Flags | None = None
    resolved: Flags | None = None

    def floor_at(self, indices: Array) -> Floats:
        """What rounding alone may make of some entries."""
        floor = np.empty(len(indices))
        for part in blocks(len(indices)):
            here = self.levels[self.layout.parameter_at(indices[part])]
            if self.noise is not None:
                np.maximum(here, self.noise[indices[part]], out=here)
            floor[part] = here
        floor *= _CLOSELY if self.close else MARGIN
        return floor

    def seen_at(self, indices: Array) -> Floats:
        """What rounding may make of some entries as far as probes saw, also where that is much of the gradient."""
        levels = np.where(np.isfinite(self.levels), self.levels, 0.0)
        return replace(self, levels=levels).floor_at(indices)

    def steady_at(self, indices: Array) -> Flags:
        """Whether some entries came out the same."""
        return np.zeros(len(indices), bool) if self.steady is None else self.steady[indices]

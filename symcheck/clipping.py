"""Gradients that are clipped before a step: by value, by the norm of all of them, or by the norm of each array.

The first two as in Pascanu et al. 2013, algorithm 1, and in optimizers of frameworks, which add 1e-6 to the norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from symcheck.types import Array, Params

#: How near to the limit gradients are that are taken for clipped ones, relative to it.
_NEAR = 1e-6


@dataclass(frozen=True)
class Clipping:
    """What is made of gradients that are too large.

    Attributes:
        kind: ``value``: every entry is cut off; ``norm``: all are scaled down together; ``array``: each array by itself.
        limit: of an entry or of the Euclidean norm.
        added: to the norm, before the limit is divided by it.
    """

    kind: Literal["value", "norm", "array"]
    limit: float
    added: float = 0.0

    @property
    def told(self) -> str:
        """The limit, in words."""
        by_itself = ", each array by itself" if self.kind == "array" else ""
        return f"{'' if self.kind == 'value' else 'norm '}{self.limit:g}{by_itself}"

    def of(self, gradients: Params) -> Params:
        """The gradients, clipped."""
        if self.kind == "value":
            return [(np.clip(W, -self.limit, self.limit), np.clip(b, -self.limit, self.limit)) for W, b in gradients]
        if self.kind == "norm":
            share = self._share([a for pair in gradients for a in pair])
            return [(W * share, b * share) for W, b in gradients]
        return [(W * self._share([W]), b * self._share([b])) for W, b in gradients]

    def reached(self, gradients: Params) -> bool:
        """Whether gradients are as large as clipped ones are, or larger."""
        arrays = [a for pair in gradients for a in pair]
        if self.kind == "value":
            size = max(float(np.abs(a).max()) for a in arrays)
        else:
            size = _norm(arrays) if self.kind == "norm" else max(_norm([a]) for a in arrays)
        return size >= self.limit * (1 - _NEAR)

    def _share(self, arrays: list[Array]) -> float:
        norm = _norm(arrays) + self.added
        return self.limit / norm if norm > self.limit else 1.0


def _norm(arrays: list[Array]) -> float:
    return float(np.sqrt(sum(float(np.sum(np.square(a, dtype=np.float64))) for a in arrays)))

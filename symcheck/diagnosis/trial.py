"""One network with one batch, on which what an implementation gives is compared with what a mistake would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.diagnosis.comparing import EXACT, Leaves, agree, leaves
from symcheck.objective import Objective
from symcheck.types import Array, Params


@dataclass(frozen=True, eq=False)
class Trial:
    """The arguments of one call of ``gradients`` in float64, with the biases that are None as zeros.

    Attributes:
        biased: whether each layer has a bias.
        rate: at which gradients were read off a training step; None where they were asked for.
        relative: how far apart equals may be, relative to the largest entry of their array.
        slack: how far besides, which reading gradients off a step takes.
        evaluated: what passes with some lines replaced gave on it; the arrays are not to be changed after the first.
    """

    params: Params
    biased: tuple[bool, ...]
    X: Array
    Y: Array
    activation: str
    objective: Objective
    rate: float | None = None
    relative: float = EXACT
    slack: float = 0.0
    evaluated: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def gradients_of(self, implementation: CorrectMLP, X: Array | None = None, Y: Array | None = None) -> Leaves | None:
        """The gradients by an implementation, or None where the shapes do not allow its mistake."""
        inputs, targets = self.X if X is None else X, self.Y if Y is None else Y
        copies = [(W.copy(), b.copy()) for W, b in self.params]
        try:
            with np.errstate(all="ignore"):
                return leaves(implementation.gradients(copies, inputs.copy(), targets.copy()), self.biased)
        except (ValueError, IndexError):
            return None

    @property
    def right(self) -> CorrectMLP:
        """The correct implementation."""
        return CorrectMLP(self.activation, self.objective)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.params)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths, inputs first."""
        return (self.params[0][0].shape[1], *(len(W) for W, _ in self.params))

    def same(self, got: Leaves, wanted: Leaves) -> bool:
        """Whether arrays are equal within rounding."""
        return agree(got, wanted, self.relative, self.slack)

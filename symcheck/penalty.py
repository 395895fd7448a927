"""A penalty on the size of parameters: the term that it adds to their gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from symcheck.types import Array, Params


@dataclass(frozen=True)
class Penalty:
    """``factor * W`` (l2) or ``factor * sign(W)`` (l1), added to the gradient of the loss.

    Attributes:
        per_sample: whether it is divided by the number of samples.
        biases: whether biases have it as well.
        at_zero: of l1, which of its slopes between -1 and 1 it has at 0: the sign there.
    """

    kind: Literal["l2", "l1"] = "l2"
    factor: float = 0.0
    per_sample: bool = False
    biases: bool = False
    at_zero: float = 0.0

    def terms(self, params: Params, samples: int) -> Params:
        """What it adds to the gradients of a batch of this size, in the structure of ``params``."""
        share = self.factor / (samples if self.per_sample else 1)

        def term(array: Array) -> Array:
            signs = np.where(np.asarray(array) == 0, self.at_zero, np.sign(array))
            return np.asarray(share * (np.asarray(array) if self.kind == "l2" else signs))

        return [(term(W), term(b) if self.biases else np.zeros(np.shape(b))) for W, b in params]

    def taken_off(self, given: Params, params: Params, samples: int, share: float = 1.0) -> Params:
        """What is left of gradients without ``share`` times these terms, in the precision in which they came."""
        pairs = zip(given, self.terms(params, samples), strict=True)
        return [(_less(dW, share * W), _less(db, share * b)) for (dW, db), (W, b) in pairs]


def _less(array: Array, term: Array) -> Array:
    return np.asarray(array - term, dtype=array.dtype)

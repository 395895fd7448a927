"""A penalty on the size of parameters: the terms that it adds to their gradients."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from symcheck.types import Array, Params


@dataclass(frozen=True)
class Term:
    """``l2 * a + l1 * sign(a)``, added to the gradient of an array a."""

    l2: float = 0.0
    l1: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.l2 or self.l1)

    def of(self, array: Array, at_zero: float) -> Array:
        """What it adds; ``at_zero`` is the sign of a zero."""
        signs = np.where(array == 0, at_zero, np.sign(array))
        return np.asarray(self.l2 * array + self.l1 * signs)

    def told(self, name: str) -> str:
        """The term in formulas, of an array of this name."""
        parts = [(self.l2, name), (self.l1, f"sign({name})")]
        return " + ".join(f"{factor:g} {what}" for factor, what in parts if factor)


@dataclass(frozen=True)
class Penalty:
    """Terms of the weights and of the biases, the same in every layer.

    Attributes:
        per_sample: whether they are divided by the number of samples.
        at_zero: which of its slopes between -1 and 1 an L1 penalty has at 0: the sign there.
    """

    weights: Term = field(default_factory=Term)
    biases: Term = field(default_factory=Term)
    per_sample: bool = False
    at_zero: float = 0.0

    def terms(self, params: Params, samples: int) -> Params:
        """What it adds to the gradients of a batch of this size, in the structure of ``params``."""
        share = 1 / (samples if self.per_sample else 1)
        both = ((self.weights, 0), (self.biases, 1))
        found = [[share * term.of(np.asarray(pair[i]), self.at_zero) for term, i in both] for pair in params]
        return [(W, b) for W, b in found]

    def taken_off(self, given: Params, params: Params, samples: int) -> Params:
        """What is left of gradients without it, in the precision in which they came."""
        return without(given, self.terms(params, samples))


@dataclass
class Carried:
    """What a penalty adds to the steps of gradient descent or of a momentum, whose velocity carries it on.

    Steps are linear in the gradients, so that what they have of a penalty is the step that it alone would take.
    """

    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    velocity: Params | None = None

    def taken_off(self, after: Params, terms: Params, rate: float, fresh: bool) -> Params:
        """Parameters after a step as they would be without its terms.

        Args:
            terms: at the parameters before the step. rate: the learning rate. fresh: whether nothing remains of earlier steps.
        """
        before = None if fresh else self.velocity
        if before is None or [W.shape for W, _ in before] != [W.shape for W, _ in terms]:
            before = [(0 * W, 0 * b) for W, b in terms]
        keep, new = self.momentum, 1 - self.dampening
        self.velocity = _mixed(before, keep, terms, new)
        step = _mixed(terms, 1.0, self.velocity, keep) if self.nesterov else self.velocity
        return without(after, [(-rate * W, -rate * b) for W, b in step])


def without(given: Params, terms: Params) -> Params:
    """Arrays less others of their shapes, in the precision in which the former came."""
    return [
        (np.asarray(dW - W, dtype=dW.dtype), np.asarray(db - b, dtype=db.dtype))
        for (dW, db), (W, b) in zip(given, terms, strict=True)
    ]


def _mixed(one: Params, of_one: float, other: Params, of_other: float) -> Params:
    return [(of_one * W + of_other * V, of_one * b + of_other * c) for (W, b), (V, c) in zip(one, other, strict=True)]

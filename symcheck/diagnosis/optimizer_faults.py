"""Optimizers as they are written wrongly: each a rule of its own, in the words that name the mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from symcheck.diagnosis.step_faults import around
from symcheck.reference.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSprop, SignSGD, Slots
from symcheck.types import Array

#: Other values that a rate of decay may have been given.
_RATES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True, kw_only=True)
class _Form(Adam):
    """Adam with figures of its own in each place that can go wrong."""

    keep1: float = 1.0
    add1: float = -1.0
    correct1: float = -1.0
    correct2: float = -1.0
    late: int = 0
    counted: bool = True
    kept: bool = True
    squared: bool = True
    rooted: bool = True

    def __post_init__(self) -> None:
        """Nothing is refused: these are figures that no right rule has."""

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        if not self.kept:
            slots = tuple(np.zeros_like(slot) for slot in slots)
        mean = self.keep1 * self.beta1 * slots[0] + (1 + self.add1 * self.beta1) * gradient
        new = gradient * gradient if self.squared else np.abs(gradient)
        square = self.beta2 * slots[1] + (1 - self.beta2) * new
        count = step + self.late if self.counted else 1
        corrected = square / (1 + self.correct2 * self.beta2**count)
        below = (np.sqrt(corrected) if self.rooted else corrected) + self.epsilon
        return mean / (1 + self.correct1 * self.beta1**count) / below, (mean, square)


@dataclass(frozen=True, kw_only=True)
class _NotRooted(RMSprop):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        square = self.decay * slots[0] + (1 - self.decay) * (gradient * gradient)
        return gradient / (square + self.epsilon), (square,)


@dataclass(frozen=True, kw_only=True)
class _PlusDecay(RMSprop):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        square = self.decay * slots[0] + (1 + self.decay) * (gradient * gradient)
        return gradient / (np.sqrt(square) + self.epsilon), (square,)


@dataclass(frozen=True, kw_only=True)
class _Added(Momentum):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        velocity = (1 - self.dampening) * gradient - self.momentum * slots[0]
        return velocity, (velocity,)


@dataclass(frozen=True, kw_only=True)
class _Summed(Momentum):
    """Every gradient so far, which is a momentum that loses nothing."""

    momentum: float = 1.0

    def __post_init__(self) -> None:
        """Nothing is refused: no right rule has a momentum of 1."""


def written_wrongly(rule: Optimizer, biased: bool = True) -> Iterator[tuple[str, Optimizer]]:
    """(words, rule) for the mistakes that are known of an optimizer, and for other settings and optimizers.

    Args:
        biased: whether the layers have biases.
    """
    common = {f.name: getattr(rule, f.name) for f in fields(Optimizer)}
    if type(rule) is Adam:
        adam = _Form(beta1=rule.beta1, beta2=rule.beta2, epsilon=rule.epsilon, **common)
        yield "beta1 enters as 1 + beta1 in the running mean of the gradient, not 1 - beta1", replace(adam, add1=1.0)
        yield "the bias correction divides by 1 + beta1^t, not 1 - beta1^t", replace(adam, correct1=1.0)
        yield "the bias correction divides by 1 + beta2^t, not 1 - beta2^t", replace(adam, correct2=1.0)
        yield "the bias correction is missing", replace(adam, correct1=0.0, correct2=0.0)
        yield "the bias correction of the first moment is missing", replace(adam, correct1=0.0)
        yield "the bias correction of the second moment is missing", replace(adam, correct2=0.0)
        yield "the step is counted from 2 in the bias correction, not from 1", replace(adam, late=1)
        yield "steps are not counted: the bias correction stays that of the first one", replace(adam, counted=False)
        forgets = "the running means are not kept from step to step: they start at zero in every one"
        yield forgets, replace(adam, kept=False)
        yield "nothing is kept from step to step: every one is a first step", replace(adam, kept=False, counted=False)
        yield "the gradient is added without the factor 1 - beta1", replace(adam, add1=0.0)
        yield "the running mean of the gradient is subtracted", replace(adam, keep1=-1.0)
        yield "the gradient is not squared in the second moment", replace(adam, squared=False)
        yield "the square root of the second moment is missing", replace(adam, rooted=False)
        yield "beta1 and beta2 are exchanged", replace(rule, beta1=rule.beta2, beta2=rule.beta1)
    if type(rule) is SGD:
        yield "gradients of earlier steps are added: a sum is never set back to zero", _Summed(**common)
    if type(rule) is RMSprop:
        same = {"decay": rule.decay, "epsilon": rule.epsilon, **common}
        yield "decay enters as 1 + decay, not 1 - decay", _PlusDecay(**same)
        yield "the square root of the mean square is missing", _NotRooted(**same)
    if type(rule) is Momentum:
        other = 0.0 if rule.dampening else rule.momentum
        words = "is added with" if rule.dampening == 0 else "is added without"
        yield f"the gradient {words} the factor 1 - momentum", replace(rule, dampening=other)
        yield "the velocity is subtracted, not added", _Added(**vars(rule))
    yield from around(rule, biased)
    for name in sorted(rule.rates):
        for value in _RATES:
            if value != getattr(rule, name):
                yield f"{name} is {value:g}, not {getattr(rule, name):g}", replace(rule, **{name: value})
    for other_rule in (SGD(), Momentum(), Nesterov(), RMSprop(), RMSprop(decay=0.9), Adam(), AdamW(), SignSGD()):
        if type(other_rule) is not type(rule):
            yield f"the step is that of {shown(other_rule)}", other_rule


def shown(rule: Optimizer) -> str:
    """``adam (beta1 0.9, beta2 0.999)``."""
    settings = [f"{f.name} {getattr(rule, f.name):g}" for f in fields(rule) if getattr(rule, f.name)]
    settings = [s for s in settings if not s.startswith("epsilon")]
    name = "gradient descent" if isinstance(rule, SGD) else type(rule).__name__
    return f"{name} ({', '.join(settings)})" if settings else name

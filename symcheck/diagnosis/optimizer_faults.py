"""Optimizers as they are written wrongly: each a rule of its own, in the words that name the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from symcheck.diagnosis.step_faults import Uphill, around
from symcheck.reference.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSprop, SignSGD, Slots
from symcheck.types import Array

#: Other values that a rate of decay may have been given.
_RATES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


_NEGATIVE = "the gradient is not squared in the second moment, whose root is no number where the gradient is negative"
_TIMES = "the bias correction multiplies {} by t where it should take the power t"
#: What the second moment takes, by what is told of it.
_SECONDS: dict[str, Callable[[Array, Array], Array]] = {
    "": lambda gradient, mean: gradient * gradient,
    "the gradient is not squared in the second moment": lambda gradient, mean: np.abs(gradient),
    _NEGATIVE: lambda gradient, mean: gradient,
    "the second moment takes the square of the running mean, not that of the gradient": lambda gradient, mean: (
        mean * mean
    ),
}


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
    second: str = ""
    rooted: bool = True
    powers: tuple[bool, bool] = (True, True)
    stored: bool = False
    shares: tuple[int, int] = (1, 2)
    bases: tuple[int, int] = (1, 2)

    def __post_init__(self) -> None:
        """Nothing is refused: these are figures that no right rule has."""

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        if not self.kept:
            slots = tuple(np.zeros_like(slot) for slot in slots)
        share1, share2 = (self._beta(number) for number in self.shares)
        mean = self.keep1 * self.beta1 * slots[0] + (1 + self.add1 * share1) * gradient
        square = self.beta2 * slots[1] + (1 - share2) * _SECONDS[self.second](gradient, mean)
        count = step + self.late if self.counted else 1
        left1, left2 = (
            self._beta(number) ** count if power else self._beta(number) * count
            for number, power in zip(self.bases, self.powers, strict=True)
        )
        corrected1, corrected2 = mean / (1 + self.correct1 * left1), square / (1 + self.correct2 * left2)
        below = (np.sqrt(corrected2 + self.eps_root) if self.rooted else corrected2) + self.epsilon
        return corrected1 / below, (corrected1, corrected2) if self.stored else (mean, square)

    def _beta(self, number: int) -> float:
        return self.beta1 if number == 1 else self.beta2


@dataclass(frozen=True, kw_only=True)
class _NotRooted(RMSprop):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        square = self.decay * slots[0] + (1 - self.decay) * (gradient * gradient)
        return gradient / (square + self.epsilon), (square,)


@dataclass(frozen=True, kw_only=True)
class _NotSquared(RMSprop):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        mean = self.decay * slots[0] + (1 - self.decay) * self.taken(gradient)
        return gradient / (np.sqrt(mean + self.eps_root) + self.epsilon), (mean,)

    def taken(self, gradient: Array) -> Array:
        """What the mean takes of a gradient."""
        return np.abs(gradient)


class _SignKept(_NotSquared):
    def taken(self, gradient: Array) -> Array:
        return gradient


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
class _Inside(Momentum):
    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        velocity = self.momentum * (slots[0] + (1 - self.dampening) * gradient)
        return velocity, (velocity,)


@dataclass(frozen=True, kw_only=True)
class _Summed(Momentum):
    """Every gradient so far, which is a momentum that loses nothing."""

    momentum: float = 1.0

    def __post_init__(self) -> None:
        """Nothing is refused: no right rule has a momentum of 1."""


def wrong_forms(rule: Optimizer, biased: bool = True, named: bool = False) -> Iterator[Optimizer]:
    """The forms in which a rule is still told to be it: uphill, with its mistakes, and, where it is named, with other settings."""
    yield Uphill(rule=rule)
    for _, form in _miswritten(rule, biased):
        yield form
    if named:
        yield from otherwise_set(rule)


def written_wrongly(rule: Optimizer, biased: bool = True) -> Iterator[tuple[str, Optimizer]]:
    """(words, rule) for the mistakes that are known of an optimizer, and for other settings and optimizers.

    Args:
        biased: whether the layers have biases.
    """
    yield from _miswritten(rule, biased)
    for form in otherwise_set(rule):
        name = next(n for n in sorted(rule.rates) if getattr(form, n) != getattr(rule, n))
        yield f"{name} is {getattr(form, name):g}, not {getattr(rule, name):g}", form
    for other_rule in (SGD(), Momentum(), Nesterov(), RMSprop(), RMSprop(decay=0.9), Adam(), AdamW(), SignSGD()):
        if type(other_rule) is not type(rule):
            yield f"the step is that of {shown(other_rule)}", other_rule


def otherwise_set(rule: Optimizer) -> Iterator[Optimizer]:
    """The same rule with another usual value of one rate of decay."""
    for name in sorted(rule.rates):
        for value in _RATES:
            if value != getattr(rule, name):
                yield replace(rule, **{name: value})


def _miswritten(rule: Optimizer, biased: bool) -> Iterator[tuple[str, Optimizer]]:
    common = {f.name: getattr(rule, f.name) for f in fields(Optimizer)}
    if type(rule) is Adam:
        adam = _form_of(rule)
        yield "beta1 enters as 1 + beta1 in the running mean of the gradient, not 1 - beta1", replace(adam, add1=1.0)
        yield "the bias correction divides by 1 + beta1^t, not 1 - beta1^t", replace(adam, correct1=1.0)
        yield "the bias correction divides by 1 + beta2^t, not 1 - beta2^t", replace(adam, correct2=1.0)
        yield "the bias correction is missing", replace(adam, correct1=0.0, correct2=0.0)
        yield "the bias correction of the first moment is missing", replace(adam, correct1=0.0)
        yield "the bias correction of the second moment is missing", replace(adam, correct2=0.0)
        yield "the step is counted from 2 in the bias correction, not from 1", replace(adam, late=1)
        yield _TIMES.format("beta1"), replace(adam, powers=(False, True))
        stored = "the corrected means are kept in the place of the running ones, and corrected again in the next step"
        yield stored, replace(adam, stored=True)
        yield "steps are not counted: the bias correction stays that of the first one", replace(adam, counted=False)
        forgets = "the running means are not kept from step to step: they start at zero in every one"
        yield forgets, replace(adam, kept=False)
        yield "nothing is kept from step to step: every one is a first step", replace(adam, kept=False, counted=False)
        yield "the gradient is added without the factor 1 - beta1", replace(adam, add1=0.0)
        yield "the running mean of the gradient is subtracted", replace(adam, keep1=-1.0)
        for second in _SECONDS:
            if second not in ("", _NEGATIVE):
                yield second, replace(adam, second=second)
        yield "the square root of the second moment is missing", replace(adam, rooted=False)
        for numbers, which, own, wrong in (((2, 2), "first", 1, 2), ((1, 1), "second", 2, 1)):
            told = f"the bias correction of the {which} moment takes beta{wrong}, not beta{own}"
            yield told, replace(adam, bases=numbers)
            told = f"the {which} moment takes the share 1 - beta{wrong}, not 1 - beta{own}, of what is new"
            yield told, replace(adam, shares=numbers)
        yield "beta1 and beta2 are exchanged", replace(rule, beta1=rule.beta2, beta2=rule.beta1)
    if type(rule) is SGD:
        yield "gradients of earlier steps are added: a sum is never set back to zero", _Summed(**common)
    if type(rule) is RMSprop:
        same = {"decay": rule.decay, "epsilon": rule.epsilon, "eps_root": rule.eps_root, **common}
        yield "decay enters as 1 + decay, not 1 - decay", _PlusDecay(**same)
        yield "the square root of the mean square is missing", _NotRooted(**same)
        yield "the gradient is not squared in the mean square", _NotSquared(**same)
    if type(rule) is Momentum:
        other = 0.0 if rule.dampening else rule.momentum
        words = "is added with" if rule.dampening == 0 else "is added without"
        yield f"the gradient {words} the factor 1 - momentum", replace(rule, dampening=other)
        yield "the velocity is subtracted, not added", _Added(**vars(rule))
        yield "the momentum multiplies the gradient as well as the velocity", _Inside(**vars(rule))
    yield from around(rule, biased)


def breaking(rule: Optimizer) -> Iterator[tuple[str, Optimizer]]:
    """(words, rule) for the mistakes by which one of the first steps leaves what is no number."""
    if type(rule) is Adam:
        adam = _form_of(rule)
        yield "the step is counted from 0 in the bias correction, not from 1: it divides by 0", replace(adam, late=-1)
        yield _NEGATIVE, replace(adam, second=_NEGATIVE)
        for powers, which in (((True, False), "beta2"), ((False, False), "beta1 and beta2")):
            yield f"{_TIMES.format(which)}: from the second step on its root is no number", replace(adam, powers=powers)
    if type(rule) is RMSprop:
        yield _NEGATIVE.replace("second moment", "mean square"), _SignKept(**vars(rule))


def _form_of(rule: Adam) -> _Form:
    return _Form(**vars(rule))


def shown(rule: Optimizer) -> str:
    """``adam (beta1 0.9, beta2 0.999)``."""
    settings = [f"{f.name} {getattr(rule, f.name):g}" for f in fields(rule) if getattr(rule, f.name)]
    settings = [s for s in settings if not s.startswith("epsilon")]
    name = "gradient descent" if isinstance(rule, SGD) else type(rule).__name__
    return f"{name} ({', '.join(settings)})" if settings else name

"""Faults around an optimizer, whichever it is: the sign of its step, its learning rate, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.reference.optimizers import Adam, LearningRate, Optimizer, Slots, State
from symcheck.types import Array, NetworkParams


@dataclass(frozen=True, kw_only=True)
class _Around(Optimizer):
    """A rule inside something that goes wrong."""

    rule: Optimizer

    def __post_init__(self) -> None:
        """Its settings are those of the rule."""

    def init(self, params: Any) -> State:
        """The state of the rule."""
        return self.rule.init(params)


@dataclass(frozen=True, kw_only=True)
class Uphill(_Around):
    """The steps of a rule for the gradients with their sign changed."""

    def step(
        self, params: Any, gradients: Any, state: State, learning_rate: LearningRate
    ) -> tuple[NetworkParams, State]:
        """The rule's step for the negative gradients."""
        return self.rule.step(params, [(-dW, -db) for dW, db in gradients], state, learning_rate)


@dataclass(frozen=True)
class _Both(State):
    """What two rules remember."""

    inside: State
    outside: State


@dataclass(frozen=True, kw_only=True)
class InPart(_Around):
    """The steps of one rule for some of the arrays, ``part`` of the layers or of one of them, and of another for the rest.

    Attributes:
        other: the rule of the part. part: W, b or both. layer: counted from 0, or from the last with -1; None: every one.
    """

    other: Optimizer
    part: str
    layer: int | None = None

    def holds(self, layer: int, part: str, depth: int) -> bool:
        """Whether an array is of the part."""
        return part in self.part and self.layer in (None, layer, layer - depth)

    def init(self, params: Any) -> State:
        """The states of both."""
        return _Both(0, (), self.other.init(params), self.rule.init(params))

    def step(
        self, params: Any, gradients: Any, state: State, learning_rate: LearningRate
    ) -> tuple[NetworkParams, State]:
        """The step of each rule, and of each what it is for."""
        assert isinstance(state, _Both)
        own, inside = self.other.step(params, gradients, state.inside, learning_rate)
        rest, outside = self.rule.step(params, gradients, state.outside, learning_rate)
        after: NetworkParams = []
        for layer, ((W, b), (V, c)) in enumerate(zip(own, rest, strict=True)):
            in_W, in_b = (self.holds(layer, part, len(own)) for part in "Wb")
            after.append((W if in_W else V, b if in_b else c))
        return after, _Both(state.steps + 1, (), inside, outside)


@dataclass(frozen=True, kw_only=True)
class Still(Optimizer):
    """No step at all."""

    def direction(self, parameter: Array, gradient: Array, slots: Slots, step: int) -> tuple[Array, Slots]:
        """Nothing is subtracted."""
        return np.zeros_like(parameter), slots


@dataclass(frozen=True, kw_only=True)
class _AtPower(_Around):
    """The steps of a rule at a power of the learning rate."""

    power: int

    def step(
        self, params: Any, gradients: Any, state: State, learning_rate: LearningRate
    ) -> tuple[NetworkParams, State]:
        """The rule's step at that rate; a number is what it takes."""
        assert not isinstance(learning_rate, Sequence)
        return self.rule.step(params, gradients, state, learning_rate**self.power)


@dataclass(frozen=True, kw_only=True)
class _CountingOften(_Around):
    """The steps of a rule whose count goes up at every layer, or at every array of one, and ``also`` once for all of them."""

    rule: Adam
    by_array: bool
    biased: bool
    also: bool = False

    def step(
        self, params: Any, gradients: Any, state: State, learning_rate: LearningRate
    ) -> tuple[NetworkParams, State]:
        """The rule's step, with a count of its own for each array."""
        after: NetworkParams = []
        slots = []
        count, parts = state.steps * (len(params) * self._often + self.also) + self.also, 1 + self.biased
        for place, (pair, slopes) in enumerate(zip(params, gradients, strict=True)):
            moved = []
            for part, (array, slope) in enumerate(zip(pair, slopes, strict=True)):
                late = place * parts + min(part, parts - 1) if self.by_array else place
                old = state.slots[2 * place + part]
                direction, new = self.rule.direction(array, slope, old, count + late + 1)
                moved.append(array - np.asarray(learning_rate, float) * direction)
                slots.append(new)
            after.append((moved[0], moved[1]))
        return after, State(state.steps + 1, tuple(slots))

    @property
    def _often(self) -> int:
        return 1 + self.biased if self.by_array else 1


def around(rule: Optimizer, biased: bool = True) -> Iterator[tuple[str, Optimizer]]:
    """(words, rule) for what goes wrong around an optimizer.

    Args:
        biased: whether its layers have biases, which are counted as arrays.
    """
    yield (
        "learning rate applied twice: multiply by it once, where the parameters are moved",
        _AtPower(rule=rule, power=2),
    )
    yield "learning rate is not applied", _AtPower(rule=rule, power=0)
    yield "learning rate is divided by, not multiplied with", _AtPower(rule=rule, power=-1)
    if type(rule) is Adam:
        for by_array, what in ((True, "array"), (False, "layer")):
            words = f"the step is counted for each {what} that is updated, not once for all of them"
            yield words, _CountingOften(rule=rule, by_array=by_array, biased=biased)
            also = f"the step is counted for each {what} that is updated, and once more for all of them"
            yield also, _CountingOften(rule=rule, by_array=by_array, biased=biased, also=True)

"""Optimizers of which one line is wrong: the one that moves the biases, or the weights of one layer."""

from __future__ import annotations

from typing import ClassVar, Literal

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.steps import AdamSteps, MomentumSteps
from symcheck.counterexamples.implementations.whole_vectors import AdamOfOneVector, MomentumOfOneVector
from symcheck.types import Array


class _Momentum(MomentumSteps, FaultyMLP):
    severity: ClassVar[Literal["gross", "slight"]] = "gross"
    shown_by = "steps"
    right = MomentumOfOneVector


class BiasesWithoutVelocity(_Momentum):
    fault = "the velocity of the biases is overwritten with their gradient, where it should be added to"
    likely_mistake = "of the biases alone, momentum is 0, not 0.9"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return super().moved(place, gradient, step) if place % 2 == 0 else gradient


class BiasesGoUphillUnderMomentum(_Momentum):
    fault = "the velocity of the biases is added to them, where it should be subtracted"
    likely_mistake = "of the biases alone, the sign of the step is wrong"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        found = super().moved(place, gradient, step)
        return found if place % 2 == 0 else -found


class FirstLayerStaysUnderMomentum(_Momentum):
    fault = "the loop that moves the layers begins with the second"
    likely_mistake = "of the first layer alone, nothing is subtracted"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        found = super().moved(place, gradient, step)
        return found if place > 1 else 0 * found


class BiasesGoUphillUnderAdam(AdamSteps, FaultyMLP):
    fault = "Adam's step is added to the biases, where it should be subtracted"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "of the biases alone, the sign of the step is wrong"
    right = AdamOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        found = super().moved(place, gradient, step)
        return found if place % 2 == 0 else -found


FAULTS: tuple[type[FaultyMLP], ...] = (
    BiasesWithoutVelocity,
    BiasesGoUphillUnderMomentum,
    FirstLayerStaysUnderMomentum,
    BiasesGoUphillUnderAdam,
)

"""Optimizers of which the line that moves the biases is wrong."""

from __future__ import annotations

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.steps import AdamSteps, MomentumSteps
from symcheck.counterexamples.implementations.whole_vectors import AdamOfOneVector, MomentumOfOneVector
from symcheck.types import Array


class BiasesWithoutVelocity(MomentumSteps, FaultyMLP):
    fault = "the velocity of the biases is overwritten with their gradient, where it should be added to"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "of the biases alone, momentum is 0, not 0.9"
    right = MomentumOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return super().moved(place, gradient, step) if place % 2 == 0 else gradient


class BiasesGoUphillUnderAdam(AdamSteps, FaultyMLP):
    fault = "Adam's step is added to the biases, where it should be subtracted"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "of the biases alone, the sign of the step is wrong"
    right = AdamOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        found = super().moved(place, gradient, step)
        return found if place % 2 == 0 else -found


FAULTS: tuple[type[FaultyMLP], ...] = (BiasesWithoutVelocity, BiasesGoUphillUnderAdam)

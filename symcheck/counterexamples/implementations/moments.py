"""The running means of Adam as they are kept and corrected wrongly."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.steps import AdamLeftUnsaid, AdamSteps
from symcheck.counterexamples.implementations.whole_vectors import AdamOfOneVector
from symcheck.types import Array


class _Moments(AdamSteps):
    """Adam of which ``second`` says what the running mean of the square takes."""

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        mean, square = self.remembered(place, gradient, 2)
        mean = self.beta1 * mean + self.share(gradient)
        square = self.beta2 * square + (1 - self.beta2) * self.second(gradient, mean)
        self._memory[place] = (mean, square)
        with np.errstate(invalid="ignore", divide="ignore"):
            below = np.sqrt(self.corrected(square, self.beta2, step)) + self.epsilon
            return np.asarray(self.corrected(mean, self.beta1, step) / below)

    def second(self, gradient: Array, mean: Array) -> Array:
        """What the running mean of the square takes."""
        return gradient**2


class AdamWithoutTheSquare(_Moments, FaultyMLP):
    fault = "the second moment takes the gradient and not its square, so that roots of negative numbers are taken"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the gradient is not squared in the second moment, whose root is no number"
    right = AdamOfOneVector

    def second(self, gradient: Array, mean: Array) -> Array:
        return gradient


class AdamSquaresTheMean(_Moments, FaultyMLP):
    fault = "the second moment takes the square of the running mean"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the second moment takes the square of the running mean"
    right = AdamOfOneVector

    def second(self, gradient: Array, mean: Array) -> Array:
        return mean**2


class AdamCountsFromZero(_Moments, FaultyMLP):
    fault = "the step is counted after it is used, so that the first correction divides by 0"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the step is counted from 0"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return np.asarray(np.divide(mean, 1 - decay ** (step - 1)))


class AdamTimesForPower(AdamLeftUnsaid, FaultyMLP):
    fault = "beta1 * t is written where beta1**t is meant"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction multiplies beta1 by t"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return mean / (1 - decay * step) if decay == self.beta1 else super().corrected(mean, decay, step)


class AdamTakesTheOtherShare(_Moments, FaultyMLP):
    fault = "1 - beta2 of the gradient is added to its running mean"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the first moment takes the share 1 - beta2"
    right = AdamOfOneVector

    def share(self, gradient: Array) -> Array:
        return (1 - self.beta2) * gradient


class AdamCorrectsByTheOther(AdamLeftUnsaid, FaultyMLP):
    fault = "the running mean of the gradient is corrected by beta2"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction of the first moment takes beta2"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return super().corrected(mean, self.beta2, step)


class AdamCorrectsInPlace(AdamSteps, FaultyMLP):
    fault = "the corrected means are written over the running ones"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the corrected means are kept in the place of the running ones"
    right = AdamOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        moved = super().moved(place, gradient, step)
        mean, square = self._memory[place]
        self._memory[place] = (self.corrected(mean, self.beta1, step), self.corrected(square, self.beta2, step))
        return moved


FAULTS: tuple[type[FaultyMLP], ...] = (
    AdamWithoutTheSquare,
    AdamSquaresTheMean,
    AdamCountsFromZero,
    AdamTimesForPower,
    AdamTakesTheOtherShare,
    AdamCorrectsByTheOther,
    AdamCorrectsInPlace,
)

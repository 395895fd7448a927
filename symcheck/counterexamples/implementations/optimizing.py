"""Optimizers as they are written wrongly, in training steps beside which no gradients are to be seen."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.steps import AdamSteps, MomentumSteps, StepsOnly
from symcheck.counterexamples.implementations.whole_vectors import AdamOfOneVector, MomentumOfOneVector, StepOfOneVector
from symcheck.types import Array, Params


class StepAtTheRateSquared(StepsOnly, FaultyMLP):
    fault = "the training step multiplies by the learning rate in the gradients and in the update"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "learning rate applied twice"
    right = StepOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        return super().train_step(params, X, Y, learning_rate**2)


class StepWithoutTheRate(StepsOnly, FaultyMLP):
    fault = "the training step takes the learning rate and subtracts the gradients whole"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "learning rate is not applied"
    right = StepOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        return super().train_step(params, X, Y, 1.0)


class StepUpdatesOnItsWay(StepsOnly, FaultyMLP):
    fault = "each layer is updated in the loop of the backward pass, before delta goes back through it"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "weights are updated before delta goes back through them"
    right = StepOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._rate: float = learning_rate
        return super().train_step(params, X, Y, learning_rate)

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ (W - self._rate * dW)


class StepOfTheLastSample(StepsOnly, FaultyMLP):
    fault = "the training step uses the last sample of the batch alone"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "only the last sample"
    right = StepOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        return super().train_step(params, X[-1:], Y[-1:], learning_rate)


class MomentumSubtracted(MomentumSteps, FaultyMLP):
    fault = "the velocity is subtracted from the gradient, not added"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the velocity is subtracted"
    right = MomentumOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        (velocity,) = self.remembered(place, gradient, 1)
        self._memory[place] = (gradient - self.momentum * velocity,)
        return self._memory[place][0]


class MomentumNotKept(MomentumSteps, FaultyMLP):
    fault = "the velocity starts at zero in every call, so that there is no momentum"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "momentum is 0, not 0.9"
    right = MomentumOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._memory = {}
        return super().train_step(params, X, Y, learning_rate)


class MomentumTakesAShare(MomentumSteps, FaultyMLP):
    fault = "the velocity takes 1 - momentum of the gradient, and plain momentum is declared"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "1 - momentum"
    right = MomentumOfOneVector
    dampening = 0.0

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return super().moved(place, (1 - self.momentum) * gradient, step)


class AdamCountsFromTwo(AdamSteps, FaultyMLP):
    fault = "the step is counted before and after it is used, so that the first is the second"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the step is counted from 2"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return super().corrected(mean, decay, step + 1)


class AdamNeverCounts(AdamSteps, FaultyMLP):
    fault = "the step is never counted on: every bias correction is that of the first"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "steps are not counted"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return super().corrected(mean, decay, 1)


class AdamCountsEveryArray(AdamSteps, FaultyMLP):
    fault = "the step is counted for each array that is updated, not once for all"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the step is counted for each array"
    right = AdamOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._places: int = 2 * len(params)
        return super().train_step(params, X, Y, learning_rate)

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return super().moved(place, gradient, (step - 1) * self._places + place + 1)


class AdamCountsEveryLayer(AdamCountsEveryArray):
    fault = "the step is counted in the loop over the layers, not once for all"
    likely_mistake = "the step is counted for each layer"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        layers = self._places // 2
        return AdamSteps.moved(self, place, gradient, (step - 1) * layers + place // 2 + 1)


class AdamFirstMomentNotCorrected(AdamSteps, FaultyMLP):
    fault = "Adam's running mean of the gradient is not corrected for its bias"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction of the first moment is missing"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return mean if decay == self.beta1 else super().corrected(mean, decay, step)


class AdamSecondMomentNotCorrected(AdamSteps, FaultyMLP):
    fault = "Adam's running mean of the square is not corrected for its bias"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction of the second moment is missing"
    right = AdamOfOneVector

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return mean if decay == self.beta2 else super().corrected(mean, decay, step)


class AdamWithoutItsShare(AdamSteps, FaultyMLP):
    fault = "Adam's running mean adds the whole gradient, without 1 - beta1"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the gradient is added without the factor 1 - beta1"
    right = AdamOfOneVector

    def share(self, gradient: Array) -> Array:
        return gradient


class AdamForgetsBetweenCalls(AdamSteps, FaultyMLP):
    fault = "Adam's running means start at zero in every call, and its steps are counted on"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the running means are not kept"
    right = AdamOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._memory = {}
        return super().train_step(params, X, Y, learning_rate)


class AdamStartsAfresh(AdamSteps, FaultyMLP):
    fault = "an Adam is made in every call, so that each step is its first"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "nothing is kept from step to step"
    right = AdamOfOneVector

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._memory, self._steps = {}, 0
        return super().train_step(params, X, Y, learning_rate)


class AdamWithoutTheRoot(AdamSteps, FaultyMLP):
    fault = "Adam divides by the running mean of the square, not by its root"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the square root of the second moment is missing"
    right = AdamOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        super().moved(place, gradient, step)
        mean, square = self._memory[place]
        return self.corrected(mean, self.beta1, step) / (self.corrected(square, self.beta2, step) + self.epsilon)


class AdamBetasExchanged(AdamSteps, FaultyMLP):
    fault = "beta1 and beta2 are passed in each other's place"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "beta1 and beta2 are exchanged"
    right = AdamOfOneVector

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        mean, square = self.remembered(place, gradient, 2)
        mean = self.beta2 * mean + (1 - self.beta2) * gradient
        square = self.beta1 * square + (1 - self.beta1) * gradient**2
        self._memory[place] = (mean, square)
        below = np.sqrt(self.corrected(square, self.beta1, step)) + self.epsilon
        return np.asarray(self.corrected(mean, self.beta2, step) / below)


FAULTS: tuple[type[FaultyMLP], ...] = (
    StepAtTheRateSquared,
    StepWithoutTheRate,
    StepUpdatesOnItsWay,
    StepOfTheLastSample,
    MomentumSubtracted,
    MomentumNotKept,
    MomentumTakesAShare,
    AdamCountsFromTwo,
    AdamNeverCounts,
    AdamCountsEveryArray,
    AdamCountsEveryLayer,
    AdamFirstMomentNotCorrected,
    AdamSecondMomentNotCorrected,
    AdamWithoutItsShare,
    AdamForgetsBetweenCalls,
    AdamStartsAfresh,
    AdamWithoutTheRoot,
    AdamBetasExchanged,
)

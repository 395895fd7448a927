"""Training steps in place of gradients, with an optimizer that remembers: right ones, and their faults.

Each is an MLP whose ``gradients`` and ``update`` are out of sight; what is left is ``train_step``.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.counterexamples.implementations.objectives import LogisticEntropy
from symcheck.objective import Objective
from symcheck.types import Array, Params


class _Stepping(LogisticEntropy):
    """Gradient descent; ``moved`` is the line in which optimizers differ."""

    activation = "tanh"
    gradients: ClassVar[Any] = None
    update: ClassVar[Any] = None

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._memory: dict[int, tuple[Array, ...]] = {}
        self._steps = 0

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        """The parameters after one step on a batch."""
        self._steps += 1
        slopes = CorrectMLP.gradients(self, params, X, Y)
        return [
            (
                W - learning_rate * self.moved(2 * layer, dW, self._steps),
                b - learning_rate * self.moved(2 * layer + 1, db, self._steps),
            )
            for layer, ((W, b), (dW, db)) in enumerate(zip(params, slopes, strict=True))
        ]

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        """What the learning rate multiplies, for the array in this place; steps are counted from 1."""
        return gradient

    def remembered(self, place: int, gradient: Array, count: int) -> tuple[Array, ...]:
        """What was kept for the array in this place, zeros at first."""
        return self._memory.get(place, (np.zeros_like(gradient),) * count)


class StepsOnly(_Stepping):
    """Plain gradient descent in a training step."""


class StepsBesideGradients(StepsOnly):
    """The same beside gradients, with no update."""

    loss, output_activation = "softmax_cross_entropy", "softmax"
    gradients = CorrectMLP.gradients


class SinglePrecisionSteps(StepsOnly):
    """The same in float32, whatever it is given."""

    activation = "relu"
    dtype = "float32"

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
        moved = super().train_step(single, X.astype(np.float32), Y.astype(np.float32), learning_rate)
        return [(W.astype(np.float32), b.astype(np.float32)) for W, b in moved]


class MomentumSteps(_Stepping):
    """Momentum, with its velocity kept by the object."""

    optimizer = "momentum"
    momentum = 0.9

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        (velocity,) = self.remembered(place, gradient, 1)
        self._memory[place] = (self.momentum * velocity + gradient,)
        return self._memory[place][0]


class MomentumLeftUnsaid(MomentumSteps):
    """The same, and the velocity takes a tenth of the gradient; neither is declared."""

    optimizer = None  # type: ignore[assignment]

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return super().moved(place, 0.1 * gradient, step)


class AdamSteps(_Stepping):
    """Adam as in the paper's algorithm 1."""

    optimizer = "adam"
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        mean, square = self.remembered(place, gradient, 2)
        mean = self.beta1 * mean + self.share(gradient)
        square = self.beta2 * square + (1 - self.beta2) * gradient**2
        self._memory[place] = (mean, square)
        return self.corrected(mean, self.beta1, step) / (
            np.sqrt(self.corrected(square, self.beta2, step)) + self.epsilon
        )

    def share(self, gradient: Array) -> Array:
        """What the running mean takes of a gradient."""
        return (1 - self.beta1) * gradient

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        """A running mean without its bias towards zero."""
        return mean / (1 - decay**step)


class AdamLeftUnsaid(AdamSteps):
    """The same; the optimizer is recognised by its steps."""

    optimizer = None  # type: ignore[assignment]


class AdamEpsilonInside(AdamLeftUnsaid):
    """Adam with epsilon inside the root, as by the argument ``eps_root`` of optax."""

    epsilon = 0.0

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return super().corrected(mean, decay, step) + (1e-6 if decay == self.beta2 else 0.0)


class AdamWithL2(AdamLeftUnsaid):
    """Adam of gradients with an L2 penalty on the weights, as before decay was taken out of it."""

    def train_step(self, params: Params, X: Array, Y: Array, learning_rate: float) -> Params:
        self._params: Params = params
        return super().train_step(params, X, Y, learning_rate)

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        penalty = 0.01 * self._params[place // 2][0] if place % 2 == 0 else 0.0
        return super().moved(place, gradient + penalty, step)


CORRECT_STEPS: tuple[type[CorrectMLP], ...] = (
    StepsOnly,
    StepsBesideGradients,
    SinglePrecisionSteps,
    MomentumSteps,
    MomentumLeftUnsaid,
    AdamSteps,
    AdamLeftUnsaid,
    AdamEpsilonInside,
    AdamWithL2,
)


class StepGoesUphill(StepsOnly, FaultyMLP):
    fault = "the training step adds the gradient"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "sign of the gradient is wrong"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return -gradient


class StepLeavesTheBiases(StepsOnly, FaultyMLP):
    fault = "the training step moves the weights only"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradient of the bias"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        return gradient if place % 2 == 0 else 0 * gradient


class MomentumABitSmaller(MomentumSteps, FaultyMLP):
    fault = "the velocity keeps 0.89 of what it was, and 0.9 is declared"
    severity = "slight"
    shown_by = "steps"
    likely_mistake = "momentum is 0.89, not 0.9"

    def moved(self, place: int, gradient: Array, step: int) -> Array:
        (velocity,) = self.remembered(place, gradient, 1)
        self._memory[place] = (0.89 * velocity + gradient,)
        return self._memory[place][0]


class AdamWithOnePlusBeta1(AdamSteps, FaultyMLP):
    fault = "the running mean of Adam takes 1 + beta1 of the gradient"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "beta1 enters as 1 + beta1"

    def share(self, gradient: Array) -> Array:
        return (1 + self.beta1) * gradient


class AdamCorrectedByOnePlus(AdamSteps, FaultyMLP):
    fault = "the bias correction of Adam divides by 1 + beta1^t"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction divides by 1 + beta1^t"

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return mean / (1 + decay**step) if decay == self.beta1 else super().corrected(mean, decay, step)


class AdamNotCorrected(AdamLeftUnsaid, FaultyMLP):
    fault = "Adam's running means are not corrected for their bias"
    severity = "gross"
    shown_by = "steps"
    likely_mistake = "the bias correction is missing"

    def corrected(self, mean: Array, decay: float, step: int) -> Array:
        return mean


FAULTS: tuple[type[FaultyMLP], ...] = (
    StepGoesUphill,
    StepLeavesTheBiases,
    MomentumABitSmaller,
    AdamWithOnePlusBeta1,
    AdamCorrectedByOnePlus,
    AdamNotCorrected,
)

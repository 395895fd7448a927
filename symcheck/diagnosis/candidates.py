"""Mistakes of backpropagation as implementations, beyond the shipped faults: some with a figure to be filled in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.activations import ACTIVATIONS, get_activation
from symcheck.counterexamples.implementations import backward, forward
from symcheck.counterexamples.implementations import loss as loss_faults
from symcheck.counterexamples.implementations.mlp import CorrectMLP, FaultyMLP
from symcheck.objective import LOSSES, REDUCTIONS, SOFTMAX, Objective, activated, fits, get_objective, slope_of
from symcheck.types import Array, Params

#: Faults whose gradients depend on the arguments alone, simplest first.
_SHIPPED: tuple[type[FaultyMLP], ...] = (
    backward.BiasGradientForgotten,
    backward.BiasGradientSummedOverFeatures,
    backward.BiasGradientAveragedAgain,
    backward.TransposeMissing,
    backward.WeightGradientTransposed,
    backward.DerivativeForgotten,
    backward.DerivativeAtTheActivation,
    backward.DerivativeOnTheLinearOutput,
    loss_faults.SoftmaxOverTheSamples,
    loss_faults.SoftmaxDerivativeTwice,
    forward.BiasAddedTwice,
    forward.BiasIgnored,
    forward.ActivationForgotten,
    forward.BatchMeanSubtracted,
    forward.LastUnitSwitchedOff,
    forward.SoftmaxOverflows,
)

_CLASSIFIERS = (loss_faults.SoftmaxOverTheSamples, loss_faults.SoftmaxDerivativeTwice, forward.SoftmaxOverflows)


class _BiasGradientNotAveraged(CorrectMLP):
    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(delta.sum(axis=0) * len(delta))


class _WeightGradientNotAveraged(CorrectMLP):
    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return delta.T @ h * len(delta)


class _WeightGradientAveragedAgain(CorrectMLP):
    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return delta.T @ h / len(delta)


class _OutputActivatedThroughout(CorrectMLP):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(self.activate(outputs), Y) * self.slope(outputs, -1)


class _OutputActivatedWithoutDerivative(CorrectMLP):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(self.activate(outputs), Y)


class _ActivationInsteadOfSlope(CorrectMLP):
    def slope(self, z: Array, layer: int) -> Array:
        return self.activate(z)


class _SlopeAtZero(CorrectMLP):
    value = 0.0

    def slope(self, z: Array, layer: int) -> Array:
        return np.where(z == 0, self.value, super().slope(z, layer))


class _FirstUnitsOnly(CorrectMLP):
    units = 0

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.where(np.arange(W.shape[1]) < self.units, delta @ W, 0.0)


class _UpdatedWeights(CorrectMLP):
    rate = 0.0

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ (W - self.rate * dW)


class _OutputSlopeMissing(CorrectMLP):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        objective = self.objective
        return 2 * objective.scale(*outputs.shape) * (activated(outputs, objective.link) - Y)


class _OutputSlopeTwice(CorrectMLP):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return super().output_delta(outputs, Y) * slope_of(outputs, self.objective.link)


class _OutputSlopeAtTheOutput(_OutputSlopeMissing):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        link = self.objective.link
        return super().output_delta(outputs, Y) * slope_of(activated(outputs, link), link)


class _SignOfDifferenceOnly(CorrectMLP):
    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(np.sign(outputs - Y) / outputs.size)


def with_updated_weights(rate: float, activation: str, objective: Objective) -> CorrectMLP:
    """Backpropagation in which each layer is updated with this learning rate before delta passes it."""
    made = _UpdatedWeights(activation, objective)
    made.rate = rate
    return made


def hypotheses(params: Params, activation: str, objective: Objective) -> Iterator[tuple[str, CorrectMLP]]:
    """(words, implementation) of every mistake without a figure to be fitted, simplest first."""
    for fault in _SHIPPED:
        if objective.loss == "softmax_cross_entropy" or fault not in _CLASSIFIERS:
            yield fault.likely_mistake, fault(activation, objective)
    yield "db is summed over the samples without the loss's mean", _BiasGradientNotAveraged(activation, objective)
    yield "dW is summed over the samples without the loss's mean", _WeightGradientNotAveraged(activation, objective)
    yield "dW is averaged over the samples twice", _WeightGradientAveragedAgain(activation, objective)
    yield "last layer's activation applied", _OutputActivatedThroughout(activation, objective)
    yield (
        "last layer's activation applied, without its derivative",
        _OutputActivatedWithoutDerivative(activation, objective),
    )
    yield from output_hypotheses(activation, objective)
    yield "h itself stands for the derivative of the activation", _ActivationInsteadOfSlope(activation, objective)
    if objective.name == "mse":
        yield "the loss is the mean of absolute errors", _SignOfDifferenceOnly(activation, objective)
    for value, written in ((0.5, "1/2"), (1.0, "1")):
        at_zero = _SlopeAtZero(activation, objective)
        at_zero.value = value
        yield f"derivative of the activation at 0 is {written}", at_zero
    for layer in range(1, len(params)):
        words = f"derivative of the activation is missing in hidden layer {layer}"
        yield words, backward.SlopeMissing(layer, activation, objective)
    widest = max((len(W) for W, _ in params[:-1]), default=0)
    for units in range(1, widest):
        first = _FirstUnitsOnly(activation, objective)
        first.units = units
        counted = f"{units} unit{'s' if units > 1 else ''}"
        yield f"delta goes back to the first {counted} of a layer only", first
    for other in other_objectives(objective):
        yield f"loss is {other.name}, not {objective.name}", CorrectMLP(activation, other)
    yield from other_activations(activation, objective)


def output_hypotheses(activation: str, objective: Objective) -> Iterator[tuple[str, CorrectMLP]]:
    """(words, implementation) of the mistakes in the derivative of an output activation."""
    if objective.link in ("identity", SOFTMAX):
        return
    if objective.loss == "squared_error":
        yield "derivative of the output activation is missing", _OutputSlopeMissing(activation, objective)
        words = "derivative of the output activation is taken at the output, not at what enters the activation"
        yield words, _OutputSlopeAtTheOutput(activation, objective)
    yield "derivative of the output activation is applied once too often", _OutputSlopeTwice(activation, objective)


def softmax_hypotheses(activation: str, objective: Objective) -> Iterator[tuple[str, CorrectMLP]]:
    """(words, implementation) of the mistakes in the derivative of a softmax cross-entropy."""
    if objective.loss == "softmax_cross_entropy":
        for fault in (loss_faults.SoftmaxOverTheSamples, loss_faults.SoftmaxDerivativeTwice):
            yield fault.likely_mistake, fault(activation, objective)


def other_objectives(objective: Objective) -> Iterator[Objective]:
    """Losses that one may have meant by this one: the plain ones, and all behind the same outputs, whatever the factor."""
    plain = [get_objective("mse"), get_objective("softmax_cross_entropy")]
    behind = [
        Objective(loss, reduction, factor, output)
        for output in dict.fromkeys((objective.output_activation, "sigmoid", SOFTMAX, "identity"))
        for loss in LOSSES
        if fits(loss, output)
        for reduction in REDUCTIONS
        for factor in (1.0, 0.5)
    ]
    for other in dict.fromkeys([*plain, *behind]):
        # Of the same loss only a factor is different, which is named as one.
        if (other.loss, other.link) != (objective.loss, objective.link):
            yield other


def other_activations(activation: str, objective: Objective) -> Iterator[tuple[str, CorrectMLP]]:
    """(words, implementation) with another activation of the table than the declared one."""
    declared = get_activation(activation).name
    for name in (*ACTIVATIONS, "leaky_relu(0.1)", "leaky_relu(0.2)", "leaky_relu(0.3)"):
        # The identity is an activation forgotten.
        if name not in (declared, "identity"):
            yield f"activation is {name}, not {declared}", CorrectMLP(name, objective)

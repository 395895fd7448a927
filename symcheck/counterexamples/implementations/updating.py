"""Lines of the update as they are written wrongly."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.whole_vectors import UpdateOfOneVector
from symcheck.types import Array, Params


class _Written(FaultyMLP):
    """Each array is moved by a line of its own, which knows where the array stands."""

    severity: ClassVar[Literal["gross", "slight"]] = "gross"
    shown_by = "update"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return [
            (self.moved(W, dW, learning_rate, layer, "W"), self.moved(b, db, learning_rate, layer, "b"))
            for layer, ((W, b), (dW, db)) in enumerate(zip(params, gradients, strict=True))
        ]

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        """The array after the step."""
        return parameter - rate * slope


class UpdateSkipsTheFirstLayer(_Written):
    fault = "the loop over the layers begins with the second"
    likely_mistake = "update skips the first layer"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - rate * slope if layer else parameter.copy()


class UpdateMovesTheBiasesUphill(_Written):
    fault = "the gradient of the bias is added, and that of the weights subtracted"
    likely_mistake = "update adds the gradient of the bias"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - rate * slope if part == "W" else parameter + rate * slope


class UpdateMovesTheBiasesOnly(_Written):
    fault = "the result for the weights is written to a name that nothing reads"
    likely_mistake = "update moves the biases only"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - rate * slope if part == "b" else parameter.copy()


class UpdateWithoutTheRate(_Written):
    fault = "the gradients are subtracted whole"
    likely_mistake = "learning rate is not applied"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - slope


class BiasesMoveWithoutTheRate(_Written):
    fault = "the gradient of the bias is subtracted whole"
    likely_mistake = "learning rate is not applied to the biases"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - (rate * slope if part == "W" else slope)


class UpdateReturnsTheStep(_Written):
    fault = "what is returned is the step and not the parameters after it"
    likely_mistake = "update returns the negative step, not the parameters after it"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return -rate * slope


class UpdateForgetsToReturn(_Written):
    fault = "the new parameters are bound to local names, and the old ones returned"
    likely_mistake = "update returns the parameters unchanged"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter.copy()


class UpdateTakesTheSign(_Written):
    fault = "every entry is moved by the learning rate, whatever its gradient"
    likely_mistake = "update subtracts the sign of the gradient"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return np.asarray(parameter - rate * np.sign(slope))


class UpdateIsNormed(_Written):
    fault = "each gradient is divided by its norm"
    likely_mistake = "update divides the gradient by its norm"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return np.asarray(parameter - rate * slope / (np.linalg.norm(slope) or 1.0))


class UpdateOfMeans(_Written):
    fault = "np.mean of a gradient is subtracted from all entries"
    likely_mistake = "update averages the gradient of each array"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return np.asarray(parameter - rate * np.mean(slope))


class StepALittleTooLong(_Written):
    fault = "the step is a little longer than the learning rate says"
    severity = "slight"
    likely_mistake = "the step is 1.01 times learning_rate * gradient"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return parameter - 1.01 * rate * slope


class RateTimesTheParameters(_Written):
    fault = "the learning rate multiplies the parameters, too: W = rate * (W - dW)"
    likely_mistake = "learning rate multiplies the parameters"

    def moved(self, parameter: Array, slope: Array, rate: float, layer: int, part: str) -> Array:
        return rate * (parameter - slope)


class UpdateInPlaceReturnsNothing(_Written):
    fault = "the arrays that were given are moved, and nothing is returned"
    likely_mistake = "update returns None and changes params in place"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        for pair, slopes in zip(params, gradients, strict=True):
            for parameter, slope in zip(pair, slopes, strict=True):
                parameter -= learning_rate * slope
        return None  # type: ignore[return-value]


FAULTS: tuple[type[FaultyMLP], ...] = (
    UpdateSkipsTheFirstLayer,
    UpdateMovesTheBiasesUphill,
    UpdateMovesTheBiasesOnly,
    UpdateWithoutTheRate,
    BiasesMoveWithoutTheRate,
    UpdateReturnsTheStep,
    UpdateForgetsToReturn,
    UpdateTakesTheSign,
    UpdateIsNormed,
    UpdateOfMeans,
    StepALittleTooLong,
    RateTimesTheParameters,
    UpdateInPlaceReturnsNothing,
)

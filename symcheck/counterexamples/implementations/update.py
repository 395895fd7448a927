"""Faults of the update, among them those that keep something from one call to the next."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.objective import Objective
from symcheck.types import Array, Params


def _descended(params: Params, gradients: Params, rate: float) -> Params:
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, gradients, strict=True)]


class UpdateAdds(FaultyMLP):
    fault = "the update goes uphill"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update adds the gradient"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return _descended(params, gradients, -learning_rate)


class UpdateIgnoresTheBias(FaultyMLP):
    fault = "the update leaves the biases as they are"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update ignores the bias"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        updated = _descended(params, gradients, learning_rate)
        return [(W, b) for (W, _), (_, b) in zip(updated, params, strict=True)]


class UpdateSkipsTheLastLayer(FaultyMLP):
    fault = "the loop over the layers ends one too early"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "update skips the last layer"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return [*_descended(params[:-1], gradients[:-1], learning_rate), params[-1]]


class LearningRateAppliedTwice(FaultyMLP):
    fault = "the gradient is multiplied by the learning rate twice"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "learning rate applied twice"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return _descended(params, gradients, learning_rate**2)


class UpdateScaledByLayer(FaultyMLP):
    fault = "layer l is updated with the learning rate divided by l"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "learning rate differs from layer to layer"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        steps = zip(params, gradients, strict=True)
        return [_descended([p], [g], learning_rate / layer)[0] for layer, (p, g) in enumerate(steps, start=1)]


class WeightDecayHidden(FaultyMLP):
    fault = "the update shrinks every parameter by a hundredth of the learning rate"
    severity = "slight"
    shown_by = "update"
    likely_mistake = "weight decay of 0.01 in the update"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        shrunk = [(W * (1 - 0.01 * learning_rate), b * (1 - 0.01 * learning_rate)) for W, b in params]
        return _descended(shrunk, gradients, learning_rate)


class UpdateInPlace(FaultyMLP):
    fault = "the update writes into the parameters that it was given"
    severity = "gross"
    shown_by = "purity"
    likely_mistake = "update changes its arguments in place"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        for (W, b), (dW, db) in zip(params, gradients, strict=True):
            W -= learning_rate * dW
            b -= learning_rate * db
        return params


class GradientsScaledInPlace(FaultyMLP):
    fault = "the update multiplies the gradients that it was given by the learning rate in place"
    severity = "slight"
    shown_by = "purity"
    likely_mistake = "update changes the gradients in place"

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        for dW, db in gradients:
            dW *= learning_rate
            db *= learning_rate
        return _descended(params, gradients, 1.0)


class _WithVelocity(FaultyMLP):
    """Momentum 0.9; ``key`` says which velocity an array of parameters uses."""

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._velocity: dict[object, Array] = {}

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        directions = [
            (self._moved((layer, "W"), dW), self._moved((layer, "b"), db)) for layer, (dW, db) in enumerate(gradients)
        ]
        return _descended(params, directions, learning_rate)

    def _moved(self, place: tuple[int, str], gradient: Array) -> Array:
        key = self.key(place, gradient)
        self._velocity[key] = 0.9 * self._velocity.get(key, np.zeros_like(gradient)) + gradient
        return self._velocity[key]

    def key(self, place: tuple[int, str], gradient: Array) -> object:
        """Under which name the velocity is kept."""
        return place, gradient.shape


class MomentumKeptBetweenCalls(_WithVelocity):
    fault = "the update remembers a velocity, so that the same call gives something else the second time"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "state is kept between calls of update"


class MomentumSharedBetweenLayers(_WithVelocity):
    fault = "layers of equal shape share one velocity, which is forgotten after every call"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "momentum is shared between layers"
    tried_with = (3, 3, 3, 3)

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        self._velocity = {}
        return super().update(params, gradients, learning_rate)

    def key(self, place: tuple[int, str], gradient: Array) -> object:
        return gradient.shape


FAULTS: tuple[type[FaultyMLP], ...] = (
    UpdateAdds,
    UpdateIgnoresTheBias,
    UpdateSkipsTheLastLayer,
    LearningRateAppliedTwice,
    UpdateScaledByLayer,
    WeightDecayHidden,
    UpdateInPlace,
    GradientsScaledInPlace,
    MomentumKeptBetweenCalls,
    MomentumSharedBetweenLayers,
)

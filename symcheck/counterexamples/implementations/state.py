"""Faults of memory and of noise: the result depends on more than the arguments, or the arguments are changed."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.objective import Objective
from symcheck.types import Array, Params


class StaleCache(FaultyMLP):
    fault = "forward keeps its batch and gradients takes the kept one, whatever it is given"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "gradients uses what the last forward has cached"

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._cached: Array | None = None

    def forward(self, params: Params, X: Array) -> Array:
        self._cached = X
        return super().forward(params, X)

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        kept = self._cached
        return super().gradients(params, X if kept is None or kept.shape != X.shape else kept, Y)


class AccumulatorNeverReset(FaultyMLP):
    fault = "gradients adds to the sums of the earlier calls"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "gradients accumulate from call to call"

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._sums: dict[tuple[int, ...], Array] = {}

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(self._added(2 * i, dW), self._added(2 * i + 1, db)) for i, (dW, db) in enumerate(found)]

    def _added(self, place: int, gradient: Array) -> Array:
        key = (place, *gradient.shape)
        self._sums[key] = self._sums.get(key, np.zeros_like(gradient)) + gradient
        return self._sums[key].copy()


class DropoutLeftOn(FaultyMLP):
    fault = "one hidden unit in ten is dropped at random at every call"
    severity = "gross"
    shown_by = "determinism"
    likely_mistake = "dropout left on"

    def activate(self, z: Array) -> Array:
        kept = np.random.default_rng().random(z.shape) < 0.9
        return np.where(kept, super().activate(z) / 0.9, 0.0)


class NoiseOnTheGradients(FaultyMLP):
    fault = "a noise of relative size 1e-4 is added to the gradients"
    severity = "slight"
    shown_by = "determinism"
    likely_mistake = "gradients are random"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        rng = np.random.default_rng()
        return [
            (dW * (1 + 1e-4 * rng.standard_normal(dW.shape)), db * (1 + 1e-4 * rng.standard_normal(db.shape)))
            for dW, db in super().gradients(params, X, Y)
        ]


class TiesBrokenByPlace(FaultyMLP):
    fault = "the gradients of a unit are scaled by its place in the layer, by 1e-7 from one to the next"
    severity = "slight"
    shown_by = "symmetry"
    likely_mistake = "tied units get different gradients"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        factors = [1 + 1e-7 * np.arange(len(db)) for _, db in found]
        return [(dW * factor[:, None], db * factor) for (dW, db), factor in zip(found, factors, strict=True)]


class GradientsReturnsItsBuffers(FaultyMLP):
    fault = "gradients writes into buffers that it keeps, so that the next call changes what the last one gave"
    severity = "gross"
    shown_by = "purity"
    likely_mistake = "gradients returns views of its own state"

    def __init__(self, activation: str | None = None, loss: str | Objective | None = None) -> None:
        super().__init__(activation, loss)
        self._buffers: dict[tuple[int, ...], Array] = {}

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(self._kept(2 * i, dW), self._kept(2 * i + 1, db)) for i, (dW, db) in enumerate(found)]

    def _kept(self, place: int, gradient: Array) -> Array:
        buffer = self._buffers.setdefault((place, *gradient.shape), np.empty_like(gradient))
        buffer[...] = gradient
        return buffer


class InputsClippedInPlace(FaultyMLP):
    fault = "inputs beyond 3 are cut off in the array that was given"
    severity = "slight"
    shown_by = "purity"
    likely_mistake = "X is changed in place"

    def propagate(self, params: Params, X: Array) -> tuple[list[Array], list[Array]]:
        np.clip(X, -3, 3, out=X)
        return super().propagate(params, X)


class InputsCentredInPlace(FaultyMLP):
    fault = "gradients takes the mean off the inputs in the array that was given"
    severity = "gross"
    shown_by = "purity"
    likely_mistake = "X is changed in place"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        X -= X.mean(axis=0)
        return found


class TargetsOverwritten(FaultyMLP):
    fault = "the errors are written into the targets"
    severity = "gross"
    shown_by = "purity"
    likely_mistake = "Y is changed in place"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        delta = super().output_delta(outputs, Y)
        Y[...] = outputs - Y
        return delta


class ParametersOverwritten(FaultyMLP):
    fault = "gradients writes the gradients of the biases into the biases"
    severity = "gross"
    shown_by = "purity"
    likely_mistake = "params are changed in place"

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        for (_, b), (_, db) in zip(params, found, strict=True):
            b[...] = db
        return found


FAULTS: tuple[type[FaultyMLP], ...] = (
    StaleCache,
    AccumulatorNeverReset,
    DropoutLeftOn,
    NoiseOnTheGradients,
    TiesBrokenByPlace,
    GradientsReturnsItsBuffers,
    InputsClippedInPlace,
    InputsCentredInPlace,
    TargetsOverwritten,
    ParametersOverwritten,
)

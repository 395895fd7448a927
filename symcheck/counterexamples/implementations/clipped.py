"""Gradients that are clipped where plain ones are declared, in ``gradients`` and in ``update``."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import EinsteinSums, Tape
from symcheck.counterexamples.implementations.whole_vectors import UpdateOfOneVector, joined
from symcheck.types import Array, Params


def to_norm(gradients: Params, limit: float) -> Params:
    """All gradients, scaled down together where their norm is larger."""
    by = min(1.0, limit / (float(np.linalg.norm(joined(gradients))) + 1e-6))
    return [(by * dW, by * db) for dW, db in gradients]


class GradientsClippedByValue(FaultyMLP):
    fault = "every entry of the gradients is cut off at 1/4"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradients are clipped at 0.25"
    right = EinsteinSums

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(np.clip(dW, -0.25, 0.25), np.clip(db, -0.25, 0.25)) for dW, db in found]


class GradientsClippedByNorm(FaultyMLP):
    fault = "gradients are scaled down to the norm 1/2, in which 1e-6 is added to their own"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradients are clipped to the norm 0.5"
    right = Tape

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return to_norm(super().gradients(params, X, Y), 0.5)


class UpdateClipsByValue(FaultyMLP):
    fault = "the update cuts off gradients beyond 1/4"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "gradients are clipped at 0.25"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        clipped = [(np.clip(dW, -0.25, 0.25), np.clip(db, -0.25, 0.25)) for dW, db in gradients]
        return super().update(params, clipped, learning_rate)


class UpdateClipsByNorm(FaultyMLP):
    fault = "the update scales gradients down to the norm 2"
    severity = "slight"
    shown_by = "update"
    likely_mistake = "gradients are clipped to the norm 2"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return super().update(params, to_norm(gradients, 2.0), learning_rate)


class GradientsDividedByTheirNorm(FaultyMLP):
    fault = "all gradients are divided by their norm, so that every step is of one length"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradients are divided by their norm"
    right = Tape

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        norm = float(np.linalg.norm(joined(found))) or 1.0
        return [(dW / norm, db / norm) for dW, db in found]


class GradientsClippedAboveAlone(FaultyMLP):
    fault = "entries of the gradients above 1/4 are cut off, and those below -1/4 are not"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradients are clipped above 0.25 and not below -0.25"
    right = EinsteinSums

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(np.minimum(dW, 0.25), np.minimum(db, 0.25)) for dW, db in found]


class GradientsClippedUnequally(FaultyMLP):
    fault = "gradients are cut off at -1/8 and at 3/8"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "clipped to between -0.125 and 0.375, which is not the same on both sides"
    right = Tape

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = super().gradients(params, X, Y)
        return [(np.clip(dW, -0.125, 0.375), np.clip(db, -0.125, 0.375)) for dW, db in found]


class GradientsOfWeightsClipped(FaultyMLP):
    fault = "the gradients of the weights are cut off at 1/4, and those of the biases are not"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "gradients of the weights are clipped at 0.25"
    right = EinsteinSums

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        return [(np.clip(dW, -0.25, 0.25), db) for dW, db in super().gradients(params, X, Y)]


class UpdateClipsBelowAlone(FaultyMLP):
    fault = "the update cuts off gradients below -1, and not above 1"
    severity = "gross"
    shown_by = "update"
    likely_mistake = "gradients are clipped below -1 and not above 1"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        clipped = [(np.maximum(dW, -1.0), np.maximum(db, -1.0)) for dW, db in gradients]
        return super().update(params, clipped, learning_rate)


class UpdateClipsLargeGradients(FaultyMLP):
    fault = "the update scales gradients down to the norm 8, which ordinary ones do not reach"
    severity = "slight"
    shown_by = "update"
    likely_mistake = "gradients are clipped to the norm 8"
    right = UpdateOfOneVector

    def update(self, params: Params, gradients: Params, learning_rate: float) -> Params:
        return super().update(params, to_norm(gradients, 8.0), learning_rate)


FAULTS: tuple[type[FaultyMLP], ...] = (
    GradientsClippedByValue,
    GradientsClippedByNorm,
    UpdateClipsByValue,
    UpdateClipsByNorm,
    GradientsDividedByTheirNorm,
    GradientsClippedAboveAlone,
    GradientsClippedUnequally,
    GradientsOfWeightsClipped,
    UpdateClipsBelowAlone,
    UpdateClipsLargeGradients,
)

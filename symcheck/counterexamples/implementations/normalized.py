"""Layers that normalize z where none is declared, and errors that are cut off as those of another loss."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import ColumnSamples, NestedLoops, OuterProducts, Tape
from symcheck.types import Array


class CentredOverTheBatch(FaultyMLP):
    fault = "the mean of z over the batch is subtracted in every layer, so that samples change each other's outputs"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "the mean over the batch is subtracted from z"
    right = Tape

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        z = super().affine(h, W, b)
        return np.asarray(z - z.mean(axis=0, keepdims=True))


class StandardizedOverTheUnits(FaultyMLP):
    fault = "z is standardized over the units of each layer, and 1e-5 is added to the variance"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "z is standardized over the units of a layer"
    right = OuterProducts

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        z = super().affine(h, W, b)
        return np.asarray((z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5))


class ErrorsCutOffAtOne(FaultyMLP):
    fault = "errors beyond 1 are cut off, as the derivative of Huber's loss has it, where the squared error is declared"
    severity = "slight"
    shown_by = "loss"
    likely_mistake = "errors are cut off at 1"
    right = ColumnSamples

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(2 * np.clip(outputs - Y, -1, 1) / outputs.size)


class ErrorsCutOffAtOneHalf(FaultyMLP):
    fault = (
        "errors beyond 1/2 are cut off, as the derivative of Huber's loss has it, where the squared error is declared"
    )
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "errors are cut off at 0.5"
    right = NestedLoops

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        return np.asarray(2 * np.clip(outputs - Y, -0.5, 0.5) / outputs.size)


FAULTS: tuple[type[FaultyMLP], ...] = (
    CentredOverTheBatch,
    StandardizedOverTheUnits,
    ErrorsCutOffAtOne,
    ErrorsCutOffAtOneHalf,
)

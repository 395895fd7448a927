"""Slips of the forward pass, and of a pass of its own that the gradients come from."""

from __future__ import annotations

import numpy as np

from symcheck.counterexamples.implementations.mlp import FaultyMLP
from symcheck.counterexamples.implementations.styles import ColumnSamples, EinsteinSums, NestedLoops, OuterProducts
from symcheck.types import Array, Params


class BiasAfterTheActivation(FaultyMLP):
    fault = "the bias is added to the activation, not to what enters it"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "bias is added after the activation"
    right = EinsteinSums

    def propagate(self, params: Params, X: Array) -> tuple[list[Array], list[Array]]:
        entering, preactivations = [X], list[Array]()
        for layer, (W, b) in enumerate(params, 1):
            last = layer == len(params)
            preactivations.append(self.affine(entering[-1], W, b if last else 0 * b))
            if not last:
                entering.append(self.activate(preactivations[-1]) + b)
        return entering, preactivations


class LastInputAlone(FaultyMLP):
    fault = "the sum over the inputs is assigned in its loop, so that the last term stays"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "z is that of the last input alone: it is assigned"
    right = NestedLoops

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return np.outer(h[:, -1], W[:, -1]) + b


class SoftmaxOverTheBatch(FaultyMLP):
    fault = "the powers are divided by their sum over the whole batch"
    severity = "gross"
    shown_by = "forward"
    likely_mistake = "softmax is divided by the sum over the whole batch"
    right = OuterProducts
    loss, output_activation, reduction = "softmax_cross_entropy", "softmax", "samples"

    def forward(self, params: Params, X: Array) -> Array:
        return self.softmax(self.propagate(params, X)[1][-1])

    def softmax(self, outputs: Array) -> Array:
        powers = np.exp(outputs - outputs.max())
        return np.asarray(powers / powers.sum())


class BiasForgottenWhereItTrains(FaultyMLP):
    fault = "the gradients come from a forward pass of their own, whose last layer has no bias"
    severity = "gross"
    shown_by = "gradients"
    likely_mistake = "bias is not added in the last layer: z = W h + b; forward is right"
    right = ColumnSamples

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        *below, (W, b) = params
        return super().gradients([*below, (W, 0 * b)], X, Y)


class ClassesOfTheBatch(FaultyMLP):
    fault = "1 is subtracted from the columns of all classes in the batch: p[:, y] -= 1"
    severity = "gross"
    shown_by = "loss"
    likely_mistake = "1 is subtracted from every class that the batch has"
    right = ColumnSamples
    loss = "softmax_cross_entropy"

    def output_delta(self, outputs: Array, Y: Array) -> Array:
        delta = self.softmax(outputs)
        delta[:, Y.argmax(axis=1)] -= 1
        return delta / len(outputs)


FAULTS: tuple[type[FaultyMLP], ...] = (
    BiasAfterTheActivation,
    LastInputAlone,
    SoftmaxOverTheBatch,
    BiasForgottenWhereItTrains,
    ClassesOfTheBatch,
)

"""Backpropagation as other people write it: right, and in another style than the textbook's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcheck.counterexamples.implementations.mlp import CorrectMLP
from symcheck.types import Array, Params


class ColumnSamples(CorrectMLP):
    """One column for each sample: the softmax is over axis 0, and db over axis 1."""

    def forward(self, params: Params, X: Array) -> Array:
        return self.objective.returned(self.columns(params, X)[1][-1].T)

    def columns(self, params: Params, X: Array) -> tuple[list[Array], list[Array]]:
        """The same as ``propagate``, of shape (units, samples)."""
        entering, preactivations = [X.T], list[Array]()
        for W, b in params:
            if preactivations:
                entering.append(self.activate(preactivations[-1]))
            preactivations.append(W @ entering[-1] + b[:, None])
        return entering, preactivations

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        entering, preactivations = self.columns(params, X)
        dZ = self.column_delta(preactivations[-1], Y.T)
        found: dict[int, tuple[Array, Array]] = {}
        for layer in reversed(range(len(params))):
            found[layer] = np.dot(dZ, entering[layer].T), np.sum(dZ, axis=1)
            if layer:
                dZ = np.dot(params[layer][0].T, dZ) * self.slope(preactivations[layer - 1], layer)
        return [found[layer] for layer in range(len(params))]

    def column_delta(self, Z: Array, Y: Array) -> Array:
        """The derivative of the loss by the last pre-activations."""
        if self.loss != "softmax_cross_entropy":
            return self.objective.delta(Z.T, Y.T).T
        powers = np.exp(Z - Z.max(axis=0))
        return np.asarray(self.objective.scale(*Z.T.shape) * (powers / powers.sum(axis=0) - Y))


class EinsteinSums(CorrectMLP):
    """Every product as a sum over named axes: n samples, i units above, j units below."""

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return np.asarray(np.einsum("ij,nj->ni", W, h) + b)

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return np.asarray(np.einsum("ni,nj->ij", delta, h))

    def bias_gradient(self, delta: Array) -> Array:
        return np.asarray(np.einsum("ni->i", delta))

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return np.asarray(np.einsum("ni,ij->nj", delta, W))


class OuterProducts(CorrectMLP):
    """Samples as vectors, one after another; their gradients are added up."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        total = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
        rows = self.propagate(params, X)[1][-1]
        for x, error in zip(X, self.output_delta(rows, Y), strict=True):
            entering, preactivations = self.propagate(params, x[None])
            delta = error
            for layer in range(len(params) - 1, -1, -1):
                sum_W, sum_b = total[layer]
                sum_W += np.outer(delta, entering[layer][0])
                sum_b += delta
                if layer:
                    delta = (params[layer][0].T @ delta) * self.slope(preactivations[layer - 1][0], layer)
        return total


class NestedLoops(CorrectMLP):
    """No products of arrays at all: loops over the samples, the units and what enters them, and ``+=``."""

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        z = np.empty((len(h), len(W)), np.result_type(h, W))
        for n, sample in enumerate(h):
            for i, row in enumerate(W):
                z[n, i] = b[i]
                for weight, value in zip(row, sample, strict=True):
                    z[n, i] += weight * value
        return z

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        dW = np.zeros((delta.shape[1], h.shape[1]), delta.dtype)
        for one, sample in zip(delta, h, strict=True):
            for i, share in enumerate(one):
                for j, value in enumerate(sample):
                    dW[i, j] += share * value
        return dW

    def bias_gradient(self, delta: Array) -> Array:
        db = np.zeros(delta.shape[1], delta.dtype)
        for one in delta:
            for i, share in enumerate(one):
                db[i] += share
        return db

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        passed = np.zeros((len(delta), W.shape[1]), delta.dtype)
        for n, one in enumerate(delta):
            for i, share in enumerate(one):
                for j, weight in enumerate(W[i]):
                    passed[n, j] += share * weight
        return passed


class AugmentedMatrices(CorrectMLP):
    """W and b as one matrix [W b], which meets [h 1]; the column of b is not gone back through."""

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return np.asarray(np.column_stack([h, np.ones(len(h), h.dtype)]) @ np.column_stack([W, b]).T)

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        matrices = [np.column_stack([W, b]) for W, b in params]
        entering, preactivations = self.propagate(params, X)
        delta = self.output_delta(preactivations[-1], Y)
        found: Params = []
        for layer in range(len(params) - 1, -1, -1):
            slopes = delta.T @ np.column_stack([entering[layer], np.ones(len(X), X.dtype)])
            found.insert(0, (slopes[:, :-1].copy(), slopes[:, -1].copy()))
            if layer:
                delta = (delta @ matrices[layer])[:, :-1] * self.slope(preactivations[layer - 1], layer)
        return found


class InputsByOutputs(CorrectMLP):
    """Weights of shape (in, out), so that a layer is h @ W and its gradient h.T @ delta."""

    layout = "in_out"

    def draw(self, shape: tuple[int, int], gain: float, rng: np.random.Generator) -> Array:
        return super().draw(shape, gain, rng).T

    def affine(self, h: Array, W: Array, b: Array) -> Array:
        return h @ W + b

    def weight_gradient(self, delta: Array, h: Array) -> Array:
        return h.T @ delta

    def back(self, delta: Array, W: Array, dW: Array) -> Array:
        return delta @ W.T


class Tape(CorrectMLP):
    """Each operation leaves behind how to go back through it; these are called from the last to the first."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        found = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
        tape: list[Callable[[Array], Array]] = []
        h = X
        for layer, (W, b) in enumerate(params):
            if layer:
                z, h = h, self.activate(h)
                tape.append(lambda above, z=z, layer=layer: above * self.slope(z, layer))  # type: ignore[misc]
            tape.append(self._through(W, h, found[layer]))
            h = self.affine(h, W, b)
        above = self.output_delta(h, Y)
        while tape:
            above = tape.pop()(above)
        return found

    def _through(self, W: Array, h: Array, sums: tuple[Array, Array]) -> Callable[[Array], Array]:
        def backwards(above: Array) -> Array:
            sums[0][...] += above.T @ h
            sums[1][...] += above.sum(axis=0)
            return above @ W

        return backwards


class Jacobians(CorrectMLP):
    """The derivative of every output by every unit, layer by layer; the loss comes in at the end."""

    def gradients(self, params: Params, X: Array, Y: Array) -> Params:
        entering, preactivations = self.propagate(params, X)
        width = preactivations[-1].shape[1]
        outputs_by_units = np.broadcast_to(np.eye(width, dtype=X.dtype), (len(X), width, width))
        error = self.output_delta(preactivations[-1], Y)
        found = []
        for layer in range(len(params) - 1, -1, -1):
            delta = np.matmul(error[:, None, :], outputs_by_units)[:, 0]
            found.append((np.tensordot(delta, entering[layer], axes=(0, 0)), np.add.reduce(delta, axis=0)))
            if layer:
                slopes = self.slope(preactivations[layer - 1], layer)
                outputs_by_units = np.matmul(outputs_by_units, params[layer][0]) * slopes[:, None, :]
        return found[::-1]


STYLES: tuple[type[CorrectMLP], ...] = (
    ColumnSamples,
    EinsteinSums,
    OuterProducts,
    NestedLoops,
    AugmentedMatrices,
    InputsByOutputs,
    Tape,
    Jacobians,
)

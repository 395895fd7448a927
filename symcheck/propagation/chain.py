"""A `symcheck.Network` run in float64 on a batch, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.network import Network
from symcheck.propagation.ran import Ran, Run
from symcheck.types import Floats


def run_network(
    network: Network, inputs: Floats, cotangents: Floats, fed: str, names: Sequence[str] = (), kind: str = "layer"
) -> Run:
    """One pass.

    Args:
        inputs: shape (samples, inputs). cotangents: of the outputs, shape (samples, outputs).
        names: of the layers, where they have any. kind: what their library calls them.
    """
    weights = [np.asarray(w, np.float64) for w in network.weights]
    biases = [None if b is None else np.asarray(b, np.float64) for b in network.biases]
    entering, leaving = [inputs], []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            leaving.append(entering[-1] @ weight.T + (0.0 if bias is None else bias))
            if i < network.depth - 1:
                function = network.activations[i].function
                assert function is not None
                entering.append(np.asarray(function(leaving[-1]), np.float64))
        delta, gradients = cotangents, []
        for i in reversed(range(network.depth)):
            below = delta @ weights[i]
            gradients.append((delta, below))
            if i:
                derivative = network.activations[i - 1].derivative
                assert derivative is not None
                delta = below * derivative(leaving[i - 1])
    gradients.reverse()
    layers = [
        Ran(
            names[i] if names else f"layer {i + 1}", kind, weights[i], biases[i], entering[i], leaving[i], *gradients[i]
        )
        for i in range(network.depth)
    ]
    trained, unreached = [], []
    for layer, (delta, _) in zip(layers, gradients, strict=True):
        parts = [("weight", bool(np.any(delta.T @ layer.inputs)))]
        if layer.bias is not None:
            parts.append(("bias", bool(np.any(delta.sum(axis=0)))))
        trained += [f"{layer.name} {part}" for part, _ in parts]
        unreached += [f"{layer.name} {part}" for part, moved in parts if not moved]
    return Run(layers, leaving[-1], trained, unreached, fed)

"""A `symcheck.Network` run in float64 on a batch, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.network import Network
from symcheck.propagation.arriving import arriving
from symcheck.propagation.ran import ModelPass, Ran
from symcheck.types import Floats


def run_network(
    network: Network, inputs: Floats, cotangents: Floats, fed: str, names: Sequence[str] = (), kind: str = "layer"
) -> ModelPass:
    """One pass.

    Args:
        inputs: shape (samples, inputs). cotangents: of the outputs, shape (samples, outputs).
        names: of the layers, where they have any. kind: what their library calls them.
    """
    weights = [np.asarray(w, np.float64) for w in network.weights]
    biases = [None if b is None else np.asarray(b, np.float64) for b in network.biases]
    one = _pass(network, weights, biases, inputs, cotangents)
    layers = [
        Ran(
            names[i] if names else f"layer {i + 1}",
            kind,
            weights[i],
            biases[i],
            one.entering[i],
            one.leaving[i],
            one.above[i],
            one.below[i],
        )
        for i in range(network.depth)
    ]
    biased = [b is not None for b in biases]
    trained = [f"{layer.name} weight" for layer in layers]
    trained += [f"{layer.name} bias" for layer, has in zip(layers, biased, strict=True) if has]

    def again(values: list[Floats]) -> list[Floats]:
        rest = iter(values[network.depth :])
        moved = [next(rest) if has else None for has in biased]
        return _pass(network, values[: network.depth], moved, inputs, cotangents).gradients(biased)

    with np.errstate(all="ignore"):
        start = [*weights, *(b for b in biases if b is not None)]
        unreached, late = arriving(trained, start, one.gradients(biased), again)
    return ModelPass(layers, one.leaving[-1], trained, unreached, fed, late)


@dataclass(frozen=True, eq=False)
class _Pass:
    """Of each layer its inputs and outputs, and the gradients at its outputs (above) and inputs (below)."""

    entering: list[Floats]
    leaving: list[Floats]
    above: list[Floats]
    below: list[Floats]

    def gradients(self, biased: Sequence[bool]) -> list[Floats]:
        """Of all weights, and then of all biases."""
        of_weights = [delta.T @ inputs for delta, inputs in zip(self.above, self.entering, strict=True)]
        return of_weights + [delta.sum(axis=0) for delta, has in zip(self.above, biased, strict=True) if has]


def _pass(
    network: Network, weights: Sequence[Floats], biases: Sequence[Floats | None], inputs: Floats, cotangents: Floats
) -> _Pass:
    entering, leaving = [inputs], []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            leaving.append(entering[-1] @ weight.T + (0.0 if bias is None else bias))
            if i < network.depth - 1:
                function = network.activations[i].function
                assert function is not None
                entering.append(np.asarray(function(leaving[-1]), np.float64))
        above, below = [cotangents], []
        for i in reversed(range(network.depth)):
            below.append(above[-1] @ weights[i])
            if i:
                derivative = network.activations[i - 1].derivative
                assert derivative is not None
                above.append(below[-1] * derivative(leaving[i - 1]))
    return _Pass(entering, leaving, above[::-1], below[::-1])

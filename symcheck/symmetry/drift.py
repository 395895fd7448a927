"""How fast rounding separates units that are tied in exact arithmetic, under ordinary matrix products.

BLAS does not sum every row of a product in one order, so equal rows may come out with different last bits; training
then carries the difference on. This trains the network itself on random data with ``@`` and measures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.random import Generator

from symcheck.activations import Activation
from symcheck.network import Network
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.types import Array


@dataclass(frozen=True)
class Drift:
    """The largest distance between tied units' activations, relative to the layer's largest activation.

    Attributes:
        steps: numbers of updates.
        distances: after each of them; infinite where training had diverged.
    """

    steps: tuple[int, ...]
    distances: tuple[float, ...]


def rounding_drift(
    certificate: Certificate,
    network: Network,
    rng: Generator,
    steps: tuple[int, ...] = (0, 10, 100),
    learning_rate: float = 0.05,
    samples: int = 32,
) -> Drift:
    """Train in float64 with ``@`` by gradient descent on random data, and watch the tied units.

    Args:
        certificate, network: the network and what is certified of it; activations must be known ones.
        steps: when to look, in rising order.
    """
    weights = [np.array(w, dtype=np.float64) for w in network.weights]
    biases = [None if b is None else np.array(b, dtype=np.float64) for b in network.biases]
    x = _inside(network.inputs, rng.standard_normal((samples, network.sizes[0])))
    y = rng.standard_normal((samples, network.sizes[-1]))
    distances = []
    with np.errstate(all="ignore"):
        for step in range(steps[-1] + 1):
            hidden, slopes, outputs = _forward(weights, biases, network.activations, x)
            if step in steps:
                apart = (_apart(layer, h) for layer, h in zip(certificate.layers, hidden[1:], strict=True))
                distances.append(max(apart, default=0.0))
            delta = 2 * (outputs - y) / outputs.size
            for i in range(len(weights) - 1, -1, -1):
                gradient, below = delta.T @ hidden[i], delta @ weights[i]
                weights[i] = weights[i] - learning_rate * gradient
                if (bias := biases[i]) is not None:
                    biases[i] = bias - learning_rate * delta.sum(axis=0)
                if i:
                    delta = below * slopes[i - 1]
    return Drift(steps, tuple(distances))


def _inside(inputs: tuple[float, float], x: Array) -> Array:
    """Numbers brought between the bounds of the inputs, for which alone something may be certified."""
    low, high = inputs
    if isfinite(low) and isfinite(high):
        return np.asarray(low + (high - low) * (x - x.min()) / (x.max() - x.min()))
    return low + np.abs(x) if isfinite(low) else high - np.abs(x) if isfinite(high) else x


def _forward(
    weights: list[Array], biases: list[Array | None], activations: tuple[Activation, ...], x: Array
) -> tuple[list[Array], list[Array], Array]:
    hidden = [x]
    slopes: list[Array] = []
    for weight, bias, sigma in zip(weights, biases, (*activations, None), strict=True):
        z = hidden[-1] @ weight.T + (0.0 if bias is None else bias)
        if sigma is None:
            return hidden, slopes, z
        assert sigma.function is not None
        assert sigma.derivative is not None
        hidden.append(sigma.function(z))
        slopes.append(sigma.derivative(z))
    raise AssertionError("a network has an output layer")


def _apart(layer: CertifiedLayer, activations: Array) -> float:
    signed = activations * layer.signs
    leaders = np.unique(layer.labels, return_index=True)[1]
    if not np.isfinite(signed).all():
        return inf
    gap = float(np.abs(signed - signed[:, leaders[layer.labels]]).max())
    scale = float(np.abs(activations).max())
    return gap / scale if scale > 0 else 0.0

"""Which activations a forward has: the outputs that were seen, beside those of the table computed from the same parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from symcheck.activations import get_activation
from symcheck.types import Array

#: What hidden layers and outputs may have; the plain ones first, so that of two that agree the plainer is taken.
CANDIDATES = (
    *("identity", "sigmoid", "tanh", "relu", "leaky_relu", "leaky_relu(0.1)", "leaky_relu(0.2)", "leaky_relu(0.05)"),
    *("leaky_relu(0.3)", "leaky_relu(0.001)", "softplus", "elu", "silu", "gelu", "softsign", "erf", "sin"),
)
SOFTMAX = "softmax"
#: Relative difference up to which outputs agree: far above rounding, even to 6 decimals, and above what code adds to denominators.
_AGREE = 1e-5


@dataclass(frozen=True)
class Seen:
    """What a forward was seen to compute.

    Attributes:
        hidden: the activation of each hidden layer. output: that of the last one, or ``softmax``.
    """

    hidden: tuple[str, ...]
    output: str

    @property
    def activation(self) -> str | None:
        """The one activation of all hidden layers; None where they differ, or there are none."""
        return self.hidden[0] if len(set(self.hidden)) == 1 else None


def seen_activations(params: Sequence[tuple[Array, Array]], X: Array, outputs: Array) -> Seen | None:
    """The activations with which numpy gets the same outputs; None where no combination of the table does.

    Args:
        params: [(W, b), ...], W of shape (out, in). X: (samples, n_0). outputs: (samples, n_L).
    """
    *hidden, last = params
    for names in product(CANDIDATES, repeat=min(len(hidden), 1)):
        if (output := _output(params, X, outputs, names * len(hidden))) is not None:
            return Seen(names * len(hidden), output)
    if len(hidden) == 2:
        for names in product(CANDIDATES, repeat=2):
            if (output := _output(params, X, outputs, names)) is not None:
                return Seen(names, output)
    return None


def _output(params: Sequence[tuple[Array, Array]], X: Array, outputs: Array, names: Sequence[str]) -> str | None:
    h = X
    with np.errstate(all="ignore"):
        for name, (W, b) in zip(names, params, strict=False):
            h = _function(name)(h @ W.T + b)
        z = h @ params[-1][0].T + params[-1][1]
        return next((name for name in (*CANDIDATES, SOFTMAX) if _agrees(_function(name)(z), outputs)), None)


def computed(params: Sequence[tuple[Array, Array]], X: Array, names: Sequence[str], output: str) -> Array:
    """Outputs of the network that has these activations."""
    h = X
    with np.errstate(all="ignore"):
        for name, (W, b) in zip([*names, output], params, strict=True):
            h = _function(name)(h @ W.T + b)
    return h


def _agrees(mine: Array, outputs: Array) -> bool:
    # Row by row: small outputs are to agree beside large ones.
    size = np.maximum(np.abs(outputs).max(axis=1), 1e-3)
    return bool((np.abs(mine - outputs).max(axis=1) <= _AGREE * size).all())


def applied(name: str, z: Array) -> Array:
    """An activation of the table, or the softmax of each row."""
    return np.asarray(_function(name)(z))


def _function(name: str) -> Callable[[Array], Array]:
    if name == SOFTMAX:
        return softmax
    function = get_activation(name).function
    assert function is not None
    return function


def softmax(z: Array) -> Array:
    """The shares of each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))

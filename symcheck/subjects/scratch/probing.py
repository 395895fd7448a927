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
    hidden = params[:-1]
    V, d = params[-1]
    with np.errstate(all="ignore"):
        # All combinations at once: of so small arrays a call of numpy costs more than what it computes.
        alike = [(name,) * len(hidden) for name in (CANDIDATES if hidden else CANDIDATES[:1])]
        last = np.stack([_last_hidden(hidden, X, names) for names in alike])
        found = _first(alike, last @ V.T + d, outputs)
        if found is not None or len(hidden) != 2:
            return found
        first = np.stack([_last_hidden(hidden[:1], X, (name,)) for name in CANDIDATES])
        z = first @ hidden[1][0].T + hidden[1][1]
        both = np.stack([_function(name)(z) for name in CANDIDATES], axis=1).reshape(-1, *z.shape[1:])
        return _first(list(product(CANDIDATES, repeat=2)), both @ V.T + d, outputs)


def _last_hidden(hidden: Sequence[tuple[Array, Array]], X: Array, names: Sequence[str]) -> Array:
    """What enters the last layer."""
    h = X
    for name, (W, b) in zip(names, hidden, strict=True):
        h = _function(name)(h @ W.T + b)
    return h


def _first(names: Sequence[tuple[str, ...]], z: Array, outputs: Array) -> Seen | None:
    """The first of these combinations with which the outputs are those that were seen.

    Args:
        z: the pre-activations of the last layer of each, shape (combinations, samples, n_L).
    """
    # Row by row: small outputs are to agree beside large ones.
    size = np.maximum(np.abs(outputs).max(axis=1), 1e-3)
    last = (*CANDIDATES, SOFTMAX)
    agree = [(np.abs(_function(name)(z) - outputs).max(axis=2) <= _AGREE * size).all(axis=1) for name in last]
    for at, several in enumerate(zip(*agree, strict=True)):
        if any(several):
            return Seen(names[at], last[several.index(True)])
    return None


def computed(params: Sequence[tuple[Array, Array]], X: Array, names: Sequence[str], output: str) -> Array:
    """Outputs of the network that has these activations."""
    h = X
    with np.errstate(all="ignore"):
        for name, (W, b) in zip([*names, output], params, strict=True):
            h = _function(name)(h @ W.T + b)
    return h


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
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))

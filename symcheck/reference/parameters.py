"""Parameters of a multilayer perceptron: a list of (W, b), and the way to and from a Network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from symcheck.activations import Activation
from symcheck.errors import NetworkError
from symcheck.network import Network
from symcheck.types import NetworkParams

ActivationSpec = str | Activation | Sequence[str | Activation]


def params_of(network: Network) -> NetworkParams:
    """The parameters of a network as copies [(W, b), ...]: float32 stays, any other dtype becomes float64."""
    pairs = zip(network.weights, network.biases, strict=True)
    return [(w.copy(), None if b is None else b.copy()) for w, b in _computable(pairs)]


def network_of(params: Any, activation: ActivationSpec = "relu", head: str = "linear") -> Network:
    """The network with these parameters: W of shape (out, in), b of shape (out,) or None.

    Raises:
        NetworkError: params that are not a list of pairs, or arrays that do not form a network.
        UnknownActivation: an activation that is not in the table.
    """
    pairs = as_pairs(params, "params")
    return Network([w for w, _ in pairs], [b for _, b in pairs], activation, head)


def computable(network: Network) -> NetworkParams:
    """The parameters of a network as `params_of` gives them, but copied only where the dtype changes."""
    return _computable(zip(network.weights, network.biases, strict=True))


def as_pairs(params: Any, name: str) -> list[tuple[Any, Any]]:
    """A list of pairs, one for each layer.

    Raises:
        NetworkError: anything else; the message calls it ``name``.
    """
    try:
        return [(w, b) for w, b in params]
    except (TypeError, ValueError):
        raise NetworkError(f"{name} must be a list of (W, b) pairs, one for each layer") from None


def arrays_of(params: Iterable[tuple[Any, Any]]) -> list[Any]:
    """The arrays of all layers in order, without the biases that are None."""
    return [array for pair in params for array in pair if array is not None]


def rebuild(params: Iterable[tuple[Any, Any]], arrays: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The inverse of `arrays_of`: these arrays in the structure of ``params``."""
    rest = iter(arrays)
    return [(next(rest), None if b is None else next(rest)) for _, b in params]


def _computable(pairs: Iterable[tuple[Any, Any]]) -> NetworkParams:
    pairs = list(pairs)
    dtype = np.float32 if all(a.dtype == np.float32 for a in arrays_of(pairs)) else np.float64
    return rebuild(pairs, (a.astype(dtype, copy=False) for a in arrays_of(pairs)))

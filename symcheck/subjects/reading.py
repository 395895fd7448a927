"""From a model, a list or a mapping of arrays to the description of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.adapters import NetworkParts, pairs_that_share
from symcheck.errors import NetworkError, SubjectError
from symcheck.network import Network
from symcheck.subjects.arrays import parts_from_arrays
from symcheck.subjects.model import Description, Options


def is_network(obj: Any) -> bool:
    """Whether an object is to be read as a network: a model, or a list or mapping of arrays."""
    if isinstance(obj, Network) or any(_is_model(adapter, obj) for adapter in adapters.loaded()):
        return True
    named = isinstance(obj, Mapping) and all(isinstance(k, str) for k in obj)
    return bool(named or isinstance(obj, list | tuple)) and len(obj) > 0


def as_network(obj: Any, options: Options, name: str) -> NetworkParts:
    """Read an object that is a network; what is wrong with it is said with its name.

    Raises:
        NetworkError, SubjectError: it cannot be read.
    """
    try:
        return _read(obj, options)
    except (NetworkError, SubjectError) as error:
        raise type(error)(f"{name}: {error}") from error


def _is_model(adapter: Any, obj: Any) -> bool:
    return bool(getattr(adapter, "is_network", lambda _: False)(obj))


def _read(obj: Any, options: Options) -> NetworkParts:
    if isinstance(obj, Network):
        return NetworkParts(list(obj.weights), list(obj.biases), [a.name for a in obj.activations], obj.head)
    for adapter in adapters.loaded():
        if _is_model(adapter, obj):
            parts: NetworkParts = adapter.network(obj)
            return parts
    named = dict(obj) if isinstance(obj, Mapping) else _enumerated(obj)
    return parts_from_arrays(named, options.layout)


def _enumerated(layers: Any) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for i, layer in enumerate(layers, 1):
        if isinstance(layer, list | tuple) and len(layer) == 2 and np.ndim(layer[0]) == 2:
            named[f"W{i}"] = layer[0]
            if layer[1] is not None:
                named[f"b{i}"] = layer[1]
        else:
            named[f"W{i}"] = layer
    return named


def describe_network(parts: NetworkParts, name: str, library: str | None, options: Options) -> Description:
    """What was found out about a network, with its arrays."""
    hidden = len(parts.weights) - 1
    activations = [options.activation] * hidden if options.activation else parts.activations
    arrays = [*parts.weights, *(b for b in parts.biases if b is not None)]
    if hidden and not options.activation and not parts.activation_known:
        parts.notes.append(
            "no activation comes with these weights, so relu was taken; --activation NAME says otherwise"
        )
    in_memory = pairs_that_share([[w] for w in parts.weights], np.shares_memory)
    return Description(
        "network",
        name,
        library=library,
        layout=options.layout or parts.layout,
        law=parts.law,
        activations=list(activations),
        head=options.head or parts.head,
        activation_known=bool(options.activation) or parts.activation_known,
        with_bias=[b is not None for b in parts.biases],
        shared=sorted({*parts.shared, *in_memory}),
        notes=parts.notes,
        arrays=arrays,
    )

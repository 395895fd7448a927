"""From a model, a list or a mapping of arrays to the facts of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.adapters.base import NetworkParts, pairs_that_share
from symcheck.errors import NetworkError, SubjectError
from symcheck.network import Network
from symcheck.subjects.arrays import parts_from_arrays
from symcheck.subjects.data import NetworkFacts, Options


def is_network(obj: Any) -> bool:
    """Whether an object is to be read as a network: a model, or a list or mapping of arrays."""
    if isinstance(obj, Network) or adapters.first(lambda a: a.is_network(obj)):
        return True
    named = isinstance(obj, Mapping) and all(isinstance(k, str) for k in obj)
    return bool(named or isinstance(obj, list | tuple)) and len(obj) > 0


def read_network(obj: Any, name: str, options: Options) -> NetworkFacts:
    """A network with what is known of it; what is wrong with it is said with its name.

    Raises:
        NetworkError, SubjectError: it cannot be read.
    """
    try:
        parts = _read(obj, options)
    except (NetworkError, SubjectError) as error:
        raise type(error)(f"{name}: {error}") from error
    hidden = len(parts.weights) - 1
    activations = [options.activation] * hidden if options.activation else parts.activations
    notes = list(parts.notes)
    if hidden and not options.activation and not parts.activation_known:
        notes.append("no activation comes with these weights, so relu was taken; --activation NAME says otherwise")
    in_memory = pairs_that_share([[w] for w in parts.weights], np.shares_memory)
    return NetworkFacts(
        name,
        tuple(parts.weights),
        tuple(parts.biases),
        tuple(activations),
        head=options.head or parts.head,
        inputs=options.inputs or parts.inputs,
        layout=options.layout or parts.layout,
        library=adapters.library_of(obj),
        law=parts.law,
        activation_known=bool(options.activation) or parts.activation_known,
        shared=tuple(sorted({*parts.shared, *in_memory})),
        notes=tuple(notes),
    )


def _read(obj: Any, options: Options) -> NetworkParts:
    if isinstance(obj, Network):
        names = [a.name for a in obj.activations]
        return NetworkParts(list(obj.weights), list(obj.biases), names, obj.head, inputs=obj.inputs)
    if (adapter := adapters.first(lambda a: a.is_network(obj))) is not None:
        return adapter.network(obj)
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

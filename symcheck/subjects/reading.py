"""From a model, a list or a mapping of arrays to the facts of a network."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import prod
from types import FunctionType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.adapters.base import NetworkParts, pairs_that_share
from symcheck.errors import NetworkError, SubjectError
from symcheck.network import Network
from symcheck.subjects.arrays import parts_from_arrays
from symcheck.subjects.data import NetworkFacts, Options
from symcheck.subjects.files import WeightsFile
from symcheck.subjects.initializer import shape_of


def is_network(obj: Any) -> bool:
    """Whether an object is to be read as a network: a model, or a list or mapping of arrays."""
    if isinstance(obj, Network | WeightsFile) or adapters.first(lambda a: a.is_network(obj)):
        return True
    parts = obj.values() if isinstance(obj, Mapping) else obj if isinstance(obj, list | tuple) else ()
    if any(isinstance(part, FunctionType) for part in parts):
        return False
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
    notes = [*(obj.notes if isinstance(obj, WeightsFile) else ()), *parts.notes]
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
    if isinstance(obj, WeightsFile):
        return parts_from_arrays(obj.arrays, options.layout)
    if (adapter := adapters.first(lambda a: a.is_network(obj))) is not None:
        return adapter.network(obj)
    named = _flattened(obj) if isinstance(obj, Mapping) else _enumerated(_paired(obj))
    return parts_from_arrays(named, options.layout)


def _flattened(named: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays by name, those in lists and mappings (``{"W": [...], "b": [...]}``) by the name with their number or key."""
    flat: dict[str, Any] = {}
    for name, value in named.items():
        inner: Any = value.items() if isinstance(value, Mapping) else None
        if isinstance(value, list | tuple) and value and all(np.ndim(part) in (1, 2) for part in value):
            inner = enumerate(value, 1) if any(np.ndim(part) == 2 or name[:1] in "bB" for part in value) else None
        flat |= {name: value} if inner is None else {f"{name}{key}": part for key, part in inner}
    return flat


def _paired(layers: Any) -> Any:
    """Layers as pairs where weights and biases come in two lists, or one after the other in one."""
    parts = list(layers)
    if len(parts) == 2 and all(isinstance(p, list | tuple) for p in parts) and len(parts[0]) == len(parts[1]) > 0:
        weights, biases = parts
        if all(_is_bias_of(w, b) for w, b in zip(weights, biases, strict=True)):
            return [(w, np.ravel(b)) for w, b in zip(weights, biases, strict=True)]
    even = len(parts) % 2 == 0
    # A matrix of one unit after another matrix is a layer, and no column of biases.
    if even and not _chain(parts) and all(_is_bias_of(w, b) for w, b in zip(parts[::2], parts[1::2], strict=True)):
        return [(w, np.ravel(b)) for w, b in zip(parts[::2], parts[1::2], strict=True)]
    return layers


def _chain(parts: list[Any]) -> bool:
    """Whether all are matrices that chain in one of the layouts."""
    shapes = [shape_of(part) for part in parts]
    if not all(shape is not None and len(shape) == 2 for shape in shapes):
        return False
    return any(all(a[axis] == b[1 - axis] for a, b in pairwise(shapes)) for axis in (0, 1))  # type: ignore[index]


def _is_bias_of(weight: Any, bias: Any) -> bool:
    """Whether the one is a matrix, and the other a vector (or a column, or a row) with an entry for each of its units."""
    matrix, vector = shape_of(weight), shape_of(bias)
    if matrix is None or vector is None or len(matrix) != 2 or len(vector) not in (1, 2):
        return False
    return max(vector) in matrix and prod(vector) == max(vector)


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

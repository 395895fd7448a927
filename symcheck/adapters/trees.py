"""Trees of arrays, as functions take and return them: what lies in them, and the same trees with other arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from symcheck.types import Array


def kind(array: Any) -> str:
    """The letter that numpy has for the kind of an array's numbers, "f" also of those that numpy has not; "" of keys of jax."""
    dtype = array.dtype
    return "f" if str(dtype).startswith(("bfloat", "float")) else str(getattr(dtype, "kind", ""))


def as_array(one: Any) -> Array:
    """As an array of numpy, floats that numpy has not in float32; keys of jax, which are no numbers, as they are."""
    if hasattr(one, "dtype") and not kind(one):
        kept: Array = one
        return kept
    found = np.asarray(one)
    return found.astype(np.float32) if found.dtype.kind == "V" and kind(found) == "f" else found


def leaves(tree: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Array]]:
    """Arrays of floats and of complex numbers in a tree, and Python floats, with their paths."""
    if isinstance(tree, Mapping):
        for key, one in tree.items():
            yield from leaves(one, (*path, key))
    elif isinstance(tree, list | tuple):
        for place, one in enumerate(tree):
            yield from leaves(one, (*path, place))
    elif isinstance(tree, float) or (hasattr(tree, "shape") and kind(tree) in tuple("fc") and np.size(tree)):
        yield path, as_array(tree)


def rebuilt(tree: Any, path: tuple[Any, ...], values: Mapping[tuple[Any, ...], Any]) -> Any:
    """The tree with other values at some paths."""
    if path in values:
        return values[path]
    if isinstance(tree, Mapping):
        return {key: rebuilt(one, (*path, key), values) for key, one in tree.items()}
    if isinstance(tree, list | tuple):
        return _like(tree, [rebuilt(one, (*path, place), values) for place, one in enumerate(tree)])
    return tree


def arrays(output: Any) -> list[Any]:
    """Every array of floats in an output."""
    if isinstance(output, Mapping):
        return [array for one in output.values() for array in arrays(one)]
    if isinstance(output, tuple | list):
        return [array for one in output for array in arrays(one)]
    if is_dataclass(output):
        return [array for field in fields(output) for array in arrays(getattr(output, field.name))]
    if isinstance(output, bool | int | str | None):
        return []
    # Of torch, on which keras may run, numpy knows no types.
    name = str(getattr(output, "dtype", type(output).__name__)).rpartition(".")[2]
    return [output] if name.startswith(("float", "bfloat")) else []


def mapped(tree: Any, change: Callable[[Array], Any]) -> Any:
    """A tree of inputs with every array changed; flags, texts and None stay."""
    if isinstance(tree, Mapping):
        return {key: mapped(one, change) for key, one in tree.items()}
    if isinstance(tree, tuple | list):
        return _like(tree, [mapped(one, change) for one in tree])
    return (
        tree
        if tree is None or isinstance(tree, bool | str)
        else change(tree if hasattr(tree, "shape") else np.asarray(tree))
    )


def _like(tree: Any, parts: list[Any]) -> Any:
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)

"""Nested containers of arrays and modules, as named arrays: names are the keys, places and attributes on the way, with dots.

What is no container, no array and no module of a known library (numbers that stand alone, texts, functions) is passed over.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.adapters.held import AdaptedParameter, joined
from symcheck.errors import SubjectError
from symcheck.parameters import Parameter
from symcheck.texts import exact_text, type_name

#: Containers in each other, and things in all containers, at most: what refers to itself in many ways has no end.
_DEEPEST, _MOST = 100, 1_000_000
#: Classes of these packages are no user's own objects.
_FOREIGN = {
    *sys.stdlib_module_names,
    "numpy",
    "scipy",
    "torch",
    "jax",
    "jaxlib",
    "keras",
    "flax",
    "sklearn",
    "symcheck",
}
#: How libraries mark fields of their dataclasses that are settings.
_SETTINGS = {"static": True, "pytree_node": False}


def held_in(tree: Any, leaf: type | tuple[type, ...] = ()) -> list[AdaptedParameter]:
    """Every array and every module's parameters in a tree, without what comes again inside itself.

    Args:
        leaf: what is an array beside those of known libraries.

    Raises:
        SubjectError: it has no end.
    """
    return list(_Walk(leaf).through(tree, "", ()))


def children_of(node: Any) -> list[tuple[str, Any]] | None:
    """What a container holds, by name; None for what is no container.

    An object of a user's own class holds its attributes that are not private, as they lie in its dictionary: no property runs.
    """
    if isinstance(node, Mapping):
        items = dict.items(node) if isinstance(node, dict) else node.items()
        return [(_key(key, place), value) for place, (key, value) in enumerate(items)]
    if isinstance(node, tuple) and isinstance(fields := getattr(type(node), "_fields", None), tuple):
        return list(zip(map(str, fields), node, strict=False))
    if isinstance(node, list | tuple):
        return [(str(i), value) for i, value in enumerate(node)]
    if isinstance(node, np.ndarray):
        return [(str(i), value) for i, value in enumerate(np.asarray(node))] if _holds_arrays(node) else None
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        return [(f.name, _attribute(node, f.name)) for f in dataclasses.fields(node) if not _is_setting(f)]
    return [(n, v) for n, v in vars(node).items() if not n.startswith("_")] if is_own_object(node) else None


def is_module(obj: Any) -> bool:
    """Whether an object is a module of a library that tells its parameters."""
    return _adapter(obj) is not None


def is_own_object(node: Any) -> bool:
    """Whether an object comes from a class that is no library's, and keeps its attributes in a dictionary."""
    home = str(type(node).__module__).split(".")[0]
    described = isinstance(node, type | ModuleType) or not isinstance(getattr(node, "__dict__", None), dict)
    return not described and home not in _FOREIGN | {"builtins"} and not isinstance(node, Mapping | list | tuple)


def _adapter(node: Any) -> adapters.Adapter | None:
    return adapters.first(lambda a: a.has_parameters(node))


class _Walk:
    """A walk through a tree, of so many steps at most."""

    def __init__(self, leaf: type | tuple[type, ...]) -> None:
        self._leaf, self._left = leaf, _MOST

    def through(self, node: Any, path: str, inside: tuple[int, ...]) -> Iterator[AdaptedParameter]:
        self._left -= 1
        if self._left < 0 or len(inside) > _DEEPEST:
            how = f"nested more than {_DEEPEST} deep" if self._left >= 0 else f"made of more than {_MOST:,} things"
            raise SubjectError(f"it is {how}: symcheck reads no parameters out of that")
        if id(node) in inside or node is None or isinstance(node, str | bytes):
            return
        if (array := node if isinstance(node, self._leaf) else _array(node)) is not None:
            yield AdaptedParameter(Parameter(path, None), array)
        elif (adapter := _adapter(node)) is not None:
            yield from (held.below(path) for held in adapter.parameters(node))
        else:
            for name, child in children_of(node) or ():
                yield from self.through(child, joined(path, name), (*inside, id(node)))


def _array(node: Any) -> Any:
    """An array of any library, or a list of numbers or of equally long lists of them as one; None for anything else."""
    if isinstance(node, np.ndarray):
        return None if _holds_arrays(node) else node
    if isinstance(node, np.number):
        return np.asarray(node)
    if isinstance(node, list) and _numbers(node, 0):
        try:
            array = np.asarray(node)
        except ValueError:
            return None
        # Whole numbers are sizes.
        return array if array.dtype.kind == "f" else None
    return node if adapters.first(lambda a: a.storage(node) is not None) is not None else None


def _numbers(node: Any, depth: int) -> bool:
    if isinstance(node, list):
        return depth < 32 and len(node) > 0 and all(_numbers(item, depth + 1) for item in node)
    return depth > 0 and type(node) in (int, float)


def _holds_arrays(array: Any) -> bool:
    """Whether an array of objects stands for a list of arrays, as ``np.array([W1, W2], dtype=object)`` does."""
    plain = np.asarray(array)
    return plain.dtype == object and plain.ndim == 1 and any(isinstance(x, np.ndarray | list | tuple) for x in plain)


def _is_setting(field: dataclasses.Field[Any]) -> bool:
    return any(field.metadata.get(key) is value for key, value in _SETTINGS.items())


def _attribute(node: Any, name: str) -> Any:
    try:
        return object.__getattribute__(node, name)
    except AttributeError:
        return None


def _key(key: Any, place: int) -> str:
    if issubclass(type(key), str):
        return exact_text(key)
    try:
        return str(key)
    except Exception:
        return f"<{type_name(key)} {place}>"

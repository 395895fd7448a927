"""Places inside what a user keeps: a path of attributes and keys, read and written whatever lies on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from types import ModuleType, NoneType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.names import is_bias
from symcheck.types import Array

#: A step to an attribute, or to a key of a mapping or a place of a list.
Step = tuple[str, Any]
Path = tuple[Step, ...]
ATTRIBUTE, KEY = ".", "[]"

#: How deep is looked, how many entries of a list are, and how many places there may be.
_DEEPEST, _LONGEST, _MOST = 6, 400, 4000
_PLAIN = (int, float, str, list, tuple, dict, np.ndarray, np.generic, NoneType, type)
_NUMBER = ("data", "value", "val", "v")
_FOREIGN = ("numpy", "builtins", "random", "collections", "functools", "threading", "matplotlib", "pandas", "logging")


def told(path: Path) -> str:
    """A path as Python would write it, without what it starts from: ``layers[0].W``, ``W1``."""
    text = ""
    for kind, key in path:
        if kind == ATTRIBUTE or (isinstance(key, str) and not text):
            text += f".{key}" if text else str(key)
        else:
            text += f"[{key!r}]"
    return text


def is_number(value: Any) -> bool:
    """Whether a value is a number with a point, or a node of a scalar graph that holds a number."""
    if isinstance(value, float | np.floating):
        return True
    return is_node(value)


def is_node(value: Any) -> bool:
    """Whether a value is a node of a scalar graph: its number in an attribute of `_NUMBER`, its derivative in ``grad``."""
    return bool(_number_of(value))


def _number_of(node: Any) -> str:
    """The attribute in which a node keeps its number; "" of what is no node."""
    if isinstance(node, _PLAIN):
        return ""
    try:
        kept = [name for name in _NUMBER if isinstance(getattr(node, name, None), float | int | np.number)]
        return kept[0] if kept and hasattr(node, "grad") else ""
    except Exception:
        return ""


def nest_shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a list of numbers, or of lists of one length of them; None of anything else."""
    if not isinstance(value, list | tuple) or not value or len(value) > _LONGEST * 10:
        return None
    if all(is_number(part) for part in value):
        return (len(value),)
    inner = [nest_shape(part) for part in value]
    if inner[0] is None or len(inner[0]) > 1 or any(shape != inner[0] for shape in inner):
        return None
    return (len(value), *inner[0])


def values_of(value: Any) -> Array:
    """The numbers of an array, a number, a node, or a nest of these.

    Raises:
        TypeError, ValueError: it holds something else.
    """
    if isinstance(value, list | tuple):
        return np.array([values_of(part) for part in value])
    number = _number_of(value)
    return np.asarray(getattr(value, number) if number else value, dtype=None)


def places(root: Any) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Every place inside that holds floating-point numbers, with its shape of two axes at most."""
    yield from islice(_walk(root, (), set()), _MOST)


def arrays_of(root: Any) -> Iterator[tuple[str, Array]]:
    """Every array inside, of whatever kind, with its path as Python would write it."""

    def walk(value: Any, path: Path) -> Iterator[tuple[str, Array]]:
        if isinstance(value, np.ndarray):
            yield told(path), value
        elif len(path) < _DEEPEST:
            for step, part in _parts(value):
                yield from walk(part, (*path, step))

    yield from islice(walk(root, ()), _LONGEST)


def cells(value: Any) -> list[np.ndarray[Any, Any]]:
    """Arrays that are variables of the functions around a function."""
    held = [getattr(cell, "cell_contents", None) for cell in getattr(value, "__closure__", None) or ()]
    parts = [part for content in held for part in (content if isinstance(content, list | tuple) else [content])]
    return [part for part in parts if isinstance(part, np.ndarray)]


def _walk(value: Any, path: Path, seen: set[int]) -> Iterator[tuple[Path, tuple[int, ...]]]:
    if is_number(value) or (type(value) is int and value == 0 and is_bias(told(path))):
        # A bias that starts as 0 is written as a whole number, too.
        yield path, ()
    elif isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.ndim <= 2 and value.size:
            yield path, value.shape
        elif value.dtype == object and value.ndim == 1:
            yield from _walk(list(value), path, seen)
    elif (shape := nest_shape(value)) is not None:
        yield path, shape
    elif len(path) < _DEEPEST and id(value) not in seen:
        seen = seen | {id(value)}
        for step, part in _parts(value):
            yield from _walk(part, (*path, step), seen)


def _parts(value: Any) -> list[tuple[Step, Any]]:
    if isinstance(value, Mapping):
        return [((KEY, key), part) for key, part in list(value.items())[:_LONGEST]]
    if isinstance(value, list | tuple | deque):
        return [((KEY, i), part) for i, part in enumerate(islice(value, _LONGEST))]
    if isinstance(value, ModuleType):
        own = {n: v for n, v in vars(value).items() if not n.startswith("__") and not isinstance(v, ModuleType | type)}
        return [((ATTRIBUTE, n), v) for n, v in own.items() if not callable(v) or hasattr(v, "__dict__")]
    if isinstance(value, type) or type(value).__module__.split(".")[0] in _FOREIGN:
        return []
    return [((ATTRIBUTE, name), part) for name, part in list(attributes(value).items())[:_LONGEST]]


def attributes(value: Any) -> dict[str, Any]:
    """What an object keeps, in its dictionary and in slots."""
    found = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__[:-1]:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            with suppress(AttributeError):
                found[name] = getattr(value, name)
    return found


def get(root: Any, path: Path) -> Any:
    """What lies at a path.

    Raises:
        LookupError, AttributeError: nothing does.
    """
    for kind, key in path:
        root = getattr(root, key) if kind == ATTRIBUTE else root[key]
    return root


def put(root: Any, path: Path, array: Array) -> Any:
    """Write numbers to a path, in the form of what lies there; gives the root, which is new where it is a tuple.

    An array is written into, so that whoever else holds it sees it too.
    """
    old = get(root, path)
    new = _like(old, array)
    if new is old:
        return root
    # Whoever else holds the array is given the new one, which has another dtype or shape.
    others = [p for p, _ in places(root) if get(root, p) is old] if isinstance(old, np.ndarray) else []
    for at in dict.fromkeys((path, *others)):
        root = _set(root, at, new)
    return root


def put_number(root: Any, path: Path, number: float) -> Any:
    """Write one number to a path, whatever lies there; gives the root, which is new where it is a tuple."""
    return _set(root, path, float(number))


def _set(root: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    (kind, key), rest = path[0], path[1:]
    old = get(root, path[:1])
    part = _set(old, rest, new)
    if part is old:
        return root
    if kind == ATTRIBUTE:
        setattr(root, key, part)
    elif isinstance(root, tuple):
        parts = [*root[:key], part, *root[key + 1 :]]
        return type(root)(*parts) if hasattr(root, "_fields") else tuple(parts)
    else:
        root[key] = part
    return root


def _like(old: Any, array: Array) -> Any:
    if isinstance(old, np.ndarray):
        if old.shape == array.shape and old.dtype == array.dtype and old.flags.writeable:
            old[...] = array
            return old
        return np.matrix(array) if isinstance(old, np.matrix) else np.array(array)
    if number := _number_of(old):
        # Of a node that is as a step has left it the derivative stays too: whoever trains it has to set it back.
        if getattr(old, number) != float(array):
            setattr(old, number, float(array))
            old.grad = 0.0
        return old
    if isinstance(old, list | tuple):
        return type(old)([_like(part, array[i]) for i, part in enumerate(old)])
    if array.ndim:
        # One number stood where there should be several.
        return np.array(array)
    return float(array) if not isinstance(old, np.floating) else type(old)(array)

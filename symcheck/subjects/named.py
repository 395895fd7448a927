"""Whatever somebody has as named parameters: which reader fits is decided here, and sizes are held before anything is copied."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.adapters.held import AdaptedParameter
from symcheck.errors import NetworkError, SubjectError
from symcheck.file_arrays import FileArray
from symcheck.parameters import Parameter
from symcheck.subjects.checkpoints import trained_by_name, weights_of
from symcheck.subjects.files import WeightsFile
from symcheck.subjects.guesses import guessed
from symcheck.subjects.holding import refuse_large
from symcheck.subjects.initializer import shape_of, to_array
from symcheck.subjects.limits import network_bytes
from symcheck.subjects.trees import held_in, is_module, is_own_object
from symcheck.texts import LONGEST_NAME, describe, plain

_NO_NUMBERS = {"O": "Python objects", "S": "text", "U": "text", "T": "text", "M": "dates", "m": "durations"}


@dataclass(frozen=True)
class Named:
    """The parameters of something, and sentences on what of it was read."""

    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...] = ()


def read_parameters(obj: Any, name: str) -> list[Parameter] | None:
    """The parameters alone; see `read_named`."""
    found = read_named(obj, name)
    return None if found is None else list(found.parameters)


def read_named(obj: Any, name: str) -> Named | None:
    """Parameters of a module, a pair of a module and its variables, a checkpoint, a tree of arrays, an object with arrays.

    Layers are known, and held to what their library documents, where modules of the library are there. Arrays alone have the
    roles and fans that their names, ranks and biases leave no doubt about, and no documented laws. An object of a user's own
    class is read where it holds a matrix.

    Returns:
        None of what holds no array of numbers, and no parameter that is told to be without values.

    Raises:
        SubjectError: there are, and they cannot be told: two of one name, more than the memory holds, no end of them.
    """
    if isinstance(obj, WeightsFile):
        return _of_file(obj, name)
    try:
        inner, notes = weights_of(obj, FileArray)
        held = held_in(inner, FileArray)
        if any(not h.parameter.name for h in held):
            return None
        if not any(h.parameter.absent or _no_numbers(h.array) is None for h in held):
            return None
        if is_own_object(inner) and not is_module(inner) and not any(_is_matrix(h.array) for h in held):
            return None
        parameters = guessed(list(_filled(_with_collections(held, inner))))
    except (NetworkError, SubjectError) as error:
        raise SubjectError(f"{name}: {error}") from error
    return Named(tuple(parameters), notes)


def _of_file(file: WeightsFile, name: str) -> Named | None:
    if (found := read_named(file.arrays, name)) is None:
        return None
    told = (replace(p, dtype=file.dtypes.get(p.name, p.dtype)) for p in found.parameters)
    return Named(tuple(told), (*file.notes, *found.notes))


def _with_collections(held: Sequence[AdaptedParameter], tree: Any) -> Iterator[AdaptedParameter]:
    trained = trained_by_name(tree)
    for h in held:
        if trained.get(h.parameter.name.split(".")[0], True):
            yield h
        else:
            yield replace(h, parameter=replace(h.parameter, role="state", trained=False))


def _filled(held: Iterator[AdaptedParameter]) -> Iterator[Parameter]:
    """Parameters with their values, copied unless nobody can write to them."""
    room, names = network_bytes(), set()
    seen: dict[Hashable, tuple[Parameter, Any]] = {}
    for h in held:
        told = replace(h.parameter, name=plain(h.parameter.name))
        if told.name in names:
            raise SubjectError(f"two parameters are named {plain(repr(told.name), LONGEST_NAME)}")
        names.add(told.name)
        key = None if told.absent else _storage(h.array)
        earlier, same = seen.get(key, (None, None)) if key is not None else (None, None)
        if earlier is not None and same is h.array:
            yield replace(told, values=earlier.values, dtype=earlier.dtype, absent=earlier.absent, shares=earlier.name)
            continue
        if not told.absent:
            told = _with_values(told, h.array, room)
            room -= told.values.nbytes if isinstance(told.values, np.ndarray) else 0
        if earlier is not None:
            told = replace(told, shares=earlier.name)
        elif key is not None:
            seen[key] = told, h.array
        yield told


def _with_values(told: Parameter, array: Any, room: float) -> Parameter:
    if isinstance(array, FileArray):
        return replace(told, values=array, dtype=array.stored)
    if (what := _no_numbers(array)) is not None:
        return replace(told, absent=f"holds {what}, not numbers")
    refuse_large(plain(told.name, LONGEST_NAME), shape_of(array), array, room, "model")
    try:
        converted = to_array(array)
    except Exception as error:
        return replace(told, absent=f"cannot be read as an array: {describe(error)}")
    if isinstance(converted, str):
        return replace(told, absent=f"cannot be read: it {converted}")
    values, dtype = converted
    if values.dtype.kind == "V":
        # Types of 8 bits and fewer that numpy itself does not have.
        values = values.astype(np.float32)
    elif isinstance(array, np.ndarray) and values.flags.writeable:
        # The adapters give copies of their libraries' arrays.
        values = np.array(values)
    return replace(told, values=values, dtype=told.dtype or dtype)


def _no_numbers(array: Any) -> str | None:
    """What an array holds in place of numbers."""
    if not isinstance(array, np.ndarray):
        return None
    dtype = np.asarray(array).dtype
    return "records" if dtype.names else _NO_NUMBERS.get(dtype.kind)


def _is_matrix(array: Any) -> bool:
    return len(shape_of(array) or ()) >= 2


def _storage(array: Any) -> Hashable | None:
    if isinstance(array, np.ndarray):
        plain_array = np.asarray(array)
        steps = tuple(sorted(zip(plain_array.strides, plain_array.shape, strict=True)))
        # Arrays without entries have nothing in common, and those of one entry only lie where a larger one begins.
        return (plain_array.__array_interface__["data"][0], plain_array.dtype.str, steps) if plain_array.size else None
    return next((key for a in adapters.loaded() if (key := a.storage(array)) is not None), None)

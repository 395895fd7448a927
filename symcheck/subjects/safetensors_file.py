"""Arrays of ``.safetensors`` files, of one or of all the files that an index names: headers are read, numbers stay where they are."""

from __future__ import annotations

import json
import os.path
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import SubjectError, counted
from symcheck.file_arrays import FileArray, stamp_of
from symcheck.texts import LONGEST_NAME, first_line, plain

#: How the name of an index ends.
INDEX = ".safetensors.index.json"
#: Bytes of an index that is read.
_LARGEST_INDEX = 1 << 28
#: Type in the format -> name of the dtype, and how numpy reads it.
_TYPES = {
    "F64": ("float64", "<f8"),
    "F32": ("float32", "<f4"),
    "F16": ("float16", "<f2"),
    "BF16": ("bfloat16", "<u2"),
    "I64": ("int64", "<i8"),
    "I32": ("int32", "<i4"),
    "I16": ("int16", "<i2"),
    "I8": ("int8", "|i1"),
    "U64": ("uint64", "<u8"),
    "U32": ("uint32", "<u4"),
    "U16": ("uint16", "<u2"),
    "U8": ("uint8", "|u1"),
    "BOOL": ("bool", "|b1"),
}


@dataclass(frozen=True)
class _Header:
    """What one file holds.

    Attributes:
        arrays: by name. unread: names with their types, of which no weights are read.
    """

    arrays: dict[str, FileArray]
    unread: dict[str, str]


def read_safetensors(path: Path) -> tuple[dict[str, FileArray], tuple[str, ...]]:
    """The arrays of one file by name, with what is to be said of it.

    Raises:
        SubjectError: safetensors is not installed, or the file is not sound.
    """
    header = _header(path)
    shard = re.fullmatch(r"(.*)-\d+-of-(\d+)\.safetensors", path.name)
    whole = f"one file of {int(shard[2])}; the whole is named by its index, {shard[1]}{INDEX}" if shard else ""
    return header.arrays, tuple(note for note in (whole, _not_read(path, header.arrays, header.unread)) if note)


def read_index(path: Path) -> tuple[dict[str, FileArray], tuple[str, ...]]:
    """The arrays of all files that an index names.

    Raises:
        SubjectError: the index is none, or a file or an array is missing.
    """
    places = _weight_map(path)
    found: dict[str, FileArray] = {}
    unread: dict[str, str] = {}
    left_out: list[str] = []
    for name in sorted(set(places.values())):
        file = path.parent / name
        if not os.path.isfile(file):
            raise SubjectError(f"{path} names {plain(repr(name), LONGEST_NAME)}, and there is no such file beside it")
        header = _header(file)
        held = header.arrays.keys() | header.unread.keys()
        meant = {array for array, home in places.items() if home == name}
        if missing := sorted(meant - held):
            raise SubjectError(f"{path} says that {plain(missing[0], LONGEST_NAME)} is in {name}, and it is not")
        left_out += [f"{plain(array, LONGEST_NAME)} in {name}" for array in sorted(held - meant)]
        found |= {array: values for array, values in header.arrays.items() if array in meant}
        unread |= header.unread
    notes = [f"{counted(len(set(places.values())), 'file')} of weights", _not_read(path, found, unread)]
    if left_out:
        notes.append(f"not where the index has it, and left out: {_few(left_out)}")
    return {name: found[name] for name in sorted(found)}, tuple(note for note in notes if note)


def _not_read(path: Path, arrays: dict[str, FileArray], unread: dict[str, str]) -> str:
    """The sentence on arrays of types that hold no weights that are read; empty where there are none."""
    named = _few([f"{plain(name, LONGEST_NAME)} ({kind})" for name, kind in sorted(unread.items())])
    if unread and not arrays:
        raise SubjectError(f"{path} holds only types in which symcheck reads no weights: {named}")
    return f"not read, for their type: {named}" if unread else ""


def _header(path: Path) -> _Header:
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise SubjectError(f"reading {path} needs safetensors: pip install 'symcheck[files]'") from None
    try:
        # The library holds the header to its rules: no overlaps, no gaps, sizes that agree with shapes and with the file.
        with safe_open(path, framework="numpy"):
            pass
    except (SafetensorError, ValueError, OSError, MemoryError) as error:
        raise SubjectError(f"{path} is not a sound safetensors file: {first_line(error)}") from error
    with path.open("rb") as file:
        stamp = stamp_of(file.fileno())
        length = int.from_bytes(file.read(8), "little")
        told = json.loads(file.read(length), object_pairs_hook=lambda pairs: _once(path, pairs))
    told.pop("__metadata__", None)
    read = {name: info for name, info in sorted(told.items()) if info["dtype"] in _TYPES}
    return _Header(
        {name: _array(path, 8 + length, name, info, stamp) for name, info in read.items()},
        {name: info["dtype"] for name, info in told.items() if name not in read},
    )


def _few(names: list[str]) -> str:
    return ", ".join(names[:6]) + f" and {len(names) - 6:,} more" * (len(names) > 6)


def _weight_map(path: Path) -> dict[str, str]:
    if os.path.getsize(path) > _LARGEST_INDEX:
        raise SubjectError(f"{path} is larger than any index of weights")
    try:
        index = json.loads(path.read_bytes(), object_pairs_hook=lambda pairs: _once(path, pairs))
    except (ValueError, RecursionError) as error:
        raise SubjectError(f"{path} is no index of weights: {first_line(error)}") from error
    places = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(places, dict) or not places or not all(isinstance(name, str) for name in places.values()):
        raise SubjectError(f"{path} is no index of weights: it has no weight_map of names of files")
    for name in places.values():
        # Only files beside the index: a name that leads elsewhere is none that a library writes.
        if not name.endswith(".safetensors") or Path(name).name != name:
            raise SubjectError(
                f"{path} names {plain(repr(name), LONGEST_NAME)}, which is no safetensors file beside it"
            )
    return places


def _once(path: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that comes twice, of which a reader takes only the last."""
    named = dict(pairs)
    if len(named) < len(pairs):
        double, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise SubjectError(f"{path} holds two arrays named {plain(repr(double), LONGEST_NAME)}")
    return named


def _array(path: Path, begin: int, name: str, info: dict[str, Any], stamp: tuple[int, int]) -> FileArray:
    shape, shown = tuple(info["shape"]), plain(name, LONGEST_NAME)
    stored, code = _TYPES[info["dtype"]]
    try:
        np.broadcast_to(np.float64(0), shape)
    except ValueError:
        raise SubjectError(f"{shown} in {path} has shape {shape}, which no array can have") from None
    return FileArray(os.path.abspath(path), begin + int(info["data_offsets"][0]), shape, stored, code, stamp)

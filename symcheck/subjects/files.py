"""Weights from files, without ever running what is in them: ``.npz`` without pickle, ``.safetensors``."""

from __future__ import annotations

import json
import os.path
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import SubjectError
from symcheck.subjects.npz import read_npz
from symcheck.texts import LONGEST_NAME, first_line, plain
from symcheck.types import Array

SUFFIXES = (".npz", ".safetensors")

_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "|u1",
}


def names_weights(text: str) -> bool:
    """Whether a text names a file of weights, by its ending."""
    return text.lower().endswith(SUFFIXES)


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of a weights file by name; bfloat16 is read as float32, exactly.

    Raises:
        SubjectError: no such file, another kind of file, a damaged one, or one that holds pickled objects.
    """
    if not os.path.isfile(path):
        raise SubjectError(f"there is no file {str(path)!r}")
    return _npz(path) if path.suffix.lower() == ".npz" else _safetensors(path)


def _npz(path: Path) -> dict[str, Array]:
    try:
        return read_npz(path)
    except SubjectError:
        raise
    except Exception as error:
        # Bytes that are not what they should be make zipfile, decompressors and numpy's reader raise almost anything.
        raise SubjectError(f"{path} is truncated or damaged: {first_line(error)}") from error


def _safetensors(path: Path) -> dict[str, Array]:
    try:
        from safetensors import SafetensorError, deserialize
    except ImportError:
        raise SubjectError(f"reading {path} needs safetensors: pip install 'symcheck[files]'") from None
    try:
        content = path.read_bytes()
        tensors: Any = deserialize(content)  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError, OSError, MemoryError) as error:
        raise SubjectError(f"{path} is not a sound safetensors file: {first_line(error)}") from error
    _refuse_doubles(path, content)
    return {name: _tensor(path, name, info) for name, info in sorted(tensors)}


def _refuse_doubles(path: Path, content: bytes) -> None:
    """Refuse a name that comes twice, of which the library tells only the last."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        named = dict(pairs)
        if len(named) < len(pairs):
            names = [name for name, _ in pairs]
            double = next(name for name in named if names.count(name) > 1)
            raise SubjectError(f"{path} holds two arrays named {plain(repr(double), LONGEST_NAME)}")
        return named

    json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")], object_pairs_hook=once)


def _tensor(path: Path, name: str, info: dict[str, Any]) -> Array:
    kind, shape, data, name = info["dtype"], tuple(info["shape"]), bytes(info["data"]), plain(name, LONGEST_NAME)
    if kind not in _TYPES:
        raise SubjectError(f"{name} in {path} has type {kind}, which holds no weights symcheck can read")
    dtype = np.dtype(_TYPES[kind])
    if len(data) != prod(shape) * dtype.itemsize:
        raise SubjectError(f"{name} in {path} claims shape {shape} but carries {len(data)} bytes")
    try:
        array = np.frombuffer(data, dtype=dtype).reshape(shape)
    except ValueError:
        raise SubjectError(f"{name} in {path} has shape {shape}, which no array can have") from None
    return (array.astype("<u4") << 16).view("<f4") if kind == "BF16" else array

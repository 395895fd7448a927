"""Weights from files, without ever running what is in them: ``.npz`` without pickle, ``.safetensors``."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import SubjectError, first_line
from symcheck.subjects.npz import read_npz
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


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of a weights file by name; bfloat16 is read as float32, exactly.

    Raises:
        SubjectError: no such file, another kind of file, a damaged one, or one that holds pickled objects.
    """
    if not path.is_file():
        raise SubjectError(f"there is no file {str(path)!r}")
    return _npz(path) if path.suffix == ".npz" else _safetensors(path)


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
        tensors: Any = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError, OSError, MemoryError) as error:
        raise SubjectError(f"{path} is not a sound safetensors file: {first_line(error)}") from error
    return {name: _tensor(path, name, info) for name, info in sorted(tensors)}


def _tensor(path: Path, name: str, info: dict[str, Any]) -> Array:
    kind, shape, data = info["dtype"], tuple(info["shape"]), bytes(info["data"])
    if kind not in _TYPES:
        raise SubjectError(f"{name} in {path} has type {kind}, which holds no weights symcheck can read")
    dtype = np.dtype(_TYPES[kind])
    if len(data) != prod(shape) * dtype.itemsize:
        raise SubjectError(f"{name} in {path} claims shape {shape} but carries {len(data)} bytes")
    array = np.frombuffer(data, dtype=dtype).reshape(shape)
    return (array.astype("<u4") << 16).view("<f4") if kind == "BF16" else array

"""Weights from files, without ever running what is in them: ``.npz``, ``.safetensors``, and what ``torch.save`` wrote."""

from __future__ import annotations

import json
import os.path
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import SubjectError
from symcheck.subjects.checkpoints import weights_of
from symcheck.subjects.npz import read_npz
from symcheck.subjects.torch_file import Stored, read_torch_file
from symcheck.subjects.trees import held_in
from symcheck.texts import LONGEST_NAME, first_line, plain
from symcheck.types import Array

SUFFIXES = (".npz", ".safetensors", ".pt", ".pth", ".bin")
_OF_TORCH = (".pt", ".pth", ".bin")

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


@dataclass(frozen=True)
class WeightsFile:
    """What is in a file of weights.

    Attributes:
        arrays: by name; bfloat16 as float32, exactly, and not to be written to.
        dtypes: names of the dtypes that they are stored in.
        notes: sentences on what was read of it.
    """

    arrays: dict[str, Array]
    dtypes: dict[str, str]
    notes: tuple[str, ...] = ()


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of a weights file by name; see `read_weights`."""
    return read_weights(path).arrays


def read_weights(path: Path) -> WeightsFile:
    """All arrays of a weights file; of a checkpoint those of the model.

    Raises:
        SubjectError: no such file, another kind of file, a damaged one, or one that holds pickled objects.
    """
    if not os.path.isfile(path):
        raise SubjectError(f"there is no file {str(path)!r}")
    suffix = path.suffix.lower()
    if suffix in _OF_TORCH:
        return _torch(path)
    found = _npz(path) if suffix == ".npz" else _safetensors(path)
    for array in found.arrays.values():
        array.flags.writeable = False
    return found


def _torch(path: Path) -> WeightsFile:
    saved, notes = weights_of(read_torch_file(path), Stored)
    found = [(h.parameter.name, h.array) for h in held_in(saved, Stored) if isinstance(h.array, Stored)]
    stored = dict(found)
    if not stored or "" in stored:
        raise SubjectError(f"{path} holds no tensors by name; save the weights: torch.save(model.state_dict(), path)")
    if len(stored) < len(found):
        raise SubjectError(f"{path} holds two tensors of one name, told apart only by the containers that they lie in")
    return WeightsFile({n: s.values for n, s in stored.items()}, {n: s.dtype for n, s in stored.items()}, notes)


def _npz(path: Path) -> WeightsFile:
    try:
        arrays = read_npz(path)
        return WeightsFile(arrays, {name: array.dtype.name for name, array in arrays.items()})
    except SubjectError:
        raise
    except Exception as error:
        # Bytes that are not what they should be make zipfile, decompressors and numpy's reader raise almost anything.
        raise SubjectError(f"{path} is truncated or damaged: {first_line(error)}") from error


def _safetensors(path: Path) -> WeightsFile:
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
    arrays = {name: _tensor(path, name, info) for name, info in sorted(tensors)}
    brain = {name for name, info in tensors if info["dtype"] == "BF16"}
    return WeightsFile(arrays, {name: "bfloat16" if name in brain else a.dtype.name for name, a in arrays.items()})


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

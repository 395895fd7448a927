"""Weights from files, without ever running what is in them: ``.npz``, ``.safetensors``, and what ``torch.save`` wrote."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from symcheck.errors import SubjectError
from symcheck.file_arrays import FileArray, Values, in_memory
from symcheck.subjects.checkpoints import weights_of
from symcheck.subjects.limits import network_bytes
from symcheck.subjects.npz import read_npz
from symcheck.subjects.safetensors_file import INDEX, read_index, read_safetensors
from symcheck.subjects.torch_file import Stored, read_torch_file
from symcheck.subjects.trees import held_in
from symcheck.texts import first_line
from symcheck.types import Array

SUFFIXES = (".npz", ".safetensors", ".pt", ".pth", ".bin", INDEX)
_OF_TORCH = (".pt", ".pth", ".bin")

#: Bytes of weights from which on they stay in their file, and are read piece by piece.
LARGE = 1 << 28


def names_weights(text: str) -> bool:
    """Whether a text names a file of weights, by its ending."""
    return text.lower().endswith(SUFFIXES)


@dataclass(frozen=True)
class WeightsFile:
    """What is in a file of weights.

    Attributes:
        arrays: by name; bfloat16 as float32, exactly, and not to be written to. All of a large file are left in it.
        dtypes: names of the dtypes that they are stored in.
        notes: sentences on what was read of it.
    """

    arrays: Mapping[str, Values]
    dtypes: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def in_file(self) -> bool:
        """Whether its arrays are left in the file."""
        return any(isinstance(array, FileArray) for array in self.arrays.values())


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of a weights file by name, in memory; see `read_weights`."""
    return {name: in_memory(array) for name, array in read_weights(path, whole=True).arrays.items()}


def read_weights(path: Path, whole: bool = False) -> WeightsFile:
    """All arrays of a weights file; of a checkpoint those of the model.

    Args:
        whole: whether those of a large file are to be read too.

    Raises:
        SubjectError: no such file, another kind of file, a damaged one, or one that holds pickled objects.
    """
    if not os.path.isfile(path):
        raise SubjectError(f"there is no file {str(path)!r}")
    name = path.name.lower()
    if name.endswith(_OF_TORCH):
        return _torch(path)
    found = _npz(path) if name.endswith(".npz") else _safetensors(path, whole)
    for array in found.arrays.values():
        if isinstance(array, np.ndarray):
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


def _safetensors(path: Path, whole: bool) -> WeightsFile:
    arrays, notes = read_index(path) if path.name.lower().endswith(INDEX) else read_safetensors(path)
    dtypes = {name: array.stored for name, array in arrays.items()}
    size = sum(array.size * array.dtype.itemsize for array in arrays.values())
    if size >= LARGE and not whole:
        return WeightsFile(arrays, dtypes, notes)
    if size > network_bytes():
        raise SubjectError(f"{path} holds {size:,} bytes of weights, more than fit into memory together")
    return WeightsFile({name: array.array() for name, array in arrays.items()}, dtypes, notes)

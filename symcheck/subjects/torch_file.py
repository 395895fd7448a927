"""What ``torch.save`` wrote, read without torch and without running anything of it: containers, numbers and tensors.

The pickle in such a file may name any function; here a name stands for what it stands for in torch's own format, or is refused.
"""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from symcheck.errors import SubjectError
from symcheck.subjects.holding import refuse_large
from symcheck.subjects.limits import memory
from symcheck.texts import LONGEST_NAME, first_line, plain
from symcheck.types import Array

_INSTEAD = "save the weights alone, torch.save(model.state_dict(), path), or as .npz or .safetensors"

#: Type of a storage -> name of the dtype, how its bytes are read.
_STORAGES = {
    "DoubleStorage": ("float64", "f8"),
    "FloatStorage": ("float32", "f4"),
    "HalfStorage": ("float16", "f2"),
    "BFloat16Storage": ("bfloat16", "u2"),
    "LongStorage": ("int64", "i8"),
    "IntStorage": ("int32", "i4"),
    "ShortStorage": ("int16", "i2"),
    "CharStorage": ("int8", "i1"),
    "ByteStorage": ("uint8", "u1"),
    "BoolStorage": ("bool", "?"),
    "ComplexFloatStorage": ("complex64", "c8"),
    "ComplexDoubleStorage": ("complex128", "c16"),
}
_ORDERS = {b"little": "<", b"big": ">"}
#: Bytes of the pickle, which holds no numbers of weights.
_LONGEST = 1 << 26


class _Sealed:
    """What a pickle may not change once it is made."""

    def __setstate__(self, state: Any) -> None:
        raise ValueError("a state for what has none")


@dataclass(frozen=True)
class _Storage(_Sealed):
    dtype: str
    numbers: Array


@dataclass(frozen=True)
class _Meant(_Sealed):
    """Calls what a name of torch's format stands for."""

    function: Callable[..., Any]

    def __call__(self, *positional: Any) -> Any:
        return self.function(*positional)


@dataclass(frozen=True)
class Stored(_Sealed):
    """A tensor of a file: its values (bfloat16 as float32) and the name of the dtype that it is stored in."""

    values: Array
    dtype: str


def read_torch_file(path: Path) -> Any:
    """What was saved, its tensors as `Stored`.

    Raises:
        SubjectError: it is no file of ``torch.save``, damaged, or holds anything but containers, numbers, texts and tensors.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                raise SubjectError(
                    f"{path} is no archive as torch.save writes since torch 1.6; load it there, and {_INSTEAD}"
                )
            with zipfile.ZipFile(file) as archive:
                return _read(path, archive)
    except SubjectError:
        raise
    except Exception as error:
        # Bytes that are not what they should be make zipfile, pickle and numpy raise almost anything.
        raise SubjectError(f"{path} is truncated or damaged: {first_line(error)}") from error


def _read(path: Path, archive: zipfile.ZipFile) -> Any:
    members = {m.filename: m for m in archive.infolist()}
    roots = [name.removesuffix("data.pkl") for name in members if name.endswith("/data.pkl")]
    if any(name.endswith("constants.pkl") for name in members):
        raise SubjectError(f"{path} is a TorchScript program, which symcheck does not run; {_INSTEAD}")
    if len(roots) != 1:
        raise SubjectError(f"{path} is an archive, but none of torch.save; {_INSTEAD}")
    told, root = members[f"{roots[0]}data.pkl"], roots[0]
    if told.file_size > _LONGEST:
        raise SubjectError(f"{path} holds {told.file_size:,} bytes of pickled objects beside its tensors; {_INSTEAD}")
    order = _ORDERS[archive.read(f"{root}byteorder")] if f"{root}byteorder" in members else "<"
    storages = _Storages(path, archive, members, root, order)
    with archive.open(told) as stream:
        return _Unpickler(stream, path, storages.read).load()


class _Storages:
    """The numbers of an archive, each read once, and held to the memory of this machine."""

    def __init__(
        self, path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], root: str, order: str
    ) -> None:
        self._path, self._archive, self._members, self._root, self._order = path, archive, members, root, order
        self._room, self._found = memory(), dict[str, _Storage]()

    def read(self, kind: str, key: str) -> _Storage:
        """A storage by its key."""
        if key not in self._found:
            member = self._members[f"{self._root}data/{key}"]
            # Twice, for what is turned to another type.
            if 2 * member.file_size > self._room:
                raise SubjectError(
                    f"{self._path} holds a tensor of {member.file_size:,} bytes, more than is left of memory"
                )
            self._room -= member.file_size
            dtype, code = _STORAGES[kind]
            numbers = np.frombuffer(self._archive.read(member), np.dtype(self._order + code))
            if dtype == "bfloat16":
                numbers = (numbers.astype("<u4") << 16).view("<f4")
                numbers.flags.writeable = False
            self._found[key] = _Storage(dtype, numbers)
        return self._found[key]


class _Unpickler(pickle._Unpickler):
    """Names stand for what is listed here, and for nothing else.

    Python's own class, and not the one in C, which sets memory aside for as many objects as a pickle says that it has.
    """

    def __init__(self, stream: Any, path: Path, storage: Callable[[str, str], _Storage]) -> None:
        super().__init__(stream)
        self._path, self._storage = path, storage

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _STORAGES:
            return name
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) in _FUNCTIONS:
            return _Meant(_FUNCTIONS[module, name])
        what = plain(f"{module}.{name}", LONGEST_NAME)
        raise SubjectError(f"{self._path} holds a pickled {what}, which symcheck does not load; {_INSTEAD}")

    def persistent_load(self, pid: Any) -> _Storage:
        _, kind, key, *_ = pid
        return self._storage(kind, key)


def _tensor(storage: _Storage, offset: int, shape: Any, steps: Any, *_: Any) -> Stored:
    """A tensor as a view of its storage.

    Raises:
        ValueError: it would reach beyond it.
    """
    shape, steps = tuple(map(int, shape)), tuple(map(int, steps))
    if not isinstance(storage, _Storage):
        raise ValueError("a tensor of what is no storage")
    if len(shape) != len(steps) or min((offset, *shape, *steps)) < 0:
        raise ValueError("a tensor of a shape that none can have")
    last = offset + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if prod(shape) and last >= storage.numbers.size:
        raise ValueError("a tensor that is larger than what is stored of it")
    size = storage.numbers.itemsize
    begun = storage.numbers[offset:] if prod(shape) else storage.numbers[:0]
    view = np.lib.stride_tricks.as_strided(begun, shape, tuple(step * size for step in steps), writeable=False)
    refuse_large("a tensor", view.shape, view, memory())
    return Stored(view, storage.dtype)


def _parameter(tensor: Stored, *_: Any) -> Stored:
    return tensor


def _size(lengths: Any = ()) -> tuple[Any, ...]:
    return tuple(lengths)


#: Names of torch's format -> what is called in their place.
_FUNCTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): _size,
}

"""Arrays out of an ``.npz`` archive, each held to what its header claims before memory is set aside for it."""

from __future__ import annotations

import zipfile
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from symcheck.errors import SubjectError
from symcheck.subjects.limits import memory
from symcheck.texts import LONGEST_NAME, plain
from symcheck.types import Array

#: How far a member can unpack at most, by its method of compression; deflate's own limit is 1,032 to 1. No other
#: method has one so low, and numpy writes no other.
_EXPANSION = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: 1032}
_BLOCK = 1 << 24
_KINDS = {"S": "text", "U": "text", "V": "records", "M": "dates", "m": "durations", "T": "text"}


def read_npz(path: Path) -> dict[str, Array]:
    """All arrays by name.

    Raises:
        SubjectError: the archive is none, or holds what are no plain arrays, or claims what it does not hold.
        Exception: of `zipfile`, `zlib` or numpy, where the file is damaged.
    """
    # zipfile leaves a damaged file open when it is given the path.
    with path.open("rb") as file:
        _refuse_other_formats(path, file.read(6))
        with zipfile.ZipFile(file) as archive:
            return _members(path, archive)


def _refuse_other_formats(path: Path, start: bytes) -> None:
    if start.startswith(b"\x93NUMPY"):
        raise SubjectError(
            f"{path} is not an .npz archive but a single array; save the layers together: "
            "numpy.savez('weights.npz', W1=..., W2=...)"
        )
    if start.startswith(b"\x80"):
        raise SubjectError(f"{path} holds pickled objects, which symcheck does not load")


def _members(path: Path, archive: zipfile.ZipFile) -> dict[str, Array]:
    members = [m for m in archive.infolist() if not m.is_dir()]
    _refuse_odd_members(path, members)
    arrays: dict[str, Array] = {}
    room = memory()
    for member in members:
        name = member.filename.removesuffix(".npy")
        arrays[name] = _read(archive, member, f"{plain(name, LONGEST_NAME)} in {path}", room)
        room -= arrays[name].nbytes
    return arrays


def _refuse_odd_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for member in members:
        if not member.filename.endswith(".npy"):
            raise SubjectError(
                f"{path} holds {plain(repr(member.filename), LONGEST_NAME)}, which is no array: an .npz archive has .npy members"
            )
        if member.filename in seen:
            raise SubjectError(
                f"{path} holds two arrays named {plain(repr(member.filename.removesuffix('.npy')), LONGEST_NAME)}"
            )
        seen.add(member.filename)
        if member.flag_bits & 1:
            raise SubjectError(f"{path} is encrypted; save the weights without a password")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str, room: float) -> Array:
    with archive.open(member) as stream:
        shape, fortran, dtype = _header(stream, what)
        wanted, carried = prod(shape) * dtype.itemsize, member.file_size - stream.tell()
        if wanted != carried:
            raise SubjectError(f"{what} claims shape {shape} of {dtype}, {wanted:,} bytes, but carries {carried:,}")
        most = member.compress_size * _EXPANSION.get(member.compress_type, float("inf"))
        if carried > most:
            raise SubjectError(f"{what} claims {carried:,} bytes, more than its {member.compress_size:,} can unpack to")
        if carried > room:
            raise SubjectError(f"{what} unpacks to {carried:,} bytes, more than the memory of this machine")
        try:
            flat = np.empty(prod(shape), dtype)
        except MemoryError:
            raise SubjectError(f"{what} takes {carried:,} bytes, more memory than there is") from None
        _fill(stream, flat, what)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def _header(stream: IO[bytes], what: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = npy.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise SubjectError(
            f"{what} is in version {version[0]}.{version[1]} of numpy's format, in which numpy writes no weights"
        )
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    if dtype.hasobject:
        raise SubjectError(f"{what} holds pickled objects, which symcheck does not load")
    if dtype.kind in _KINDS or dtype.subdtype is not None:
        raise SubjectError(f"{what} holds {_KINDS.get(dtype.kind, 'records')} ({dtype}), not numbers")
    if any(n < 0 for n in shape):
        raise SubjectError(f"{what} claims the impossible shape {shape}")
    return shape, fortran, dtype


def _fill(stream: IO[bytes], flat: Array, what: str) -> None:
    """Blockwise, so that no second copy of the array is held."""
    view, done = flat.view(np.uint8), 0
    while done < len(view):
        block = stream.read(min(_BLOCK, len(view) - done))
        if not block:
            raise SubjectError(f"{what} is truncated: it ends after {done:,} of {len(view):,} bytes")
        view[done : done + len(block)] = np.frombuffer(block, np.uint8)
        done += len(block)
    # The checksum is compared when the end is reached, which for an array of no bytes is not before this.
    stream.read(1)

"""Arrays that stay in a file and are read piece by piece, because all of them together are more than is held in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from symcheck.errors import SubjectError
from symcheck.types import Array

#: Entries that are read at once: pieces that fit a processor's cache are what statistics of them are fastest in.
PIECE = 1 << 20


@dataclass(frozen=True)
class FileArray:
    """An array in C order somewhere in a file.

    Attributes:
        path: of the file. offset: bytes before the first entry.
        stored: the name of the dtype that it is stored in. code: how numpy reads its entries.
    """

    path: str
    offset: int
    shape: tuple[int, ...]
    stored: str
    code: str

    @property
    def size(self) -> int:
        """The number of entries."""
        return prod(self.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Of the entries as they are read: bfloat16 comes as float32, exactly."""
        return np.dtype("<f4" if self.stored == "bfloat16" else self.code)

    def read(self, start: int, stop: int) -> Array:
        """Entries ``start`` to ``stop``, in a row.

        Raises:
            SubjectError: the file is no longer what it was.
        """
        with _Descriptor(self.path) as file:
            return self._read(file, start, stop)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Array]]:
        """Entries ``start`` to ``stop``, all by default, in pieces, each with the place of its first entry."""
        stop = self.size if stop is None else stop
        with _Descriptor(self.path) as file:
            for at in range(start, stop, PIECE):
                yield at, self._read(file, at, min(at + PIECE, stop))

    def rows(self, start: int, stop: int) -> Array:
        """Entries whose first index lies in [start, stop), as an array of as many axes."""
        width = prod(self.shape[1:])
        return self.read(start * width, stop * width).reshape(stop - start, *self.shape[1:])

    def columns(self, start: int, stop: int, rows: int | None = None) -> Array:
        """Entries whose second index lies in [start, stop): all of them, or those of the first rows.

        Returns:
            of shape (rows, stop - start, rest).
        """
        rows = self.shape[0] if rows is None else rows
        rest = prod(self.shape[2:])
        width = self.shape[1] * rest
        with _Descriptor(self.path) as file:
            lines = [self._read(file, r * width + start * rest, r * width + stop * rest) for r in range(rows)]
        return np.stack(lines).reshape(rows, stop - start, rest)

    def array(self) -> Array:
        """All of it, in memory."""
        return self.read(0, self.size).reshape(self.shape)

    def _read(self, file: int, start: int, stop: int) -> Array:
        raw = np.dtype(self.code)
        wanted = (stop - start) * raw.itemsize
        found = _bytes(file, self.offset + start * raw.itemsize, wanted)
        if len(found) < wanted:
            raise SubjectError(f"{self.path} became shorter while it was read")
        entries = np.frombuffer(found, raw)
        return (entries.astype("<u4") << 16).view("<f4") if self.stored == "bfloat16" else entries


#: The values of a parameter: in memory, or in a file.
Values = Array | FileArray


def pieces_of(values: Values) -> Iterator[tuple[int, Array]]:
    """All entries in C order, in pieces, each with the place of its first entry; of what is in memory, all at once."""
    if isinstance(values, FileArray):
        yield from values.pieces()
    else:
        yield 0, values.reshape(-1)


def head_of(values: Values, count: int) -> Array:
    """The first entries, at most so many, in a row."""
    if isinstance(values, FileArray):
        return values.read(0, min(count, values.size))
    return values.reshape(-1)[:count]


def in_memory(values: Values) -> Array:
    """All of it, in memory."""
    return values.array() if isinstance(values, FileArray) else values


def same_entries(first: Values, second: Values) -> bool:
    """Whether all entries are equal, where NaN is equal to NaN."""
    if first.shape != second.shape:
        return False
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return _equal(first, second)
    ranges = ((at, min(at + PIECE, first.size)) for at in range(0, first.size, PIECE))
    return all(_equal(_range(first, *ends), _range(second, *ends)) for ends in ranges)


def _range(values: Values, start: int, stop: int) -> Array:
    return values.read(start, stop) if isinstance(values, FileArray) else values.reshape(-1)[start:stop]


def _equal(first: Array, second: Array) -> bool:
    numbers = all(a.dtype.kind in "fc" for a in (first, second))
    return np.array_equal(first, second, equal_nan=numbers)


def _bytes(file: int, start: int, count: int) -> bytes:
    """So many bytes from there on, fewer where the file ends: one call of the system may give a part only."""
    found = os.pread(file, count, start)
    while 0 < len(found) < count and (more := os.pread(file, count - len(found), start + len(found))):
        found += more
    return found


class _Descriptor:
    """A file opened for reading in pieces, through no buffer."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> int:
        try:
            self._file = os.open(self._path, os.O_RDONLY)
        except OSError as error:
            raise SubjectError(f"cannot read {self._path}: {error.strerror}") from error
        return self._file

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

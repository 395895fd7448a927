"""Arrays that stay in a file and are read piece by piece, because all of them together are more than is held in memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
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
        path: of the file, from the root. offset: bytes before the first entry.
        size_and_time: of the file when its description was read, in bytes and nanoseconds.
        stored: the name of the dtype that it is stored in. code: how numpy reads its entries.
    """

    path: str
    offset: int
    shape: tuple[int, ...]
    stored: str
    code: str
    size_and_time: tuple[int, int]

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
        with _Descriptor(self) as file:
            return self._read(file, start, stop)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Array]]:
        """Entries ``start`` to ``stop``, all by default, in pieces, each with the place of its first entry."""
        stop = self.size if stop is None else stop
        with _Descriptor(self) as file:
            for at in range(start, stop, PIECE):
                yield at, self._read(file, at, min(at + PIECE, stop))

    def rows(self, start: int, stop: int) -> Array:
        """Entries whose first index lies in [start, stop), as an array of as many axes."""
        width = prod(self.shape[1:])
        return self.read(start * width, stop * width).reshape(stop - start, *self.shape[1:])

    def columns(self, start: int, stop: int) -> Array:
        """Entries whose second index lies in [start, stop).

        Returns:
            of shape (rows, stop - start, rest).
        """
        rest = prod(self.shape[2:])
        width = self.shape[1] * rest
        lines = self.runs((r * width + start * rest for r in range(self.shape[0])), (stop - start) * rest)
        return lines.reshape(len(lines), stop - start, rest)

    def runs(self, starts: Iterable[int], length: int) -> Array:
        """Entries from each of these places on, so many of each, as rows."""
        with _Descriptor(self) as file:
            return np.stack([self._read(file, start, start + length) for start in starts])

    def array(self) -> Array:
        """All of it, in memory."""
        return self.read(0, self.size).reshape(self.shape)

    def _read(self, file: int, start: int, stop: int) -> Array:
        raw = np.dtype(self.code)
        wanted = (stop - start) * raw.itemsize
        found = _bytes(file, self.offset + start * raw.itemsize, wanted)
        if len(found) < wanted:
            raise SubjectError(f"{self.path} changed while it was read")
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


def entries_of(values: Values, start: int, stop: int) -> Array:
    """Entries ``start`` to ``stop``, in a row; fewer where there are no more."""
    stop = min(stop, values.size)
    return values.read(start, stop) if isinstance(values, FileArray) else values.reshape(-1)[start:stop]


def in_memory(values: Values) -> Array:
    """All of it, in memory."""
    return values.array() if isinstance(values, FileArray) else values


def same_entries(first: Values, second: Values) -> bool:
    """Whether all entries are equal, where NaN is equal to NaN."""
    return first.shape == second.shape and not any(_different(*pair).any() for pair in _beside(first, second))


def different_entries(first: Values, second: Values) -> int:
    """How many entries of two arrays of one shape are not equal, where NaN is equal to NaN."""
    return sum(int(np.count_nonzero(_different(*pair))) for pair in _beside(first, second))


def _beside(first: Values, second: Values) -> Iterator[tuple[Array, Array]]:
    # Flat from the beginning: an array whose entries do not lie in a row is copied for that, once.
    one, other = (v if isinstance(v, FileArray) else v.reshape(-1) for v in (first, second))
    for at in range(0, first.size, PIECE):
        yield entries_of(one, at, at + PIECE), entries_of(other, at, at + PIECE)


def _different(first: Array, second: Array) -> Array:
    unequal = first != second
    if all(a.dtype.kind in "fc" for a in (first, second)):
        unequal &= ~(np.isnan(first) & np.isnan(second))
    return np.asarray(unequal)


def _bytes(file: int, start: int, count: int) -> bytes:
    """So many bytes from there on, fewer where the file ends: one call of the system may give a part only."""
    found = os.pread(file, count, start)
    while 0 < len(found) < count and (more := os.pread(file, count - len(found), start + len(found))):
        found += more
    return found


def stamp_of(file: int) -> tuple[int, int]:
    """Size and time of change of an open file, by which another file of its name is told from it."""
    found = os.fstat(file)
    return found.st_size, found.st_mtime_ns


class _Descriptor:
    """The file of an array, opened for reading in pieces, through no buffer."""

    def __init__(self, array: FileArray) -> None:
        self._array = array

    def __enter__(self) -> int:
        path = self._array.path
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise SubjectError(f"cannot read {path}: {error.strerror}") from error
        if stamp_of(self._file) != self._array.size_and_time:
            os.close(self._file)
            raise SubjectError(f"{path} changed while it was read")
        return self._file

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

"""Reading all entries of parameters once: those in files in stretches, here, in threads, or on the workers of a dask cluster.

The stretches, and the entries that are chosen of each at random, do not depend on who reads them, nor does what they tell.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any

import numpy as np

from symcheck.distribution.survey import Survey, places_in, survey, together
from symcheck.errors import SymcheckError
from symcheck.file_arrays import FileArray, Values, pieces_of
from symcheck.texts import first_line

#: Entries of a stretch. Entries of a parameter that are chosen, and of all parameters together.
PART, MOST_CHOSEN, MOST_IN_ALL = 1 << 26, 1 << 20, 1 << 26
#: Entries of a parameter that are chosen at least, where there are so many.
_LEAST_CHOSEN = 1 << 12
#: Seconds that a scheduler may take to answer.
_PATIENCE = 20


@dataclass(frozen=True)
class FileStretch:
    """A stretch of an array in a file.

    Attributes:
        start, stop: of its entries. chosen: how many entries are chosen. stream: of the randomness that chooses them.
    """

    values: FileArray
    start: int
    stop: int
    chosen: int
    stream: tuple[int, ...]

    def read(self) -> Survey:
        """What it tells."""
        places = self.start + places_in(self.stop - self.start, self.chosen, np.random.default_rng(self.stream))
        return survey(self.values.pieces(self.start, self.stop), places)


@dataclass(frozen=True)
class Readers:
    """Who reads.

    Attributes:
        threads: that read at a time.
        dask: the address of a scheduler, whose workers must find the files under the same names; empty where it is read here.
    """

    threads: int = 1
    dask: str = ""


#: One thread here.
ALONE = Readers()


@dataclass(frozen=True)
class Surveyor:
    """Reads parameters, and chooses entries of them at random.

    Attributes:
        progress: called with what is being read.
    """

    seed: int
    readers: Readers = ALONE
    progress: Callable[[str], None] | None = None

    def of(self, parameters: Mapping[str, Values]) -> dict[str, Survey]:
        """What every entry of parameters tells, by name.

        Raises:
            SymcheckError: a file cannot be read, or the cluster not be reached.
        """
        found = {n: survey(pieces_of(v)) for n, v in parameters.items() if not isinstance(v, FileArray)}
        in_files = {n: v for n, v in parameters.items() if isinstance(v, FileArray)}
        if not in_files:
            return found
        stretches = [
            (name, stretch)
            for name, values in in_files.items()
            for stretch in self._stretches(name, values, len(in_files))
        ]
        read: dict[str, list[Survey]] = {name: [] for name in in_files}
        total = sum(stretch.stop - stretch.start for _, stretch in stretches)
        done = 0
        for (name, stretch), told in zip(stretches, self._read([stretch for _, stretch in stretches]), strict=True):
            read[name].append(told)
            done += stretch.stop - stretch.start
            if self.progress:
                self.progress(f"read {done:,} of {total:,} numbers: {name}")
        return found | {name: together(surveys) for name, surveys in read.items()}

    def _stretches(self, name: str, values: FileArray, count: int) -> Iterator[FileStretch]:
        wanted = min(values.size, MOST_CHOSEN, max(MOST_IN_ALL // count, _LEAST_CHOSEN))
        for place, start in enumerate(range(0, values.size, PART)):
            stop = min(start + PART, values.size)
            chosen = ceil(wanted * (stop - start) / values.size)
            yield FileStretch(values, start, stop, chosen, (self.seed, zlib.crc32(name.encode()), place))

    def _read(self, stretches: list[FileStretch]) -> Iterator[Survey]:
        if self.readers.dask:
            yield from _on_cluster(self.readers.dask, stretches)
        elif self.readers.threads > 1:
            with ThreadPoolExecutor(self.readers.threads) as threads:
                yield from threads.map(FileStretch.read, stretches)
        else:
            yield from map(FileStretch.read, stretches)


def _on_cluster(address: str, stretches: list[FileStretch]) -> Iterator[Survey]:
    try:
        from distributed import Client
    except ImportError:
        raise SymcheckError("reading on a dask cluster needs distributed: pip install 'symcheck[dask]'") from None
    try:
        client: Any = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise SymcheckError(f"no dask scheduler answers at {address}: {first_line(error)}") from error
    with client:
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        waiting = iter(stretches)
        # A stretch each, and one that waits: what is asked for at once does not grow with the file.
        asked = [client.submit(FileStretch.read, stretch, pure=False) for stretch in islice(waiting, 2 * workers)]
        while asked:
            try:
                told: Survey = asked.pop(0).result()
            except SymcheckError:
                raise
            except Exception as error:
                raise SymcheckError(f"a worker of {address} could not read its part: {first_line(error)}") from error
            asked += [client.submit(FileStretch.read, stretch, pure=False) for stretch in islice(waiting, 1)]
            yield told

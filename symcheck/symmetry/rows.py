"""Rows of a weight matrix, or of its transpose: how they lie in memory, and which are equal bit by bit.

Rows that are equal entry by entry have equal sums over any classes. Finding them costs little more than one
read of the matrix, and sums need to be taken of one of them only.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcheck.exact.residues import NotExact
from symcheck.symmetry.units import numbered
from symcheck.types import Array, Flags, Labels

# Entries looked at together, which keeps temporaries in the second-level cache.
_ENTRIES = 1 << 17
_FEW = 16
# Neighbours in memory that are taken together when entries of a column are neighbours.
_RUN = 1 << 11


class Rows:
    """The rows of a matrix.

    Args:
        matrix: shape (rows, columns).
        across: the rows of its transpose, if equal ones may be known: one of them is enough to compare.

    Attributes:
        twin: for each row one that is known to equal it, itself if none is known.
        by_column: whether entries of one column, not of one row, are neighbours in memory.
    """

    def __init__(self, matrix: Array, across: Rows | None = None) -> None:
        self.matrix = matrix
        self._across = across
        self.twin = np.arange(len(matrix))
        self._paired = False
        self.by_column = abs(matrix.strides[0]) < abs(matrix.strides[1])

    def take(self, rows: Labels, columns: Labels) -> Array:
        """A part of the matrix, as a view where that is possible."""
        across, down = _range(columns), _range(rows)
        if down is not None:
            return self.matrix[down, columns if across is None else across]
        if across is not None:
            return self.matrix[rows, across]
        if self.by_column:
            return np.asarray(self.matrix.T[np.ix_(columns, rows)].T)
        return np.asarray(self.matrix[np.ix_(rows, columns)])

    def fitting(self, rows: int) -> int:
        """How many columns of so many rows are to be looked at together."""
        return max(1, _ENTRIES // max(rows, 1))

    def differing(self, groups: Labels, kinds: Labels | Flags) -> Flags:
        """Rows whose group holds another row that is not known to be equal and of the same kind."""
        if not self._paired:
            return np.asarray(np.bincount(groups)[groups] > 1)
        alike = numbered(groups, self.twin, kinds)
        count = np.zeros(int(groups.max()) + 1, np.intp)
        np.add.at(count, groups[np.unique(alike, return_index=True)[1]], 1)
        return np.asarray(count[groups] > 1)

    def originals(self, chosen: Flags) -> Labels:
        """One of each kind of the chosen rows."""
        if not self._paired:
            return np.flatnonzero(chosen)
        marked = np.zeros(len(chosen), bool)
        marked[self.twin[chosen]] = True
        return np.flatnonzero(marked)

    def find_twins(self, groups: Labels) -> None:
        """Compare the rows of each group with its first one.

        Raises:
            NotExact: infinity in a row that has an equal one.
        """
        if np.bincount(groups).max() == 1:
            return  # each row is a group of its own
        own = np.flatnonzero(self.twin == np.arange(len(self.twin)))
        first = np.unique(groups[own], return_index=True)[1]
        leaders = np.full(int(groups.max()) + 1, -1)
        leaders[groups[own[first]]] = own[first]
        leader = leaders[groups]
        rows = own[leader[own] != own]
        few = self.matrix[:, :_FEW]
        rows = rows[(few[rows] == few[leader[rows]]).all(1)]
        if not rows.size:
            return
        rows = rows[self._equal(rows, leader[rows])]
        self._refuse_infinity(np.unique(leader[rows]))
        self.twin[rows] = leader[rows]
        self.twin = self.twin[self.twin]
        self._paired = bool((self.twin != np.arange(len(self.twin))).any())

    def _refuse_infinity(self, rows: Labels) -> None:
        for part, begin, end in tiles(self.by_column, rows.size, np.arange(self.matrix.shape[1] + 1)):
            if not np.isfinite(self.matrix[rows[part], begin:end]).all():
                raise NotExact("the values contain NaN or infinity, which have no exact image")

    def _equal(self, rows: Labels, leaders: Labels) -> Flags:
        """Whether rows equal their leaders."""
        equal = np.ones(rows.size, bool)
        down = _range(rows)
        together = down is not None and bool((leaders == leaders[0]).all())
        for columns, some in self._pieces(rows.size):
            if not equal.any():
                break
            part = self.matrix[:, columns]
            if together:
                assert down is not None
                mine, theirs = part[down][some], part[leaders[0]]
            else:
                mine, theirs = part[rows[some]], part[leaders[some]]
            same = mine == theirs
            # Nearly always all are equal, and then one look at the whole is enough.
            if not same.all():
                equal[some] &= same.all(1)
        return equal

    def _pieces(self, rows: int) -> Iterator[tuple[slice | Labels, slice]]:
        """Columns to compare, and which of so many rows to compare in them."""
        width = self.matrix.shape[1]
        if not self.by_column:
            step = self.fitting(width)
            yield from ((slice(None), slice(start, start + step)) for start in range(0, rows, step))
            return
        step = self.fitting(rows)
        if self._across is not None and self._across._paired:
            columns = self._across.originals(np.ones(width, bool))
            yield from ((columns[start : start + step], slice(None)) for start in range(0, columns.size, step))
        else:
            yield from ((slice(start, start + step), slice(None)) for start in range(0, width, step))


def tiles(by_column: bool, rows: int, bounds: Labels) -> Iterator[tuple[slice, int, int]]:
    """Tiles of bounded size that cut no class: rows as a slice, and classes from begin to end.

    Args:
        by_column: how entries lie in memory.
        rows: number of rows.
        bounds: where each class of columns starts, and where the last one ends.
    """
    classes, columns = len(bounds) - 1, int(bounds[-1])
    if not by_column:
        step = max(1, _ENTRIES // max(columns, 1))
        yield from ((slice(start, start + step), 0, classes) for start in range(0, rows, step))
        return
    step = max(1, min(rows, _RUN))
    width, begin = _ENTRIES // step, 0
    while begin < classes:
        end = max(begin + 1, int(np.searchsorted(bounds, bounds[begin] + width, side="right")) - 1)
        yield from ((slice(start, start + step), begin, end) for start in range(0, rows, step))
        begin = end


def _range(indices: Labels) -> slice | None:
    """The indices as a slice, if they are consecutive."""
    if indices.size and indices[-1] - indices[0] == indices.size - 1 and (indices[1:] > indices[:-1]).all():
        return slice(int(indices[0]), int(indices[-1]) + 1)
    return None

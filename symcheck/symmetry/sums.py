"""Random linear combinations of class sums, read from as few weights as decide.

The sums of a row over each class of its columns, multiplied by one random field element a class and added
up, make a single element: rows with equal sums have equal ones, and rows that differ in any sum have equal
ones with probability 1/p (Schwartz 1980, lemma 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from symcheck.exact.field import Residues, add, multiply, negate, random, total
from symcheck.exact.units import Flags, Labels
from symcheck.symmetry.images import Image
from symcheck.symmetry.units import Classes

# Entries read at a time, which bounds the memory of temporaries.
_ENTRIES = 1 << 16
_FIRST, _GROWTH = 8, 8


class ClassSums:
    """Reads the rows of a matrix until the sums over classes of its columns tell what is asked.

    Args:
        matrix: shape (rows, columns), any memory order.
        classes: the signed partition of the columns; columns that are absent are not read.
        rng: draws the coefficients.
        centred: subtract the first column from all others: rows are compared up to a constant.
    """

    def __init__(
        self, matrix: NDArray[Any], classes: Classes, rng: Generator, centred: bool = False
    ) -> None:
        self._matrix, self._classes, self._rng, self._centred = matrix, classes, rng, centred

    def accumulate(
        self, images: Sequence[Image], sums: Residues, undecided: Callable[[Residues], Flags]
    ) -> None:
        """Add to ``sums``, in place, a combination of odd images in row 0 and of even ones in row 1.

        Reads growing blocks of columns, each time of the rows that ``undecided(sums)`` tells; those left out
        keep a combination of some of their sums only. The shape of ``sums`` is (2, rows).

        Raises:
            NotExact: NaN or infinity among the weights that were read.
        """
        coefficients = random(self._rng, (len(images), int(self._classes.labels.max()) + 1))
        for columns, starts in self._whole_classes():
            rows = np.flatnonzero(undecided(sums))
            if not rows.size:
                break
            step = max(1, _ENTRIES // columns.size)
            factors = coefficients[:, self._classes.labels[columns[starts]]]
            for start in range(0, rows.size, step):
                some = rows[start : start + step]
                for image, factor in zip(images, factors, strict=True):
                    values = self._sums(image, some, columns, starts)
                    into = 0 if image.odd else 1
                    sums[into, some] = add(sums[into, some], total(multiply(values, factor), 1))

    def _sums(self, image: Image, rows: Labels, columns: Labels, starts: Labels) -> Residues:
        """The lifted sums over whole classes, shape (rows, classes)."""
        values = image.encode(self._matrix[np.ix_(rows, columns)])
        if self._centred:
            values = image.subtract(values, image.encode(self._matrix[rows, :1]))
        negative = self._classes.signs[columns] < 0
        if image.odd and negative.any():
            values = np.where(negative, image.negate(values), values)
        if starts.size < columns.size:
            values = image.segments(values, starts)
        return image.lift(values)

    def _whole_classes(self) -> Iterator[tuple[Labels, Labels]]:
        """Columns in growing blocks that cut no class, small classes first, and where classes start."""
        classes = self._classes
        columns = np.flatnonzero(~classes.absent)
        order = columns[np.lexsort((classes.labels[columns], classes.sizes[columns]))]
        labels = classes.labels[order]
        starts = np.flatnonzero(np.r_[True, labels[1:] != labels[:-1]]) if order.size else order
        ends = np.r_[starts[1:], order.size]
        begin, size = 0, _FIRST
        while begin < starts.size:
            end = min(max(begin + 1, int(np.searchsorted(ends, starts[begin] + size))), starts.size)
            yield order[starts[begin] : ends[end - 1]], starts[begin:end] - starts[begin]
            begin, size = end, size * _GROWTH


def combination(images: Sequence[Image], values: NDArray[Any], rng: Generator) -> Residues:
    """The same of a vector as of a matrix with one column; shape (2, entries)."""
    sums = np.zeros((2, len(values)), np.uint64)
    whole = Classes.singletons(1)
    ClassSums(values[:, None], whole, rng).accumulate(images, sums, lambda _: np.ones(len(values), bool))
    return sums


def up_to_sign(values: Residues) -> Residues:
    """The smaller representative of a value and its negative."""
    return np.asarray(np.minimum(values, negate(values)))

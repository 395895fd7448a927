"""Random linear combinations of class sums, read from as few weights as decide.

The sums of a row over each class of its columns, multiplied by one random field element a class and added
up, make a single element: rows with equal sums have equal ones, and rows that differ in any sum have equal
ones with probability 1/p (Schwartz 1980, lemma 1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from symcheck.exact.field import Residues, add, multiply, random, total
from symcheck.symmetry.images import Image
from symcheck.symmetry.rows import Rows, tiles
from symcheck.symmetry.units import Classes, growing_blocks
from symcheck.types import Array, Flags, Labels

#: Given sums of shape (2, rows): in which group of rows that may agree up to sign each row is, with which
#: sign, and whether its sums have to be known anyway.
Question = Callable[[Residues], tuple[Labels, Flags, Flags]]
Log = Callable[[Labels, Labels], None]


class ClassSums:
    """Reads the rows of a matrix until the sums over classes of its columns tell what is asked.

    Args:
        rows: the matrix.
        classes: the signed partition of the columns; columns that are absent are not read.
        rng: draws the coefficients.
        log: is told the columns of every block that is read, and the rows that it decides about.
        centred: subtract the first column from all others: rows are compared up to a constant.
    """

    def __init__(self, rows: Rows, classes: Classes, rng: Generator, log: Log, centred: bool = False) -> None:
        self._rows, self._classes, self._rng, self._log, self._centred = rows, classes, rng, log, centred

    def accumulate(self, images: Sequence[Image], start: Residues, question: Question) -> tuple[Residues, Flags]:
        """A combination of odd images in row 0 and of even ones in row 1, added to ``start``.

        Reads growing blocks of columns, each time of those rows that share a group with a different row or
        whose sums have to be known. The others keep a combination of some of their sums only.

        Returns:
            The sums, and which rows were read to the end.

        Raises:
            NotExact: NaN or infinity among the weights that were read.
        """
        coefficients = random(self._rng, (len(images), int(self._classes.labels.max()) + 1))
        sums, read = start, np.zeros_like(start)
        complete = np.ones(start.shape[1], bool)
        for columns, starts in growing_blocks(self._classes):
            groups, kinds, wanted = question(sums)
            self._rows.find_twins(groups)
            open_ = self._rows.differing(groups, kinds) | wanted
            complete &= open_
            if not open_.any():
                break
            self._log(columns, np.flatnonzero(open_))
            originals = self._rows.originals(open_)
            for image, factors in zip(images, coefficients, strict=True):
                block = self._combined(image, originals, columns, starts, factors)
                into = 0 if image.odd else 1
                read[into, originals] = add(read[into, originals], block)
            sums = add(start, read[:, self._rows.twin])
        return sums, complete

    def _combined(self, image: Image, rows: Labels, columns: Labels, starts: Labels, factors: Residues) -> Residues:
        result = np.zeros(rows.size, np.uint64)
        for part, begin, end in tiles(self._rows.by_column, rows.size, np.r_[starts, columns.size]):
            some, stop = rows[part], starts[end] if end < starts.size else columns.size
            named = columns[starts[begin] : stop]
            sums = self._sums(image, some, named, starts[begin:end] - starts[begin])
            products = multiply(sums, factors[self._classes.labels[columns[starts[begin:end]]]])
            result[part] = add(result[part], total(products, 1))
        return result

    def _sums(self, image: Image, rows: Labels, columns: Labels, starts: Labels) -> Residues:
        """The lifted sums over whole classes, shape (rows, classes)."""
        reference = self._rows.take(rows, np.zeros(1, np.intp)) if self._centred else None
        signs = self._classes.signs[columns]
        if starts.size > 1 or not self._rows.by_column:
            return image.lift(image.sums(self._rows.take(rows, columns), signs, starts, reference))
        # One large class, in pieces that lie together in memory.
        step = self._rows.fitting(rows.size)
        pieces = [
            image.sums(self._rows.take(rows, columns[i : i + step]), signs[i : i + step], starts, reference)
            for i in range(0, columns.size, step)
        ]
        sums = pieces[0] if len(pieces) == 1 else image.total(np.concatenate(pieces, 1))
        return image.lift(sums)


def undecided(rows: Rows, question: Question, sums: Residues) -> Flags:
    """Rows of which more has to be read, if there is more, to answer the question."""
    groups, kinds, wanted = question(sums)
    return np.asarray(rows.differing(groups, kinds) | wanted)


def combination(images: Sequence[Image], values: Array, rng: Generator) -> Residues:
    """The same of a vector as of a matrix with one column; shape (2, entries)."""
    sums = np.zeros((2, len(values)), np.uint64)
    for image in images:
        into = 0 if image.odd else 1
        product = multiply(image.lift(image.encode(values)), random(rng, 1))
        sums[into] = add(sums[into], product)
    return sums

"""Boxes of a parameter's values, of which so much is held in memory at a time as one piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from symcheck.distribution.survey import places_in
from symcheck.file_arrays import PIECE, FileArray, Values
from symcheck.recipes.boxes import Box
from symcheck.types import Array


def box_pieces(values: Values, box: Box) -> Iterator[tuple[int, Array]]:
    """A box of values in pieces of its rows, each with the place of its first row in the box."""
    if not isinstance(values, FileArray):
        yield 0, values[box.slices]
    elif not values.ndim:
        yield 0, values.array()
    else:
        (first, last), rest = box.ranges[0], box.slices[1:]
        step = max(1, PIECE // max(1, prod(values.shape[1:])))
        for at in range(first, last, step):
            rows = values.rows(at, min(at + step, last))
            yield at - first, rows[(slice(None), *rest)]


def chosen_of(values: Values, boxes: Sequence[Box], most: int, rng: np.random.Generator) -> Array:
    """Entries of boxes, in a row: all of them, or so many chosen at random."""
    size = sum(box.size for box in boxes)
    places = None if size <= most else places_in(size, most, rng)
    found, start = [], 0
    for box in boxes:
        for _, rows in box_pieces(values, box):
            piece = rows.reshape(-1)
            if places is None:
                found.append(piece)
            else:
                first, last = np.searchsorted(places, (start, start + piece.size))
                found.append(piece[places[first:last] - start])
            start += piece.size
    return np.concatenate(found)


def equal_boxes(first: tuple[Values, Box], second: tuple[Values, Box]) -> bool:
    """Whether two boxes hold the same entries in the same order, whatever axes of one index they have beside."""
    streams = [(rows.reshape(-1) for _, rows in box_pieces(*one) if rows.size) for one in (first, second)]
    one, other = (next(stream, None) for stream in streams)
    while one is not None and other is not None:
        size = min(one.size, other.size)
        if not np.array_equal(one[:size], other[:size]):
            return False
        one = one[size:] if one.size > size else next(streams[0], None)
        other = other[size:] if other.size > size else next(streams[1], None)
    return one is None and other is None

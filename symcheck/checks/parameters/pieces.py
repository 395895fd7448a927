"""Boxes of a parameter's values, of which so much is held in memory at a time as one piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np

from symcheck.distribution.survey import places_in
from symcheck.file_arrays import PIECE, FileArray, Values
from symcheck.recipes.boxes import Box
from symcheck.types import Array

#: Reading so many entries takes as long as beginning to read somewhere else.
_BEGINNING = 1500


def box_pieces(values: Values, box: Box) -> Iterator[tuple[int, Array]]:
    """Entries of a box in its own C order, in rows of some of them, each with the place of its first entry in the box."""
    if not isinstance(values, FileArray):
        yield 0, values[box.slices].reshape(-1)
        return
    done = 0
    for piece in _in_file(values, box):
        yield done, piece
        done += piece.size


def _in_file(values: FileArray, box: Box) -> Iterator[Array]:
    run, axes = _run(values.shape, box)
    width = prod(values.shape[1:])
    (first, last), rest = (box.ranges or ((0, 1),))[0], box.slices[1:]
    if axes and width <= PIECE and (last - first) * width < _BEGINNING * (box.size // run):
        step = max(1, PIECE // max(1, width))
        for at in range(first, last, step):
            rows = values.rows(at, min(at + step, last))
            yield rows[(slice(None), *rest)].reshape(-1)
        return
    for start in _starts(values.shape, box, axes):
        yield from (piece for _, piece in values.pieces(start, start + run))


def _run(shape: tuple[int, ...], box: Box) -> tuple[int, int]:
    """How many entries of a box lie in a row in the array, and how many leading axes tell where such rows begin."""
    run, axes = 1, len(shape)
    while axes:
        low, high = box.ranges[axes - 1]
        run *= high - low
        axes -= 1
        if (low, high) != (0, shape[axes]):
            break
    return run, axes


def _starts(shape: tuple[int, ...], box: Box, axes: int) -> Iterator[int]:
    steps = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    begin = sum(low * step for (low, _), step in zip(box.ranges[axes:], steps[axes:], strict=True))
    for index in product(*(range(low, high) for low, high in box.ranges[:axes])):
        yield begin + sum(i * step for i, step in zip(index, steps, strict=False))


def chosen_of(values: Values, boxes: Sequence[Box], most: int, rng: np.random.Generator) -> Array:
    """Entries of boxes, in a row: all of them, or so many chosen at random."""
    size = sum(box.size for box in boxes)
    places = places_in(size, most, rng)
    found, start = [], 0
    for box in boxes:
        for at, piece in box_pieces(values, box):
            first, last = np.searchsorted(places, (start + at, start + at + piece.size))
            found.append(piece[places[first:last] - start - at])
        start += box.size
    return np.concatenate(found)


def equal_boxes(first: tuple[Values, Box], second: tuple[Values, Box]) -> bool:
    """Whether two boxes hold the same entries in the same order, whatever axes of one index they have beside."""
    streams = [(piece for _, piece in box_pieces(*one) if piece.size) for one in (first, second)]
    one, other = (next(stream, None) for stream in streams)
    while one is not None and other is not None:
        size = min(one.size, other.size)
        if not np.array_equal(one[:size], other[:size]):
            return False
        one = one[size:] if one.size > size else next(streams[0], None)
        other = other[size:] if other.size > size else next(streams[1], None)
    return one is None and other is None

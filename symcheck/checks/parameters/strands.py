"""Numbers of a parameter in a row, from some place on, as they are stored or along its second axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, prod

import numpy as np

from symcheck.distribution.survey import survey
from symcheck.file_arrays import PIECE, FileArray, entries_of
from symcheck.parameters import Parameter
from symcheck.types import Array, Floats, Labels

#: Numbers that begin a strand, by which it is recognised.
HEAD = 16
#: Numbers of columns in a file that are compared; where all of them agree, it is said of so many.
MOST_TURNED = 1 << 24
#: Rows and columns of one parameter that are looked at, and strands of all; of more, those that begin shards.
_MOST_LINES, _MOST_STRANDS = 1 << 14, 1 << 21


@dataclass(frozen=True, slots=True)
class Strand:
    """Numbers of a parameter from the beginning of one of its lines on.

    Attributes:
        order: 0 as they are stored, line by line of the first axis; 1 where the second axis comes first.
        start: index of its line.
    """

    parameter: Parameter
    order: int
    start: int

    def numbers(self, start: int, stop: int) -> Array:
        """Those from the ``start``-th on, without the ``stop``-th."""
        values = self.parameter.values
        assert values is not None
        begin = self.start * self.width
        first, last = (begin + start) // self.width, ceil((begin + stop) / self.width)
        if values.ndim < 2:
            return entries_of(values, start, stop)
        if not isinstance(values, FileArray):
            lines = (np.swapaxes(values, 0, 1) if self.order else values)[first:last]
        elif self.order:
            lines = values.columns(first, last).swapaxes(0, 1)
        else:
            return values.read(begin + start, begin + stop)
        return lines.reshape(-1)[begin + start - first * self.width : begin + stop - first * self.width]

    @property
    def turned(self) -> bool:
        """Whether its numbers lie scattered in a file."""
        return isinstance(self.parameter.values, FileArray) and self.order == 1

    @property
    def lines(self) -> int:
        """How many lines the parameter has in this order; of a vector, one."""
        shape = self.parameter.shape
        return shape[self.order] if len(shape) > 1 else 1

    @property
    def width(self) -> int:
        """Numbers of one line."""
        return prod(self.parameter.shape) // max(self.lines, 1)

    @property
    def left(self) -> int:
        """How many numbers it has."""
        return (self.lines - self.start) * self.width

    def named(self, length: int) -> str:
        """What so many numbers from there on are called."""
        name = self.parameter.name
        if self.start == 0 and length >= self.lines * self.width:
            return name + (" transposed" if self.order else "")
        if length < self.width:
            return f"the first {length:,} numbers of {'column' if self.order else 'row'} {self.start} of {name}"
        last = self.start + length // self.width
        index = f"{self.start}" if last == self.start + 1 else f"{self.start}:{last}"
        return f"{name}[:, {index}]" if self.order else f"{name}[{index}]"


def most_lines(parameters: int) -> int:
    """So many lines of one of so many parameters are looked at, in each order."""
    return min(_MOST_LINES, max(_MOST_STRANDS // (2 * max(parameters, 1)), 1))


def partly(p: Parameter, most: int) -> bool:
    """Whether not every line of a parameter begins a strand that is looked at."""
    return any(first.width < HEAD < first.left or first.lines > most for first in _firsts(p))


def strands(p: Parameter, most: int) -> Iterator[tuple[list[Strand], Array]]:
    """The strands of a parameter by which copies of it, or of a part of it, are found, with the numbers that begin them.

    Args:
        most: lines of one order that are looked at; of more, those at which shards begin.

    Yields:
        for each order, the strands and an array of shape (strands, 16).
    """
    for first in _firsts(p):
        last = first.lines - ceil(HEAD / first.width)
        starts: Sequence[int] = range(last + 1)
        if len(starts) > most or first.width < HEAD:
            # A shard begins where a whole number of equal parts ends.
            lines = first.lines
            starts = sorted(
                {s for n in range(1, 65) if lines % n == 0 for k in range(n) if (s := lines * k // n) <= last}
            )
        chosen = [Strand(p, first.order, start) for start in starts]
        yield chosen, _heads(first, chosen)


def _firsts(p: Parameter) -> Iterator[Strand]:
    for order in (0, 1) if len(p.shape) > 1 and 1 not in p.shape[:2] else (0,):
        if (first := Strand(p, order, 0)).left >= HEAD:
            yield first


def _heads(first: Strand, chosen: Sequence[Strand]) -> Array:
    values = first.parameter.values
    if isinstance(values, FileArray) and not first.order:
        return values.runs([strand.start * first.width for strand in chosen], HEAD)
    if not isinstance(values, FileArray) or first.width < HEAD:
        return np.stack([strand.numbers(0, HEAD) for strand in chosen])
    # Columns begin in the first rows, of which only these entries are kept.
    rest = prod(values.shape[2:])
    count = ceil(HEAD / rest)
    places = np.concatenate([strand.start * rest + np.arange(rest) for strand in chosen])
    width = values.shape[1] * rest
    rows = [_at(values, row * width, (row + 1) * width, row * width + places) for row in range(count)]
    lines = np.stack(rows).reshape(count, len(chosen), rest)
    return lines.swapaxes(0, 1).reshape(len(chosen), -1)[:, :HEAD]


def _at(values: FileArray, start: int, stop: int, places: Labels) -> Array:
    """Entries at places between two others, in increasing order."""
    return survey(values.pieces(start, stop), places).chosen


def agreement(first: Strand, second: Strand, length: int, ratio: float, allowed: float) -> int:
    """How many numbers from the beginning of the second on are those of the first times ``ratio``, up to so much; at most ``length``."""
    # Of columns in a file the parts that lie together are short: they are read in larger pieces.
    step = MOST_TURNED if any(s.turned for s in (first, second)) else PIECE
    for at in range(0, length, step):
        ends = at, min(at + step, length)
        one, other = (s.numbers(*ends).astype(np.float64) for s in (first, second))
        same = np.abs(other - ratio * one) <= allowed
        if not same.all():
            return at + int(same.argmin())
    return length


def units(heads: Array) -> Floats:
    """Rows divided by the largest of their numbers, so that scale does not count; signs do, up to all of them."""
    values = heads.astype(np.float64)
    tops = values[np.arange(len(values)), np.abs(values).argmax(axis=1)]
    return values / np.where(tops, tops, 1.0)[:, None]

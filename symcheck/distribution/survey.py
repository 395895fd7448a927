"""What one reading of all entries tells: whether they are finite, their extremes, and entries chosen at random.

Parts of an array can be read one by one, in any order and on different machines; put together they tell the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import ceil, log1p

import numpy as np

from symcheck.types import Array, Labels

_NOTHING = np.empty(0)


@dataclass(frozen=True, eq=False)
class Survey:
    """What was found in entries that lie in a row.

    Attributes:
        entries: how many. bad: how many of them are NaN or infinite.
        first_bad: the place of the first of those, and what it is; None where there is none.
        low, high: the smallest and the largest of the finite ones; None where there is none.
        chosen: the entries at the places that were asked for.
    """

    entries: int = 0
    bad: int = 0
    first_bad: tuple[int, complex] | None = None
    low: float | None = None
    high: float | None = None
    chosen: Array = field(default_factory=lambda: _NOTHING)

    @property
    def constant(self) -> float | None:
        """The one number that all entries are; None where they are not."""
        return self.low if self.entries and not self.bad and self.low == self.high else None


def survey(pieces: Iterable[tuple[int, Array]], places: Labels | None = None) -> Survey:
    """Read entries once.

    Args:
        pieces: entries in a row, each piece with the place of its first entry. Of complex ones it is only told whether they
            are finite.
        places: of the entries to be kept, in increasing order.
    """
    found = [_of_piece(start, piece, places) for start, piece in pieces]
    return together(found)


def together(parts: Sequence[Survey]) -> Survey:
    """What parts tell of the whole, in the order in which they lie."""
    chosen = [p.chosen for p in parts if p.chosen.size]
    whole = reduce(_joined, parts, Survey())
    return Survey(
        whole.entries, whole.bad, whole.first_bad, whole.low, whole.high, np.concatenate(chosen) if chosen else _NOTHING
    )


def _joined(one: Survey, other: Survey) -> Survey:
    lows = [s.low for s in (one, other) if s.low is not None]
    highs = [s.high for s in (one, other) if s.high is not None]
    return Survey(
        one.entries + other.entries,
        one.bad + other.bad,
        one.first_bad or other.first_bad,
        min(lows, default=None),
        max(highs, default=None),
    )


def _of_piece(start: int, piece: Array, places: Labels | None) -> Survey:
    chosen = _NOTHING
    if places is not None:
        first, last = np.searchsorted(places, (start, start + piece.size))
        chosen = piece[places[first:last] - start]
    if piece.dtype.kind == "c":
        return _with_bad(start, piece, np.isfinite(piece), chosen)
    if not piece.size:
        return Survey(chosen=chosen)
    low, high = piece.min(), piece.max()
    if piece.dtype.kind != "f" or (np.isfinite(low) and np.isfinite(high)):
        return Survey(piece.size, low=float(low), high=float(high), chosen=chosen)
    return _with_bad(start, piece, np.isfinite(piece), chosen)


def _with_bad(start: int, piece: Array, finite: Array, chosen: Array) -> Survey:
    bad = piece.size - int(np.count_nonzero(finite))
    at = int(np.argmin(finite)) if bad else -1
    first = (start + at, piece[at].item()) if bad else None
    left = piece[finite] if piece.dtype.kind != "c" else _NOTHING
    low, high = (float(left.min()), float(left.max())) if left.size else (None, None)
    return Survey(piece.size, bad, first, low, high, chosen)


def places_in(size: int, count: int, rng: np.random.Generator) -> Labels:
    """About so many different places of ``size``, in increasing order, or all of them: all sets of as many are equally likely."""
    if count >= size:
        return np.arange(size)
    # Of so many draws with repetition about ``count`` are different. In order they are sums of exponential numbers, divided
    # by what one more makes of them (Devroye 1986, section V.2.3).
    draws = ceil(-size * log1p(-count / size))
    sums = np.cumsum(rng.standard_exponential(draws + 1))
    drawn = np.minimum(sums[:-1] / sums[-1] * size, size - 1).astype(np.intp)
    return np.asarray(drawn[np.concatenate([[True], np.diff(drawn) > 0])])

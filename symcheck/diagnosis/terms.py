"""Terms of a penalty, read off gradients: which multiples of an array and of its signs they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.penalty import Term
from symcheck.types import Array

#: How far double precision leaves a factor from what was written.
ROUNDED = 1e-9


def term_of(pairs: Sequence[tuple[Array, Array]], agree: float, least: float) -> Term | None:
    """The simplest term that arrays have for their gradients; one of 0 where these are, None where they are those of none.

    Entries that are 0 say only how large a sign may be, since an L1 penalty has any slope there.

    Args:
        pairs: of arrays with what stands for their gradients.
        agree: how far these may be off, relative to the largest. least: what counts as 0.
    """
    array, slope = (np.concatenate([np.ravel(pair[i]) for pair in pairs]).astype(float) for i in (0, 1))
    if not np.isfinite(slope).all():
        return None
    largest = float(np.abs(slope).max(initial=0.0))
    if largest <= least:
        return Term()
    there = array != 0
    if np.abs(slope[~there]).max(initial=0.0) > (1 + agree) * largest:
        return None
    array, known = array[there], slope[there]
    for parts in ((0,), (1,), (0, 1)):
        # As many numbers as there are factors are always multiples.
        if len(array) <= len(parts):
            return None
        directions = np.stack([array, np.sign(array)], axis=1)[:, parts]
        factors = np.linalg.lstsq(directions, known, rcond=None)[0]
        if np.abs(known - directions @ factors).max() <= agree * largest + 0.1 * least:
            by = dict(zip(parts, map(float, factors), strict=True))
            term = Term(by.get(0, 0.0), by.get(1, 0.0))
            if np.abs(slope[~there]).max(initial=0.0) <= abs(term.l1) * (1 + agree) + least:
                return term
    return None


def plain(term: Term, by: float = 1.0, rounded: float = ROUNDED) -> Term:
    """A term times a number as it was written: of few digits, where rounding is all that keeps it from that.

    Args:
        rounded: how far that leaves a factor from what was written, relative to it.
    """

    def figure(factor: float) -> float:
        written = (float(f"{factor:.{digits}g}") for digits in (6, 10))
        return next((w for w in written if abs(w - factor) <= rounded * abs(factor)), factor)

    return Term(figure(by * term.l2), figure(by * term.l1))

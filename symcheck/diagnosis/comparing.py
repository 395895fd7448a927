"""Comparing what an implementation gave with what a mistake would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from symcheck.types import Array, Params

#: Largest relative difference between equals: float64 rounding of a small network stays far below.
EXACT = 1e-9
#: Narrow types with the same for what was computed in them: a few dozen roundings.
NARROW: dict[str, tuple[Any, float]] = {"float32": (np.float32, 3e-6), "float16": (np.float16, 3e-2)}

Leaves = list[Array]


@dataclass(frozen=True)
class Mistake:
    """A mistake that reproduces what was got.

    Attributes:
        name: the same from case to case.
        sentence: with the figures of this case.
    """

    name: str
    sentence: str


def leaves(pairs: Any, biased: Sequence[bool]) -> Leaves | None:
    """The arrays of [(W, b), ...] in order, without the biases of layers that have none; None for anything else."""
    try:
        found = [(np.asarray(w, float), b) for w, b in pairs]
        if len(found) != len(biased):
            return None
        return [
            array
            for (w, b), has in zip(found, biased, strict=True)
            for array in ((w, np.asarray(b, float)) if has else (w,))
        ]
    except (TypeError, ValueError):
        return None


def all_leaves(pairs: Params) -> Leaves:
    """The same of layers that all have biases, in the types that they have."""
    return [array for pair in pairs for array in pair]


def parts_of(biased: Sequence[bool]) -> list[str]:
    """W or b, of each of the leaves."""
    return [part for has in biased for part in ("Wb" if has else "W")]


def agree(got: Leaves, wanted: Leaves, relative: float = EXACT, slack: float = 0.0) -> bool:
    """Whether arrays agree in shape, and in values relative to the largest one of each array, and ``slack`` besides.

    Where a value is not finite, both must be equal.
    """
    if not same_shapes(got, wanted):
        return False
    sizes = [_largest(w) for w in wanted]
    least = 1e-6 * max(sizes, default=0.0)
    return all(_near(g, w, slack + relative * max(size, least)) for g, w, size in zip(got, wanted, sizes, strict=True))


def narrow_type(got: Leaves, right: Leaves) -> tuple[str, int] | None:
    """The narrow type in which right values were computed, and to how many digits they are right; or None.

    Every value must be representable in the type: a small error alone has other causes.
    """
    for name, (_, relative) in reversed(NARROW.items()):
        if representable(got, name) and agree(got, right, relative):
            return name, 7 if name == "float32" else 3
    return None


def representable(got: Leaves, name: str) -> bool:
    """Whether every value is one of a narrow type."""
    dtype = NARROW[name][0]
    with np.errstate(over="ignore"):
        return all(np.array_equal(a, a.astype(dtype).astype(float), equal_nan=True) for a in got)


def fitted(got: Leaves, start: Leaves, direction: Leaves) -> float | None:
    """The number t, not 0, with got = start + t * direction, or None where there is none.

    At least two entries of ``direction`` must differ from 0, since one number fits one entry always.
    """
    if not same_shapes(got, start) or not same_shapes(got, direction):
        return None
    g, s, d = (np.concatenate([a.ravel() for a in arrays]) for arrays in (got, start, direction))
    if not (np.isfinite(g).all() and np.isfinite(s).all() and np.isfinite(d).all()):
        return None
    square = float(d @ d)
    if square == 0 or np.count_nonzero(np.abs(d) > 1e-9 * np.abs(d).max()) < 2:
        return None
    t = float(d @ (g - s)) / square
    if t == 0 or not agree(got, [a + t * b for a, b in zip(start, direction, strict=True)]):
        return None
    return t


def same_shapes(got: Leaves, wanted: Leaves) -> bool:
    """Whether two lists of arrays have the same shapes."""
    return [a.shape for a in got] == [a.shape for a in wanted]


def _largest(array: Array) -> float:
    largest = float(np.abs(array).max(initial=0.0))
    return largest if isfinite(largest) else float(np.abs(array[np.isfinite(array)]).max(initial=0.0))


def _near(got: Array, wanted: Array, allowed: float) -> bool:
    # Most are finite, and this is asked of every known mistake.
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.abs(got - wanted)
    if (difference <= allowed).all():
        return True
    if np.isfinite(difference).all():
        return False
    finite = np.isfinite(got) & np.isfinite(wanted)
    if not np.array_equal(got[~finite], wanted[~finite], equal_nan=True):
        return False
    return bool((np.abs(got[finite] - wanted[finite]) <= allowed).all())

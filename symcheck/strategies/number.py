"""Numbers that float64 and float32 hold exactly, and whose sums do too: dyadic fractions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import ceil, floor
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from numpy.typing import NDArray

from symcheck.strategies.validation import number_bounds, positive_integer

Numbers = st.SearchStrategy[float]
Floats = NDArray[np.float64]
Element = TypeVar("Element")


def dyadics(
    *, min_value: float = -2.0, max_value: float = 2.0, denominator: int = 4, negative_zero: bool = False
) -> Numbers:
    """Multiples of 1/denominator, as floats; shrinks towards 0, and to integers before fractions.

    Args:
        denominator: a power of two, at most 2^20, so that sums and products of a few are exact in float64.
        negative_zero: whether -0.0 is drawn too.

    Raises:
        InvalidArgument: bounds without a multiple between them, or another denominator.
    """
    number_bounds(min_value, max_value, "value")
    positive_integer(denominator, "denominator")
    if denominator & (denominator - 1) or denominator > 2**20:
        raise InvalidArgument(f"denominator must be a power of two, at most 2^20, not {denominator!r}")
    low, high = ceil(min_value * denominator), floor(max_value * denominator)
    if low > high:
        raise InvalidArgument(f"no multiple of 1/{denominator} lies between {min_value:g} and {max_value:g}")
    choices = [st.integers(low, high).map(lambda k: k / denominator)]
    if denominator > 1 and ceil(min_value) <= floor(max_value):
        choices.insert(0, st.integers(ceil(min_value), floor(max_value)).map(float))
    if negative_zero and low <= 0 <= high:
        choices.append(st.just(-0.0))
    return st.one_of(choices)


def cycled(elements: st.SearchStrategy[Element]) -> st.SearchStrategy[list[Element]]:
    """Up to 36 elements, of which an array takes as many as it needs, from the start again when they run out.

    How much is drawn does not depend on the size of the array: so a failing case can lose units and samples
    without its other numbers being read anew, and shrinks to few small ones.
    """
    return st.lists(elements, min_size=1, max_size=36)


def seeded(min_value: float, max_value: float) -> st.SearchStrategy[Callable[[tuple[int, ...]], Floats]]:
    """Functions of a shape that give an array of generic numbers: multiples of 2^-20 between the bounds.

    Hypothesis draws small and equal numbers on purpose, and generic ones are wanted too. They do not shrink:
    `cycled` ones are tried instead.
    """
    low, high = ceil(min_value * 2**20), floor(max_value * 2**20)

    def arrays_of(seed: tuple[int, ...]) -> Callable[[tuple[int, ...]], Floats]:
        return lambda shape: np.random.default_rng(seed).integers(low, high + 1, shape) / 2**20

    # Many parts, since Hypothesis prefers what takes few draws, and a short list is easier to read.
    return st.tuples(*[st.integers(0, 2**8 - 1)] * 8).map(arrays_of)


@lru_cache(maxsize=2**6)
def arrays_between(min_value: float, max_value: float) -> st.SearchStrategy[Callable[[tuple[int, ...]], Floats]]:
    """Functions of a shape that give an array of readable or of generic numbers."""
    readable = cycled(dyadics(min_value=min_value, max_value=max_value))
    return readable.map(lambda values: partial(np.resize, np.array(values))) | seeded(min_value, max_value)

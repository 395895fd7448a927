"""Numbers that float64 and float32 hold exactly, and whose sums do too: dyadic fractions."""

from __future__ import annotations

from math import ceil, floor

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.strategies.validation import number_bounds, positive_integer

Numbers = st.SearchStrategy[float]


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

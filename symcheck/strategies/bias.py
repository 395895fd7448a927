"""Bias vectors."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcheck.strategies.number import arrays_between, dyadics
from symcheck.strategies.validation import choices, number_bounds, positive_integer

Vector = NDArray[np.float64] | None

#: The kinds of `biases`, simplest first; ``none`` is a layer without.
BIAS_KINDS = ("zero", "equal", "random", "none")


def biases(
    units: int, *, kinds: Collection[str] = BIAS_KINDS, min_value: float = -2.0, max_value: float = 2.0
) -> st.SearchStrategy[Vector]:
    """Vectors of shape (units,), or None; shrinks to the first kind with small integers.

    Raises:
        InvalidArgument: fewer than one unit, an unknown kind, or bounds that leave nothing.
    """
    positive_integer(units, "units")
    chosen = choices(kinds, "kinds", BIAS_KINDS)
    number_bounds(min_value, max_value, "value")
    dyadics(min_value=min_value, max_value=max_value)
    return _of_kinds(chosen, units, min_value, max_value)


# Made once for all draws, as the matrices of `weights` are.
@lru_cache(maxsize=2**10)
def _of_kinds(kinds: tuple[str, ...], units: int, low: float, high: float) -> st.SearchStrategy[Vector]:
    numbers = dyadics(min_value=low, max_value=high)
    of_kind: dict[str, st.SearchStrategy[Any]] = {
        "zero": st.builds(np.zeros, st.just(units)),
        "equal": numbers.map(lambda value: np.full(units, value)),
        "random": arrays_between(low, high).map(lambda arrays: arrays((units,))),
        "none": st.none(),
    }
    return st.one_of([of_kind[kind] for kind in kinds])

"""Bias vectors."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from hypothesis import strategies as st

from symcheck.strategies.choices import Choices, Floats, Integers, built
from symcheck.strategies.number import dyadics
from symcheck.strategies.validation import choices, number_bounds, positive_integer

#: The kinds of `biases`, simplest first; ``none`` is a layer without.
BIAS_KINDS = ("zero", "equal", "random", "none")


def bias_of(c: Choices, kind: str, classes: Integers) -> Floats | None:
    """A bias for units of these classes: ``equal`` ones are equal in each class."""
    if kind == "none":
        return None
    if kind == "equal":
        return c.numbers(int(classes.max()) + 1)[classes]
    return c.entries(len(classes)) if kind == "random" else np.zeros(len(classes))


def biases(
    units: int, *, kinds: Collection[str] = BIAS_KINDS, min_value: float = -2.0, max_value: float = 2.0
) -> st.SearchStrategy[Floats | None]:
    """Vectors of shape (units,), or None; shrinks to the first kind with small integers.

    Raises:
        InvalidArgument: fewer than one unit, an unknown kind, or bounds that leave nothing.
    """
    positive_integer(units, "units")
    chosen = choices(kinds, "kinds", BIAS_KINDS)
    number_bounds(min_value, max_value, "value")
    dyadics(min_value=min_value, max_value=max_value)
    classes = np.zeros(units, np.int64)
    return built(lambda c: bias_of(c, c.one_of(chosen), classes), min_value, max_value)

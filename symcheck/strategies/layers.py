"""The layers of a network: each of any kind, or built around a partition of units that stay tied."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from symcheck.strategies.choices import Choices, Element, Floats, Integers, built
from symcheck.strategies.validation import choices, positive_integer
from symcheck.strategies.weight import KINDS, move

#: The kinds of `biases`, simplest first; ``none`` is a layer without.
BIAS_KINDS = ("zero", "equal", "random", "none")

#: Weights of shape (out, in), and biases of shape (out,) or None, of each layer.
Layers = tuple[list[Floats], list[Floats | None]]


def some_of(c: Choices, kinds: Sequence[Element]) -> Sequence[Element]:
    """What the layers of one network draw from: one kind for all, or every kind."""
    return kinds if len(kinds) == 1 or c.chance(0.3) else [c.one_of(kinds)]


def bias_of(c: Choices, kind: str, classes: Integers) -> Floats | None:
    """A bias for units of these classes: ``equal`` ones are equal in each class."""
    if kind == "none":
        return None
    if kind == "equal":
        return c.numbers(int(classes.max()) + 1)[classes]
    return c.entries(len(classes)) if kind == "random" else np.zeros(len(classes))


def independent_layers(c: Choices, sizes: Sequence[int], kinds: Sequence[str], bias_kinds: Sequence[str]) -> Layers:
    """Layers each of a kind of their own, or all of one; equal biases are equal in the whole layer."""
    kinds, bias_kinds = some_of(c, kinds), some_of(c, bias_kinds)
    weights, biases = [], []
    for columns, rows in pairwise(sizes):
        weights.append(KINDS[c.one_of(kinds)](c, rows, columns))
        biases.append(bias_of(c, c.one_of(bias_kinds), np.zeros(rows, np.int64)))
    return weights, biases


def tied_layers(
    c: Choices, classes: Sequence[Integers], bias_kinds: Sequence[str], *, constant: bool = False
) -> Layers:
    """Layers for which a partition is equitable: units of one class stay tied, unless biases are ``random``.

    Args:
        classes: of each unit, inputs and outputs included, without gaps in their numbers.
        constant: whether weights are constant on each block, not only of equal sums.
    """
    bias_kinds = some_of(c, bias_kinds)
    weights, biases = [], []
    for low, high in pairwise(classes):
        shape = int(high.max()) + 1, int(low.max()) + 1
        matrix = c.numbers(*shape)[np.ix_(high, low)]
        for _ in range(0 if constant else c.integer(0, 2 + shape[0] * shape[1])):
            rows, columns = (np.flatnonzero(side == c.integer(0, int(side.max()))) for side in (high, low))
            move(c, matrix, rows, columns)
        weights.append(matrix)
        biases.append(bias_of(c, c.one_of(bias_kinds), high))
    return weights, biases


def biases(
    units: int, *, kinds: Collection[str] = BIAS_KINDS, min_value: float = -2.0, max_value: float = 2.0
) -> st.SearchStrategy[Floats | None]:
    """Vectors of shape (units,), or None; shrinks to the first kind with small integers.

    Raises:
        InvalidArgument: fewer than one unit, an unknown kind, or bounds that leave nothing.
    """
    positive_integer(units, "units")
    chosen = choices(kinds, "kinds", BIAS_KINDS)
    classes = np.zeros(units, np.int64)
    return built(lambda c: bias_of(c, c.one_of(chosen), classes), min_value, max_value)

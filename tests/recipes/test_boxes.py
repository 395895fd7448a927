"""Boxes are sets of indices: what they share, hold and leave agrees with arrays of booleans."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.recipes.boxes import Box, without

SHAPE = (4, 3, 5)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    ends = [sorted((draw(st.integers(0, n)), draw(st.integers(0, n)))) for n in SHAPE]
    return Box(tuple((low, high) for low, high in ends))


def mask(*parts: Box) -> np.ndarray:
    """How many of the boxes hold each index."""
    counts = np.zeros(SHAPE, int)
    for box in parts:
        counts[box.slices] += 1
    return counts


@given(boxes(), boxes())
def test_they_are_sets_of_indices(one: Box, other: Box) -> None:
    a, b = mask(one) > 0, mask(other) > 0
    assert one.size == a.sum()
    assert one.meets(other) == bool((a & b).any())
    assert one.contains(other) == bool((a | ~b).all())
    assert np.array_equal(mask(*one.minus(other)), a & ~b)
    assert len(one.minus(other)) <= 2 * len(SHAPE)
    assert mask(*one.parts).sum() == one.size


@given(st.lists(boxes(), max_size=6))
def test_what_is_left_is_disjoint_and_complete(taken: list[Box]) -> None:
    left: tuple[Box, ...] = Box.whole(SHAPE).parts
    for box in taken:
        left = without(left, box)
    assert np.array_equal(mask(*left), mask(*taken) == 0)


def test_a_number_is_one_entry() -> None:
    assert Box.whole(()).size == 1
    assert Box.whole(()).minus(Box.whole(())) == ()
    assert Box.whole((0, 3)).parts == ()

"""Parts of an array, read one by one, tell together what the whole tells."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.distribution.survey import Survey, survey, together

NUMBERS = st.one_of(st.floats(width=32), st.sampled_from([0.0, 1.0, np.nan, np.inf, -np.inf]))


def told(found: Survey) -> tuple[object, ...]:
    first = None if found.first_bad is None else (found.first_bad[0], repr(found.first_bad[1]))
    return found.entries, found.bad, first, found.low, found.high, found.constant, found.chosen.tobytes()


@given(
    entries=st.lists(NUMBERS, max_size=30),
    ends=st.lists(st.integers(0, 30)),
    places=st.sets(st.integers(0, 29)),
    dtype=st.sampled_from([np.float32, np.float64, np.complex128]),
)
def test_parts_together_are_the_whole(
    entries: list[float], ends: list[int], places: set[int], dtype: type[np.generic]
) -> None:
    array = np.array(entries, dtype)
    chosen = np.array(sorted(p for p in places if p < array.size), int)
    whole = survey([(0, array)], chosen)
    cuts = sorted({0, array.size, *(e for e in ends if e < array.size)})
    parts = [survey([(a, array[a:b])], chosen) for a, b in itertools.pairwise(cuts)]
    assert told(together(parts)) == told(whole)
    assert told(survey([(a, array[a:b]) for a, b in itertools.pairwise(cuts)], chosen)) == told(whole)


@given(entries=st.lists(NUMBERS, max_size=30))
def test_it_tells_what_numpy_tells(entries: list[float]) -> None:
    array = np.array(entries, np.float64)
    found = survey([(0, array)])
    finite = array[np.isfinite(array)]
    assert found.entries == array.size
    assert found.bad == array.size - finite.size
    assert (found.low, found.high) == ((finite.min(), finite.max()) if finite.size else (None, None))
    if found.first_bad is not None:
        assert found.first_bad[0] == int(np.flatnonzero(~np.isfinite(array))[0])
    constant = array.size > 0 and finite.size == array.size and bool((array == array[0]).all())
    assert (found.constant is not None) == constant


def test_whole_numbers_are_looked_at_too() -> None:
    found = survey([(0, np.array([3, 3, 3], np.uint8))])
    assert (found.constant, found.bad, found.high) == (3, 0, 3)

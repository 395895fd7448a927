"""Problems are drawn on the networks that a subject can be, and what it cannot be is skipped."""

from __future__ import annotations

from typing import Any
from unittest import SkipTest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.objective import activated
from symcheck.strategies.frame import FREE, Frame, current_frame, drawing_within
from symcheck.strategies.problem import Problem, calmed, decimal_problems

FRAMES = [
    Frame((2, 3, 1)),
    Frame((None, 4, None)),
    Frame((None, None, None, None)),
    Frame((64, 30, 10)),
    Frame(samples=1),
    Frame(biases=False),
]
KINDS = st.sampled_from(["any", "generic", "constant", "cloned", "zero"])


def problem(frame: Frame, data: st.DataObject, **options: Any) -> Problem:
    with drawing_within(frame):
        found: Problem = data.draw(decimal_problems(**options))
    return found


@pytest.mark.parametrize("frame", FRAMES, ids=str)
@settings(max_examples=20, deadline=None)
@given(data=st.data(), kind=KINDS)
def test_problems_lie_within_the_frame(frame: Frame, data: st.DataObject, kind: Any) -> None:
    case = problem(frame, data, weights=kind)
    assert frame.allows(case.sizes)
    assert [W.shape[::-1] for W, _ in case.params] == list(zip(case.sizes, case.sizes[1:], strict=False))
    assert case.X.shape[1] == case.sizes[0]
    assert case.Y.shape == (len(case.X), case.sizes[-1])
    assert frame.samples in (None, len(case.X))
    assert frame.biases or not any(b.any() for _, b in case.params)


@pytest.mark.parametrize(
    ("frame", "options", "said"),
    [
        (Frame((2, 3, 1)), {"hidden": 0}, "it is a 2-3-1 network, and this speaks of 0 hidden layers"),
        (Frame((2, 3, 1)), {"min_hidden": 2}, "at least 2 hidden layers"),
        (Frame((None,) * 3), {"hidden": 2}, "it is a network of 1 hidden layer, and this speaks of 2 hidden layers"),
        (Frame((2, 1, 1)), {"min_width": 2}, "wider layers"),
        (Frame((2, 3, 1)), {"min_outputs": 2}, "wider layers"),
        (Frame(samples=1), {"min_samples": 2}, "it takes 1 sample at a time"),
    ],
)
def test_what_the_frame_cannot_be_is_skipped(frame: Frame, options: dict[str, Any], said: str) -> None:
    @settings(max_examples=1, deadline=None, database=None)
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        problem(frame, data, **options)

    with pytest.raises(SkipTest, match=said):
        draw()


def test_largest_widths_are_no_reason_to_skip() -> None:
    @settings(max_examples=5, deadline=None)
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        assert problem(Frame((2, 9, 9, 9, 1)), data, max_hidden=2, max_width=4).sizes == (2, 9, 9, 9, 1)

    draw()


@settings(max_examples=40, deadline=None)
@given(data=st.data(), kind=KINDS, hidden=st.sampled_from(["relu", "tanh"]), scale=st.sampled_from([1.0, 8.0]))
def test_outputs_stay_calm(data: st.DataObject, kind: Any, hidden: str, scale: float) -> None:
    frame = Frame(hidden=hidden, calm=2.0)
    case = problem(frame, data, weights=kind)
    h = scale * case.X
    params = case.params if scale == 1 else calmed(case.params, h, frame)
    for W, b in params[:-1]:
        h = activated(h @ W.T + b, hidden)
    W, b = params[-1]
    assert np.abs(h @ W.T + b).max() <= 2


def test_the_frame_holds_inside_and_not_after() -> None:
    def inside() -> None:
        with drawing_within(Frame((2, 1))):
            assert current_frame() == Frame((2, 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        inside()
    assert current_frame() is FREE


def test_the_nearest_sizes_keep_what_is_fixed() -> None:
    assert Frame().nearest([8, 6, 4]) == [8, 6, 4]
    assert Frame((None, 3, None, 2)).nearest([8, 6, 4]) == [8, 3, 6, 2]
    assert Frame((None, None)).nearest([8, 6, 4]) == [8, 4]
    with pytest.raises(SkipTest, match="this speaks of a 8-6-4 network"):
        Frame((8, 6, 3)).require([8, 6, 4])
    Frame((8, None, 4)).require([8, 6, 4])

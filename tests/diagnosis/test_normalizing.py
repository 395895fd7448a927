"""Layers that are normalized where none is declared are named with where and how, forward alone or backward too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind
from numpy.testing import assert_allclose

from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.faults.normalizing import FAULTS
from symcheck.diagnosis.trial import Trial
from symcheck.objective import get_objective

SQUARES = Kind("tanh", get_objective("mse"))


def trial(rng: np.random.Generator) -> Trial:
    params = [(rng.standard_normal((n, m)), rng.standard_normal(n)) for m, n in ((3, 4), (4, 5), (5, 2))]
    return SQUARES.trial(params, rng.standard_normal((6, 3)), rng.standard_normal((6, 2)))


@pytest.mark.parametrize("fault", [f for f in FAULTS if "back" in f.lines], ids=lambda fault: fault.wrong)
def test_backward_is_the_derivative_of_the_normalized_pass(fault: Any) -> None:
    case = trial(np.random.default_rng())
    found = evaluate(case, fault.lines)
    assert found is not None
    assert found.gradients is not None
    step = 1e-6
    for layer, pair in enumerate(case.params):
        for part, array in enumerate(pair):
            at = tuple(np.zeros(array.ndim, int))
            slopes = []
            for sign in (1, -1):
                moved = array.copy()
                moved[at] += sign * step
                params = [
                    tuple(moved if (i, j) == (layer, part) else a for j, a in enumerate(p))
                    for i, p in enumerate(case.params)
                ]
                outputs = evaluate(SQUARES.trial(params, case.X, case.Y), fault.lines)
                assert outputs is not None
                slopes.append(np.mean((outputs.outputs - case.Y) ** 2))
            quotient = (slopes[0] - slopes[1]) / (2 * step)
            assert_allclose(found.gradients[layer][part][at], quotient, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("place", range(0, len(FAULTS), 5))
def test_it_is_named(place: int) -> None:
    fault = FAULTS[place]
    (cause,) = causes_of(SQUARES.opened(Faulted(SQUARES, lambda case: evaluate(case, fault.lines)))).found
    assert cause.together == 1
    assert fault.wrong in cause.sentence


def test_a_mean_of_each_unit_that_does_not_hang_on_the_batch_is_not_called_one() -> None:
    shifted = {"affine": lambda at, right: right - 0.5}
    found = causes_of(SQUARES.opened(Faulted(SQUARES, lambda case: evaluate(case, shifted)))).found
    assert all("mean" not in cause.sentence for cause in found)

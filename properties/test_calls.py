"""What every function owes its caller: it takes odd shapes, and leaves arguments and the rest of the program alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import overwriting_mistake, sharing_mistake
from symcheck.strategies.problem import Problem, calmed, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import frame_of, objective_of
from symcheck.suite.failure import PropertyFailure

#: A training step stands for the update of what has none of its own.
CALLS = ("initialize", "forward", "gradients", "update")


def _call(implementation: Implementation, method: str, case: Problem) -> str:
    """Call a method, or what stands for it, and give the name of what was called."""
    if method == "update" and method not in implementation.offer.methods and not implementation.lacks(("steps",)):
        method = "train_step"
    if method not in implementation.offer.methods:
        pytest.skip(f"it has no {method}")
    Y = case.targets(objective_of(implementation))
    if method == "initialize":
        implementation.initialize(case.sizes, 1)
    elif method == "forward":
        implementation.forward(case.params, case.X)
    elif method == "gradients":
        implementation.gradients(case.params, case.X, Y)
    elif method == "train_step":
        implementation.train_step(case.params, case.X, Y, implementation.offer.rate or case.rate)
    else:
        implementation.update(case.params, case.params, case.rate)
    return method


@claim(theorem="pure-functions")
@pytest.mark.parametrize("method", CALLS)
@given(case=decimal_problems(max_hidden=4, max_width=6), scale=st.sampled_from([1.0, 8.0]))
def test_arguments_are_left_as_they_were(
    implementation: Implementation, method: str, case: Problem, scale: float
) -> None:
    """No array that is handed over is written into."""
    X = case.X * scale
    params = calmed(case.params, X, frame_of(implementation))
    method = _call(implementation, method, replace(case, params=params, X=X))
    if implementation.seen.changed:
        changed = " and ".join(implementation.seen.changed)
        raise PropertyFailure(
            f"{method} changes its argument {changed} [{'-'.join(map(str, case.sizes))} network]",
            mistake=f"{overwriting_mistake(method, implementation.seen.changed)}: write W = W - step, not W -= step",
        )


@claim(theorem="pure-functions")
@pytest.mark.parametrize("method", CALLS)
@given(case=decimal_problems(max_hidden=3, min_width=3, max_width=3))
def test_results_are_arrays_of_their_own(implementation: Implementation, method: str, case: Problem) -> None:
    """No result shares memory with an argument, with another layer, or with what the next call returns."""
    # Layers of one shape show arrays that are shared between layers.
    square = [(np.full((3, 3), 0.25), np.zeros(3))] * len(case.params)
    if not frame_of(implementation).allows([3] * (len(square) + 1)):
        return _check_sharing(implementation, _call(implementation, method, case))
    method = _call(
        implementation,
        method,
        replace(case, params=square, X=np.resize(case.X, (len(case.X), 3)), Y=np.resize(case.Y, (len(case.X), 3))),
    )
    return _check_sharing(implementation, method)


def _check_sharing(implementation: Implementation, method: str) -> None:
    if implementation.seen.shared:
        told, mistake = sharing_mistake(method, implementation.seen.shared)
        raise PropertyFailure(told, mistake=mistake)


@claim(theorem="pure-functions")
@pytest.mark.parametrize("method", CALLS)
@given(case=decimal_problems())
def test_global_state_is_left_alone(implementation: Implementation, method: str, case: Problem) -> None:
    """Neither numpy's global generator nor anything else outside the call changes."""
    method = _call(implementation, method, case)
    if implementation.seen.state:
        raise PropertyFailure(
            f"{method} {implementation.seen.state}",
            mistake="global state of numpy's generator is changed: draw from the generator handed over, and seed nothing",
        )

"""Claim C8: the same seed gives the same start, and the same start the same run; another seed gives another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.diagnosis.implementations import memory_mistake, pinned_mistake
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import as_outputs, bounds_of, doubled, frame_of, gradient_bounds, scene_of, targets_of
from symcheck.suite.failure import PropertyFailure, check_close, check_params, fail
from symcheck.suite.requirements import require_no_piling

sizes = st.lists(st.integers(1, 6), min_size=2, max_size=4)
seeds = st.integers(0, 2**32 - 1)


@claim("C8", theorem="pure-functions", needs=("initialize",))
@given(sizes=sizes, seed=seeds)
def test_the_same_seed_gives_the_same_start(implementation: Implementation, sizes: list[int], seed: int) -> None:
    """All randomness comes from the generator that is handed over."""
    sizes = frame_of(implementation).nearest(sizes)
    one, other = (implementation.initialize(sizes, seed) for _ in range(2))
    for layer, (a, b) in enumerate(zip(one, other, strict=True), 1):
        for name, x, y in zip("Wb", a, b, strict=True):
            if not np.array_equal(x, y):
                raise PropertyFailure(
                    f"initialize({sizes}, numpy.random.default_rng({seed})) gives another {name} of layer {layer} the second time",
                    mistake="seed ignored: the weights come from another generator than the one handed over",
                )


@claim("C8", theorem="pure-functions", needs=("initialize",))
@given(seed=seeds)
def test_another_seed_gives_another_start(implementation: Implementation, seed: int) -> None:
    """Restarts that begin at the same weights find the same minimum."""
    if implementation.offer.deterministic:
        pytest.skip("it declares that initialize draws nothing")
    sizes = frame_of(implementation).nearest([8, 8, 8, 4])
    one, other = (implementation.initialize(sizes, s) for s in (seed, seed + 1))
    if all(np.array_equal(a, b) for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True)):
        raise PropertyFailure(
            f"seeds {seed} and {seed + 1} give the same weights; a scheme that draws nothing should say deterministic = True",
            mistake=pinned_mistake(implementation.seen),
        )


@claim("C8", theorem="pure-functions", needs=("forward", "activation"))
@given(case=decimal_problems())
def test_the_same_arguments_give_the_same_outputs(implementation: Implementation, case: Problem) -> None:
    """Nothing is kept from the call before, and nothing is drawn."""
    one, other = (implementation.forward(case.params, case.X) for _ in range(2))
    bound = as_outputs(implementation, one, bounds_of(implementation, case, one))[1]
    check_close(
        other,
        one,
        bound,
        "outputs of the second call",
        scene_of(implementation, case),
        "subject.forward(params, X)",
        "dropout left on, or noise is drawn in forward",
    )


@claim("C8", theorem="pure-functions", needs=("gradients",))
@given(case=decimal_problems(), seed=seeds)
def test_the_same_arguments_give_the_same_gradients(implementation: Implementation, case: Problem, seed: int) -> None:
    """Nor after a call with another batch of the same shape."""
    require_no_piling(implementation)
    Y = targets_of(implementation, case)
    one = implementation.gradients(case.params, case.X, Y)
    if "forward" in implementation.offer.methods:
        implementation.forward(case.params, np.random.default_rng(seed).standard_normal(case.X.shape))
    other = implementation.gradients(case.params, case.X, Y)
    check_params(
        other,
        one,
        doubled(gradient_bounds(implementation, case, [one, other])),
        "gradient of the second call,",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        lambda: memory_mistake("gradients", [one, other, implementation.gradients(case.params, case.X, Y)]),
    )


@claim("C8", theorem="pure-functions", needs=("update",))
@given(case=decimal_problems(), seed=seeds)
def test_the_same_arguments_give_the_same_update(implementation: Implementation, case: Problem, seed: int) -> None:
    """An update that remembers is a function of more than its arguments."""
    rng = np.random.default_rng(seed)
    slopes = [
        (np.round(rng.standard_normal(W.shape), 2), np.round(rng.standard_normal(b.shape), 2)) for W, b in case.params
    ]
    one, other = (implementation.update(case.params, slopes, case.rate) for _ in range(2))
    for layer, (p, q) in enumerate(zip(one, other, strict=True), 1):
        for name, a, b in zip("Wb", p, q, strict=True):
            if not np.array_equal(a, b):
                fail(
                    f"the second call of update gives another {name} of layer {layer} for the same arguments",
                    scene_of(implementation, case),
                    got=b,
                    expected=a,
                    expression=f"[subject.update(params, params, {case.rate}) for _ in range(2)]",
                    mistake="state is kept between calls of update: a velocity or a count",
                )

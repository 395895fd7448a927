"""Claims C1, C20, C23, C25: with constant weights all units of a layer stay equal after every update."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import counted
from symcheck.reference.optimizers import OPTIMIZERS, optimizer
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import run, scene_of, spread_within
from symcheck.suite.failure import fail

TIED = "tied units get different gradients: something depends on a unit's place in its layer"


@claim("C1", "C20", "C23", "C25", theorem="constant-init", needs=("steps", "sgd", "activation", "loss"), weight=3)
@given(case=decimal_problems(weights="constant", min_hidden=1, min_width=2, max_width=5), steps=st.integers(1, 4))
def test_constant_weights_keep_rows_equal(implementation: Implementation, case: Problem, steps: int) -> None:
    """Any constant (0.5, 1, 0.1): rows of every W_l, and columns of the next, stay equal; bitwise on the reference."""
    got, exact = run(implementation, case, steps)
    _check_rows(implementation, case, got, exact)


@claim("C1", "C5", theorem="equitable-partitions", needs=("steps", "sgd", "activation", "loss"), weight=3)
@given(case=decimal_problems(weights="cloned", min_hidden=1, min_width=2, max_width=5), steps=st.integers(1, 3))
def test_cloned_units_stay_clones(implementation: Implementation, case: Problem, steps: int) -> None:
    """Units with equal rows, biases and outgoing weights stay equal, beside units that differ from them."""
    got, exact = run(implementation, case, steps)
    _check_rows(implementation, case, got, exact)


@claim("C1", theorem="optimizers", needs=("gradients", "activation", "loss"), weight=3)
@given(
    case=decimal_problems(weights="constant", min_hidden=1, min_width=2, max_width=5),
    name=st.sampled_from(sorted(OPTIMIZERS)),
    steps=st.integers(1, 5),
)
def test_every_optimizer_of_the_class_keeps_rows_equal(
    implementation: Implementation, case: Problem, name: str, steps: int
) -> None:
    """SGD, momentum, Nesterov, RMSprop, Adam, AdamW, signSGD: bitwise, from gradients whose rows agree bitwise."""
    if not implementation.exact:
        pytest.skip("bitwise equality is the reference's; elsewhere Adam and its kin enlarge the last bit")
    rule = optimizer(name)
    params, state = case.params, rule.init(case.params)
    Y = case.targets(implementation.objective)
    for _ in range(steps):
        params, state = rule.step(params, implementation.gradients(params, case.X, Y), state, 0.05)
    for layer, (W, b) in enumerate(params[:-1], 1):
        if np.ptp(W, axis=0).any() or np.ptp(b):
            fail(
                f"after {counted(steps, 'step')} of {name} the rows of W of layer {layer} differ",
                scene_of(implementation, case),
                got=W,
                expected=np.tile(W[0], (len(W), 1)),
            )


def _check_rows(implementation: Implementation, case: Problem, got: list, exact: list) -> None:
    for step, (params, (_, errors)) in enumerate(zip(got, exact, strict=True)):
        for layer in range(len(params) - 1):
            width = len(params[layer][1])
            labels = case.classes[layer] if case.classes else np.zeros(width, int)
            leaders = np.unique(labels, return_index=True)[1][labels]
            for what, values, bound in (
                (f"rows of W of layer {layer + 1}", params[layer][0], errors[layer][0]),
                (f"entries of b of layer {layer + 1}", params[layer][1][:, None], errors[layer][1][:, None]),
                (f"columns of W of layer {layer + 2}", params[layer + 1][0].T, errors[layer + 1][0].T),
            ):
                allowed = 0.0 if implementation.exact else bound + bound[leaders]
                if (spread_within(values, labels) > allowed).any():
                    fail(
                        f"after {counted(step, 'update')} {what} differ between tied units",
                        scene_of(implementation, case),
                        got=values,
                        expected=values[leaders],
                        expression="subject.gradients(params, X, Y)",
                        mistake=TIED,
                    )

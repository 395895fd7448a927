"""Claims C2 and C4: with all weights zero every hidden unit is frozen or tied, and nothing is told apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import counted
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import run, scene_of
from symcheck.suite.failure import Scene, check_close, fail


@claim("C2", theorem="zero-init", needs=("steps", "sgd", "activation", "loss"), weight=3)
@given(case=decimal_problems(weights="zero", min_hidden=1, min_width=2), steps=st.integers(1, 4))
def test_zero_weights_freeze_or_tie(implementation: Implementation, case: Problem, steps: int) -> None:
    """With sigma(0) = 0 only the output bias ever moves; else units move together."""
    frozen = implementation.activation.symmetry != "generic"
    got, exact = run(implementation, case, steps)
    for step, (params, (_, errors)) in enumerate(zip(got, exact, strict=True)):
        for layer, ((W, b), (W_error, b_error)) in enumerate(zip(params, errors, strict=True), 1):
            last = layer == len(params)
            moved = (np.abs(W) > W_error).any() or (not last and (np.abs(b) > b_error).any())
            if frozen and moved:
                fail(
                    f"after {counted(step, 'update')} from zero the weights of layer {layer} are not zero",
                    scene_of(implementation, case),
                    got=W,
                    expected=np.zeros_like(W),
                    expression="subject.gradients(params, X, Y)",
                    mistake="sigma(0) or the derivative of the activation is wrong, or weights are drawn anew",
                )
            if not last and (np.abs(W - W[0]) > W_error + W_error[0]).any():
                fail(
                    f"after {counted(step, 'update')} from zero the rows of W of layer {layer} differ",
                    scene_of(implementation, case),
                    got=W,
                    expected=np.tile(W[0], (len(W), 1)),
                )


@claim("C4", theorem="zero-init", needs=("forward", "activation"))
@given(case=decimal_problems(weights="zero", min_outputs=2))
def test_zero_weights_give_every_class_the_same_output(implementation: Implementation, case: Problem) -> None:
    """All outputs are equal, so a softmax is uniform: at the start it is no better than chance."""
    got = implementation.forward(case.params, case.X)
    expected = np.tile(got[:1, :1], got.shape)
    check_close(
        got,
        expected,
        0.0,
        "outputs of a network of zeros",
        Scene(implementation, case.params, case.X),
        "subject.forward(params, X)",
    )

"""Claim C21: a network whose units are tied cannot fit XOR, whatever its width and however long it trains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.activations import get_activation
from symcheck.errors import counted
from symcheck.reference.bounds import evaluate, unit_of
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import frame_of, run, scene_of
from symcheck.suite.failure import fail

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 1, 0])


@claim("C21", theorem="quotient", needs=("forward", "steps", "sgd", "activation", "loss"), weight=5)
@given(case=decimal_problems(weights="constant", min_hidden=1, min_width=2), steps=st.integers(0, 8))
def test_tied_units_cannot_fit_exclusive_or(implementation: Implementation, case: Problem, steps: int) -> None:
    """Monotone units in a chain are monotone along one direction: (0, 1) and (1, 0) never both come out on top."""
    if not implementation.activation.monotone:
        pytest.skip(f"{implementation.activation.name} is not monotone")
    (W, b), *between, (V, d) = case.params
    objective = implementation.objective
    if objective.output_activation != "softmax" and not get_activation(objective.output_activation).monotone:
        pytest.skip(f"{objective.output_activation} outputs are not monotone")
    outputs = 2 if objective.centred else 1
    frame_of(implementation).require([2, *case.sizes[1:-1], outputs])
    W, V = np.full((len(b), 2), W[0, 0]), np.repeat(V[:1], outputs, axis=0)
    case = replace(
        case,
        params=[(W, b), *between, (V, np.repeat(d[:1], outputs))],
        X=POINTS,
        Y=LABELS[:, None] * 1.0 if outputs == 1 else np.eye(2)[LABELS],
    )
    got, exact = run(implementation, case, steps)
    values = implementation.forward(got[-1], POINTS)
    score = values[:, -1] if outputs == 1 else values[:, 1] - values[:, 0]
    bounds = evaluate(*_last(exact, case, implementation), errors=exact[-1][1], unit=unit_of(values, got[-1]))
    margin = 4 * float(bounds.outputs_error.max()) * outputs
    if min(score[1], score[2]) > max(score[0], score[3]) + margin:
        fail(
            f"after {counted(steps, 'update')} a network of tied units puts (0, 1) and (1, 0) above (0, 0) and (1, 1)",
            scene_of(implementation, case),
            got=score,
            expected=np.full(4, score.mean()),
            expression="subject.forward(params, X)",
            mistake="units do not stay tied, or weights are drawn anew while training",
        )


def _last(exact: list, case: Problem, implementation: Implementation) -> tuple:
    objective = implementation.objective
    return exact[-1][0], case.X, case.targets(objective), implementation.activation, objective

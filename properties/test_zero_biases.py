"""Claim C14: zero biases are harmless once the weights are random."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.activations import get_activation
from symcheck.diagnosis.implementations import gradient_mistake
from symcheck.errors import counted
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, network_of, run, scene_of
from symcheck.suite.failure import check_close, fail
from symcheck.symmetry import certify


@claim("C14", theorem="zero-bias", needs=("steps", "sgd", "activation", "loss", "biases"), weight=3)
@given(
    case=decimal_problems(weights="generic", min_hidden=1, max_hidden=2, min_width=2, biases=False),
    steps=st.integers(1, 3),
)
def test_zero_biases_under_random_weights_tie_nothing(
    implementation: Implementation, case: Problem, steps: int
) -> None:
    """No two units are tied at the start, and training ties none."""
    before = _labels(implementation, case.params)
    got, _ = run(implementation, case, steps)
    after = _labels(implementation, got[-1])
    for layer, (old, new) in enumerate(zip(before, after, strict=True), 1):
        if new.max() < old.max():
            fail(
                f"after {counted(steps, 'update')} units of layer {layer} are tied that were not",
                scene_of(implementation, case),
                got=got[-1][layer - 1][0],
                expected=case.params[layer - 1][0],
                expression="subject.gradients(params, X, Y)",
            )


@claim("C14", theorem="zero-bias", needs=("gradients", "activation", "loss", "biases"))
@given(case=decimal_problems(weights="generic", min_hidden=1, biases=False))
def test_zero_biases_move_at_the_first_step(implementation: Implementation, case: Problem) -> None:
    """db_l is the sum of delta_l over the samples: not zero because b is."""
    Y = case.targets(implementation.objective)
    got = implementation.gradients(case.params, case.X, Y)
    exact = bounds_of(implementation, case, got)
    for layer, ((_, db), (_, expected), (_, bound)) in enumerate(
        zip(got, exact.gradients, doubled(exact.gradients_error), strict=True), 1
    ):
        check_close(
            db,
            expected,
            bound,
            f"gradient of the zero bias of layer {layer}",
            scene_of(implementation, case),
            f"subject.gradients(params, X, Y)[{layer - 1}][1]",
            lambda: gradient_mistake(implementation, case, got),
        )


def _labels(implementation: Implementation, params: list) -> list[np.ndarray]:
    # Narrow ReLUs may be dead by the signs of their weights, which is no tie.
    activation = "any" if get_activation(implementation.activation).rectified else implementation.activation
    return [layer.labels for layer in certify(network_of(implementation, params, activation)).layers]

"""Claims C5 and C6: units that are not tied separate, at the step that the certificate predicts; dropout separates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from symcheck.errors import counted
from symcheck.reference.bounds import BOTH, evaluate
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import doubled, frame_of, network_of, run, scene_of, step_shown, tame
from symcheck.suite.failure import fail
from symcheck.symmetry import certify

NEEDS = ("steps", "sgd", "activation", "loss")


@claim("C5", theorem="equitable-partitions", needs=NEEDS, weight=4)
@given(
    case=decimal_problems(weights="generic", min_hidden=1, max_hidden=2, min_width=2, max_width=3, min_samples=3),
    constant=st.sampled_from([0.5, 0.1, -1.0]),
)
def test_untied_units_separate_by_the_predicted_step(
    implementation: Implementation, case: Problem, constant: float
) -> None:
    """Equal rows under unequal outgoing weights: tied at the start, told apart by the first update."""
    (W, b), *rest = case.params
    case = replace(
        case, params=[(np.full_like(W, constant), np.full_like(b, constant / 2 * implementation.offer.biases)), *rest]
    )
    step = certify(network_of(implementation, case.params)).layers[0].separates_at
    # With one output under softmax nothing ever has a gradient, and linear units may be tied for other reasons.
    assume(step is not None)
    assert step is not None
    got, exact = run(implementation, case, step)
    (W, b), (V, _) = got[-1][:2]
    (W0, b0), (V0, _) = exact[-1][0][:2]
    (W_error, b_error), (V_error, _) = exact[-1][1][:2]
    rows, expected = np.column_stack([W, b, V.T]), np.column_stack([W0, b0, V0.T])
    errors = np.column_stack([W_error, b_error, V_error.T])
    inner = W.shape[1] + 1
    for i in range(len(rows)):
        for k in range(i):
            # What separates activations is the incoming part; a pair that real data keeps close proves nothing.
            apart = np.abs(expected[i] - expected[k])[:inner] > BOTH * 2 * (errors[i] + errors[k])[:inner]
            if apart.any() and (rows[i] == rows[k])[:inner].all():
                fail(
                    f"after {counted(step, 'update')} units {k} and {i} of layer 1 are still equal, but their outgoing weights "
                    "differ and should have told them apart",
                    scene_of(implementation, case),
                    got=rows[:, :inner],
                    expected=expected[:, :inner],
                    expression=step_shown(implementation, tame(case, implementation)),
                    mistake="delta does not go back through W, or all units get one gradient",
                )


@claim("C5", theorem="equitable-partitions", needs=NEEDS, weight=4)
@given(
    case=decimal_problems(weights="constant", hidden=2, min_width=2),
    seed=st.integers(0, 2**32 - 1),
    steps=st.integers(1, 3),
)
def test_distinct_rows_may_be_tied(implementation: Implementation, case: Problem, seed: int, steps: int) -> None:
    """Constant, permutation matrix, constant: every row of the middle layer differs, and all its units stay tied."""
    (W, b), (middle, c), (V, d) = case.params
    n = min(len(b), len(c))
    frame_of(implementation).require([W.shape[1], n, n, len(d)])
    order = np.random.default_rng(seed).permutation(n)
    case = replace(case, params=[(W[:n], b[:n]), (np.eye(n)[order], c[:n]), (V[:, :n], d)])
    got, exact = run(implementation, case, steps)
    params, errors = exact[-1]
    objective = implementation.objective
    mine = evaluate(got[-1], case.X, case.targets(objective), implementation.activation, objective, errors=errors)
    for layer, (values, bound) in enumerate(zip(mine.hidden, mine.hidden_error, strict=True), 1):
        if (np.abs(values - values[:, :1]) > BOTH * (bound + bound[:, :1])).any():
            fail(
                f"after {counted(steps, 'update')} the units of layer {layer} differ, but equal sums of rows and columns tie them",
                scene_of(implementation, case),
                got=values,
                expected=np.tile(values[:, :1], values.shape[1]),
                expression=step_shown(implementation, tame(case, implementation)),
            )


@claim("C6", theorem="equitable-partitions", needs=NEEDS, weight=2)
@given(case=decimal_problems(weights="constant", hidden=1, min_width=2), place=st.integers(0, 99))
def test_dropout_separates_tied_units(implementation: Implementation, case: Problem, place: int) -> None:
    """A unit that a mask leaves out stays where it is while its clones move."""
    (W, b), (V, d) = case.params
    dropped = place % len(b)
    kept = np.delete(np.arange(len(b)), dropped)
    frame_of(implementation).require([W.shape[1], len(kept), len(d)])
    masked = replace(case, params=[(W[kept], b[kept]), (V[:, kept], d)])
    got, exact = run(implementation, masked, 1)
    moved, (expected, errors) = got[-1][0], exact[-1]
    should = np.abs(expected[0][0] - W[kept]) > doubled(errors)[0][0]
    if (should & (moved[0] == W[kept])).any():
        fail(
            f"with unit {dropped} left out, its clones do not move",
            scene_of(implementation, masked),
            got=moved[0],
            expected=expected[0][0],
            expression=step_shown(implementation, tame(masked, implementation)),
        )

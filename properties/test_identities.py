"""What gradients owe whatever the loss is: tied units, scales that cancel, and a softmax that sees differences only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from symcheck.reference.bounds import unit_of
from symcheck.reference.rounding import gamma
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import doubled, gradient_bounds, scene_of, targets_of
from symcheck.suite.failure import check_close

GRADIENTS = "subject.gradients(params, X, Y)"


@claim("C1", "C5", theorem="equitable-partitions", needs=("gradients",))
@given(case=decimal_problems(weights="cloned", min_hidden=1, min_width=2, max_width=5))
def test_tied_units_get_equal_gradients(implementation: Implementation, case: Problem) -> None:
    """Units with equal rows, biases and outgoing weights: their rows of dW, entries of db and columns above agree."""
    got = implementation.gradients(case.params, case.X, targets_of(implementation, case))
    bounds = doubled(gradient_bounds(implementation, case, [got]))
    for layer, labels in enumerate(case.classes, 1):
        leaders = np.unique(labels, return_index=True)[1][labels]
        (dW, db), (dV, _) = got[layer - 1 : layer + 1]
        (W, b), (V, _) = bounds[layer - 1 : layer + 1]
        for what, values, bound in (
            (f"rows of dW of layer {layer}", dW, W),
            (f"entries of db of layer {layer}", db[:, None], b[:, None]),
            (f"columns of dW of layer {layer + 1}", dV.T, V.T),
        ):
            check_close(
                values,
                values[leaders],
                bound + bound[leaders],
                f"{what}, beside that of a unit that is tied to it,",
                scene_of(implementation, case),
                GRADIENTS,
                "tied units get different gradients: something depends on a unit's place in its layer",
            )


@claim("C18", theorem="rescaling", needs=("gradients", "activation"))
@given(case=decimal_problems(min_hidden=1, max_width=5))
def test_scale_moves_freely_between_layers(implementation: Implementation, case: Problem) -> None:
    """For ReLU and its leaky kin W_in . dW_in + b db = W_out . dW_out for every hidden unit."""
    if not implementation.activation.homogeneous:
        pytest.skip(f"{implementation.activation.name} is not homogeneous")
    got = implementation.gradients(case.params, case.X, targets_of(implementation, case))
    errors = gradient_bounds(implementation, case, [got])
    unit = unit_of(got)
    for layer in range(len(case.params) - 1):
        (W, b), (V, _) = case.params[layer : layer + 2]
        (dW, db), (dV, _) = got[layer : layer + 2]
        (W_error, b_error), (V_error, _) = errors[layer : layer + 2]
        below, above = (W * dW).sum(axis=1) + b * db, (V * dV).sum(axis=0)
        off = (np.abs(W) * W_error).sum(axis=1) + np.abs(b) * b_error + (np.abs(V) * V_error).sum(axis=0)
        size = np.abs(W * dW).sum(axis=1) + np.abs(b * db) + np.abs(V * dV).sum(axis=0)
        check_close(
            below,
            above,
            2 * off + gamma(sum(case.sizes), unit) * size,
            f"W . dW + b db of the units of layer {layer + 1}, beside W . dW of what they send,",
            scene_of(implementation, case),
            GRADIENTS,
            "the derivative of the activation is not that of a homogeneous one, or delta is not the same for W and b",
        )


@claim("C4", theorem="zero-sum", needs=("gradients",))
@given(case=decimal_problems(min_outputs=2))
def test_output_deltas_of_a_softmax_sum_to_zero(implementation: Implementation, case: Problem) -> None:
    """db and the columns of dW of the last layer sum to zero over the classes."""
    objective = implementation.offer.objective
    softmax = objective.centred if objective else implementation.offer.output_activation == "softmax"
    if not softmax:
        pytest.skip("its loss has no softmax")
    got = implementation.gradients(case.params, case.X, targets_of(implementation, case))
    (dW, db), (W, b) = got[-1], gradient_bounds(implementation, case, [got])[-1]
    sums = np.append(dW.sum(axis=0), db.sum())
    bound = np.append(W.sum(axis=0), b.sum()) + gamma(len(db), unit_of(got)) * np.append(
        np.abs(dW).sum(axis=0), np.abs(db).sum()
    )
    check_close(
        sums,
        np.zeros_like(sums),
        2 * bound,
        "sums over the classes of dW and db of the last layer",
        scene_of(implementation, case),
        GRADIENTS,
        "the output deltas of a sample do not sum to zero: the softmax is taken over another axis, or differentiated twice",
    )

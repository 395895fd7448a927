"""float64 is computed in float64, float32 agrees with it as far as it can, and a softmax does not overflow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from symcheck.diagnosis.implementations import precision_mistake
from symcheck.reference.rounding import UNIT
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.claim import claim
from symcheck.suite.experiments import bounds_of, doubled, exact_of, scene_of
from symcheck.suite.failure import check_params, fail


@claim(theorem="backpropagation", needs=("gradients", "activation", "loss", "float64"))
@given(case=decimal_problems(weights="generic"))
def test_float64_is_computed_in_float64(implementation: Implementation, case: Problem) -> None:
    """Gradients of float64 parameters are float64, and right to float64's rounding."""
    Y = case.targets(implementation.objective)
    got = implementation.gradients(case.params, case.X, Y)
    found = got[0][0].dtype
    if found != np.float64:
        fail(
            f"gradients of float64 parameters are {found}, but should be float64",
            scene_of(implementation, case),
            expression="subject.gradients(params, X, Y)[0][0].dtype",
            mistake="float32 inside: something is cast down",
        )
    exact = exact_of(implementation, case.params, case.X, Y, UNIT["float64"])
    check_params(
        got,
        exact.gradients,
        doubled(exact.gradients_error),
        "gradient",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        lambda: precision_mistake(implementation, got, exact.gradients),
    )


@claim(theorem="backpropagation", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems())
def test_float32_agrees_with_float64(implementation: Implementation, case: Problem) -> None:
    """Gradients of float32 parameters are those of float64 within float32's rounding."""
    single = [(W.astype(np.float32), b.astype(np.float32)) for W, b in case.params]
    X, Y = case.X.astype(np.float32), case.targets(implementation.objective).astype(np.float32)
    got = implementation.gradients(single, X, Y)
    params = [(W.astype(float), b.astype(float)) for W, b in single]
    exact = exact_of(implementation, params, X.astype(float), Y.astype(float), UNIT["float32"])
    scene = replace(scene_of(implementation, case), params=single, X=X, Y=Y)
    check_params(
        got,
        exact.gradients,
        doubled(exact.gradients_error),
        "gradient in float32",
        scene,
        "subject.gradients(params, X, Y)",
    )


@claim(theorem="backpropagation", needs=("gradients", "activation", "loss"))
@given(case=decimal_problems(weights="zero", hidden=0, min_outputs=2))
def test_softmax_does_not_overflow(implementation: Implementation, case: Problem) -> None:
    """exp(1000) is infinite; the maximum is subtracted first."""
    if implementation.objective.loss != "softmax_cross_entropy":
        pytest.skip("its loss has no softmax")
    if implementation.objective.guard:
        pytest.skip("its logarithms are guarded, which changes gradients where a probability is 0")
    (W, b), *_ = case.params
    case = replace(case, params=[(W, np.linspace(0.0, 1000.0, len(b)))])
    Y = case.targets(implementation.objective)
    mistake = "softmax without max subtraction overflows"
    try:
        got = implementation.gradients(case.params, case.X, Y)
    except Misbehaviour as error:
        fail(error, scene_of(implementation, case), expression="subject.gradients(params, X, Y)", mistake=mistake)
    exact = bounds_of(implementation, case, got)
    check_params(
        got,
        exact.gradients,
        doubled(exact.gradients_error),
        "gradient",
        scene_of(implementation, case),
        "subject.gradients(params, X, Y)",
        mistake,
    )

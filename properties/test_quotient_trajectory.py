"""Claim C3: a network of tied units is as complex as one unit a class, and trains as that smaller network does."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import counted
from symcheck.network import Network
from symcheck.reference.bounds import descend, evaluate, unit_of
from symcheck.reference.rounding import gamma
from symcheck.strategies.problem import Problem, decimal_problems
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import as_outputs, largest, reject_divergence, run, step_shown, tame
from symcheck.suite.failure import Scene, check_close
from symcheck.symmetry import certify
from symcheck.symmetry.quotient import Quotient


@claim("C3", theorem="quotient", needs=("forward", "steps", "sgd", "activation", "loss"), weight=4)
@given(case=decimal_problems(weights="cloned", min_hidden=1, min_width=2), steps=st.integers(0, 3))
def test_tied_units_train_as_one(implementation: Implementation, case: Problem, steps: int) -> None:
    """The quotient with rates eta |J| / |I| computes the same outputs before and after every update."""
    got, exact = run(implementation, case, steps)
    params, errors = exact[-1]
    outputs = implementation.forward(got[-1], case.X)
    unit = unit_of(outputs, got[-1])
    Y, activation, loss = case.targets(implementation.objective), implementation.activation, implementation.objective
    smaller = _quotient(case, implementation)
    biases = [b for b in smaller.network.biases if b is not None]
    start = list(zip(smaller.network.weights, biases, strict=True))
    rates = smaller.learning_rates(tame(case, implementation))
    rates = rates if implementation.offer.biases else [(w, 0.0) for w, _ in rates]
    # A weight of the quotient is a sum of at most as many weights as a layer has units, and these may cancel.
    rounding = gamma(max(case.sizes), unit) * max(case.sizes) * largest(case.params)
    first = [(np.full(w.shape, rounding), np.full(b.shape, rounding)) for w, b in start]
    small = descend(start, [(case.X, Y)] * steps, activation, loss, rates, unit=unit, errors=first)
    reject_divergence(small)
    few = evaluate(small[-1][0], case.X, Y, activation, loss, unit=unit, errors=small[-1][1])
    many = evaluate(params, case.X, Y, activation, loss, unit=unit, errors=errors)
    expected, bound = as_outputs(implementation, outputs, few)
    check_close(
        outputs,
        expected,
        bound + 2 * many.outputs_error,
        f"outputs after {counted(steps, 'update')}, beside the quotient's,",
        Scene(implementation, case.params, case.X, Y),
        step_shown(implementation, tame(case, implementation)) if steps else "subject.forward(params, X)",
    )


def _quotient(case: Problem, implementation: Implementation) -> Quotient:
    head = "softmax" if implementation.objective.centred else "linear"
    network = Network([w for w, _ in case.params], [b for _, b in case.params], implementation.activation, head)
    return certify(network).quotient()

"""What properties do with a subject: outputs beside the reference's, runs of training, differences between units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume

from symcheck.reference.bounds import BOTH, UNIT, BoundedEvaluation, descend, evaluate, shares_error, unit_of
from symcheck.strategies.problem import Problem
from symcheck.subjects.implementation import Implementation
from symcheck.suite.failure import Scene
from symcheck.types import Array, Params

#: Beyond this a run of descent is diverging, and nothing it shows is about the subject.
_LARGE = 50.0


def scene_of(subject: Implementation, case: Problem, params: Params | None = None) -> Scene:
    """A scene with the targets that the subject's loss takes."""
    Y = case.targets(subject.loss) if subject.offer.loss else None
    return Scene(subject, params or case.params, case.X, Y)


def bounds_of(
    subject: Implementation, case: Problem, got: Any = None, params: Params | None = None
) -> BoundedEvaluation:
    """Outputs and gradients of a correct evaluation, with bounds for the precision in which the subject answered."""
    unit = UNIT["float64"] if got is None else unit_of(got)
    loss = subject.loss if subject.offer.loss else "mse"
    Y = case.targets(loss)
    return evaluate(params or case.params, case.X, Y, subject.activation, loss, unit=unit)


def doubled(errors: Params) -> Params:
    """The bounds for two evaluations."""
    return [(BOTH * w, BOTH * b) for w, b in errors]


def as_outputs(subject: Implementation, got: Array, exact: BoundedEvaluation) -> tuple[Array, Array]:
    """What ``forward`` should have returned, and its bound.

    With softmax cross-entropy it may return probabilities instead of what goes into the softmax; which one is told by
    the result itself.
    """
    expected, bound = exact.outputs, BOTH * exact.outputs_error
    if subject.offer.loss == "softmax_cross_entropy" and not (np.abs(got - expected) <= bound).all():
        total = np.abs(np.asarray(got, float).sum(axis=1) - 1)
        if (got >= 0).all() and (total <= 1e-3).all():
            shares = np.exp(expected - expected.max(axis=1, keepdims=True))
            shares = shares / shares.sum(axis=1, keepdims=True)
            unit = unit_of(got)
            argument = 2 * bound.max(axis=1, keepdims=True) + 4 * unit * np.abs(expected).max(axis=1, keepdims=True)
            return shares, shares_error(shares, argument) + 64 * unit
    return expected, bound


def activations_of_last_hidden(subject: Implementation, params: Params, X: Array) -> Array:
    """Activations of the last hidden layer, read off through an identity as the last layer of ``params``.

    Skips the property where ``forward`` returns probabilities, which do not show them.
    """
    import pytest

    values = subject.forward(params, X)
    shares = np.allclose(values.sum(axis=1), 1, atol=1e-3) and (values >= 0).all()
    if subject.offer.loss == "softmax_cross_entropy" and shares:
        pytest.skip("forward returns probabilities, which do not show the activations")
    return values


def run(subject: Implementation, case: Problem, steps: int) -> tuple[list[Params], list[tuple[Params, Params]]]:
    """A run of gradient descent by the subject, and the same run with bounds, one entry before each step and one after.

    A run that would diverge is not judged: the example is rejected.
    """
    Y, rate = case.targets(subject.loss), tame(case, subject)
    exact = descend(case.params, [(case.X, Y)] * steps, subject.activation, subject.loss, rate)
    reject_divergence(exact)
    got: list[Params] = [case.params]
    unit = UNIT["float64"]
    for _ in range(steps):
        slopes = subject.gradients(got[-1], case.X, Y)
        got.append(subject.update(got[-1], slopes, rate))
        # Parameters may be float64 and gradients not: the coarsest of all counts.
        unit = max(unit, unit_of(slopes, got[-1]))
    if unit > UNIT["float64"]:
        exact = descend(case.params, [(case.X, Y)] * steps, subject.activation, subject.loss, rate, unit=unit)
    return got, exact


def tame(case: Problem, subject: Implementation) -> float:
    """The case's learning rate, cut so that the first step moves no parameter by more than 1/2."""
    first = bounds_of(subject, case).gradients
    largest = max(float(np.abs(a).max()) for pair in first for a in pair)
    return float(min(case.rate, 0.5 / largest)) if largest > 0 else case.rate


def reject_divergence(exact: Sequence[tuple[Params, Params]]) -> None:
    """Reject an example whose exact run leaves the range in which rounding is bounded in a useful way."""
    assume(
        all(np.isfinite(a).all() and np.abs(a).max() <= _LARGE for params, _ in exact for pair in params for a in pair)
    )


def largest(params: Params) -> float:
    """The largest magnitude in a list of (W, b)."""
    return max(float(np.abs(a).max()) for pair in params for a in pair)


def spread_within(values: Array, labels: Array) -> Array:
    """How far each row is from the first row of its class."""
    first = np.unique(labels, return_index=True)[1]
    return np.asarray(np.abs(values - values[first[labels]]))

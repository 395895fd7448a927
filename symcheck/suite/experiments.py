"""What properties do with a subject: outputs beside the reference's, runs of training, differences between units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import assume

from symcheck.activations import Activation, get_activation
from symcheck.network import Network
from symcheck.objective import Objective
from symcheck.reference.bounds import BOTH, BoundedEvaluation, descend, evaluate, unit_of
from symcheck.reference.output_bounds import shares
from symcheck.reference.rounding import UNIT, gamma
from symcheck.strategies.frame import Frame
from symcheck.strategies.problem import Problem
from symcheck.subjects.implementation import Implementation
from symcheck.suite.failure import Scene
from symcheck.types import Array, Params

#: Beyond this a run of descent is diverging, and nothing it shows is about the subject.
_LARGE = 50.0
#: Pre-activations of the last layer at which probabilities are far from 0 and 1.
_CALM = 4.0
#: How far outputs of an unknown activation, and gradients of an unknown loss, may be off, relative to the largest.
UNFOLLOWED = 1e-8
#: How many times larger an unknown loss may be than the squared error.
_UNKNOWN_SCALE = 64.0
#: Roundings in a step and in the difference of the parameters before and after it.
_STEP = 8.0


#: Output activations through which the last layer can be seen, and their inverses; not where they are at their ends.
_INVERSES: dict[str, Callable[[Array], Array]] = {
    "identity": lambda a: a,
    "sigmoid": lambda a: np.log(np.clip(a, 1e-300, 1)) - np.log(np.clip(1 - a, 1e-300, 1)),
    "tanh": lambda a: np.arctanh(np.clip(a, -1 + 1e-16, 1 - 1e-16)),
}


def frame_of(subject: Implementation) -> Frame:
    """What the subject can be, so that problems are drawn within it."""
    offer, objective = subject.offer, subject.offer.objective
    saturates = objective is not None and objective.loss == "binary_cross_entropy"
    hidden = offer.activation or "identity"
    calm = _CALM if saturates and hidden != "any" else None
    shares = saturates and objective is not None and objective.centred
    return Frame(offer.widths, offer.samples, hidden, calm, 2 if shares else 1, offer.biases)


def scene_of(subject: Implementation, case: Problem, params: Params | None = None) -> Scene:
    """A scene with the targets that the subject's loss takes."""
    trained = not subject.lacks(("gradients",)) or not subject.lacks(("steps",))
    return Scene(subject, params or case.params, case.X, targets_of(subject, case) if trained else None)


def targets_of(subject: Implementation, case: Problem) -> Array:
    """The targets that the subject's loss takes; where it is not known, those that every loss takes."""
    if subject.offer.objective is not None:
        return case.targets(subject.objective)
    return case.targets("softmax_cross_entropy" if case.sizes[-1] > 1 else "binary_cross_entropy")


def gradient_bounds(subject: Implementation, case: Problem, got: Any, params: Params | None = None) -> Params:
    """How far each gradient may be off.

    Args:
        got: lists of gradients that are compared. params: in place of the problem's.
    """
    if subject.offer.objective is not None and subject.offer.activation is not None:
        # What is wrong is rounded in proportion to itself, wherever the right value is 0.
        own = gamma(len(case.X) + sum(case.sizes), unit_of(got)) * max(largest(each) for each in got)
        return [(W + own, b + own) for W, b in bounds_of(subject, case, got, params).gradients_error]
    # Without the loss no error can be followed through it: a fixed share of the largest gradient, and where all of them
    # cancel, what is lost in gradients of a squared error.
    unit, activation = unit_of(got), get_activation(subject.offer.activation or "identity")
    activation = activation if activation.function else get_activation("identity")
    usual = Objective(reduction="sum", output_activation=objective_of(subject).output_activation)
    exact = exact_of(subject, params or case.params, case.X, case.Y, unit, activation=activation, objective=usual)
    allowed = max(UNFOLLOWED, 1e4 * unit) * max(largest(each) for each in got)
    allowed += _UNKNOWN_SCALE * largest(exact.gradients_error)
    return [(np.full(W.shape, allowed), np.full(b.shape, allowed)) for W, b in params or case.params]


def bounds_of(
    subject: Implementation,
    case: Problem,
    got: Any = None,
    params: Params | None = None,
    objective: Objective | None = None,
) -> BoundedEvaluation:
    """Outputs and gradients of a correct evaluation, with bounds for the precision in which the subject answered.

    Args:
        got: what it answered, arrays or nested lists of them; None: in float64.
        params, objective: in place of the problem's and the subject's own.
    """
    unit = UNIT["float64"] if got is None else unit_of(got)
    chosen = objective or objective_of(subject)
    return exact_of(subject, params or case.params, case.X, case.targets(chosen), unit, objective=chosen)


def exact_of(
    subject: Implementation,
    params: Params,
    X: Array,
    Y: Array,
    unit: float,
    *,
    activation: Activation | None = None,
    objective: Objective | None = None,
) -> BoundedEvaluation:
    """`evaluate` for the subject's activation and objective; biases that it does not have get gradients of 0, and where
    gradients are read off training steps, the bounds have what the difference of parameters cancels."""
    chosen = objective or objective_of(subject)
    found = evaluate(params, X, Y, activation or subject.activation, chosen, unit=unit)
    if not subject.offer.biases:
        found = replace(
            found,
            gradients=[(dW, 0 * db) for dW, db in found.gradients],
            gradients_error=[(W, 0 * b) for W, b in found.gradients_error],
        )
    if subject.offer.penalty is not None:
        found = replace(found, gradients_error=_with_penalty(subject, params, found, len(X), unit))
    if not subject.by_steps or not subject.first_step:
        return found
    share, decay = subject.rate * subject.first_step, dict(subject.offer.settings).get("l2", 0.0)
    errors = [
        tuple(
            error + _STEP * unit * (np.abs(array) * (1 / share + decay) + np.abs(slope))
            for array, slope, error in zip(pair, slopes, bounds, strict=True)
        )
        for pair, slopes, bounds in zip(params, found.gradients, found.gradients_error, strict=True)
    ]
    return replace(found, gradients_error=[(w, b) for w, b in errors])


def _with_penalty(
    subject: Implementation, params: Params, found: BoundedEvaluation, samples: int, unit: float
) -> Params:
    """The bounds on gradients with what is rounded where a penalty is added and taken off again."""
    assert subject.offer.penalty is not None
    terms = subject.offer.penalty.terms(params, samples)

    def wider(error: Array, slope: Array, term: Array) -> Array:
        return np.asarray(error + 4 * unit * (np.abs(slope) + np.abs(term)))

    triples = zip(found.gradients_error, found.gradients, terms, strict=True)
    return [(wider(e[0], g[0], t[0]), wider(e[1], g[1], t[1])) for e, g, t in triples]


def objective_of(subject: Implementation) -> Objective:
    """The subject's objective; where it is not known, one whose outputs are the subject's."""
    return subject.offer.objective or Objective(output_activation=subject.offer.output_activation or "identity")


def network_of(subject: Implementation, params: Params, activation: str | Activation | None = None) -> Network:
    """Parameters as a network to be certified; ``activation`` in place of the subject's."""
    head = "softmax" if objective_of(subject).centred else "linear"
    biases = [b if subject.offer.biases else None for _, b in params]
    return Network([W for W, _ in params], biases, activation or subject.activation, head)


def as_clipped(subject: Implementation, gradients: Params, bounds: Params, *methods: str) -> tuple[Params, Params]:
    """Gradients, with bounds on how far they are off, as one of these methods clips them; as they are where none does."""
    clipping = subject.offer.clipping
    if clipping is None or subject.offer.clips_in not in methods or not clipping.reached(gradients):
        return gradients, bounds
    # A norm takes the errors of all entries, and those of its own sum.
    errors = [error for pair in bounds for error in pair]
    share = float(np.sqrt(sum(float(np.sum(e * e)) for e in errors))) / clipping.limit
    share += gamma(sum(slope.size for pair in gradients for slope in pair), UNIT[subject.offer.dtype])

    def wider(error: Array, slope: Array) -> Array:
        return np.asarray(error + (share * np.abs(slope) if clipping.kind != "value" else 0.0))

    clipped = clipping.of(gradients)
    pairs = zip(bounds, clipped, strict=True) if bounds else ()
    return clipped, [(wider(e, dW), wider(f, db)) for (e, f), (dW, db) in pairs]


def doubled(errors: Params) -> Params:
    """The bounds for two evaluations."""
    return [(BOTH * w, BOTH * b) for w, b in errors]


def as_outputs(subject: Implementation, got: Array, exact: BoundedEvaluation) -> tuple[Array, Array]:
    """What ``forward`` should have returned, and its bound.

    With softmax cross-entropy it may return probabilities instead of what goes into the softmax, unless it declares
    which; it is told by the result itself.
    """
    expected, bound = exact.outputs, BOTH * exact.outputs_error
    either = subject.offer.loss == "softmax_cross_entropy" and subject.offer.output_activation is None
    if either and not (np.abs(got - expected) <= bound).all() and _are_shares(got):
        unit = unit_of(got)
        found, spread = shares(expected, bound + 2 * unit * np.abs(expected), unit)
        return found, spread + 64 * unit
    return expected, bound


def activations_of_last_hidden(subject: Implementation, params: Params, X: Array) -> Array:
    """Activations of the last hidden layer, read off through an identity as the last layer of ``params``.

    Where ``forward`` returns them through an activation that can be inverted, they are made small before it. Skips the
    property where it cannot, or where the subject cannot have these widths.
    """
    import pytest

    frame_of(subject).require([params[0][0].shape[1], *(len(b) for _, b in params)])
    output = subject.offer.output_activation or "identity"
    if output not in _INVERSES:
        pytest.skip(f"forward returns outputs through {output}, which does not show the activations")
    if output != "identity":
        *below, (V, d) = params
        largest_one = np.abs(bounds_of(subject, Problem(params, X, np.zeros((len(X), len(d))))).preactivations).max()
        # A power of two rounds nothing.
        scale = 2.0 ** -np.ceil(np.log2(max(largest_one, 1e-300)))
        shown = subject.forward([*below, (V * scale, d * scale)], X)
        return np.asarray(_INVERSES[output](shown) / scale)
    values = subject.forward(params, X)
    if subject.offer.loss == "softmax_cross_entropy" and _are_shares(values):
        pytest.skip("forward returns probabilities, which do not show the activations")
    return values


def _are_shares(values: Array) -> bool:
    total = np.abs(np.asarray(values, float).sum(axis=1) - 1)
    return bool((values >= 0).all() and (total <= 1e-3).all())


def run(subject: Implementation, case: Problem, steps: int) -> tuple[list[Params], list[tuple[Params, Params]]]:
    """A run of gradient descent by the subject, and the same run with bounds, one entry before each step and one after.

    A run that would diverge is not judged: the example is rejected.
    """
    Y, rate = case.targets(subject.objective), tame(case, subject)
    batches, rates = [(case.X, Y)] * steps, [(rate, rate * subject.offer.biases)] * len(case.params)
    unit = known = UNIT[subject.offer.dtype]
    exact = descend(case.params, batches, subject.activation, subject.objective, rates, unit=unit)
    reject_divergence(exact)
    got: list[Params] = [case.params]
    for _ in range(steps):
        if "update" not in subject.offer.methods:
            got.append(subject.train_step(got[-1], case.X, Y, rate))
            unit = max(unit, unit_of(got[-1]))
            continue
        slopes = subject.gradients(got[-1], case.X, Y)
        got.append(subject.update(got[-1], slopes, rate))
        # Parameters may be float64 and gradients not: the coarsest of all counts.
        unit = max(unit, unit_of(slopes, got[-1]))
    if unit > known:
        exact = descend(case.params, batches, subject.activation, subject.objective, rates, unit=unit)
    return got, exact


def tame(case: Problem, subject: Implementation) -> float:
    """The case's learning rate, cut so that the first step moves no parameter by more than 1/2; or the only one there is."""
    if subject.offer.rate is not None and "train_step" in subject.offer.methods:
        return subject.offer.rate
    first = bounds_of(subject, case).gradients
    largest = max(float(np.abs(a).max()) for pair in first for a in pair)
    return float(min(case.rate, 0.5 / largest)) if largest > 0 else case.rate


def reject_divergence(exact: Sequence[tuple[Params, Params]]) -> None:
    """Reject an example whose exact run, or its bounds, leave the range in which rounding is bounded in a useful way."""
    arrays = [a for parts in exact for params in parts for pair in params for a in pair]
    assume(all(np.isfinite(a).all() and np.abs(a).max() <= _LARGE for a in arrays))


def largest(params: Params) -> float:
    """The largest magnitude in a list of (W, b)."""
    return max(float(np.abs(a).max()) for pair in params for a in pair)


def spread_within(values: Array, labels: Array) -> Array:
    """How far each row is from the first row of its class."""
    first = np.unique(labels, return_index=True)[1]
    return np.asarray(np.abs(values - values[first[labels]]))


def step_shown(subject: Implementation, rate: float) -> str:
    """One training step as an expression, for a failure that steps show and gradients may not."""
    whole = "train_step" in subject.offer.methods
    step = "train_step(params, X, Y" if whole else "update(params, subject.gradients(params, X, Y)"
    return f"subject.{step}, {rate!r})"

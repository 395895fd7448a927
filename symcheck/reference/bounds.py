"""How far two correct evaluations of one network may be apart: a running error analysis.

Every quantity is carried with a bound on |computed - exact|, valid for any order of summation and any unit
roundoff u (Higham 2002, sections 2.2 and 3.1): a sum of k products errs by at most gamma_k sum |a||b|, with
gamma_k = k u / (1 - k u). An error e in the argument of an activation becomes at most (|sigma'| + c e) e, with c
the largest |sigma''|; at a kink closer than e the derivative may be either one-sided value. The bound of one step
feeds the next, so a training run has a bound that grows with its steps. What is smaller than the smallest normal number
may come out as 0 (section 2.8): a probability of a softmax, and a gradient. Nothing here is fitted to any code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck.activations import Activation
from symcheck.objective import Objective, get_objective
from symcheck.reference.output_bounds import output_delta, returned
from symcheck.reference.rounding import ELEMENTARY, UNDERFLOW, UNIT, gamma, smoothness
from symcheck.types import Array, Params

Rate = float | list[tuple[Any, Any]]

#: The two evaluations that are compared each have their own error.
BOTH = 2.0


@dataclass(frozen=True)
class BoundedEvaluation:
    """Outputs and gradients of one network, each with a bound on the error of a correct evaluation.

    ``preactivations`` are those of the last layer; ``outputs`` what its activation makes of them.
    """

    preactivations: Array
    preactivations_error: Array
    outputs: Array
    outputs_error: Array
    hidden: list[Array]
    hidden_error: list[Array]
    gradients: Params
    gradients_error: Params


# A run that diverges has infinite bounds, by which nothing is judged; that is no reason to stop with a warning.
@np.errstate(over="ignore", invalid="ignore")
def evaluate(
    params: Params,
    X: Array,
    Y: Array,
    activation: Activation,
    loss: str | Objective,
    *,
    unit: float = UNIT["float64"],
    errors: Params | None = None,
) -> BoundedEvaluation:
    """Evaluate a network with bounds.

    Args:
        params: [(W, b), ...], W of shape (out, in), b of shape (out,).
        X, Y: shapes (samples, n_0) and (samples, n_L).
        loss: an `Objective`, or the name of one.
        unit: unit roundoff of the evaluation that is bounded.
        errors: bounds on the parameters themselves, in the structure of ``params``; None: they are as given.
    """
    function, derivative = activation.function, activation.derivative
    assert function is not None
    assert derivative is not None
    curvature, jump = smoothness(activation)
    spread = errors or [(unit * np.abs(w), unit * np.abs(b)) for w, b in params]
    below, below_error = X, unit * np.abs(X)
    layers, slopes = [(below, below_error)], []
    for i, ((w, b), (w_error, b_error)) in enumerate(zip(params, spread, strict=True)):
        reach, size = np.abs(below) + below_error, np.abs(w) + w_error
        z = below @ w.T + b
        error = below_error @ np.abs(w).T + reach @ w_error.T + b_error
        error = error + gamma(w.shape[1] + 1, unit) * (reach @ size.T + np.abs(b) + b_error)
        if i == len(params) - 1:
            layers.append((z, error))
            break
        own = ELEMENTARY * unit * (1 + np.abs(z))
        slope = np.asarray(derivative(z))
        slope_error = curvature * error + own + jump * (np.abs(z) <= error)
        below = np.asarray(function(z))
        below_error = (np.abs(slope) + slope_error) * error + own
        layers.append((below, below_error))
        slopes.append((slope, slope_error))
    objective = get_objective(loss)
    z, z_error = layers[-1]
    outputs, outputs_error = returned(z, z_error, objective.output_activation, unit)
    delta, delta_error = output_delta(z, z_error, Y, objective, unit)
    lost = UNDERFLOW[unit]
    delta_error = delta_error + lost
    gradients: Params = []
    bounds: Params = []
    for i in reversed(range(len(params))):
        below, below_error = layers[i]
        (w, _), (w_error, _) = params[i], spread[i]
        whole = np.abs(delta) + delta_error
        share = gamma(len(X), unit)
        gradients.append((delta.T @ below, delta.sum(axis=0)))
        weights = delta_error.T @ (np.abs(below) + below_error) + whole.T @ below_error
        weights = weights + share * whole.T @ np.abs(below) + len(X) * lost
        bounds.append((weights, delta_error.sum(axis=0) + share * whole.sum(axis=0)))
        if i:
            slope, slope_error = slopes[i - 1]
            back = delta @ w
            error = delta_error @ (np.abs(w) + w_error) + np.abs(delta) @ w_error
            error = error + gamma(w.shape[0], unit) * (whole @ (np.abs(w) + w_error))
            delta, delta_error = back * slope, error * (np.abs(slope) + slope_error) + np.abs(back) * slope_error
            delta_error = delta_error + 4 * unit * np.abs(delta) + lost
    hidden = layers[1:-1]
    return BoundedEvaluation(
        z,
        z_error,
        outputs,
        outputs_error,
        [h for h, _ in hidden],
        [e for _, e in hidden],
        gradients[::-1],
        bounds[::-1],
    )


@np.errstate(over="ignore", invalid="ignore")
def step(
    params: Params, errors: Params, evaluation: BoundedEvaluation, learning_rate: Rate, unit: float = UNIT["float64"]
) -> tuple[Params, Params]:
    """One step of gradient descent, with the bound on what a correct training run has after it."""
    moved: Params = []
    bounds: Params = []
    rates = learning_rate if isinstance(learning_rate, list) else [(learning_rate, learning_rate)] * len(params)
    parts = zip(params, errors, evaluation.gradients, evaluation.gradients_error, rates, strict=True)
    for pair, pair_errors, slopes, slope_errors, pair_rates in parts:
        new, bound = [], []
        each = zip(pair, pair_errors, slopes, slope_errors, pair_rates, strict=True)
        for array, error, slope, slope_error, rate in each:
            new.append(array - rate * slope)
            rounding = 4 * unit * (np.abs(array) + error + rate * (np.abs(slope) + slope_error))
            bound.append(error + rate * slope_error + rounding)
        moved.append((new[0], new[1]))
        bounds.append((bound[0], bound[1]))
    return moved, bounds


def descend(
    params: Params,
    batches: Sequence[tuple[Array, Array]],
    activation: Activation,
    loss: str | Objective,
    learning_rate: Rate,
    *,
    unit: float = UNIT["float64"],
    errors: Params | None = None,
) -> list[tuple[Params, Params]]:
    """Parameters and bounds before the first and after each step, one step for each batch.

    ``learning_rate`` is a number, or a list of (rates of W, rates of b); ``errors`` bounds the first parameters.
    """
    current, errors = params, errors or [(unit * np.abs(w), unit * np.abs(b)) for w, b in params]
    run = [(current, errors)]
    for X, Y in batches:
        evaluation = evaluate(current, X, Y, activation, loss, unit=unit, errors=errors)
        current, errors = step(current, errors, evaluation, learning_rate, unit)
        run.append((current, errors))
    return run


def unit_of(*arrays: Any) -> float:
    """The unit roundoff of the coarsest dtype among arrays, or nested lists of them."""
    units = [UNIT["float64"]]
    for item in arrays:
        if isinstance(item, list | tuple):
            units.append(unit_of(*item))
        else:
            units.append(UNIT.get(np.asarray(item).dtype.name, UNIT["float64"]))
    return max(units)

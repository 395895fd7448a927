"""Objectives: values are the textbook's sums, derivatives are those of the values, and what does not fit is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from symcheck.activations import get_activation
from symcheck.objective import REDUCTIONS, Objective, UnknownLoss, activated, get_objective, stated
from symcheck.reference import ReferenceMLP, forward, gradients, loss_value
from symcheck.reference.bounds import evaluate
from symcheck.reference.output_bounds import output_delta
from symcheck.reference.rounding import UNIT

PAIRS = [
    *(("squared_error", a) for a in ("identity", "sigmoid", "tanh", "softplus", "softmax")),
    *(("binary_cross_entropy", a) for a in ("identity", "sigmoid", "softmax")),
    *(("softmax_cross_entropy", a) for a in ("identity", "softmax")),
]
OBJECTIVES = [Objective(l, r, f, a) for (l, a), r, f in product(PAIRS, REDUCTIONS, (1.0, 0.5))]


def batch(objective: Objective) -> tuple[Any, Any]:
    rng = np.random.default_rng()
    return rng.standard_normal((5, 3)), objective.targets(rng.standard_normal((5, 3)))


def textbook(objective: Objective, z: Any, Y: Any) -> float:
    p = activated(z, objective.link)
    if objective.loss == "squared_error":
        each = (p - Y) ** 2
    elif objective.loss == "binary_cross_entropy":
        each = -(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    else:
        each = -Y * np.log(p)
    return (
        objective.factor * {"mean": each.mean(), "samples": each.sum(1).mean(), "sum": each.sum()}[objective.reduction]
    )


@pytest.mark.parametrize("objective", OBJECTIVES, ids=str)
def test_the_value_is_the_textbook_s_and_delta_its_derivative(objective: Objective) -> None:
    z, Y = batch(objective)
    assert objective.value(z, Y) == pytest.approx(textbook(objective, z, Y))
    h = 1e-6
    for i, j in np.ndindex(z.shape):
        moved = [z.copy(), z.copy()]
        moved[0][i, j] -= h
        moved[1][i, j] += h
        slope = (objective.value(moved[1], Y) - objective.value(moved[0], Y)) / (2 * h)
        assert objective.delta(z, Y)[i, j] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("objective", OBJECTIVES, ids=str)
def test_the_reference_differentiates_every_objective(objective: Objective) -> None:
    mlp, rng = ReferenceMLP("tanh", objective), np.random.default_rng()
    params, X = mlp.initialize([2, 4, 3], rng), rng.standard_normal((5, 2))
    _, Y = batch(objective)
    (_, _), (_, db) = got = mlp.gradients(params, X, Y)
    z = forward(params, X, "tanh")
    np.testing.assert_allclose(db, objective.delta(z, Y).sum(axis=0), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(mlp.forward(params, X), activated(z, objective.output_activation))
    assert loss_value(params, X, Y, "tanh", objective) == pytest.approx(objective.value(z, Y))
    exact = evaluate(params, X, Y, get_activation("tanh"), objective)
    single = gradients([(W.astype(np.float32), b.astype(np.float32)) for W, b in params], X, Y, "tanh", objective)
    coarse = evaluate(params, X, Y, get_activation("tanh"), objective, unit=UNIT["float32"])
    for mine, right, bound, rough, wide in zip(
        got, exact.gradients, exact.gradients_error, single, coarse.gradients_error, strict=True
    ):
        for part in (0, 1):
            assert (np.abs(mine[part] - right[part]) <= 2 * bound[part]).all()
            assert (np.abs(rough[part] - right[part]) <= 2 * wide[part]).all()


def as_written(objective: Objective, z: Any, Y: Any, added: float = 0.0) -> Any:
    """The derivative by way of that by the probabilities, with something added inside the logarithms."""
    p = activated(z, objective.link)
    if objective.loss == "softmax_cross_entropy":
        slope = -Y / (p + added)
    else:
        slope = -Y / (p + added) + (1 - Y) / (1 - p + added)
    if objective.link == "softmax":
        return objective.scale(*z.shape) * p * (slope - (slope * p).sum(axis=1, keepdims=True))
    return objective.scale(*z.shape) * slope * p * (1 - p)


@pytest.mark.parametrize("pair", [p for p in PAIRS if p[0] != "squared_error"], ids=str)
@pytest.mark.parametrize("added", [0.0, 1e-15, 1e-8])
@pytest.mark.parametrize("width", [1.0, 6.0])
def test_bounds_hold_for_the_chain_rule_written_out_with_guarded_logarithms(
    pair: tuple[str, str], added: float, width: float
) -> None:
    objective = Objective(pair[0], "samples", 1.0, pair[1], guard=added)
    z, Y = batch(objective)
    z = np.clip(width * z, -8, 8)
    right, bound = output_delta(z, np.zeros_like(z), Y, objective, UNIT["float64"])
    assert (np.abs(as_written(objective, z, Y, added) - right) <= 2 * bound).all()


@pytest.mark.parametrize("objective", OBJECTIVES, ids=str)
@pytest.mark.parametrize("factor", [1 + 1e-9, 2.0, -1.0])
def test_bounds_reject_a_factor(objective: Objective, factor: float) -> None:
    z, Y = batch(objective)
    right, bound = output_delta(z, UNIT["float64"] * np.abs(z), Y, objective, UNIT["float64"])
    assert (np.abs(factor * right - right) > 2 * bound).any()


def test_names_are_short_where_nothing_differs_from_the_usual() -> None:
    assert Objective().name == get_objective("mse").name == get_objective("squared_error").name == "mse"
    assert get_objective("softmax_cross_entropy") == Objective("softmax_cross_entropy", "samples")
    assert get_objective("softmax_cross_entropy").name == "softmax_cross_entropy"
    assert get_objective("binary_cross_entropy").output_activation == "sigmoid"
    halved = Objective("squared_error", "sum", 0.5, "logistic")
    assert halved.name == "squared_error (sum, times 0.5, sigmoid output)"


def test_what_is_left_open_determines_no_objective() -> None:
    assert stated(None) is None
    assert stated("squared_error", "sum") is None
    assert stated("binary_cross_entropy", None, None, "sigmoid") is None
    assert stated("squared_error", "sum", None, "sigmoid") == Objective("squared_error", "sum", 1.0, "sigmoid")
    assert stated("mse", None, 0.5) == Objective("squared_error", "mean", 0.5)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"loss": "bce"}, "no loss is named 'bce'"),
        ({"reduction": "average"}, "no reduction is named 'average'"),
        ({"factor": 0.0}, "a finite number other than 0"),
        ({"factor": "half"}, "a finite number other than 0"),
        ({"output_activation": "sigmiod"}, "no activation is named 'sigmiod'"),
        ({"output_activation": "any"}, "has no values"),
        ({"loss": "binary_cross_entropy", "output_activation": "tanh"}, "takes probabilities"),
        ({"loss": "softmax_cross_entropy", "output_activation": "sigmoid"}, "takes probabilities"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownLoss, match=said):
        Objective(**parts)

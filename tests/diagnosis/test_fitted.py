"""Mistakes with a figure: the figure is read off one network, and named where it holds on all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.diagnosis.cause import Causes
from symcheck.diagnosis.causes import causes_of
from symcheck.objective import Objective, get_objective

SQUARES = Kind("tanh", get_objective("mse"))
Pairs = list[Any]


def found(kind: Kind, spoil: Callable[[Any, Pairs], Pairs]) -> Causes:
    return causes_of(kind.opened(Faulted(kind, spoil=spoil)))


def named(kind: Kind, spoil: Callable[[Any, Pairs], Pairs]) -> list[str]:
    return [mistake for cause in found(kind, spoil).found for mistake in cause.mistakes]


def times(factor: Callable[[Any], float]) -> Callable[[Any, Pairs], Pairs]:
    return lambda trial, pairs: [(factor(trial) * dW, factor(trial) * db) for dW, db in pairs]


def decayed(on_weights: float, on_biases: float) -> Callable[[Any, Pairs], Pairs]:
    return lambda trial, pairs: [
        (dW + on_weights * W, db + on_biases * b) for (dW, db), (W, b) in zip(pairs, trial.params, strict=True)
    ]


@given(st.floats(1e-4, 10.0), st.sampled_from([1, -1]))
@settings(max_examples=10)
def test_a_penalty_is_named_with_its_strength_and_what_it_is_on(strength: float, sign: int) -> None:
    how = "added" if sign > 0 else "subtracted"
    for (weights, biases), where in (((1, 1), "parameters"), ((1, 0), "weights"), ((0, 1), "biases")):
        told = named(SQUARES, decayed(sign * strength * weights, sign * strength * biases))
        assert len(told) == 1
        assert told[0].startswith(f"{strength:.6g} times the {where} is {how}: an L2 penalty")
        only = "" if where == "parameters" else f" ({where} only)"
        assert told[0].endswith(("penalty" + only, "wrong sign" + only))


def test_of_penalties_that_differ_on_weights_and_biases_both_are_named() -> None:
    assert named(SQUARES, decayed(0.1, 0.2)) == ["0.1 W and 0.2 b are added: an L2 penalty"]


def test_a_penalty_divided_by_the_number_of_samples_is_told_from_one_that_is_not() -> None:
    def over_samples(trial: Any, pairs: Pairs) -> Pairs:
        return decayed(0.5 / len(trial.X), 0.0)(trial, pairs)

    assert named(SQUARES, over_samples) == [
        "0.5 times the weights is added and divided by the number of samples: an L2 penalty (weights only)"
    ]


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (lambda t: len(t.X) ** -2.0, "too small by the square of the number of samples"),
        (lambda t: 2 * t.sizes[-1], "too large by 2 times the number of outputs"),
        (
            lambda t: -t.sizes[-1] / (2 * len(t.X)),
            "too large by the number of outputs and too small by 2 times the number of samples and of the wrong sign",
        ),
        (lambda t: 4.0, "too large by 4"),
        (lambda t: 3.0, "3 times the right one"),
        (lambda t: 1 + 1e-6, "1.000001 times the right one"),
    ],
)
def test_a_factor_on_every_gradient_is_told_by_what_it_is_made_of(factor: Callable[[Any], float], said: str) -> None:
    assert named(SQUARES, times(factor)) == [f"every gradient is {said}"]


def test_a_factor_that_differs_from_network_to_network_without_a_rule_is_none() -> None:
    causes = found(SQUARES, times(lambda t: 1 + abs(float(t.X[0, 0]))))
    assert not causes.found
    assert causes.known is not None
    assert causes.known.multiples == ()


def test_an_exactly_right_factor_is_nothing() -> None:
    assert found(SQUARES, times(lambda t: 1.0)).wrong == ()


@given(st.floats(0.1, 3.0))
@settings(max_examples=5)
def test_gradients_that_are_clipped_are_named_with_their_bound(bound: float) -> None:
    def clip(trial: Any, pairs: Pairs) -> Pairs:
        return [(np.clip(dW, -bound, bound), np.clip(db, -bound, bound)) for dW, db in pairs]

    assert named(SQUARES, clip) == [f"gradients are clipped at {bound:.6g}"]


@given(st.floats(0.01, 0.9))
@settings(max_examples=5)
def test_smoothed_labels_are_named_with_their_share(share: float) -> None:
    kind = Kind("tanh", Objective("softmax_cross_entropy", "samples"))

    class Smoothed(Faulted):
        def gradients(self, params: Any, X: Any, Y: Any) -> Any:
            return super().gradients(params, X, (1 - share) * Y + share / np.shape(Y)[1])

    told = [m for c in causes_of(kind.opened(Smoothed(kind))).found for m in c.mistakes]
    assert told == [f"labels are smoothed: {share:.6g} of the uniform distribution is mixed in"]


@pytest.mark.parametrize(("name", "digits"), [("float32", 7), ("float16", 3)])
def test_values_of_a_narrow_type_are_named_by_it(name: str, digits: int) -> None:
    def narrowed(trial: Any, pairs: Pairs) -> Pairs:
        return [(dW.astype(name).astype(float), db.astype(name).astype(float)) for dW, db in pairs]

    (told,) = named(SQUARES, narrowed)
    assert told.startswith(f"{name} inside: what is returned are {name} values, right to {digits} digits")

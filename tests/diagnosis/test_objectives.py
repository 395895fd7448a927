"""The loss behind gradients is measured: right for every objective, undecided between those that are one, silent on none."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.objective_sentences import by_what, objective_words
from symcheck.diagnosis.objectives import Measured, forwards, look, measure
from symcheck.objective import REDUCTIONS, Objective
from symcheck.strategies.frame import FREE, Frame
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import reference_implementation
from symcheck.subjects.opening import open_subject

PAIRS = [
    *(("squared_error", a) for a in ("identity", "sigmoid", "tanh", "softmax")),
    *(("binary_cross_entropy", a) for a in ("identity", "sigmoid", "softmax")),
    *(("softmax_cross_entropy", a) for a in ("identity", "softmax")),
]
OBJECTIVES = [Objective(l, r, f, a) for (l, a), r, f in product(PAIRS, REDUCTIONS, (1.0, 0.5))]


def measured(subject: Any, frame: Frame = FREE) -> Measured:
    opened = subject if hasattr(subject, "offer") else open_subject(subject, Options())
    seen = look(opened, frame)
    pairs = forwards(seen, replace(opened.offer, activation=None, output_activation=None))
    assert {hidden for hidden, _ in pairs} == {"tanh"}
    return measure(seen, "tanh", [output for _, output in pairs])


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
def test_every_objective_is_found(objective: Objective) -> None:
    found = measured(reference_implementation("tanh", objective))
    assert found.fits[0].objective == objective
    assert found.fits[0].whole
    assert not found.fits[0].power
    assert not found.alike


@pytest.mark.first(30)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
@pytest.mark.parametrize("frame", [Frame((3, 4, 2)), Frame(samples=1)], ids=str)
def test_where_it_cannot_be_told_from_others_it_is_one_of_them(objective: Objective, frame: Frame) -> None:
    found = measured(reference_implementation("tanh", objective), frame)
    assert objective in (found.fits[0].objective, *found.alike)


def test_what_no_network_can_tell_apart_is_said() -> None:
    halved = Objective("squared_error", "samples", 0.5, "sigmoid")
    found = measured(reference_implementation("tanh", halved), Frame((3, 4, 2)))
    assert found.fits[0].objective == Objective("squared_error", "mean", 1.0, "sigmoid")
    assert found.alike == (halved,)
    summed = Objective("squared_error", "sum")
    found = measured(reference_implementation("tanh", summed), Frame(samples=1))
    assert {found.fits[0].objective, *found.alike} == {summed, Objective("squared_error", "samples")}


@pytest.mark.parametrize("guard", [1e-15, 1e-12, 1e-8])
def test_a_guard_inside_the_logarithm_is_allowed_for(guard: float) -> None:
    class Guarded(CorrectMLP):
        def output_delta(self, outputs: Any, Y: Any) -> Any:
            p = self.objective.returned(outputs)
            return (-Y / (p + guard) + (1 - Y) / (1 - p + guard)) * p * (1 - p) / len(outputs)

    wanted = Objective("binary_cross_entropy", "samples", 1.0, "sigmoid")
    found = measured(Guarded("tanh", wanted)).fits[0]
    assert replace(found.objective, guard=0.0) == wanted
    assert (found.objective.guard > 0) is (guard > 1e-10)
    assert found.whole


@pytest.mark.parametrize("factor", [1.001, -1.0])
def test_a_factor_that_is_none_of_the_usual_is_told_as_it_is(factor: float) -> None:
    class Scaled(CorrectMLP):
        def output_delta(self, outputs: Any, Y: Any) -> Any:
            return factor * super().output_delta(outputs, Y)

    assert measured(Scaled("tanh", "mse")).fits[0].objective == Objective("squared_error", "mean", factor)


def test_an_average_too_many_is_a_power_and_no_reduction() -> None:
    class Twice(CorrectMLP):
        def output_delta(self, outputs: Any, Y: Any) -> Any:
            return super().output_delta(outputs, Y) / len(outputs)

    first = measured(Twice("tanh", Objective("squared_error", "samples", 1.0, "sigmoid"))).fits[0]
    assert (first.objective.reduction, first.power) == ("samples", -1)


def test_what_is_wrong_below_the_last_layer_leaves_the_loss_as_it_is() -> None:
    class Slopeless(CorrectMLP):
        def slope(self, z: Any, layer: int) -> Any:
            return np.ones_like(z)

    class OneBias(CorrectMLP):
        def bias_gradient(self, delta: Any) -> Any:
            return np.full(delta.shape[1], delta.sum())

    objective = Objective("squared_error", "sum", 0.5, "sigmoid")
    slopeless, one_bias = (measured(kind("tanh", objective)).fits[0] for kind in (Slopeless, OneBias))
    assert slopeless.objective == one_bias.objective == objective
    assert (slopeless.parts, one_bias.parts) == ("Wb", "W")
    assert not slopeless.whole
    assert not one_bias.whole


def test_another_loss_is_none_of_these_and_the_nearest_is_named() -> None:
    class Absolute(CorrectMLP):
        def output_delta(self, outputs: Any, Y: Any) -> Any:
            return np.sign(outputs - Y) / outputs.size

    found = measured(Absolute("tanh", "mse"))
    assert not found.fits
    assert found.nearest is not None
    assert 0.01 < found.distance < 1


def test_objectives_in_words() -> None:
    half = Objective("squared_error", "sum", 0.5, "sigmoid")
    assert objective_words(half) == "half the summed squared error through a sigmoid output"
    assert objective_words(Objective()) == "the squared error averaged over samples and outputs of linear outputs"
    entropy = Objective("binary_cross_entropy", "samples", 3.0, "identity")
    assert objective_words(entropy) == "3 times the binary cross-entropy averaged over the samples of logits"


@pytest.mark.parametrize(
    ("got", "meant", "said"),
    [
        (("squared_error", "sum"), ("squared_error", "samples"), "they are too large by m (the number of samples m)"),
        (("squared_error", "sum", 0.5), ("squared_error", "sum"), "they are too small by 2"),
        (("squared_error", "mean"), ("squared_error", "samples"), "they are too small by n (the number of outputs n)"),
        (
            ("squared_error", "sum", -0.5),
            ("squared_error", "mean"),
            "too large by m n and too small by 2 and of the wrong sign",
        ),
        (("softmax_cross_entropy", "sum"), ("squared_error", "sum"), "the loss is softmax cross-entropy"),
        (("squared_error", "sum", 1.0, "tanh"), ("squared_error", "sum"), "the outputs go through tanh, not identity"),
    ],
)
def test_what_one_objective_is_off_another(got: Any, meant: Any, said: str) -> None:
    assert said in by_what(Objective(*got), Objective(*meant))

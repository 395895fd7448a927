"""What is not declared is measured and said first; what is declared and different is one failure, in words that name it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.counterexamples.implementations.objectives import (
    EntropyNotAveraged,
    FixedWidths,
    HalfOfTheSquareForgotten,
    HalfSquaredError,
    LogisticEntropy,
)
from symcheck.counterexamples.implementations.steps import AdamSteps, MomentumLeftUnsaid, StepsOnly
from symcheck.objective import Objective
from symcheck.report import Report


class Unsaid:
    """A network whose calls are those of another, and which names nothing but what it is told to."""

    def __init__(self, mlp: Any, methods: tuple[str, ...] = ("forward", "gradients", "update"), **said: Any) -> None:
        for name, value in said.items():
            setattr(self, name, value)
        for method in methods:
            setattr(self, method, getattr(mlp, method))


GRADIENTS = "implementation.gradients_are_those_of_the_loss"


def judged(subject: Any, only: list[str] | None = None) -> Report:
    return symcheck.check(subject, only=only)


def failed(report: Report) -> list[str]:
    return [f.check.removeprefix("implementation.") for f in report.findings if f.bad]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("mlp", "said"),
    [
        (HalfSquaredError(), "half the summed squared error through a sigmoid output; if you meant the mean"),
        pytest.param(
            LogisticEntropy(),
            "the binary cross-entropy averaged over the samples through a sigmoid output; if you meant the sq",
            marks=pytest.mark.soak,
        ),
        (CorrectMLP("tanh", "softmax_cross_entropy"), "the softmax cross-entropy averaged over the samples"),
        pytest.param(
            CorrectMLP("tanh", "mse"),
            "the squared error averaged over samples and outputs of linear outputs",
            marks=pytest.mark.soak,
        ),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, str) else given[:24],
)
def test_a_right_network_that_declares_nothing_passes_and_its_loss_is_said_first(mlp: Any, said: str) -> None:
    report = judged(Unsaid(mlp))
    assert failed(report) == []
    assert report.notes[0] == f"activation not named: its outputs are those of {mlp.activation} units"
    assert report.notes[1].startswith(f"these are the gradients of {said}")


def test_what_one_output_leaves_open_is_said() -> None:
    report = judged(Unsaid(FixedWidths(), sizes=(2, 3, 1)))
    assert failed(report) == []
    assert "no network that it can be tells them apart" in report.notes[1]


@pytest.mark.parametrize(
    ("subject", "factor"),
    [
        (HalfOfTheSquareForgotten(), "they are too large by 2"),
        pytest.param(EntropyNotAveraged(), "they are too large by m (the number of samples m)", marks=pytest.mark.soak),
        (CorrectMLP("tanh", Objective("squared_error", "mean", 0.5)), ""),
    ],
    ids=lambda s: type(s).__name__,
)
def test_declared_and_different_is_one_failure(subject: Any, factor: str) -> None:
    if not factor:
        subject = Unsaid(subject, activation="tanh", loss="mse")
        factor = "they are too small by 2"
    report = judged(subject)
    assert failed(report) == ["gradients_are_those_of_the_loss"]
    assert report.notes[0].startswith("these are the gradients of")
    assert factor in report.notes[0]
    assert "; declared is " in next(f.diagnosis or "" for f in report.findings if f.bad)


def test_parts_that_are_declared_are_held_to() -> None:
    said = {"activation": "tanh", "loss": "squared_error"}
    report = judged(Unsaid(HalfSquaredError(), **said, reduction="sum"), only=[GRADIENTS])
    assert failed(report) == ["gradients_are_those_of_the_loss"]
    assert judged(Unsaid(HalfSquaredError(), **said), only=[GRADIENTS]).passed


def test_a_mistake_below_an_unsaid_loss_is_a_failure_and_named() -> None:
    class Slopeless(HalfSquaredError):
        def slope(self, z: Any, layer: int) -> Any:
            return np.ones_like(z)

    report = judged(Unsaid(Slopeless()), only=[GRADIENTS])
    assert "dW and db of the last layer are those of half the summed squared error" in report.notes[1]
    first = next(f for f in report.findings if f.bad)
    assert "derivative of the activation is missing" in (first.diagnosis or "")


def test_a_known_mistake_of_the_output_layer_does_not_hide_the_loss() -> None:
    class AtTheOutput(HalfSquaredError):
        def output_delta(self, outputs: Any, Y: Any) -> Any:
            a = 1 / (1 + np.exp(-outputs))
            inner = 1 / (1 + np.exp(-a))
            return (a - Y) * inner * (1 - inner)

    report = judged(Unsaid(AtTheOutput()), only=[GRADIENTS])
    first = next(f for f in report.findings if f.bad)
    assert first.check == "implementation.gradients_are_those_of_the_loss"
    assert "derivative of the output activation is taken at the output" in (first.diagnosis or "")


class Huber(CorrectMLP):
    """A loss that is none of the known ones."""

    activation = "relu"

    def output_delta(self, outputs: Any, Y: Any) -> Any:
        return np.clip(outputs - Y, -0.3, 0.3) / len(outputs)


class LogCosh(Huber):
    """Another one, which has no name here."""

    def output_delta(self, outputs: Any, Y: Any) -> Any:
        return np.tanh(outputs - Y) / len(outputs)


class RampedSlope(Huber):
    def slope(self, z: Any, layer: int) -> Any:
        return np.clip(z + 0.5, 0, 1)


class LastRowLarger(Huber):
    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        found = super().gradients(params, X, Y)
        found[0][0][-1] *= 1 + 1e-6
        return found


class OneSampleTwice(Huber):
    def output_delta(self, outputs: Any, Y: Any) -> Any:
        delta = super().output_delta(outputs, Y)
        delta[0] *= 2
        return delta


def test_another_loss_is_undecided_and_what_needs_none_is_judged() -> None:
    report = judged(Unsaid(Huber(), loss="other"))
    assert failed(report) == []
    assert any("says that its loss is another one" in note for note in report.notes)
    skipped = {f.check.removeprefix("implementation.") for f in report.findings if f.status == "skipped"}
    assert "gradients_are_those_of_the_loss" in skipped
    assert not skipped & {
        "scale_moves_freely_between_layers",
        "tied_units_get_equal_gradients",
        "gradients_follow_the_order_of_units",
        "gradients_do_not_depend_on_the_order_of_samples",
        "flat_units_at_zero_have_no_gradient",
    }


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (
            Huber,
            "the gradients are those of Huber's loss, which cuts errors off at 0.3, by which nothing else is judged",
        ),
        (LogCosh, "the gradients are those of no loss"),
    ],
)
def test_gradients_of_a_loss_that_is_not_known_are_undecided_and_the_nearest_is_named(
    subject: type[Huber], said: str
) -> None:
    report = judged(Unsaid(subject()))
    assert failed(report) == []
    warned = [f for f in report.findings if f.status == "warned"]
    assert [f.check for f in warned] == ["implementation.gradients_are_those_of_the_loss"]
    assert warned[0].message.startswith(f"backpropagation below the last layer is right; {said}")
    nearest = "the nearest is a multiple of the squared error of linear outputs, " in warned[0].message
    assert nearest == (subject is LogCosh)
    assert 'say loss = "other"' in warned[0].message
    assert report.counts["warned"] == 1


class OfNoFunction(CorrectMLP):
    """The output deltas have a curl, so that they are the gradient of nothing."""

    activation = "tanh"
    small = 1.0

    def output_delta(self, outputs: Any, Y: Any) -> Any:
        p = self.softmax(outputs)
        return (p - Y + self.small * outputs * outputs[:, ::-1]) / len(Y)


class SlightlyOfNoFunction(OfNoFunction):
    small = 0.01


class BatchOfRoots(Huber):
    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        return [(np.cbrt(dW), np.cbrt(db)) for dW, db in super().gradients(params, X, Y)]


class OneSampleTwiceSlightly(OneSampleTwice):
    def output_delta(self, outputs: Any, Y: Any) -> Any:
        return 0.999 * Huber.output_delta(self, outputs, Y) + 0.001 * super().output_delta(outputs, Y)


@pytest.mark.parametrize(
    ("kind", "against"),
    [
        (RampedSlope, "layers"),
        (LastRowLarger, "layers"),
        (OneSampleTwice, "samples"),
        (OneSampleTwiceSlightly, "samples"),
        (OfNoFunction, "function"),
        (SlightlyOfNoFunction, "function"),
        (BatchOfRoots, "layers"),
    ],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_gradients_of_no_loss_at_all_fail(kind: Any, against: str) -> None:
    report = judged(Unsaid(kind()), only=[GRADIENTS])
    assert failed(report) == ["gradients_are_those_of_the_loss"]
    words = {"layers": "do not follow", "samples": "no multiple of the sum", "function": "those of no function"}
    assert words[against] in report.findings[0].message


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (RampedSlope, "scale_moves_freely_between_layers"),
        (LastRowLarger, "tied_units_get_equal_gradients"),
        (LastRowLarger, "gradients_follow_the_order_of_units"),
        (OneSampleTwice, "gradients_do_not_depend_on_the_order_of_samples"),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, str) else given[:24],
)
def test_a_mistake_under_another_loss_is_found(kind: Any, name: str) -> None:
    assert failed(judged(Unsaid(kind()), only=[f"implementation.{name}"])) == [name]


def test_a_softmax_of_an_unknown_loss_owes_deltas_that_sum_to_zero() -> None:
    class Focal(CorrectMLP):
        output_activation = "softmax"
        shift = 0.0

        def forward(self, params: Any, X: Any) -> Any:
            return self.softmax(self.propagate(params, X)[1][-1])

        def output_delta(self, outputs: Any, Y: Any) -> Any:
            p = self.softmax(outputs)
            slope = -Y * (1 - p) ** 2 / p
            return p * (slope - (slope * p).sum(axis=1, keepdims=True)) + self.shift

    said = {"activation": "tanh", "output_activation": "softmax", "loss": "other"}
    assert failed(judged(Unsaid(Focal(), **said))) == []
    Focal.shift = 1e-4
    name = "output_deltas_of_a_softmax_sum_to_zero"
    assert failed(judged(Unsaid(Focal(), **said), only=[f"implementation.{name}"])) == [name]


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Unsaid(StepsOnly(), ("forward", "train_step")), "these are the gradients of the binary cross-entropy"),
        pytest.param(
            MomentumLeftUnsaid(),
            "optimizer not named: its steps are those of momentum (momentum 0.9, dampening 0.9)",
            marks=pytest.mark.soak,
        ),
        pytest.param(AdamSteps(), "", marks=pytest.mark.soak),
    ],
    ids=["steps", "momentum", "adam"],
)
def test_training_steps_in_place_of_gradients_are_judged(subject: Any, said: str) -> None:
    report = judged(subject)
    assert failed(report) == []
    assert any(said in note for note in report.notes)
    status = {f.check.removeprefix("implementation."): f.status for f in report.findings}
    assert status["steps_are_those_of_the_optimizer"] == "passed"


def test_a_step_that_cancels_is_allowed_its_rounding_and_no_more() -> None:
    class Small(StepsOnly):
        learning_rate = 1e-6

        def moved(self, place: int, gradient: Any, step: int) -> Any:
            return self.factor * gradient

        factor = 1.0

    assert judged(Small(), only=[GRADIENTS]).passed
    Small.factor = 1 + 1e-4
    assert failed(judged(Small(), only=[GRADIENTS])) == ["gradients_are_those_of_the_loss"]


@pytest.mark.parametrize("output", ["sigmoid", pytest.param("tanh", marks=pytest.mark.soak)])
def test_hidden_units_are_seen_through_outputs_that_can_be_inverted(output: str) -> None:
    class KinkAtATenth(CorrectMLP):
        def activate(self, z: Any) -> Any:
            return np.where(z > 0.1, z, 0.0)

    names = ["implementation.random_relu_units_contract_angles[0.5]"]
    objective = Objective("squared_error", "sum", 1.0, output)
    right, wrong = (symcheck.check(kind("relu", objective), only=names) for kind in (CorrectMLP, KinkAtATenth))
    assert [f.status for f in right.findings] == ["passed"]
    assert [f.status for f in wrong.findings] == ["failed"]


class _MeanSteps(CorrectMLP):
    """Gradients summed over the samples, and steps that divide by their number."""

    loss, reduction, output_activation = "squared_error", "sum", "identity"
    update = None  # type: ignore[assignment]

    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float) -> Any:
        return CorrectMLP.update(self, params, self.gradients(params, X, Y), learning_rate / len(X))


class _HalfSteps(_MeanSteps):
    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float) -> Any:
        return CorrectMLP.update(self, params, self.gradients(params, X, Y), learning_rate / 2)


def test_steps_that_divide_summed_gradients_are_said_and_not_judged_beside_them() -> None:
    report = judged(_MeanSteps())
    assert failed(report) == []
    assert "divide its gradients by the number of samples" in report.notes[0]
    name = "steps_are_those_of_the_optimizer"
    assert failed(judged(_HalfSteps(), only=[f"implementation.{name}"])) == [name]


class _AdamBesideGradients(AdamSteps):
    optimizer = None  # type: ignore[assignment]
    gradients = CorrectMLP.gradients


@pytest.mark.soak
def test_an_optimizer_beside_gradients_is_recognised_by_its_steps() -> None:
    report = judged(_AdamBesideGradients())
    assert failed(report) == []
    assert any("its steps are those of adam" in note for note in report.notes)


class _OverSamples(CorrectMLP):
    """The softmax of the outputs is taken over the samples, forward and backward."""

    def forward(self, params: Any, X: Any) -> Any:
        return self.softmax(self.propagate(params, X)[1][-1].T).T

    def output_delta(self, outputs: Any, Y: Any) -> Any:
        return (self.softmax(outputs.T).T - Y) / len(Y)


class _NoBiasAtTheEnd(CorrectMLP):
    def forward(self, params: Any, X: Any) -> Any:
        *below, (W, b) = params
        return super().forward([*below, (W, 0 * b)], X)


@pytest.mark.parametrize(
    ("mlp", "said", "fault"),
    [
        pytest.param(
            _OverSamples("tanh", Objective("softmax_cross_entropy", "samples", 1.0, "softmax")),
            {},
            "softmax is taken over the samples instead of the classes",
            marks=pytest.mark.soak,
        ),
        (_NoBiasAtTheEnd("tanh", "mse"), {"activation": "tanh"}, "bias is not added in the last layer"),
    ],
    ids=["softmax", "bias"],
)
def test_a_fault_of_the_forward_pass_is_told_apart_from_activations(mlp: Any, said: Any, fault: str) -> None:
    report = judged(Unsaid(mlp, **said))
    assert report.notes[0].startswith("its outputs are those of tanh units")
    assert fault in report.notes[0]
    assert report.verdict is not None
    assert fault in report.verdict.sentences[0]


def test_outputs_that_no_known_fault_gives_are_left_alone() -> None:
    class Shifted(CorrectMLP):
        def forward(self, params: Any, X: Any) -> Any:
            return super().forward(params, X) + 0.125 * np.sin(X.sum())

    report = judged(Unsaid(Shifted("tanh", "mse"), activation="tanh"))
    assert not report.passed
    assert not any("but for one fault" in note for note in report.notes)

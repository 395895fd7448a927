"""Optimizers are recognised by their steps, and what is written wrongly in one is named."""

from __future__ import annotations

from typing import Any

import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.diagnosis.adaptive_steps import ADAPTIVE, adaptive_rule
from symcheck.diagnosis.moving import of_steps, of_update
from symcheck.diagnosis.optimizer_faults import shown, written_wrongly
from symcheck.diagnosis.optimizer_steps import (
    equal_steps,
    follows,
    linear_rule,
    mistakes_of_steps,
    rule_of,
    slopes_of,
    walk,
)
from symcheck.diagnosis.settling import settle
from symcheck.diagnosis.step_faults import InPart, Still, Uphill
from symcheck.objective import Objective
from symcheck.reference.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSprop, SignSGD
from symcheck.strategies.frame import FREE, Frame
from symcheck.subjects.data import Options
from symcheck.subjects.opening import open_subject

LOSS = Objective("binary_cross_entropy", "samples", 1.0, "sigmoid")
RULES = [SGD(), Momentum(), Momentum(momentum=0.5), Nesterov(), Nesterov(momentum=0.8), Adam(), RMSprop(), SignSGD()]


class Steps:
    """Training steps by a rule of the reference; its state belongs to the shapes it saw last."""

    activation = "tanh"

    def __init__(self, rule: Optimizer, rate: float | None = None) -> None:
        self._rule, self._mlp, self._state = rule, CorrectMLP("tanh", LOSS), None
        self.learning_rate = rate

    def train_step(self, params: Any, X: Any, Y: Any, learning_rate: float) -> Any:
        if self._state is None:
            self._state = self._rule.init(params)
        slopes = self._mlp.gradients(params, X, Y)
        params, self._state = self._rule.step(params, slopes, self._state, self.learning_rate or learning_rate)
        return params


def taken(rule: Optimizer, frame: Frame = FREE, rate: float | None = None) -> Any:
    found = walk(open_subject(Steps(rule, rate), Options()), frame)
    assert found is not None
    return found


@pytest.mark.parametrize("rule", RULES, ids=shown)
@pytest.mark.parametrize("frame", [FREE, Frame((2, 3, 1))], ids=str)
def test_an_optimizer_is_recognised(rule: Optimizer, frame: Frame) -> None:
    found = taken(rule, frame)
    if isinstance(rule, SGD | Momentum):
        assert linear_rule(found) == rule
        assert not equal_steps(found)
        return
    assert linear_rule(found) is None
    assert adaptive_rule(found, ADAPTIVE, "tanh", ["sigmoid"], [LOSS.loss]) == (rule, LOSS)


def test_a_rate_that_the_subject_insists_on_is_used() -> None:
    assert linear_rule(taken(Momentum(), rate=0.03)) == Momentum()


@pytest.mark.parametrize("rule", [Momentum(), Momentum(dampening=0.9), RMSprop(), Adam()], ids=shown)
def test_every_mistake_is_named(rule: Optimizer) -> None:
    for words, form in written_wrongly(rule):
        found = taken(form)
        slopes = slopes_of(found, "tanh", LOSS)
        assert not follows(found, rule, slopes), words
        named = next(mistakes_of_steps(found, rule, slopes), None)
        # The same steps may be those of two mistakes: beta1 0.9 for beta2 is an exchange in part.
        assert named is not None, words
        again = next((form for other, form in written_wrongly(rule) if other == named), None)
        assert again is None or follows(found, again, slopes)


def test_a_step_uphill_is_named() -> None:
    found = taken(Momentum())
    slopes = [[(-dW, -db) for dW, db in slope] for slope in slopes_of(found, "tanh", LOSS)]
    assert next(mistakes_of_steps(found, Momentum(), slopes)) == "the sign of the step is wrong: it goes uphill"


@pytest.mark.parametrize("rule", RULES, ids=shown)
def test_what_is_right_is_no_mistake(rule: Optimizer) -> None:
    found = taken(rule)
    assert follows(found, rule, slopes_of(found, "tanh", LOSS))


def test_steps_of_no_rule_are_those_of_none() -> None:
    class Shrinks(Momentum):
        def direction(self, parameter: Any, gradient: Any, slots: Any, step: int) -> Any:
            return gradient / step, slots

    assert linear_rule(taken(Shrinks())) is None
    assert not equal_steps(taken(Shrinks()))


@pytest.mark.parametrize("rule", [AdamW(), AdamW(decay=0.05), AdamW(beta2=0.99, decay=0.1)], ids=shown)
def test_a_decay_beside_adam_is_recognised(rule: Optimizer) -> None:
    assert adaptive_rule(taken(rule), ADAPTIVE, "tanh", ["sigmoid"], ["binary_cross_entropy"]) == (rule, LOSS)


@pytest.mark.parametrize("rule", [Adam(), RMSprop(decay=0.9), Momentum()], ids=shown)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda rule: Uphill(rule=rule), "the sign of the step is wrong: it goes uphill"),
        (
            lambda rule: InPart(rule=rule, other=Uphill(rule=rule), part="b"),
            "of the biases alone, the sign of the step is wrong: it goes uphill",
        ),
        (
            lambda rule: InPart(rule=rule, other=Still(), part="Wb", layer=-1),
            "of the last layer alone, nothing is subtracted",
        ),
    ],
)
def test_one_part_of_an_optimizer_that_goes_wrong_is_named(rule: Optimizer, wrong: Any, words: str) -> None:
    found = taken(wrong(rule))
    assert words in list(mistakes_of_steps(found, rule, slopes_of(found, "tanh", LOSS)))
    if not isinstance(rule, Momentum):
        assert adaptive_rule(found, ADAPTIVE, "tanh", ["sigmoid"], ["binary_cross_entropy"]) == (rule, LOSS)


class Beside(Steps):
    """The same beside gradients, by which the steps are judged."""

    loss, reduction, output_activation = "binary_cross_entropy", "samples", "sigmoid"

    def gradients(self, params: Any, X: Any, Y: Any) -> Any:
        return self._mlp.gradients(params, X, Y)


@pytest.mark.parametrize("rule", [Momentum(), Momentum(dampening=0.9), AdamW(decay=0.05), Adam(l2=0.01)], ids=shown)
def test_a_rule_beside_gradients_is_recognised(rule: Optimizer) -> None:
    subject = open_subject(Beside(rule), Options())
    settle(subject, FREE)
    assert rule_of(subject.offer) == rule
    assert of_steps(subject) == []


@pytest.mark.parametrize(
    "rule", [SGD(), Momentum(), Momentum(dampening=0.9), Adam(), RMSprop(decay=0.9)], ids=lambda rule: shown(rule)
)
def test_biases_that_go_uphill_beside_gradients_are_named(rule: Optimizer) -> None:
    subject = open_subject(Beside(InPart(rule=rule, other=Uphill(rule=rule), part="b")), Options())
    settle(subject, FREE)
    (cause,) = of_update(subject).found or of_steps(subject)
    assert cause.sentence in (
        "of the biases alone, the sign of the step is wrong: it goes uphill",
        "update adds the gradient of the bias",
    )

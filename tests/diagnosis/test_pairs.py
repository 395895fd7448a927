"""Two faults at once are named together; one alone is never told as two, and two never as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from faulted import Faulted, Kind

from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.catalogue import CATALOGUE
from symcheck.diagnosis.faults.evaluation import Evaluation, Replaced, evaluate, evaluate_together
from symcheck.diagnosis.faults.fault import Fault
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective, get_objective

SQUARES = Kind("tanh", get_objective("mse"))
CLASSES = Kind("relu", get_objective("softmax_cross_entropy"))
THROUGH_SIGMOID = Kind("sigmoid", Objective("squared_error", "samples", 0.5, "sigmoid"))
KINDS = [SQUARES, CLASSES, THROUGH_SIGMOID]


def known(words: str) -> Fault:
    return next(fault for fault in CATALOGUE if fault.wrong == words)


def lines(words: str, layer: int | None = None) -> Replaced:
    return Replaced(known(words).lines, None if layer is None else (layer,))


def both(*mistakes: Replaced) -> Any:
    return lambda trial: evaluate_together(trial, mistakes)


def told(kind: Kind, network: Faulted) -> list[tuple[str, int]]:
    return [(cause.sentence, cause.together) for cause in causes_of(kind.opened(network)).found]


OF_GRADIENTS = [
    ("gradient of the bias forgotten", "derivative of the activation is missing"),
    ("db is that of the last sample only", "W.T missing in backprop"),
    ("sign of db is wrong", "dW takes z of the layer below, not its activation"),
    (
        "dW is summed over the samples without the loss's mean",
        "delta goes back through the absolute values of the weights",
    ),
    ("db is averaged over the samples twice", "dW is multiplied by W"),
]


@pytest.mark.first(3)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.activation)
@pytest.mark.parametrize(("one", "other"), OF_GRADIENTS)
def test_two_mistakes_of_gradients_are_named_together(kind: Kind, one: str, other: str) -> None:
    ((sentence, together),) = told(kind, Faulted(kind, both(lines(one), lines(other))))
    assert together == 2
    assert one in sentence
    assert other in sentence


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.activation)
def test_mistakes_of_different_layers_are_named_with_their_layers(kind: Kind) -> None:
    weights, bias = "sign of dW is wrong", "gradient of the bias forgotten"
    ((sentence, together),) = told(kind, Faulted(kind, both(lines(weights, 1), lines(bias, 2))))
    assert together == 2
    assert f"{weights} in layer 1" in sentence
    assert f"{bias} in layer 2" in sentence


@pytest.mark.first(5)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.activation)
@pytest.mark.parametrize("words", sorted({words for pair in OF_GRADIENTS for words in pair}))
def test_one_mistake_is_not_told_as_two(kind: Kind, words: str) -> None:
    assert [together for _, together in told(kind, Faulted(kind, both(lines(words))))] == [1]


class Parted(Faulted):
    """Forward goes wrong by one thing, and gradients by another as well."""

    def __init__(self, kind: Kind, of_outputs: Replaced, of_gradients: tuple[Replaced, ...]) -> None:
        super().__init__(kind, both(*of_gradients))
        self.forward_fault = both(of_outputs)

    def forward(self, params: Any, X: Any) -> Any:
        network = Faulted(self.kind, self.forward_fault)
        return network.forward(params, X)


@pytest.mark.parametrize("shared", [True, False])
def test_a_mistake_of_forward_and_one_of_gradients_are_told_apart(shared: bool) -> None:
    forward, backward = "bias is subtracted", "derivative of the activation is missing"
    own = (lines(forward), lines(backward)) if shared else (lines(backward),)
    found = told(SQUARES, Parted(SQUARES, lines(forward), own))
    assert [together for _, together in found] == [1, 1]
    assert forward in found[0][0]
    assert backward in found[1][0]
    assert forward not in found[1][0]


def test_two_mistakes_of_outputs_are_named_together() -> None:
    squashed: Mapping[str, Any] = {"activate": lambda at, right: right.clip(0.0, None)}

    def relu(trial: Trial) -> Evaluation | None:
        return evaluate_together(trial, (lines("bias is not added"), Replaced(squashed)))

    # The positive part of tanh is no known activation, the positive part of z is.
    assert told(SQUARES, Faulted(SQUARES, relu)) == []
    squashed = {"activate": lambda at, right: at.z.clip(0.0, None)}
    ((sentence, together),) = told(SQUARES, Faulted(SQUARES, relu))
    assert together == 2
    assert "bias is not added" in sentence
    assert "activation is relu, not tanh" in sentence


def test_right_code_has_none() -> None:
    for kind in KINDS:
        assert told(kind, Faulted(kind, lambda trial: evaluate(trial, {}))) == []

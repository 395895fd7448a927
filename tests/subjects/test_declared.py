"""What a subject says of itself is read, what is unknown is refused with the nearest right word, what says nothing is told."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from symcheck.counterexamples.implementations import CorrectMLP
from symcheck.counterexamples.implementations.objectives import ColumnBiases, FeaturesFirst
from symcheck.errors import SubjectError
from symcheck.objective import Objective
from symcheck.reference.optimizers import Adam
from symcheck.subjects.data import Offer, Options
from symcheck.subjects.opening import open_subject


def said(**attributes: Any) -> Any:
    mlp = CorrectMLP()
    for name, value in attributes.items():
        setattr(mlp, name, value)
    return mlp


def offer(**attributes: Any) -> Offer:
    found: Offer = open_subject(said(**attributes), Options()).offer
    return found


def test_every_declaration_is_read() -> None:
    found = offer(
        loss="squared_error",
        reduction="sum",
        loss_factor=0.5,
        output_activation="logistic",
        hidden_layers=1,
        features_first=True,
        optimizer="momentum",
        momentum=0.8,
        learning_rate=0.25,
    )
    assert found.objective == Objective("squared_error", "sum", 0.5, "sigmoid")
    assert (found.widths, found.features_first, found.rate) == ((None, None, None), True, 0.25)
    assert (found.optimizer, found.settings, found.optimizer_named) == ("momentum", (("momentum", 0.8),), True)
    assert not found.notes


def test_biases_that_are_none_are_declared_and_arrays_of_this_name_are_no_declaration() -> None:
    assert not offer(biases=False).biases
    assert offer().biases
    assert offer(biases=[np.zeros(3)]).biases


def test_the_old_meaning_stays() -> None:
    assert offer().objective == Objective("squared_error", "mean", 1.0, "identity")
    assert offer(loss="softmax_cross_entropy").objective == Objective("softmax_cross_entropy", "samples")
    assert (offer().optimizer, offer().settings, offer().optimizer_named) == ("sgd", (), False)


@pytest.mark.parametrize(
    ("attributes", "widths"),
    [
        ({"sizes": (2, 3, 1)}, (2, 3, 1)),
        ({"sizes": [2, None, 1]}, (2, None, 1)),
        ({"hidden_layers": 0}, (None, None)),
        ({"hidden_layers": [5, 4]}, (None, 5, 4, None)),
        ({}, None),
    ],
)
def test_widths_are_fixed_by_sizes_or_by_hidden_layers(attributes: dict[str, Any], widths: Any) -> None:
    assert offer(**attributes).widths == widths


def test_an_optimizer_of_the_reference_brings_its_settings() -> None:
    assert dict(offer(optimizer=Adam(beta2=0.99)).settings)["beta2"] == 0.99
    assert offer(optimizer="mine").optimizer == "mine"


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"loss": "bce"}, "loss is bce, but should be mse, .*; did you mean binary_cross_entropy?"),
        ({"loss": "squared_eror"}, "did you mean squared_error?"),
        ({"loss": "cross_entropy"}, "did you mean softmax_cross_entropy or binary_cross_entropy?"),
        ({"reduction": "samlpes"}, "did you mean samples?"),
        ({"output_activation": "sigmiod"}, "did you mean sigmoid?"),
        ({"loss": "binary_cross_entropy", "output_activation": "tanh"}, "takes probabilities"),
        ({"loss_factor": "half"}, "loss_factor is 'half', but should be a number"),
        ({"loss_factor": 0}, "a finite number other than 0"),
        ({"features_first": "yes"}, "should be True or False"),
        ({"sizes": (2, 0, 1)}, "should be the widths of the layers"),
        ({"hidden_layers": "two"}, "should be a number of layers, or their widths"),
        ({"hidden_layers": -1}, "should not be negative"),
        ({"optimizer": "adamm"}, "did you mean adam"),
        ({"optimizer": "momentum", "momentum": 1.5}, "momentum must be a number"),
        ({"layout": "outin"}, "did you mean out_in"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_known(attributes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SubjectError, match=sentence):
        offer(**attributes)


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"output_activations": "sigmoid"}, "output_activations says nothing here: did you mean output_activation?"),
        ({"activations": ["tanh", "tanh"], "activation": None}, "did you mean activation?"),
        ({"loss_function": "mse", "loss": None}, "did you mean loss?"),
        ({"loss_facotr": 0.5}, "did you mean loss_factor?"),
        ({"layer_sizes": [2, 3, 1]}, "did you mean sizes?"),
        ({"optimizer": "momentum", "beta1": 0.8}, "beta1 = 0.8 is not used: momentum has no such setting"),
        ({"loss": lambda p, y: 0.0}, "loss is a function, and names nothing"),
    ],
)
def test_what_says_nothing_is_told(attributes: dict[str, Any], sentence: str) -> None:
    notes = offer(**attributes).notes
    assert len(notes) == 1
    assert sentence in notes[0]


def test_what_is_no_declaration_gone_wrong_is_passed_over() -> None:
    assert not offer(losses=[0.5, 0.25], history=[1], costs=3.0, activations=[1.0], lose="x").notes


def test_a_module_is_read_as_an_object_is() -> None:
    module, mlp = ModuleType("network"), CorrectMLP()
    vars(module).update(gradients=mlp.gradients, loss="squared_error", reduction="sum", activations="tanh")
    found = open_subject(module, Options(kind="implementation")).offer
    assert (found.loss, found.reduction) == ("squared_error", "sum")
    assert "did you mean activation?" in found.notes[0]


def test_a_training_step_is_enough_to_be_an_implementation() -> None:
    subject = SimpleNamespace(train_step=lambda params, X, Y, learning_rate: params)
    assert open_subject(subject, Options()).offer.methods == ("train_step",)


class Columns(ColumnBiases):
    """Without ``initialize``, so that it has to be tried how biases are kept."""

    initialize = None  # type: ignore[assignment]

    def forward(self, params: Any, X: Any) -> Any:
        assert all(b.shape == (len(W), 1) for W, b in params)
        return super().forward(params, X)


@pytest.mark.parametrize("kind", [ColumnBiases, Columns])
def test_biases_are_columns_where_features_come_first_and_the_code_keeps_them_so(kind: Any) -> None:
    subject = open_subject(kind(), Options())
    assert "biases are columns of shape (out, 1)" in subject.offer.notes
    params = [(np.eye(2), np.zeros(2)), (np.ones((1, 2)), np.ones(1))]
    assert subject.forward(params, np.ones((3, 2))).shape == (3, 1)
    assert [b.shape for _, b in subject.gradients(params, np.ones((3, 2)), np.ones((3, 1)))] == [(2,), (1,)]


def test_biases_are_rows_elsewhere() -> None:
    assert not open_subject(FeaturesFirst(), Options()).offer.notes
    assert not offer().notes

"""Networks from torch, keras and scikit-learn, turned to (out, in)."""

from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.errors import SubjectError
from symcheck.report import Report


def found(report: Report, check: str) -> Any:
    return next(f for f in report.findings if f.check == check)


def test_torch_sequential(torch: Any) -> None:
    nn = torch.nn
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 16), nn.Tanh(), nn.Sequential(nn.Linear(16, 8, bias=False), nn.ELU()),
                          nn.Linear(8, 3), nn.Softmax(dim=1))  # fmt: skip
    report = symcheck.check(model)
    assert report.passed
    assert report.layout == "out_in"
    for layer in (model[1], model[3][0]):
        nn.init.constant_(layer.weight, 0.1)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    nn.init.constant_(model[4].weight, 0.1)
    report = symcheck.check(model)
    assert not report.passed
    assert "all units of each hidden layer stay equal for ever" in found(report, "network.ties").message


def test_torch_layers_keep_their_values(torch: Any) -> None:
    from symcheck.adapters.torch_ import network

    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU(0.2), nn.Linear(3, 2), nn.Hardtanh(), nn.Linear(2, 2))
    parts = network(model)
    assert np.array_equal(parts.weights[0], model[0].weight.detach().numpy())
    assert parts.activations == ["leaky_relu(0.2)", "any"]
    assert parts.head == "linear"


def test_torch_modules_that_are_no_mlp(torch: Any) -> None:
    nn = torch.nn
    for model, words in [
        (nn.Sequential(nn.Conv2d(1, 2, 3)), "Conv2d"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 2)), "BatchNorm1d"),
        (nn.TransformerEncoderLayer(8, 2), "TransformerEncoderLayer"),
        (nn.Sequential(nn.ReLU()), "no Linear layer"),
        (nn.Sequential(nn.Linear(2, 2, device="meta")), "meta device"),
    ]:
        with pytest.raises(SubjectError, match=words):
            symcheck.check(model)


def test_torch_dropout_is_said(torch: Any) -> None:
    nn = torch.nn
    report = symcheck.check(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2)))
    assert any("Dropout" in note for note in report.notes)


def test_torch_bfloat16_weights(torch: Any) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(16, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).to(torch.bfloat16)
    assert symcheck.check(model).passed


def test_a_factory_named_by_text(torch: Any, cli: Any, tmp_path: Any) -> None:
    (tmp_path / "models.py").write_text(
        "import torch\n"
        "def build():\n"
        "    return torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.ReLU(), torch.nn.Linear(9, 2))\n"
        "class Zeroed(torch.nn.Sequential):\n"
        "    def __init__(self):\n"
        "        super().__init__(torch.nn.Linear(6, 9), torch.nn.ReLU(), torch.nn.Linear(9, 2))\n"
        "        for p in self.parameters(): torch.nn.init.zeros_(p)\n"
    )
    assert cli("check", f"{tmp_path / 'models.py'}:build").status == 0
    outcome = cli("check", f"{tmp_path / 'models.py'}:Zeroed")
    assert outcome.status == 1
    assert "stay equal for ever" in " ".join(outcome.out.split())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_keras_sequential(keras: Any) -> None:
    layers = keras.layers
    model = keras.Sequential([keras.Input((5,)), layers.Dense(7, activation="tanh"), layers.Dense(4), layers.ReLU(),
                              layers.Dense(3, activation="softmax")])  # fmt: skip
    report = symcheck.check(model, law="glorot_uniform")
    assert report.passed, report.failures
    assert report.layout == "in_out"
    from symcheck.adapters.keras_ import network

    parts = network(model)
    assert [w.shape for w in parts.weights] == [(7, 5), (4, 7), (3, 4)]
    assert parts.activations == ["tanh", "relu"]
    assert parts.head == "softmax"
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([np.full(w.shape, 0.3) for w in layer.get_weights()])
    assert not symcheck.check(model).passed


def test_keras_models_that_are_no_mlp(keras: Any) -> None:
    with pytest.raises(SubjectError, match="no weights yet"):
        symcheck.check(keras.Sequential([keras.layers.Dense(3)]))
    with pytest.raises(SubjectError, match="Conv2D"):
        symcheck.check(keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)]))


@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh", "identity"])
def test_sklearn_unfitted(sklearn: Any, activation: str) -> None:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    for model in (
        MLPClassifier(hidden_layer_sizes=(64, 32), activation=activation),
        MLPRegressor(hidden_layer_sizes=(64,), activation=activation),
    ):
        report = symcheck.check(model)
        assert report.passed, report.failures
        assert report.law == ("glorot_uniform(gain=0.57735)" if activation == "logistic" else "glorot_uniform")
        assert not hasattr(model, "coefs_")


def test_sklearn_defaults_by_name(sklearn: Any, cli: Any) -> None:
    assert cli("check", "sklearn.neural_network:MLPClassifier").status == 0
    assert cli("check", "sklearn.neural_network:MLPRegressor").status == 0
    assert cli("check", "sklearn.neural_network:MLPClassifier", "--law", "he_normal").status == 1


def test_sklearn_logistic_is_not_held_to_the_relu_scale(sklearn: Any) -> None:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((256,), activation="logistic")
    report = symcheck.check(model, law="glorot_uniform")
    assert found(report, "network.scale").status == "failed"


def test_sklearn_fitted(sklearn: Any) -> None:
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng()
    model = MLPClassifier((12,), activation="tanh", max_iter=5, solver="sgd")
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.fit(rng.standard_normal((60, 4)), rng.integers(0, 3, 60))
    report = symcheck.check(model)
    assert report.passed
    assert report.law is None
    for weights in (*model.coefs_, *model.intercepts_):
        weights[...] = 0.25
    assert not symcheck.check(model).passed

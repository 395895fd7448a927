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
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(6, 16),
        nn.Tanh(),
        nn.Sequential(nn.Linear(16, 8, bias=False), nn.ELU()),
        nn.Linear(8, 3),
        nn.Softmax(dim=1),
    )
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
    from symcheck.adapters.torch_ import ADAPTER

    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU(0.2), nn.Linear(3, 2), nn.Hardtanh(), nn.Linear(2, 2))
    parts = ADAPTER.network(model)
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
            symcheck.check(model, kind="network")


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
    model = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(7, activation="tanh"),
            layers.Dense(4),
            layers.ReLU(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    report = symcheck.check(model, law="glorot_uniform")
    assert report.passed, report.failures
    assert report.layout == "in_out"
    from symcheck.adapters.keras_ import ADAPTER

    parts = ADAPTER.network(model)
    assert [w.shape for w in parts.weights] == [(7, 5), (4, 7), (3, 4)]
    assert parts.activations == ["tanh", "relu"]
    assert parts.head == "softmax"
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([np.full(w.shape, 0.3) for w in layer.get_weights()])
    assert not symcheck.check(model).passed


def test_keras_models_that_are_no_mlp(keras: Any) -> None:
    with pytest.raises(SubjectError, match="no weights yet"):
        symcheck.check(keras.Sequential([keras.layers.Dense(3)]), kind="network")
    convolution = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(SubjectError, match="Conv2D"):
        symcheck.check(convolution, kind="network")
    report = symcheck.check(convolution)
    assert report.kind == "model"
    assert any("not judged as a network" in note and "Conv2D" in note for note in report.notes)


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


def test_a_torch_layer_used_twice_is_read_twice_and_said(torch: Any, cli: Any, tmp_path: Any) -> None:
    nn = torch.nn
    layer = nn.Linear(16, 16)
    model = nn.Sequential(layer, nn.ReLU(), layer, nn.ReLU(), nn.Sequential(layer, nn.ReLU()), nn.Linear(16, 2))
    report = symcheck.check(model)
    assert any(note.startswith("16-16-16-16-2, ") for note in report.notes)
    assert "layers 1 and 2 share one array" in found(report, "network.shared").message
    assert found(report, "network.ties").status == "skipped"
    first, second = nn.Linear(16, 16), nn.Linear(16, 16)
    second.weight = first.weight
    assert found(symcheck.check(nn.Sequential(first, nn.Tanh(), second)), "network.shared").status == "failed"
    assert (
        found(symcheck.check(nn.Sequential(first, nn.Tanh(), nn.Linear(16, 16))), "network.shared").status == "passed"
    )
    (tmp_path / "models.py").write_text(
        "import torch.nn as nn\nlayer = nn.Linear(4, 4)\ndef build(): return nn.Sequential(layer, nn.ReLU(), layer)\n"
    )
    outcome = cli("certify", f"{tmp_path / 'models.py'}:build")
    assert outcome.status == 2
    assert "layers 1 and 2 share one array" in outcome.err


def test_a_torch_layer_copied_deeply_is_no_draw_of_its_own(torch: Any) -> None:
    from copy import deepcopy

    nn = torch.nn
    layer = nn.Linear(16, 16)
    report = symcheck.check(nn.Sequential(layer, nn.ReLU(), deepcopy(layer), nn.ReLU(), nn.Linear(16, 2)))
    assert [f.check for f in report.failures] == ["network.fresh"]
    assert "layers 1 and 2 hold the same random numbers" in report.failures[0].message


def test_torch_modules_that_compute_something_else(torch: Any) -> None:
    nn = torch.nn

    class Backwards(nn.Sequential):
        def forward(self, x: Any) -> Any:
            return x

    class Doubled(nn.Linear):
        def forward(self, x: Any) -> Any:
            return 2 * super().forward(x)

    for model, words in [
        (Backwards(nn.Linear(2, 2)), "the model is a Backwards with a forward of its own"),
        (nn.Sequential(nn.Linear(2, 2), Doubled(2, 2)), "module 1 is a Doubled with a forward of its own"),
        (nn.Sequential(nn.LazyLinear(2)), "module 0 has no weights yet"),
        (nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))), "module 0 is parametrized"),
        (nn.Sequential(nn.LSTM(2, 2)), "module 0 is an LSTM"),
    ]:
        with pytest.raises(SubjectError, match=words):
            symcheck.check(model, kind="network")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_keras_layers_that_repeat(keras: Any) -> None:
    dense, he = keras.layers.Dense, keras.initializers.HeNormal
    layer = dense(8)
    shared = symcheck.check(keras.Sequential([keras.Input((8,)), layer, keras.layers.ReLU(), layer, dense(2)]))
    assert "layers 1 and 2 share one array" in found(shared, "network.shared").message
    seeded = [dense(n, activation="tanh", kernel_initializer=he(seed=42)) for n in (16, 16, 4)]
    report = symcheck.check(keras.Sequential([keras.Input((8,)), *seeded]))
    assert found(report, "network.shared").status == "passed"
    message = found(report, "network.fresh").message
    assert "layers 1 and 2 hold the same random numbers: their first 128 agree, read in columns" in message
    assert "2 more pairs" in message

    class Other(keras.Sequential):
        def call(self, *inputs: Any, **_: Any) -> Any:
            return inputs[0]

    with pytest.raises(SubjectError, match="a call of its own"):
        symcheck.check(Other([keras.Input((8,)), dense(2)]), kind="network")

"""keras models and layers as named parameters, their laws by drawing; scikit-learn's perceptrons likewise."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documented import refuted

from symcheck.parameters import Parameter
from symcheck.subjects.named import read_parameters

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LAYERS: dict[str, Any] = {
    "Dense": (lambda L: L.Dense(30), (20,)),
    "he": (lambda L: L.Dense(30, kernel_initializer="he_normal", bias_initializer="ones"), (20,)),
    "Conv1D": (lambda L: L.Conv1D(12, 5), (9, 8)),
    "Conv2D": (lambda L: L.Conv2D(12, (3, 5), groups=2), (9, 9, 8)),
    "Conv3D": (lambda L: L.Conv3D(8, 3), (9, 9, 9, 4)),
    "Conv1DTranspose": (lambda L: L.Conv1DTranspose(12, 5), (9, 8)),
    "Conv2DTranspose": (lambda L: L.Conv2DTranspose(12, 3, kernel_initializer="he_normal"), (9, 9, 8)),
    "Conv3DTranspose": (lambda L: L.Conv3DTranspose(8, 3), (9, 9, 9, 4)),
    "DepthwiseConv1D": (lambda L: L.DepthwiseConv1D(3, depth_multiplier=2), (9, 16)),
    "DepthwiseConv2D": (lambda L: L.DepthwiseConv2D(3, depth_multiplier=2), (9, 9, 16)),
    "SeparableConv2D": (lambda L: L.SeparableConv2D(24, 3), (9, 9, 16)),
    "Embedding": (lambda L: L.Embedding(40, 20), ()),
    "LSTM": (lambda L: L.LSTM(20), (5, 8)),
    "LSTM without": (lambda L: L.LSTM(20, unit_forget_bias=False), (5, 8)),
    "GRU": (lambda L: L.GRU(20), (5, 8)),
    "SimpleRNN": (lambda L: L.SimpleRNN(20), (5, 8)),
    "Bidirectional": (lambda L: L.Bidirectional(L.LSTM(20)), (5, 8)),
    "MultiHeadAttention": (lambda L: L.MultiHeadAttention(4, 6), ((5, 24), (5, 24))),
    "GroupQueryAttention": (lambda L: L.GroupQueryAttention(6, 4, 2), ((5, 24), (5, 24))),
    "EinsumDense": (lambda L: L.EinsumDense("abc,cde->abde", (None, 6, 8), bias_axes="de"), (5, 20)),
    "BatchNormalization": (lambda L: L.BatchNormalization(), (6,)),
    "LayerNormalization": (lambda L: L.LayerNormalization(), (6,)),
    "GroupNormalization": (lambda L: L.GroupNormalization(2), (6,)),
    "RMSNormalization": (lambda L: L.RMSNormalization(), (6,)),
    "PReLU": (lambda L: L.PReLU(), (6,)),
}


def read(model: Any) -> dict[str, Parameter]:
    found = read_parameters(model, "model")
    assert found is not None
    return {p.name: p for p in found}


def built(keras: Any, kind: str) -> Any:
    make, shape = LAYERS[kind]
    layer = make(keras.layers)
    shapes = shape if shape and isinstance(shape[0], tuple) else (shape,)
    layer.build(*((None, *s) for s in shapes))
    return layer


@pytest.mark.parametrize("kind", LAYERS)
def test_each_layer_draws_what_is_documented(keras: Any, kind: str) -> None:
    builds = [list(read(built(keras, kind)).values()) for _ in range(20)]
    assert builds[0]
    for drawn in zip(*builds, strict=True):
        assert refuted(drawn) is None, drawn[0].name
        assert drawn[0].layer.startswith("keras.layers.")


def test_a_layer_that_draws_otherwise_is_told_from_it(keras: Any) -> None:
    for factor in (3.0, 1.1):
        builds = []
        for _ in range(20):
            layer = built(keras, "Dense")
            layer.kernel.assign(layer.kernel * factor)
            builds.append(next(iter(read(layer).values())))
        assert refuted(builds)


def test_a_functional_model(keras: Any) -> None:
    layers = keras.layers
    x = keras.Input((8, 8, 2))
    shared = layers.Dense(5, name="shared")
    y = layers.Dense(3, name="head")(shared(shared(layers.Flatten()(layers.Conv2D(5, 8, name="conv")(x)))))
    model = keras.Model(x, layers.BatchNormalization(name="norm")(y))
    told = read(model)
    assert list(told) == [v.path for v in model.weights]
    assert (told["conv/kernel"].inputs, told["conv/kernel"].outputs, told["conv/kernel"].kernel) == (2, 5, (8, 8))
    assert told["head/bias"].inputs == 5
    assert told["norm/moving_mean"].role == "state"
    assert not told["norm/moving_mean"].trained
    assert [d.law for d in told["conv/kernel"].documented] == ["glorot_uniform"]
    assert told["conv/kernel"].documented[0].source == "keras.layers.Conv2D"
    assert np.array_equal(told["conv/kernel"].values, np.asarray(model.get_layer("conv").kernel))


def test_what_is_not_built_says_so(keras: Any) -> None:
    told = read(keras.Sequential([keras.layers.Dense(3, name="first"), keras.layers.ReLU()]))
    assert list(told) == ["first"]
    assert told["first"].absent.startswith("has no weights until the model is called")


def test_a_layer_that_builds_itself_is_held_to_nothing(keras: Any) -> None:
    class Own(keras.layers.Dense):
        def build(self, shape: Any) -> None:
            super().build(shape)
            self.kernel.assign(self.kernel * 5)

    class Same(keras.layers.Dense):
        def call(self, x: Any) -> Any:
            return x

    for cls, documented in ((Own, False), (Same, True)):
        layer = cls(3)
        layer.build((None, 4))
        kernel = next(iter(read(layer).values()))
        assert kernel.layer == "keras.layers.Dense"
        assert kernel.role == "weight"
        assert bool(kernel.documented) is documented


def test_paths_that_come_twice_are_told_apart(keras: Any) -> None:
    class Twice(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = keras.layers.Dense(3, name="d"), keras.layers.Dense(3, name="d")
            self.own = self.add_weight(shape=(2, 3), name="own")

        def call(self, x: Any) -> Any:
            return self.two(self.one(x))

    model = Twice()
    model(np.ones((1, 3), "float32"))
    told = read(model)
    assert [n.split("/", 1)[1] for n in told] == ["own", "d/kernel", "d/bias", "d/kernel#2", "d/bias#2"]
    assert next(iter(told.values())).layer == ""


def test_an_initializer_without_a_known_law_documents_nothing(keras: Any) -> None:
    layer = keras.layers.Dense(3, kernel_initializer=lambda shape, dtype: keras.ops.ones(shape, dtype))
    layer.build((None, 4))
    assert next(iter(read(layer).values())).documented == ()


@pytest.mark.parametrize("activation", ["relu", "logistic"])
def test_sklearn_perceptrons(sklearn: Any, activation: str) -> None:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    for cls in (MLPClassifier, MLPRegressor):
        builds = [read(cls(hidden_layer_sizes=(60, 30), activation=activation)) for _ in range(10)]
        assert list(builds[0]) == [
            "coefs_.0",
            "intercepts_.0",
            "coefs_.1",
            "intercepts_.1",
            "coefs_.2",
            "intercepts_.2",
        ]
        for drawn in zip(*(build.values() for build in builds), strict=True):
            assert drawn[0].documented[0].source.endswith(cls.__name__)
            if activation == "relu":
                assert refuted(drawn) is None


def test_a_fitted_perceptron_documents_nothing(sklearn: Any) -> None:
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(hidden_layer_sizes=(4,), solver="sgd", max_iter=1)
    model.partial_fit(np.eye(3), np.arange(3.0))
    told = read(model)
    assert [p.role for p in told.values()] == ["weight", "bias", "weight", "bias"]
    assert not any(p.documented for p in told.values())
    assert np.array_equal(told["coefs_.0"].values, model.coefs_[0])


ON_TORCH = """
import keras
def build():
    model = keras.Sequential([keras.layers.Dense(192, activation="relu", kernel_initializer="he_uniform"), keras.layers.Dense(64, kernel_initializer="he_uniform")])
    model.build((None, 96))
    return model
"""


def test_a_keras_model_on_torch_is_a_keras_model(keras: Any, torch: Any, tmp_path: Path) -> None:
    (tmp_path / "kk.py").write_text(ON_TORCH)
    laws = ["--law", "*=default", "--law", "*dense*/kernel=he_uniform"]
    command = [sys.executable, "-m", "symcheck", "check", str(tmp_path / "kk.py:build"), *laws, "--timeout", "120"]
    ended = subprocess.run(command, env=os.environ | {"KERAS_BACKEND": "torch"}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 parameters" in ended.stdout

"""The default dense layers of keras, flax and scikit-learn at depth 50: the factor that is found beside the predicted one."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.errors import SymcheckError
from symcheck.propagation.findings import report_of
from symcheck.propagation.signal import Signal
from symcheck.report import Finding

DEPTH, WIDTH = 50, 128


def keras(activation: str) -> Any:
    from symcheck.subjects.find import choose_keras_backend

    choose_keras_backend()
    library = pytest.importorskip("keras", reason="keras is not installed")
    dense = [library.layers.Dense(WIDTH, activation=activation) for _ in range(DEPTH)]
    return library.Sequential([library.Input((WIDTH,)), *dense, library.layers.Dense(10)])


def linen(activation: str, depth: int = DEPTH) -> Any:
    nn = pytest.importorskip("flax.linen", reason="flax is not installed")
    jax = pytest.importorskip("jax", reason="jax is not installed")

    class Stack(nn.Module):  # type: ignore[misc]
        @nn.compact
        def __call__(self, x: Any) -> Any:
            for _ in range(depth):
                x = getattr(nn, activation)(nn.Dense(WIDTH)(x))
            return nn.Dense(10)(x)

    key = jax.random.key(int(np.random.default_rng().integers(2**31)))
    return Stack(), Stack().init(key, np.zeros((1, WIDTH)))


def nnx(activation: str) -> Any:
    library = pytest.importorskip("flax.nnx", reason="flax is not installed")
    rngs = library.Rngs(int(np.random.default_rng().integers(2**31)))
    layers = [
        part for _ in range(DEPTH) for part in (library.Linear(WIDTH, WIDTH, rngs=rngs), getattr(library, activation))
    ]
    return library.Sequential(*layers, library.Linear(WIDTH, 10, rngs=rngs))


def sklearn(activation: str) -> Any:
    library = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed")
    return library.MLPClassifier(hidden_layer_sizes=(WIDTH,) * DEPTH, activation=activation)


def findings(signal: Signal) -> dict[str, Finding]:
    return {f.check.removeprefix("model."): f for f in report_of(signal).findings}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("build", [keras, linen, nnx, sklearn])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_factor_found_stands_beside_the_predicted_one(build: Callable[[str], Any], activation: str) -> None:
    signal = symcheck.signal(build(activation))
    assert len(signal.layers) == DEPTH + 1
    assert {layer.activation for layer in signal.layers[:-1]} == {activation}
    for seen, predicted in (("forward", "predicted_forward"), ("backward", "predicted_backward")):
        measured = sum(log(getattr(row, seen)) for row in signal.factors)
        theory = sum(log(getattr(row, predicted)) for row in signal.factors)
        # Eight times what 50 layers of 128 units differ by: sqrt(5 * 50 / 128).
        assert abs(measured - theory) < 8 * 1.4
    late = signal.factors[10:]
    found = findings(signal)["gain"]
    whose = {
        keras: "keras's default Dense",
        linen: "flax's default Dense",
        nnx: "flax's default Linear",
        sklearn: "scikit-learn's",
    }
    assert found.diagnosis is not None
    assert found.diagnosis.startswith(whose[build])
    if activation == "relu":
        # The random biases of scikit-learn keep up the second moment, and not the gradient.
        assert exp(np.mean([log(row.predicted_backward or 1) for row in late])) == pytest.approx(0.5, rel=0.02)
        assert found.status == "failed"
        assert "use gain sqrt(2)" in found.diagnosis
        assert ("floor" in found.diagnosis) == (build is sklearn)
    else:
        assert 0.8 < exp(np.mean([log(row.predicted_backward or 1) for row in late])) < 1
        assert found.status in ("warned", "failed")


def test_a_flax_pair_is_left_as_it_was_and_the_layers_calls_too() -> None:
    library = pytest.importorskip("flax.nnx", reason="flax is not installed")
    module, variables = linen("tanh", 3)
    kernel = np.array(variables["params"]["Dense_0"]["kernel"])
    symcheck.signal((module, variables), np.ones((4, WIDTH), np.float32))
    assert np.array_equal(kernel, variables["params"]["Dense_0"]["kernel"])
    assert variables["params"]["Dense_0"]["kernel"].dtype == np.float32
    call = library.Linear.__call__
    model = library.Sequential(library.Linear(4, 3, rngs=library.Rngs(0)), library.Dropout(0.5, rngs=library.Rngs(0)))
    symcheck.signal(model, np.ones((4, 4), np.float32))
    assert library.Linear.__call__ is call
    assert not model.layers[1].deterministic
    with pytest.raises(SymcheckError, match="does not take the parameters and inputs"):
        symcheck.signal(model, np.ones((4, 5), np.float32))
    assert library.Linear.__call__ is call


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("scale", [1.0, 0.05])
def test_a_keras_model_that_is_no_stack_is_followed_on_jax(scale: float) -> None:
    keras("relu")
    import keras as library

    if library.backend.backend() != "jax":
        pytest.skip("keras runs on another backend")
    inputs = library.Input((32,))
    x = inputs
    for _ in range(40):
        branch = library.layers.Dense(32, activation="relu", kernel_initializer="he_normal")(x)
        x = library.layers.Add()([x, library.layers.Rescaling(scale)(branch)])
    x = library.layers.Dropout(0.5)(x)
    model = library.Model(inputs, library.layers.Dense(3)(x))
    before = [np.array(w) for w in model.get_weights()]
    found = findings(symcheck.signal(model))
    assert found["forward"].status == ("failed" if scale == 1 else "passed")
    assert found["reached"].status == "passed"
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert all(layer.activation is not None for layer in model.layers if isinstance(layer, library.layers.Dense))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_keras_counts_names_on_and_builds_are_the_same_model_all_the_same(scale: float) -> None:
    keras("relu")
    import keras as library

    if library.backend.backend() != "jax":
        pytest.skip("keras runs on another backend")

    def build() -> Any:
        inputs = library.Input((16,))
        branch = library.layers.Rescaling(scale)(library.layers.Dense(16)(inputs))
        x = library.layers.Dense(16)(library.layers.Add()([inputs, branch]))
        return library.Model(inputs, library.layers.Dense(3)(x))

    signal = symcheck.signal(build)
    assert signal.draws == 4
    assert len(signal.reached.unreached) == (0 if scale else 2)


def equinox(gain: float) -> Any:
    library = pytest.importorskip("equinox", reason="equinox is not installed")
    jax = pytest.importorskip("jax", reason="jax is not installed")
    keys = jax.random.split(jax.random.key(int(np.random.default_rng().integers(2**31))), 13)
    layers: list[Any] = []
    for key in keys[:12]:
        layer = library.nn.Conv1d(16, 16, 3, padding=1, key=key)
        weight = jax.random.normal(key, layer.weight.shape) * gain / np.sqrt(48)
        layers += [
            library.tree_at(lambda one: (one.weight, one.bias), layer, (weight, layer.bias * 0)),
            library.nn.Lambda(jax.nn.relu),
        ]
    head = library.nn.Linear(16 * 20, 3, key=keys[12])
    return library.nn.Sequential([*layers, library.nn.Lambda(jax.numpy.ravel), head]), np.random.randn(8, 16, 20)


def function(gain: float) -> Any:
    """Weights of (inputs, units), one of them turned, in a dictionary of one's own."""
    jax = pytest.importorskip("jax", reason="jax is not installed")
    rng = np.random.default_rng()
    params = {f"layer{i}": [rng.standard_normal((64, 64)) * gain / 8, np.zeros(64)] for i in range(12)}

    @jax.jit
    def apply(tree: Any, x: Any) -> Any:
        for name, (w, b) in tree.items():
            x = jax.nn.relu(x @ w.T + b if name == "layer3" else jax.numpy.einsum("ui,nu->ni", w, x) + b)
        return x @ tree["layer0"][0]

    return (apply, jax.tree.map(jax.numpy.asarray, params)), rng.standard_normal((16, 64))


@pytest.mark.parametrize("build", [equinox, function])
@pytest.mark.parametrize(("gain", "status"), [(2**0.5, "passed"), (0.7, "failed"), (2.9, "failed")])
def test_modules_of_equinox_and_functions_of_ones_own_are_followed(
    build: Callable[[float], Any], gain: float, status: str
) -> None:
    model, inputs = build(gain)
    signal = symcheck.signal(model, inputs)
    assert len(signal.layers) == 13
    assert [layer.activation for layer in signal.layers[:-1]] == ["relu"] * 12
    for row in signal.factors[1:-1]:
        assert row.predicted_forward is not None
        # Seven standard deviations of a layer of 16 channels, or of 64 units.
        assert abs(log(row.forward / row.predicted_forward)) < 7 * np.sqrt(5 / 16)
    assert findings(signal)["gain"].status == status
    assert findings(signal)["reached"].status == "passed"


def test_what_runs_in_a_loop_is_said_not_to_be_followed() -> None:
    jax = pytest.importorskip("jax", reason="jax is not installed")
    rng = np.random.default_rng()
    params = {"inner": rng.standard_normal((5, 8, 8)), "head": rng.standard_normal((8, 2))}

    def apply(tree: Any, x: Any) -> Any:
        return jax.lax.scan(lambda h, w: (jax.numpy.tanh(h @ w), None), x, tree["inner"])[0] @ tree["head"]

    model = (apply, jax.tree.map(jax.numpy.asarray, params))
    signal = symcheck.signal(model, rng.standard_normal((8, 8)))
    assert signal.not_followed == ("inner",)
    assert report_of(signal).notes[1] == "not followed, and so not tested: inner"
    del params["head"]
    only = (lambda tree, x: apply({**tree, "head": jax.numpy.eye(8)}, x), model[1])
    with pytest.raises(SymcheckError, match="no layers to follow"):
        symcheck.signal((only[0], {"inner": only[1]["inner"]}), rng.standard_normal((8, 8)))

"""Models of keras, flax and equinox: the same figures as those of torch, and models left as they were."""

import os
import subprocess
import sys

import numpy as np
import pytest

from symcheck import SymcheckError, assert_trainable, reach


def figures(found):
    return found.parameters, found.reachable, found.frozen


def perceptron(keras, kernel="glorot_uniform"):
    made = {"activation": "tanh", "kernel_initializer": kernel, "bias_initializer": kernel}
    if kernel == "glorot_uniform":
        made.pop("bias_initializer")
    layers = [keras.layers.Dense(16, **made), keras.layers.Dense(16, **made)]
    return keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(3, kernel_initializer=kernel)])


def test_keras_perceptrons(keras):
    default, constant = perceptron(keras), perceptron(keras, keras.initializers.Constant(0.5))
    found = reach(default)
    assert figures(found) == (419, 419, 0)
    assert "its own input shape" in found.fed
    assert found.precision == "float64"
    before = [np.array(v.value) for v in constant.weights]
    policies = [layer.dtype_policy.name for layer in constant.layers]
    found = reach(constant)
    assert figures(found) == (419, 14, 0)
    assert found.groups[0].by_initialization
    assert all(np.array_equal(a, b) for a, b in zip(before, [np.array(v.value) for v in constant.weights], strict=True))
    assert policies == [layer.dtype_policy.name for layer in constant.layers]
    assert {str(v.dtype) for v in constant.variables} == {"float32"}
    with pytest.raises(AssertionError, match="by the initialization: they start alike"):
        assert_trainable(constant)
    slight = [w.copy() for w in before]
    slight[0][:, 3] += 1e-3
    constant.set_weights(slight)
    # The other unit of the first layer adds its weights and bias, and one to each equal unit of the second.
    assert reach(constant).reachable == 14 + 5 + 1 + 1


def test_keras_convolutions_normalizations_and_attention(keras):
    layers = keras.layers
    images = keras.Input((6, 6, 2))
    z = layers.Activation("tanh")(layers.BatchNormalization()(layers.Conv2D(4, 3)(images)))
    model = keras.Model(images, layers.Dense(2)(layers.Flatten()(layers.Dropout(0.5)(z))))
    found = reach(model)
    assert [(f.parameter.split("/")[-1], f.frozen, f.by_initialization) for f in found.frozen_parameters] == [
        ("bias", 4, 0)
    ]
    assert "batch normalizations use the statistics of the batch" in found.fed
    assert found.reachable == found.parameters - 4
    ids = keras.Input((4,), dtype="int32")
    z = layers.Embedding(7, 6)(ids)
    z = layers.Add()([z, layers.MultiHeadAttention(2, 3)(z, z)])
    found = reach(keras.Model(ids, layers.Dense(2)(z)))
    assert [(f.parameter.split("/")[-2:], f.frozen) for f in found.frozen_parameters] == [(["key", "bias"], 6)]
    assert found.not_visited == 0


ON_TORCH = """
import keras
from symcheck import reach
from symcheck.render.reach_reasons import short

layers = keras.layers
ids = keras.Input((4,), dtype="int32")
z = layers.Embedding(7, 6)(ids)
z = layers.Add()([z, layers.MultiHeadAttention(2, 3)(z, z)])
found = reach(keras.Model(ids, layers.Dense(2)(layers.Dropout(0.5)(z))))
print(found.precision, [(f.parameter.split("/")[-2:], f.frozen) for f in found.frozen_parameters], found.not_visited, short(found.reasons[0]))
"""


def test_keras_on_torch(keras, torch):
    """In a process of its own, since the backend is chosen once."""
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", ON_TORCH], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "float64 [(['key', 'bias'], 6)] 0 key bias under softmax", done.stderr


def test_linen_modules(flax, jax):
    from flax import linen

    class Block(linen.Module):
        value: float | None = None

        @linen.compact
        def __call__(self, x):
            fill = linen.initializers.lecun_normal() if self.value is None else linen.initializers.constant(self.value)
            for _ in range(2):
                x = linen.tanh(linen.Dense(16, kernel_init=fill)(x))
            return linen.Dense(3, kernel_init=fill)(x)

    x = np.ones((8, 5))
    assert figures(reach(Block(), x)) == (419, 419, 0)
    assert figures(reach(Block(0.5), x)) == (419, 14, 0)
    variables = Block(0.5).init(jax.random.key(0), x)
    found = reach((Block(0.5), variables), x)
    assert figures(found) == (419, 14, 0)
    assert found.groups[0].parameter == "Dense_0.kernel"

    class Normalized(linen.Module):
        @linen.compact
        def __call__(self, x, train=True):
            x = linen.BatchNorm(use_running_average=not train)(linen.Dense(4)(x))
            return linen.Dense(2)(linen.Dropout(0.5, deterministic=not train)(linen.tanh(x)))

    found = reach(Normalized(), x)
    # Dropout is off though the module has it on, so that nothing but the bias before the normalization is frozen.
    assert [(f.parameter, f.frozen, f.by_initialization) for f in found.frozen_parameters] == [("Dense_0.bias", 4, 0)]
    assert found.reasons[0].through == "sub"
    with pytest.raises(SymcheckError, match="hand over an example"):
        reach(Block())
    with pytest.raises(SymcheckError, match="cannot be initialized for the inputs"):
        reach(Normalized(), "words")


def test_linen_attention_drops_nothing_and_recurrence_is_single_precision(flax, jax):
    """Its zeros to begin with are of float32, and no other type may follow them."""
    from flax import linen

    class Attending(linen.Module):
        said_at_once: bool

        @linen.compact
        def __call__(self, x, train=True):
            made = {"deterministic": not train} if self.said_at_once else {}
            told = {} if self.said_at_once else {"deterministic": not train}
            return linen.Dense(2)(linen.MultiHeadDotProductAttention(2, dropout_rate=0.5, **made)(x, **told))

    for at_once in (True, False):
        found = reach(Attending(at_once), np.ones((4, 5, 6)))
        assert [(f.parameter.split(".")[-2:], f.frozen) for f in found.frozen_parameters] == [(["key", "bias"], 6)]

    class Recurrent(linen.Module):
        fill: float | None = None

        @linen.compact
        def __call__(self, x):
            filled = {} if self.fill is None else {"kernel_init": linen.initializers.constant(self.fill)}
            recurrent = {} if self.fill is None else {"recurrent_kernel_init": filled["kernel_init"]}
            return linen.Dense(2, **filled)(linen.RNN(linen.GRUCell(4, **filled, **recurrent))(x))

    found = reach(Recurrent(), np.ones((4, 5, 6)))
    assert (found.precision, found.reachable, found.frozen) == ("float32", found.parameters, 0)
    assert reach(Recurrent(0.5), np.ones((4, 5, 6))).reachable < found.parameters / 2


def test_nnx_modules(flax, jax):
    from flax import nnx

    class Model(nnx.Module):
        def __init__(self, rngs, fill=None):
            made = {} if fill is None else {"kernel_init": nnx.initializers.constant(fill)}
            self.first, self.second = nnx.Linear(5, 16, rngs=rngs, **made), nnx.Linear(16, 16, rngs=rngs, **made)
            self.norm, self.drop = nnx.BatchNorm(16, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)
            self.last = nnx.Linear(16, 3, rngs=rngs, **made)

        def __call__(self, x):
            x = nnx.tanh(self.norm(self.first(x)))
            return self.last(nnx.tanh(self.drop(self.second(x))))

    model = Model(nnx.Rngs(0))
    before = jax.tree.map(np.asarray, nnx.to_pure_dict(nnx.state(model, nnx.Param)))
    found = reach(model)
    assert figures(found) == (451, 435, 16)
    assert [(f.parameter, f.by_initialization) for f in found.frozen_parameters] == [("first.bias", 0)]
    after = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    assert jax.tree.all(jax.tree.map(np.array_equal, before, after))
    found = reach(Model(nnx.Rngs(0), 0.5))
    assert found.reachable < 20
    assert found.groups[0].by_initialization


def test_equinox_modules(equinox, jax):
    key = jax.random.key(int(np.random.default_rng().integers(2**31)))
    model = equinox.nn.MLP(5, 3, 16, 2, jax.nn.tanh, key=key)
    found = reach(model)
    assert figures(found) == (419, 419, 0)
    where = [lambda m, i=i: m.layers[i].weight for i in range(3)] + [lambda m, i=i: m.layers[i].bias for i in range(3)]
    constant = model
    for of in where:
        constant = equinox.tree_at(of, constant, jax.numpy.full_like(of(model), 0.5))
    found = reach(constant, np.ones((8, 5)))
    assert figures(found) == (419, 14, 0)
    assert found.groups[0].parameter == "layers.0.weight"
    attention = equinox.nn.MultiheadAttention(2, 6, use_key_bias=True, use_query_bias=True, key=key)

    class Itself(equinox.Module):
        attend: equinox.nn.MultiheadAttention

        def __call__(self, x):
            return self.attend(x, x, x)

    found = reach(Itself(attention), np.ones((8, 4, 6)))
    assert [(f.parameter, f.frozen == f.of) for f in found.frozen_parameters] == [("attend.key_proj.bias", True)]
    assert found.reasons[0].through == "softmax"
    with pytest.raises(SymcheckError, match="does not take"):
        reach(model, np.ones((8, 9)))


def test_inputs_of_keras_beside_the_first_are_no_masks(keras):
    first, second = keras.Input((4,)), keras.Input((3,))
    joined = keras.layers.Concatenate()([first, second, keras.ops.square(second)])
    found = reach(keras.Model([first, second], keras.layers.Dense(2, use_bias=False)(joined)))
    # Of a number that is 0 or 1 the square tells nothing more.
    assert (found.parameters, found.reachable) == (20, 20)
    assert "ones and zeros" not in found.fed

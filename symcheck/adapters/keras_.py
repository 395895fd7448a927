"""keras 3: initializer classes and instances, and ``Sequential`` stacks of Dense."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import keras
import numpy as np

from symcheck.adapters.base import Adapter, NetworkParts, pairs_that_share
from symcheck.adapters.held import AdaptedParameter
from symcheck.adapters.parameters_keras import held_by
from symcheck.errors import SubjectError, an
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.types import Array

_LAWS = LIBRARY_LAWS["keras"]
_DISTRIBUTIONS = {
    "truncated_normal": "truncated_normal",
    "normal": "truncated_normal",
    "untruncated_normal": "normal",
    "uniform": "uniform",
}
_ACTIVATIONS = {
    "linear": "identity",
    "relu": "relu",
    "gelu": "gelu",
    "silu": "silu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "softsign": "softsign",
    "elu": "elu",
    "leaky_relu": "leaky_relu(0.2)",
}


class KerasAdapter(Adapter):
    """keras 3."""

    draws = True
    layout = "in_out"
    dtype = "float32"

    def instance_law(self, initializer: Any) -> str | None:
        """The documented law of an initializer instance, from its configuration."""
        name, config = type(initializer).__name__, initializer.get_config()
        if name in _LAWS:
            return _LAWS[name]
        if name == "VarianceScaling":
            return f"variance_scaling({config['scale']}, {config['mode']}, {_DISTRIBUTIONS[config['distribution']]})"
        if name == "RandomNormal":
            return f"normal({config['stddev']}, {config['mean']})"
        if name == "RandomUniform":
            return f"uniform({config['minval']}, {config['maxval']})"
        if name == "TruncatedNormal" and config["mean"] == 0:
            return f"truncated_normal({config['stddev']})"
        # Identity keeps its gain out of its configuration (keras 3.15).
        gain = config.get("gain", getattr(initializer, "gain", None))
        if name in ("Orthogonal", "OrthogonalInitializer") and gain is not None and gain > 0:
            return f"orthogonal({gain})"
        if name in ("Identity", "IdentityInitializer") and gain is not None and gain > 0:
            return f"identity({gain})"
        if name == "Constant" and np.ndim(config["value"]) == 0:
            return f"constant({float(config['value'])})"
        return None

    def draws_nothing(self, obj: Any) -> str | None:
        """Why an object beside the initializers is none."""
        if obj is keras.initializers.Initializer:
            return "is the base class of initializers and draws nothing itself"
        if obj is keras.initializers.STFT or isinstance(obj, keras.initializers.STFT):
            return "makes the fixed kernel of a spectrogram, not the weights of a layer that is trained"
        if obj in (keras.initializers.get, keras.initializers.serialize, keras.initializers.deserialize):
            return "looks initializers up and draws nothing itself"
        return None

    def is_initializer(self, obj: Any) -> bool:
        """Whether the object is an initializer instance."""
        return isinstance(obj, keras.initializers.Initializer)

    def is_initializer_class(self, obj: Any) -> bool:
        """Whether the object is an initializer class."""
        return isinstance(obj, type) and issubclass(obj, keras.initializers.Initializer)

    def to_numpy(self, obj: Any) -> tuple[Array, str] | None:
        """The values of a backend tensor or variable with its dtype's name."""
        if not (keras.ops.is_tensor(obj) or isinstance(obj, keras.Variable)) or isinstance(obj, np.ndarray):
            return None
        name = str(keras.backend.standardize_dtype(obj.dtype))
        values = keras.ops.cast(obj, "float32") if name == "bfloat16" else obj
        return np.array(keras.ops.convert_to_numpy(values)), name

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is a model or a layer."""
        return isinstance(obj, keras.Layer)

    def parameters(self, model: Any) -> list[AdaptedParameter]:
        """Every weight of a model or layer."""
        return held_by(model, self.instance_law)

    def storage(self, array: Any) -> Hashable | None:
        """Of a variable itself; backends tell of the memory of a tensor."""
        return id(array) if isinstance(array, keras.Variable) else None

    def seed(self, n: int) -> None:
        """Seed the backend and keras itself (and Python's and numpy's global generators with it)."""
        keras.utils.set_random_seed(n)

    def is_network(self, obj: Any) -> bool:
        """Whether the object is a model."""
        return isinstance(obj, keras.Model)

    def is_model_class(self, obj: Any) -> bool:
        """Whether the object is a model class."""
        return isinstance(obj, type) and issubclass(obj, keras.Model)

    def is_factory(self, obj: Any) -> bool:
        """Whether the object is a model class, to be built without arguments."""
        return self.is_model_class(obj)

    def network(self, model: Any) -> NetworkParts:
        """Read a built ``Sequential`` of Dense and activations; kernels are turned from (in, out).

        Raises:
            SubjectError: another kind of layer, or a model whose input shape is not known yet.
        """
        if not isinstance(model, keras.Sequential):
            raise SubjectError(f"{type(model).__name__} is not a keras.Sequential: only stacks of Dense can be read")
        if type(model).call is not keras.Sequential.call:
            raise SubjectError(
                f"{type(model).__name__} has a call of its own: only plain Sequential stacks can be read"
            )
        parts = NetworkParts([], [], [], layout="in_out")
        pending: list[str] = []
        trained: list[list[Any]] = []
        for layer in model.layers:
            kind = type(layer).__name__
            if kind == "Dense":
                if not layer.built:
                    raise SubjectError(
                        f"layer {layer.name} has no weights yet: add keras.Input(shape) or call model.build"
                    )
                if parts.weights:
                    parts.activations.append("any" if len(pending) > 1 else (pending or ["identity"])[0])
                parts.weights.append(_values(layer.kernel).T)
                parts.biases.append(_values(layer.bias) if layer.use_bias else None)
                trained.append([layer.kernel, layer.bias] if layer.use_bias else [layer.kernel])
                pending = _activation(layer.activation)
            elif kind in ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"):
                pending += (
                    [f"leaky_relu({layer.negative_slope})"]
                    if kind == "LeakyReLU"
                    else (
                        ["softmax"]
                        if kind == "Softmax"
                        else _activation(getattr(layer, "activation", None) or kind.lower())
                    )
                )
            elif kind == "Dropout":
                parts.notes.append(f"{layer.name} is Dropout: its masks separate tied units; judged without it")
            elif kind not in ("InputLayer", "Flatten"):
                raise SubjectError(
                    f"layer {layer.name} is {an(kind)}, which is neither Dense nor an activation symcheck knows"
                )
        if not parts.weights:
            raise SubjectError("the model has no Dense layer")
        if pending == ["softmax"]:
            parts.head = "softmax"
        if "softmax" in parts.activations:
            raise SubjectError("a softmax between hidden layers is not an elementwise activation")
        parts.shared = pairs_that_share(trained, lambda a, b: a is b)
        return parts


ADAPTER = KerasAdapter()


def _values(variable: Any) -> Array:
    converted = ADAPTER.to_numpy(variable)
    assert converted is not None
    return converted[0]


def _activation(activation: Any) -> list[str]:
    name = activation if isinstance(activation, str) else getattr(activation, "__name__", "any")
    if name == "linear":
        return []
    return [name if name == "softmax" else _ACTIVATIONS.get(name, "any")]

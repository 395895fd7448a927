"""A keras model or layer as a differentiable model, on the backends of jax and torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import dtypes

from symcheck.adapters.reach_functions import BY_BATCH, FunctionModel
from symcheck.adapters.trees import mapped
from symcheck.errors import SubjectError, an
from symcheck.texts import describe, type_name
from symcheck.types import Array, Floats

_SAMPLES, _LENGTH = 8, 6
#: Attributes of layers that say how much is dropped while training.
_DROPPED = ("rate", "dropout", "recurrent_dropout", "_dropout")


class KerasModel(FunctionModel):
    """Computed in float64 under a policy of that precision, without dropout; batch normalization uses the batch.

    Raises:
        SubjectError: as `FunctionModel`, a model that cannot be built from the inputs, or the backend of TensorFlow.
    """

    what = "the model"

    def __init__(self, model: keras.Layer, inputs: Any) -> None:
        if keras.backend.backend() not in ("jax", "torch"):
            raise SubjectError(f"gradients of keras are taken on jax or torch, not on {keras.backend.backend()}")
        fed, where = (_found(model), "its own input shape") if inputs is None else (inputs, "")
        if not model.built:
            _build(model, fed)
        self._model = model
        self._training = any(isinstance(one, keras.layers.BatchNormalization) for one in model._flatten_layers())
        self._compiled: Any = None
        self._pullback: Any = None
        tree: dict[str, Array] = {}
        for variable in model.trainable_variables:
            name, number = str(variable.path), 2
            while name in tree:
                name, number = f"{variable.path}#{number}", number + 1
            tree[name] = np.asarray(keras.ops.convert_to_numpy(variable.value))
        with _doubled(model):
            super().__init__(self._call, tree, fed)
        if where:
            self.fed = self.fed.removesuffix("shaped as the given example") + where
        if self._training:
            self.fed += BY_BATCH

    def module(self, path: tuple[Any, ...]) -> str:
        """The layer."""
        return str(path[0]).rpartition("/")[0] or str(path[0])

    def outputs(self, parameters: Sequence[Any], inputs: tuple[Any, ...]) -> list[Any]:
        """What the model returns."""
        with _doubled(self._model):
            return super().outputs([keras.ops.convert_to_tensor(p, "float64") for p in parameters], inputs)

    def outputs_at(self, parameters: Sequence[Floats], inputs: tuple[Any, ...]) -> list[Floats]:
        """The same, as arrays of numpy."""
        if keras.backend.backend() == "jax":
            from symcheck.adapters.reach_jax import Compiled

            self._compiled = self._compiled or Compiled(self.outputs)
            with _doubled(self._model):
                whole: list[Floats] = self._compiled(parameters, inputs)
                return whole
        found = self.outputs(parameters, inputs)
        return [np.asarray(keras.ops.convert_to_numpy(one), np.float64) for one in found]

    def gradient(
        self,
        parameters: Sequence[Floats],
        inputs: tuple[Any, ...],
        cotangents: Sequence[Floats],
        jitter: int | None = None,
    ) -> list[Floats]:
        """By the backend."""
        with _doubled(self._model):
            if keras.backend.backend() == "jax":
                return self._of_jax(parameters, inputs, cotangents, jitter)
            return self._of_torch(parameters, inputs, cotangents, jitter)

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: tuple[Any, ...]) -> str:
        """By the backend."""
        with _doubled(self._model):
            if keras.backend.backend() == "jax":
                from symcheck.adapters.operations_jax import absorber as of_jax

                return of_jax(lambda point: self.outputs(point, inputs), start, moved, self.small)
            from symcheck.adapters.operations_torch import absorber as of_torch

            return of_torch(lambda: self.outputs(start, inputs), lambda: self.outputs(moved, inputs), self.small)

    def _of_jax(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None
    ) -> list[Floats]:
        from symcheck.adapters.reach_jax import Pullback

        if self._pullback is None:
            self._pullback = Pullback(self.outputs)
        found: list[Floats] = self._pullback(parameters, inputs, cotangents, jitter)
        return found

    def _of_torch(
        self, parameters: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None
    ) -> list[Floats]:
        import torch

        from symcheck.adapters.jitter_torch import jittered
        from symcheck.adapters.state_torch import own_randomness

        values = [keras.ops.convert_to_tensor(p, "float64").detach().requires_grad_() for p in parameters]
        outputs = self.outputs(values, inputs)
        against = [torch.as_tensor(c, device=o.device).to(o) for o, c in zip(outputs, cotangents, strict=True)]
        with own_randomness(), jittered(jitter):
            found = torch.autograd.grad(outputs, values, against, allow_unused=True)
        return [np.zeros(p.shape) if g is None else g.cpu().numpy() for g, p in zip(found, parameters, strict=True)]

    def _call(self, values: Any, *fed: Any) -> Any:
        model = self._model
        tensors = mapped(
            fed, lambda one: keras.ops.convert_to_tensor(one, "float64" if one.dtype.kind == "f" else None)
        )
        kept = [v.value for v in model.non_trainable_variables]
        training = {"training": True} if self._training else {}
        return model.stateless_call(list(values.values()), kept, *tensors, **training)[0]


@contextmanager
def _doubled(model: keras.Layer) -> Iterator[None]:
    """Layers and variables in float64 and nothing dropped; as they were afterwards."""
    layers, variables = model._flatten_layers(), model.variables
    layers = list(layers)
    policies = [(layer, layer._dtype_policy) for layer in layers]
    dtypes = [(v, v._dtype) for v in variables if str(v.dtype).startswith(("float", "bfloat"))]
    dropped = [
        (layer, name, vars(layer)[name])
        for layer in layers
        for name in _DROPPED
        if isinstance(vars(layer).get(name), float)
    ]
    floatx = keras.config.floatx()
    try:
        keras.config.set_floatx("float64")
        for layer, _ in policies:
            layer._dtype_policy = keras.DTypePolicy("float64")
        for variable, _ in dtypes:
            variable._dtype = "float64"
        for layer, name, _ in dropped:
            # Attention that drops leaves a kernel of jax that computes in float32; what drops is a layer of its own, with its own rate.
            object.__setattr__(layer, name, 1.0 if name == "_dropout" else 0.0)
        with _wide(), _promoted():
            yield
    finally:
        keras.config.set_floatx(floatx)
        for layer, policy in policies:
            layer._dtype_policy = policy
        for variable, dtype in dtypes:
            variable._dtype = dtype
        for layer, name, kept in dropped:
            object.__setattr__(layer, name, kept)


@contextmanager
def _promoted() -> Iterator[None]:
    """Operations of float64 that give float64; on backends other than TensorFlow keras rounds what they give to float32."""
    rules = getattr(dtypes, "BIT64_TO_BIT32_DTYPE", {})
    kept = dict(rules)
    try:
        rules["float64"] = "float64"
        yield
    finally:
        rules.clear()
        rules.update(kept)


@contextmanager
def _wide() -> Iterator[None]:
    if keras.backend.backend() != "jax":
        yield
        return
    from symcheck.adapters.reach_jax import x64

    with x64(True):
        yield


def _found(model: keras.Layer) -> Any:
    """Inputs of the model's own shapes, with a few samples and positions where they are open."""
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        raise SubjectError(
            f"no inputs were found that {an(type_name(model))} takes; hand over an example beside the model"
        )
    tables = [one for one in model._flatten_layers() if isinstance(one, keras.layers.Embedding)]
    found, rng = [], np.random.default_rng()
    for tensor in model.inputs:
        shape = [_SAMPLES if i == 0 else n or _LENGTH for i, n in enumerate(tensor.shape)]
        looked_up = [one.input_dim for one in tables if _reads(one, tensor)]
        if looked_up or "int" in str(tensor.dtype):
            rows = min(looked_up or [one.input_dim for one in tables], default=2)
            shape[0] = max(_SAMPLES, -(-rows // max(1, int(np.prod(shape[1:])))))
            found.append((np.arange(int(np.prod(shape))) % rows).reshape(shape))
        else:
            # Ones stand for a mask where they come second.
            found.append(np.ones(shape) if "bool" in str(tensor.dtype) else rng.standard_normal(shape))
    samples = max(len(one) for one in found)
    found = [np.resize(one, (samples, *one.shape[1:])) for one in found]
    return found[0] if len(found) == 1 else (found,)


def _reads(layer: keras.Layer, tensor: Any) -> bool:
    return any(one is tensor for node in layer._inbound_nodes for one in node.input_tensors)


def _build(model: keras.Layer, inputs: Any) -> None:
    drawn = inputs(np.random.default_rng()) if callable(inputs) else inputs
    try:
        model(*(drawn if isinstance(drawn, tuple) else (drawn,)))
    except Exception as error:
        raise SubjectError(f"the model cannot be built from the inputs: {describe(error)}") from error

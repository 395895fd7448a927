"""A pass through any keras model on jax, in the precision that its layers compute in; its own variables stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.random import Generator

from symcheck.errors import SubjectError
from symcheck.propagation.ran import Run
from symcheck.types import Array

_LINEAR = (keras.layers.Dense, keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)


def run_keras(model: Any, inputs: Any, rng: Generator) -> Run:
    """One pass, in evaluation mode.

    Raises:
        SubjectError: another backend than jax, a model that is not built, or inputs that it does not take.
    """
    if keras.backend.backend() != "jax":
        raise SubjectError(
            f"a keras model that is no stack of Dense layers is followed on jax, and the backend is {keras.backend.backend()}"
        )
    from symcheck.adapters.signal_jax import batch_for, patched, run_calls

    if not model.built:
        raise SubjectError("the keras model has no weights yet: call it once with a batch")
    trainable = {variable.path: variable.value for variable in model.trainable_variables}
    rest = [variable.value for variable in model.non_trainable_variables]
    layers = {id(layer): layer.name for layer in model._flatten_layers() if isinstance(layer, _LINEAR)}
    paths = list(trainable)

    def call(values: dict[str, Any], batch: Any, around: Any) -> Any:
        def without_activation(layer: Any, name: str, forward: Callable[[Any], Any], given: Any) -> Any:
            after = layer.activation
            # In its place and by no setter, which would register it.
            vars(layer)["activation"] = None
            try:
                out = around(layer, name, forward, given)
            finally:
                vars(layer)["activation"] = after
            return out if after is None else after(out)

        with patched(_LINEAR, "call", layers, without_activation):
            output, _ = model.stateless_call([values[path] for path in paths], rest, batch, training=False)
        return output

    batch = inputs if inputs is not None else _for_model(model, rng)
    return run_calls(call, trainable, batch_for(batch, trainable, rng), rng, _kernel)


def _for_model(model: Any, rng: Generator) -> Any:
    """Normal numbers in the shape of its one input; None where it has several, or none that is told."""
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or not all(isinstance(n, int) for n in shape[1:]):
        return None
    return rng.standard_normal((64, *shape[1:])).astype(np.float32)


def _kernel(layer: Any) -> tuple[Array, Array | None]:
    bias = layer.bias if layer.use_bias else None
    return np.asarray(layer.kernel.value, np.float64), None if bias is None else np.asarray(bias.value, np.float64)

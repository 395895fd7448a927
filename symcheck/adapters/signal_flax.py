"""A pass through a flax module with what its dense layers and convolutions were fed and gave, in float64.

An nnx module is copied, and the copy put into evaluation mode; a linen module is called as it is, its dropout with a fixed key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np
from numpy.random import Generator

from symcheck.adapters.signal_jax import Around, batch_for, in_double, patched, run_calls, wide
from symcheck.errors import SubjectError, an
from symcheck.propagation.ran import Run
from symcheck.texts import type_name
from symcheck.types import Array


def run_flax(model: Any, inputs: Any, rng: Generator) -> Run:
    """One pass through a pair of a linen module and its variables, or through an nnx module.

    Raises:
        SubjectError: no inputs are given and none can be told from its first layer, or it does not take them.
    """
    with in_double():
        call, values = _linen(*model) if isinstance(model, tuple) else _nnx(model)
        return run_calls(call, values, batch_for(inputs, values, rng), rng, _kernel)


def _kernel(layer: Any) -> tuple[Array, Array | None]:
    """The kernel, (..., in, out), and the bias of a layer of either kind."""
    if hasattr(layer, "scope"):
        held = layer.variables["params"]
        return np.asarray(held["kernel"], np.float64), None if "bias" not in held else np.asarray(
            held["bias"], np.float64
        )
    bias = getattr(layer, "bias", None)
    bias = None if bias is None else _held(bias)
    return np.asarray(_held(layer.kernel), np.float64), None if bias is None else np.asarray(bias, np.float64)


def _held(variable: Any) -> Any:
    """The array in an nnx variable, as versions of flax have it."""
    return variable.get_value() if hasattr(variable, "get_value") else variable.value


def _linen(module: Any, variables: Mapping[str, Any]) -> tuple[Callable[[Any, Any, Around], Any], dict[str, Any]]:
    from flax import linen, traverse_util

    flat = traverse_util.flatten_dict(dict(variables.get("params", {})), sep="/")
    if not flat:
        raise SubjectError(f"the variables of {an(type_name(module))} hold no params")
    rest = {name: held for name, held in variables.items() if name != "params"}

    def call(values: dict[str, Any], batch: Any, around: Around) -> Any:
        def between(run: Any, args: tuple[Any, ...], keywords: dict[str, Any], context: Any) -> Any:
            layer = context.module
            if context.method_name != "__call__" or not isinstance(layer, linen.Dense | linen.Conv) or not args:
                return run(*args, **keywords)
            forward = lambda given: run(given, *args[1:], **keywords)  # noqa: E731
            return around(layer, "/".join(layer.path) or type(layer).__name__, forward, args[0])

        tree = {"params": traverse_util.unflatten_dict(values, sep="/"), **rest}
        with linen.intercept_methods(between):
            return module.apply(tree, batch, rngs={"dropout": jax.random.key(0)})

    return call, {name: wide(value) for name, value in flat.items()}


def _nnx(module: Any) -> tuple[Callable[[Any, Any, Around], Any], dict[str, Any]]:
    from flax import nnx

    graph, params, rest = nnx.split(module, nnx.Param, ...)
    flat = {".".join(map(str, path)): (path, held) for path, held in nnx.to_flat_state(params)}

    def call(values: dict[str, Any], batch: Any, around: Around) -> Any:
        held = {path: variable.replace(values[name]) for name, (path, variable) in flat.items()}
        copy = nnx.merge(graph, nnx.from_flat_state(list(held.items())), rest)
        names = {
            id(layer): ".".join(map(str, path)) for path, layer in nnx.iter_graph(copy) if isinstance(layer, nnx.Module)
        }
        copy.eval()
        with patched((nnx.Linear, nnx.Conv), "__call__", names, around):
            return copy(batch)

    return call, {name: wide(_held(held)) for name, (_, held) in flat.items()}

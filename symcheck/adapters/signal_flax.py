"""A pass through a flax module with what its dense layers and convolutions were fed and gave, in float64.

An nnx module is copied, and the copy put into evaluation mode; a linen module is called as it is, its dropout with a fixed key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np
from numpy.random import Generator

from symcheck.errors import SubjectError, an
from symcheck.propagation.ran import Ran, Run
from symcheck.texts import LONGEST_NAME, describe, plain, type_name
from symcheck.types import Array

#: Samples where nothing says how many, and rows of a layer's inputs that are kept.
_SAMPLES, _MOST_ROWS = 64, 256
#: What a layer is called with, to what it gives: its object, its name, the call, and its inputs.
Around = Callable[[Any, str, Callable[[Any], Any], Any], Any]


def run_flax(model: Any, inputs: Any, rng: Generator) -> Run:
    """One pass through a pair of a linen module and its variables, or through an nnx module.

    Raises:
        SubjectError: no inputs are given and none can be told from its first layer, or it does not take them.
    """
    with jax.enable_x64(True):
        call, values = _linen(*model) if isinstance(model, tuple) else _nnx(model)
        return _run(call, values, _batch(inputs, values, rng), rng)


def _run(call: Callable[[Any, Any, Around], Any], values: dict[str, Any], batch: Any, rng: Generator) -> Run:
    seen: list[tuple[Any, str, Any, Any]] = []

    def note(layer: Any, name: str, forward: Callable[[Any], Any], given: Any) -> Any:
        out = forward(given)
        seen.append((layer, name, given, out))
        return out

    try:
        output = call(values, batch, note)
    except Exception as error:
        raise SubjectError(f"the model does not take the inputs {batch.shape}: {describe(error)}") from error
    if not seen:
        raise SubjectError("no Dense layer or convolution was called: there are no layers to follow a signal through")
    if not hasattr(output, "shape"):
        raise SubjectError(f"the model gives {an(type_name(output))}, and no array")
    against = rng.standard_normal(output.shape)

    def scalar(params: Any, shifts: list[tuple[Any, Any]]) -> Any:
        places = iter(shifts)

        def shifted(layer: Any, name: str, forward: Callable[[Any], Any], given: Any) -> Any:
            below, above = next(places)
            return forward(given + below) + above

        return (call(params, batch, shifted) * against).sum()

    if any(isinstance(out, jax.core.Tracer) for _, _, _, out in seen):
        raise SubjectError("a layer is called inside a compiled loop, where a signal cannot be followed")
    zeros = [(np.zeros(given.shape), np.zeros(out.shape)) for _, _, given, out in seen]
    try:
        moved, gradients = jax.grad(scalar, argnums=(0, 1))(values, zeros)
    except Exception as error:
        raise SubjectError(f"gradients do not come through the model: {describe(error)}") from error
    kernels = [_kernel(layer) for layer, _, _, _ in seen]
    layers = [
        _ran(layer, name, given, out, gradient, kernel)
        for (layer, name, given, out), gradient, kernel in zip(seen, gradients, kernels, strict=True)
    ]
    unreached = [plain(name, LONGEST_NAME) for name, g in moved.items() if not np.any(np.asarray(g))]
    trained = [plain(name, LONGEST_NAME) for name in values]
    told = f"{'ids' if batch.dtype.kind in 'iu' else 'numbers'} {tuple(batch.shape)}"
    return Run(layers, np.asarray(output, np.float64).reshape(len(output), -1), trained, unreached, told)


def _ran(
    layer: Any, name: str, given: Any, out: Any, gradient: tuple[Any, Any], kernel: tuple[Array, Array | None]
) -> Ran:
    weight, bias = kernel
    dense = weight.ndim == 2
    fed, gave, above, below = (_rows(one, dense) for one in (given, out, gradient[1], gradient[0]))
    return Ran(
        plain(name, LONGEST_NAME),
        plain(type(layer).__name__, LONGEST_NAME),
        weight.reshape(-1, weight.shape[-1]).T,
        bias,
        fed,
        gave,
        above,
        below,
        dense,
    )


def _rows(values: Any, dense: bool) -> Array:
    array = np.asarray(values, np.float64)
    return (array.reshape(-1, array.shape[-1]) if dense else array.reshape(len(array), -1))[:_MOST_ROWS]


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

    return call, {name: _wide(value) for name, value in flat.items()}


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
        with _patched((nnx.Linear, nnx.Conv), names, around):
            return copy(batch)

    return call, {name: _wide(_held(held)) for name, (_, held) in flat.items()}


@contextmanager
def _patched(kinds: tuple[type, ...], names: Mapping[int, str], around: Around) -> Iterator[None]:
    """The calls of layers of some classes handed to a function, for the layers of one model."""
    own: list[tuple[Any, Any]] = [(kind, kind.__call__) for kind in kinds]
    try:
        for kind, run in own:

            def called(self: Any, given: Any, *args: Any, _run: Any = run, **keywords: Any) -> Any:
                if id(self) not in names:
                    return _run(self, given, *args, **keywords)
                return around(self, names[id(self)], lambda one: _run(self, one, *args, **keywords), given)

            kind.__call__ = called
        yield
    finally:
        for kind, run in own:
            kind.__call__ = run


def _wide(value: Any) -> Any:
    array = jax.numpy.asarray(value)
    return array.astype(np.float64) if jax.numpy.issubdtype(array.dtype, np.floating) else array


def _batch(inputs: Any, values: Mapping[str, Any], rng: Generator) -> Any:
    if inputs is None:
        kernels = [v for name, v in values.items() if name.replace("/", ".").endswith("kernel") and v.ndim == 2]
        if not kernels:
            raise SubjectError("no inputs were found that the model takes; hand over an example batch beside it")
        return jax.numpy.asarray(rng.standard_normal((_SAMPLES, kernels[0].shape[0])))
    given = jax.numpy.asarray(inputs(rng) if callable(inputs) else inputs)
    return given.astype(np.float64) if jax.numpy.issubdtype(given.dtype, np.floating) else given

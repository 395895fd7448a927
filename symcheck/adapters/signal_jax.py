"""A pass through a model whose layers are called by jax: their inputs, their outputs, and the gradients at both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import jax
import jax.experimental
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
#: Of a layer: the kernel, (..., in, out), and the bias.
Kernel = Callable[[Any], tuple[Array, Array | None]]


def in_double() -> AbstractContextManager[Any]:
    """jax with numbers of 64 bits, by the name that its version has for that."""
    owner: Any = jax if hasattr(jax, "enable_x64") else jax.experimental
    context: AbstractContextManager[Any] = owner.enable_x64(True)
    return context


def run_calls(
    call: Callable[[Any, Any, Around], Any], values: dict[str, Any], batch: Any, rng: Generator, kernel: Kernel
) -> Run:
    """One pass.

    Args:
        call: the model with these parameters on a batch, every layer handed to the function.
        values: the trainable parameters by name.

    Raises:
        SubjectError: the model does not take the inputs, or what it does cannot be followed.
    """
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
    uses = Counter(name for _, name, _, _ in seen)
    layers = [
        _ran(layer, name, given, out, gradient, kernel(layer), uses[name] == 1)
        for (layer, name, given, out), gradient in zip(seen, gradients, strict=True)
    ]
    unreached = [plain(name, LONGEST_NAME) for name, g in moved.items() if not np.any(np.asarray(g))]
    trained = [plain(name, LONGEST_NAME) for name in values]
    told = f"{'ids' if batch.dtype.kind in 'iu' else 'numbers'} {tuple(batch.shape)}"
    return Run(layers, np.asarray(output, np.float64).reshape(len(output), -1), trained, unreached, told)


def _ran(
    layer: Any,
    name: str,
    given: Any,
    out: Any,
    gradient: tuple[Any, Any],
    kernel: tuple[Array, Array | None],
    alone: bool,
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
        alone,
    )


def _rows(values: Any, dense: bool) -> Array:
    array = np.asarray(values, np.float64)
    return (array.reshape(-1, array.shape[-1]) if dense else array.reshape(len(array), -1))[:_MOST_ROWS]


@contextmanager
def patched(kinds: tuple[type, ...], method: str, names: Mapping[int, str], around: Around) -> Iterator[None]:
    """The calls of layers of some classes handed to a function, for the layers of one model."""
    own: list[tuple[Any, Any]] = [(kind, getattr(kind, method)) for kind in kinds]
    try:
        for kind, run in own:

            def called(self: Any, given: Any, *args: Any, _run: Any = run, **keywords: Any) -> Any:
                if id(self) not in names:
                    return _run(self, given, *args, **keywords)
                return around(self, names[id(self)], lambda one: _run(self, one, *args, **keywords), given)

            setattr(kind, method, called)
        yield
    finally:
        for kind, run in own:
            setattr(kind, method, run)


def wide(value: Any) -> Any:
    """An array in the widest floats that jax is set to, where it is of floats."""
    array = jax.numpy.asarray(value)
    return (
        array.astype(jax.dtypes.canonicalize_dtype(np.float64))
        if jax.numpy.issubdtype(array.dtype, np.floating)
        else array
    )


def batch_for(inputs: Any, values: Mapping[str, Any], rng: Generator) -> Any:
    """The inputs that are given, else normal numbers for the first parameter that is a matrix.

    Raises:
        SubjectError: there is none.
    """
    if inputs is None:
        kernels = [v for name, v in values.items() if name.replace("/", ".").endswith("kernel") and v.ndim == 2]
        if not kernels:
            raise SubjectError("no inputs were found that the model takes; hand over an example batch beside it")
        return jax.numpy.asarray(rng.standard_normal((_SAMPLES, kernels[0].shape[0])))
    given = jax.numpy.asarray(inputs(rng) if callable(inputs) else inputs)
    return (
        given.astype(jax.dtypes.canonicalize_dtype(np.float64))
        if jax.numpy.issubdtype(given.dtype, np.floating)
        else given
    )

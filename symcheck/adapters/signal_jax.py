"""A pass through a model that is computed by jax: what its layers were fed and gave, and the gradients at both, in float64."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.random import Generator

from symcheck.adapters.reach_functions import FunctionModel
from symcheck.adapters.reach_jax import x64
from symcheck.adapters.traced_jax import Product, Trace
from symcheck.adapters.trees import as_array, leaves, mapped
from symcheck.adapters.trees import kind as kind_of
from symcheck.errors import SubjectError
from symcheck.propagation.arriving import arriving
from symcheck.propagation.ran import ModelPass, Ran
from symcheck.reachability.model import Differentiable
from symcheck.texts import LONGEST_NAME, describe, plain
from symcheck.types import Array, Floats

#: Samples where nothing says how many, of images and the like too, and rows of a layer's inputs that are kept.
_SAMPLES, _IMAGES, _MOST_ROWS = 64, 16, 256
#: What libraries call a dense layer and a convolution.
_KINDS: Mapping[str, tuple[str, str]] = {
    "keras": ("Dense", "Conv{}D"),
    "linen": ("Dense", "Conv"),
    "nnx": ("Linear", "Conv"),
    "equinox": ("Linear", "Conv{}d"),
}
#: Last parts of the names of parameters, which are not the layer's.
_PARTS = ("kernel", "weight", "w")


def example(model: Any, kind: str, rng: Generator) -> Floats:
    """Normal numbers for the first layer of a model, of many samples.

    Raises:
        SubjectError: it does not say what it takes.
    """
    shape = _sample(model, kind)
    if shape is None:
        raise SubjectError("no inputs were found that the model takes; hand over an example batch beside it")
    return rng.standard_normal((_SAMPLES if len(shape) < 2 else _IMAGES, *shape))


def _sample(model: Any, kind: str) -> tuple[int, ...] | None:
    if kind == "keras":
        shape = getattr(model, "input_shape", None)
        return tuple(shape[1:]) if isinstance(shape, tuple) and all(isinstance(n, int) for n in shape[1:]) else None
    if kind == "linen":
        held = model[1].get("params", {}) if isinstance(model, tuple) else {}
        kernels = [v for path, v in leaves(held, ()) if path[-1] == "kernel" and np.ndim(v) == 2]
        return (kernels[0].shape[0],) if kernels else None
    if kind == "nnx":
        from flax import nnx

        sizes = [one.in_features for _, one in nnx.iter_graph(model) if isinstance(one, nnx.Linear)]
    elif kind == "equinox":
        import equinox

        parts = jax.tree_util.tree_leaves(model, is_leaf=lambda node: isinstance(node, equinox.nn.Linear))
        sizes = [one.in_features for one in parts if isinstance(one, equinox.nn.Linear)]
    else:
        sizes = []
    return (sizes[0],) if sizes and isinstance(sizes[0], int) else None


def run_jax(model: Differentiable, inputs: Any, rng: Generator, kind: str) -> ModelPass:
    """One pass.

    Args:
        inputs: a batch, a tuple of what the model is called with, or a callable ``inputs(rng)``.
        kind: ``keras``, ``linen``, ``nnx``, ``equinox`` or "".

    Raises:
        SubjectError: what the model does cannot be followed, or no layer was met.
    """
    assert isinstance(model, FunctionModel)
    drawn = inputs(rng) if callable(inputs) else inputs
    batch = mapped(drawn if isinstance(drawn, tuple) and not hasattr(drawn, "_fields") else (drawn,), as_array)
    names = [plain(p.name, LONGEST_NAME) for p in model.parameters]
    with x64(True):
        values = [jnp.asarray(np.asarray(p.values, np.float64)) for p in model.parameters]
        arrays: list[Any] = []
        mapped(batch, arrays.append)
        fed = [jnp.asarray(a.astype(np.float64) if kind_of(a) == "f" else a) for a in arrays]

        def outputs(parameters: Sequence[Any], parts: Sequence[Any]) -> list[Any]:
            rest = iter(parts)
            return model.outputs(parameters, tuple(mapped(batch, lambda _: next(rest))))

        try:
            program = jax.make_jaxpr(outputs)(values, fed)
            trace = Trace()
            given = trace.run(program, values, fed)
        except jax.errors.JAXTypeError as error:
            raise SubjectError(f"the model decides by values, and cannot be followed: {describe(error)}") from error
        if not trace.products:
            raise SubjectError(
                "no product of a parameter with what depends on the inputs was met outside loops: there are no layers to follow a "
                "signal through"
            )
        against = [rng.standard_normal(one.shape) for one in given]

        def scalar(parameters: Sequence[Any], shifts: Sequence[tuple[Any, Any]]) -> Any:
            found = Trace(shifts).run(program, parameters, fed)
            return sum((one * c).sum() for one, c in zip(found, against, strict=True))

        zeros = [(jnp.zeros(p.inputs.shape), jnp.zeros(p.outputs.shape)) for p in trace.products]
        moved, gradients = jax.grad(scalar, argnums=(0, 1))(values, zeros)

        def again(held: Sequence[Floats]) -> list[Floats]:
            return [np.asarray(g) for g in jax.grad(lambda v: scalar(v, []))([jnp.asarray(one) for one in held])]

        start = [np.asarray(v) for v in values]
        unreached, late = arriving(names, start, [np.asarray(g) for g in moved], again)
        uses = Counter(i for p in trace.products for i in p.parameters)
        layers = [
            _ran(p, g, _name(p, names), _kind(p, kind), all(uses[i] == 1 for i in p.parameters))
            for p, g in zip(trace.products, gradients, strict=True)
        ]
    followed = trace.tables.union(*(p.parameters for p in trace.products))
    rest = [name for i, name in enumerate(names) if sum(n > 1 for n in start[i].shape) > 1 and i not in followed]
    shapes = ", ".join(f"{'ids' if a.dtype.kind in 'iu' else 'numbers'} {tuple(a.shape)}" for a in arrays)
    first = np.asarray(given[0], np.float64)
    return ModelPass(
        layers,
        first.reshape(len(first), -1) if first.ndim else first.reshape(1, 1),
        names,
        unreached,
        shapes,
        late,
        rest,
    )


def _ran(product: Product, gradient: tuple[Any, Any], name: str, kind: str, alone: bool) -> Ran:
    of_inputs, of_outputs = product.rows

    def kept(rows: Any) -> Array:
        return np.asarray(rows, np.float64)[:_MOST_ROWS]

    return Ran(
        name,
        kind,
        np.asarray(product.weight, np.float64),
        product.bias,
        kept(of_inputs(product.inputs)),
        kept(of_outputs(product.outputs)),
        kept(of_outputs(gradient[1])),
        kept(of_inputs(gradient[0])),
        product.taps is None,
        alone and product.whole,
        product.taps or 1,
        product.coverage,
    )


def _name(product: Product, names: Sequence[str]) -> str:
    name = names[min(product.parameters)]
    head, _, last = name.replace("/", ".").rpartition(".")
    return head if head and last in _PARTS else name


def _kind(product: Product, library: str) -> str:
    dense, convolution = _KINDS.get(library, ("matrix", "convolution"))
    return dense if product.taps is None else convolution.format(product.inputs.ndim - 2)

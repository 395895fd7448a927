"""An equinox module as a differentiable model."""

from __future__ import annotations

from typing import Any

import equinox
import jax
import numpy as np

from symcheck.adapters.reach_jax import JaxModel, either
from symcheck.errors import SubjectError, an
from symcheck.texts import type_name

_SAMPLES = 8


class EquinoxModel(JaxModel):
    """Every array of floats in the module is a parameter. It is called on each sample, or on the batch where it refuses that."""

    what = "the module"

    def __init__(self, module: equinox.Module, inputs: Any) -> None:
        module = equinox.nn.inference_mode(module)
        params, static = equinox.partition(module, equinox.is_inexact_array)
        named, structure = jax.tree_util.tree_flatten_with_path(params)
        tree = {_name(path): leaf for path, leaf in named}

        def apply(values: Any, *fed: Any) -> Any:
            whole = equinox.combine(jax.tree_util.tree_unflatten(structure, list(values.values())), static)
            return jax.vmap(whole)(*fed) if self._by_sample else whole(*fed)

        fed = _found(module) if inputs is None else inputs

        def made(by_sample: bool) -> None:
            self._by_sample = by_sample
            super(EquinoxModel, self).__init__(apply, tree, fed)

        either(made)
        if inputs is None:
            self.fed = f"normal numbers {fed.shape}; the sizes of its first layer"

    def module(self, path: tuple[Any, ...]) -> str:
        """The path but for its last part."""
        return str(path[0]).rpartition(".")[0] or str(path[0])


def _name(path: Any) -> str:
    return ".".join(str(getattr(part, "name", getattr(part, "idx", getattr(part, "key", part)))) for part in path)


def _found(module: equinox.Module) -> Any:
    layers = jax.tree_util.tree_leaves(module, is_leaf=lambda node: isinstance(node, equinox.nn.Linear))
    for layer in layers:
        if isinstance(layer, equinox.nn.Linear) and isinstance(layer.in_features, int):
            return np.ones((_SAMPLES, layer.in_features))
    raise SubjectError(
        f"no inputs were found that {an(type_name(module))} takes; hand over an example beside the module"
    )

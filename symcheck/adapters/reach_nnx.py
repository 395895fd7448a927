"""A flax nnx module as a differentiable model."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from flax import nnx

from symcheck.adapters.reach_functions import BY_BATCH
from symcheck.adapters.reach_jax import JaxModel
from symcheck.errors import SubjectError, an
from symcheck.texts import type_name

_SAMPLES, _LENGTH = 8, 6


class NnxModel(JaxModel):
    """Without dropout, and with the statistics of the batch in batch normalization; the module itself is not changed."""

    what = "the module"

    def __init__(self, module: nnx.Module, inputs: Any) -> None:
        graph, params, rest = nnx.split(module, nnx.Param, ...)

        def apply(tree: Any, *fed: Any) -> Any:
            state = jax.tree.map(lambda leaf: leaf, params)
            nnx.replace_by_pure_dict(state, tree)
            merged = nnx.merge(graph, state, jax.tree.map(_widened, rest))
            merged.set_attributes(deterministic=True, use_running_average=False, raise_if_not_found=False)
            return merged(*fed)

        fed = _found(module) if inputs is None else inputs
        super().__init__(apply, nnx.to_pure_dict(params), fed)
        if inputs is None:
            self.fed = f"normal numbers {fed.shape}; the sizes of its first layer"
        if any(isinstance(layer, nnx.BatchNorm) for _, layer in nnx.iter_graph(module)):
            self.fed += BY_BATCH


def _widened(leaf: Any) -> Any:
    """Running statistics take what the batch has, in the precision that is computed in."""
    return leaf.astype(float) if jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating) else leaf


def _found(module: nnx.Module) -> Any:
    for _, layer in nnx.iter_graph(module):
        if isinstance(layer, nnx.Linear):
            return np.ones((_SAMPLES, layer.in_features))
        if isinstance(layer, nnx.Embed):
            return (np.arange(_SAMPLES * _LENGTH * layer.num_embeddings) % layer.num_embeddings).reshape(-1, _LENGTH)
    raise SubjectError(
        f"no inputs were found that {an(type_name(module))} takes; hand over an example beside the module"
    )

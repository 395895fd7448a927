"""A flax linen module with its variables as a differentiable model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from flax import linen

from symcheck.adapters.reach_jax import JaxModel
from symcheck.adapters.trees import mapped
from symcheck.errors import SubjectError, an
from symcheck.texts import describe, type_name


class LinenModel(JaxModel):
    """Without dropout, whatever the module was given; statistics of batch normalization are those of the batch where the module
    was given so, and are never kept.

    Args:
        variables: as ``init`` returns them, or None to initialize with fresh keys.

    Raises:
        SubjectError: as `JaxModel`, or the module cannot be initialized for the inputs.
    """

    what = "the module"

    def __init__(self, module: linen.Module, variables: Mapping[str, Any] | None, inputs: Any) -> None:
        if inputs is None:
            raise SubjectError(
                f"{an(type_name(module))} of flax linen does not tell what it takes: hand over an example"
            )
        if variables is None:
            variables = _initialized(module, inputs)
        state = {name: part for name, part in variables.items() if name != "params"}
        key = jax.random.key(0)

        def apply(params: Any, *fed: Any) -> Any:
            rngs = {"dropout": key, "params": key}
            with linen.intercept_methods(_without_dropout):
                return module.apply(
                    {"params": params, **state}, *fed, rngs=rngs, mutable=list(state) or ["batch_stats"]
                )[0]

        super().__init__(apply, variables.get("params", {}), inputs)


def _without_dropout(following: Any, args: tuple[Any, ...], named: dict[str, Any], context: Any) -> Any:
    module = context.module
    if isinstance(module, linen.Dropout) and context.method_name == "__call__":
        return args[0] if args else named["inputs"]
    if isinstance(module, linen.MultiHeadDotProductAttention) and context.method_name == "__call__":
        # Said in one place alone; the module is a clone, of this call.
        object.__setattr__(module, "deterministic", None)
        named = {**named, "deterministic": True}
    return following(*args, **named)


def _initialized(module: linen.Module, inputs: Any) -> Mapping[str, Any]:
    rng = np.random.default_rng()
    drawn = inputs(rng) if callable(inputs) else inputs
    fed = mapped(drawn if isinstance(drawn, tuple) else (drawn,), jax.numpy.asarray)
    keys = jax.random.split(jax.random.key(int(rng.integers(2**31))), 2)
    try:
        found: Mapping[str, Any] = module.init({"params": keys[0], "dropout": keys[1]}, *fed)
    except Exception as error:
        raise SubjectError(f"the module cannot be initialized for the inputs: {describe(error)}") from error
    return found

"""A pure function of jax as a differentiable model, computed in float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np

from symcheck.adapters.reach_functions import FunctionModel
from symcheck.types import Array, Floats

#: Where it is before jax 0.8.
_x64: Any = jax.enable_x64 if hasattr(jax, "enable_x64") else jax.experimental.enable_x64


class JaxModel(FunctionModel):
    """See `FunctionModel`."""

    def outputs(self, parameters: Sequence[Any], inputs: tuple[Array, ...]) -> list[Any]:
        """The arrays that the function returns at these parameters."""
        with _x64(True):
            return super().outputs([jnp.asarray(p) for p in parameters], tuple(map(jnp.asarray, inputs)))

    def gradient(
        self, parameters: Sequence[Floats], inputs: tuple[Array, ...], cotangents: Sequence[Floats]
    ) -> list[Floats]:
        """By reverse-mode differentiation."""
        with _x64(True):
            fed = tuple(map(jnp.asarray, inputs))
            outputs, pull = jax.vjp(lambda arrays: self.outputs(arrays, fed), [jnp.asarray(p) for p in parameters])
            against = [jnp.asarray(c, o.dtype) for o, c in zip(outputs, cotangents, strict=True)]
            return [np.asarray(part, np.float64) for part in pull(against)[0]]

"""flax: jax's initializers, nnx modules, and pairs of a linen module and its variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from symcheck.adapters.held import AdaptedParameter
from symcheck.adapters.jax_ import JaxAdapter


class FlaxAdapter(JaxAdapter):
    """flax; which of its two kinds of modules is there, is told by what the subject has imported."""

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is an nnx module, or a pair of a linen module and its variables."""
        return _is_nnx(obj) or _is_pair(obj)

    def parameters(self, model: Any) -> list[AdaptedParameter]:
        """Every variable of an nnx module, or of a pair."""
        if _is_pair(model):
            from symcheck.adapters import parameters_linen

            return parameters_linen.held_by(*model)
        from symcheck.adapters import parameters_nnx

        return parameters_nnx.held_by(model)

    def rngs(self, n: int) -> Any:
        """Streams of randomness for nnx modules."""
        from flax import nnx

        return nnx.Rngs(n)


ADAPTER = FlaxAdapter()


def _is_nnx(obj: Any) -> bool:
    nnx = sys.modules.get("flax.nnx")
    return nnx is not None and isinstance(obj, nnx.Module)


def _is_pair(obj: Any) -> bool:
    linen = sys.modules.get("flax.linen")
    if linen is None or not isinstance(obj, tuple) or len(obj) != 2:
        return False
    return isinstance(obj[0], linen.Module) and isinstance(obj[1], Mapping)

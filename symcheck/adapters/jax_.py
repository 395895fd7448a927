"""jax: initializers ``f(key, shape, dtype)`` and the factories that make them; flax shares both."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import jax
import numpy as np

from symcheck.adapters.base import Adapter
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.types import Array

_LAWS = LIBRARY_LAWS["jax"]


class JaxAdapter(Adapter):
    """jax, and flax, which shares its initializers."""

    draws = True
    layout = "in_out"
    dtype = "float32"
    keys = True

    def known_law(self, name: str, **bound: Any) -> str | None:
        """The documented law of ``jax.nn.initializers.NAME``, with the arguments bound to it."""
        if not bound:
            return _LAWS.get(name)
        if name == "normal" and set(bound) == {"stddev"}:
            return f"normal({bound['stddev']})"
        if name == "truncated_normal" and set(bound) == {"stddev"}:
            return f"truncated_normal({bound['stddev']})"
        if name == "uniform" and set(bound) == {"scale"}:
            return f"uniform(0, {bound['scale']})"
        if name == "constant" and set(bound) == {"value"}:
            return f"constant({bound['value']})"
        if name == "variance_scaling" and set(bound) == {"scale", "mode", "distribution"}:
            return f"variance_scaling({bound['scale']}, {bound['mode']}, {bound['distribution']})"
        return None

    def is_factory(self, obj: Any) -> bool:
        """Whether the object makes an initializer when called without a key (``he_normal()``)."""
        module = getattr(obj, "__module__", "") or ""
        return (
            module.endswith("nn.initializers")
            and "<locals>" not in getattr(obj, "__qualname__", "<locals>")
            and (getattr(obj, "__name__", "") not in ("zeros", "ones"))
        )

    def draws_nothing(self, obj: Any) -> str | None:
        """Why an object beside the initializers is none."""
        return "is the protocol of initializers and draws nothing" if obj is jax.nn.initializers.Initializer else None

    def to_numpy(self, obj: Any) -> tuple[Array, str] | None:
        """The values of a jax array with its dtype's name; bfloat16 becomes float32, exactly."""
        if not isinstance(obj, jax.Array):
            return None
        name = str(obj.dtype)
        array = np.asarray(obj)
        return (array.astype(np.float32) if name == "bfloat16" else np.array(array)), name

    def storage(self, array: Any) -> Hashable | None:
        """Of an array itself, for nobody can write to it; keys of randomness hold no numbers."""
        if not isinstance(array, jax.Array) or jax.dtypes.issubdtype(array.dtype, jax.dtypes.extended):
            return None
        return id(array)

    def key(self, n: int) -> Any:
        """A PRNG key."""
        return jax.random.PRNGKey(n)


ADAPTER = JaxAdapter()

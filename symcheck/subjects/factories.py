"""Functions that build a model: with which arguments they are called, and again with another seed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError

#: What an argument of this name is given, made of a seed.
_SEEDED: dict[str, Callable[[int], Any]] = {
    "seed": lambda seed: seed,
    "rng": np.random.default_rng,
    "generator": np.random.default_rng,
    "random_state": np.random.RandomState,
    "key": lambda seed: adapters.adapter_of("jax").key(seed),
    "rng_key": lambda seed: adapters.adapter_of("jax").key(seed),
    "prng_key": lambda seed: adapters.adapter_of("jax").key(seed),
    "rngs": lambda seed: adapters.adapter_of("flax").rngs(seed),
}


def randomness_wanted(make: Any) -> tuple[str, ...] | None:
    """The names of the arguments that a factory needs, where all of them are sources of randomness; None where one is not.

    A factory ``build(key)``, ``build(rng)`` or ``Net(*, rngs)`` is told so from an initializer, which needs a shape.
    """
    try:
        signature = _signature(make)
    except (TypeError, ValueError):
        return None
    needed = [
        p
        for p in signature.parameters.values()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if needed:
        return tuple(p.name for p in needed) if all(p.name in _SEEDED for p in needed) else None
    # A seed that may be given is given: build(seed=0) builds another model with another one.
    offered = tuple(p.name for p in signature.parameters.values() if p.name in _SEEDED and p.kind != p.VAR_KEYWORD)
    return offered if offered and isinstance(make, FunctionType) else None


def seeded_arguments(make: Any, seed: int) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments that give a factory its randomness; none where it needs none.

    Raises:
        SubjectError: it asks for the randomness of a library that is not imported.
    """
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for name in randomness_wanted(make) or ():
        try:
            value = _SEEDED[name](seed % 2**31)
        except NotImplementedError:
            raise SubjectError(f"it asks for {name}, and the library that makes one is not imported by it") from None
        if _signature(make).parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            keywords[name] = value
    return positional, keywords


def _signature(make: Any) -> inspect.Signature:
    """That of a class whose metaclass hides it is that of its ``__init__``."""
    signature = inspect.signature(make)
    hidden = all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values())
    if not (isinstance(make, type) and hidden and signature.parameters):
        return signature
    inner = inspect.signature(make.__init__)  # type: ignore[misc]
    return inner.replace(parameters=list(inner.parameters.values())[1:])

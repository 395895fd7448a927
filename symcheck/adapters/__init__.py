"""One thin file per library. None of them is imported before the user's subject has imported its library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import combinations
from types import ModuleType
from typing import Any

from symcheck.types import Array

#: Library -> adapter module. An adapter offers a subset of: ``LAYOUT``, ``is_network(obj)``, ``network(obj)``,
#: ``is_factory(obj)``, ``to_numpy(obj)``, ``seed(n)``, ``key(n)``, ``target(shape, poison)``, ``known_law(name, **bound)``,
#: ``extra_arguments()``, ``stands_for(obj)`` (what a deprecated alias is), ``draws_nothing(obj)`` (why an object that sits
#: among the initializers is none).
_ADAPTERS = {"torch": "torch_", "jax": "jax_", "keras": "keras_", "sklearn": "sklearn_", "thinc": "thinc_"}


@dataclass
class NetworkParts:
    """A network as an adapter reads it, already turned to (out, in).

    ``shared`` holds pairs of layers, counted from 1, that train one array; the arrays here may be copies of it.
    """

    weights: list[Array]
    biases: list[Array | None]
    activations: list[str]
    head: str = "linear"
    layout: str = "out_in"
    law: str | None = None
    activation_known: bool = True
    notes: list[str] = field(default_factory=list)
    shared: list[tuple[int, int]] = field(default_factory=list)


def pairs_that_share(parameters: Sequence[Sequence[Any]], same: Callable[[Any, Any], bool]) -> list[tuple[int, int]]:
    """Pairs of layers, counted from 1, of which some parameters are the same."""
    numbered = list(enumerate(parameters, 1))
    return [
        (i, j)
        for (i, first), (j, second) in combinations(numbered, 2)
        if any(same(a, b) for a in first for b in second)
    ]


def loaded() -> list[ModuleType]:
    """Adapters of the libraries that are already imported."""
    return [import_module(f"symcheck.adapters.{a}") for lib, a in _ADAPTERS.items() if lib in sys.modules]


def adapter_of(library: str | None) -> ModuleType | None:
    """The adapter of a library by name, if that library is imported."""
    if library in _ADAPTERS and library in sys.modules:
        return import_module(f"symcheck.adapters.{_ADAPTERS[library]}")
    return None


def library_of(obj: Any) -> str | None:
    """Name of the top-level package an object (function, class or instance) comes from."""
    module = getattr(obj, "__module__", None) or type(obj).__module__
    return module.split(".")[0] if isinstance(module, str) else None

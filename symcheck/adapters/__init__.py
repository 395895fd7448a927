"""One thin file per library. None of them is imported before the user's subject has imported its library."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from numpy.typing import NDArray

#: Library -> adapter module. An adapter offers a subset of: ``LAYOUT``, ``is_network(obj)``, ``network(obj)``,
#: ``is_factory(obj)``, ``to_numpy(obj)``, ``seed(n)``, ``key(n)``, ``target(shape, poison)``, ``known_law(name, **bound)``,
#: ``extra_arguments()``.
_ADAPTERS = {"torch": "torch_", "jax": "jax_", "keras": "keras_", "sklearn": "sklearn_", "thinc": "thinc_"}


@dataclass
class NetworkParts:
    """A network as an adapter reads it, already turned to (out, in)."""

    weights: list[NDArray[Any]]
    biases: list[NDArray[Any] | None]
    activations: list[str]
    head: str = "linear"
    layout: str = "out_in"
    law: str | None = None
    activation_known: bool = True
    notes: list[str] = field(default_factory=list)


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

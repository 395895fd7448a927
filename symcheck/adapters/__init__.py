"""One thin file per library. None of them is imported before the user's subject has imported its library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from symcheck.adapters.base import Adapter as Adapter

#: Library -> module with its ``ADAPTER``.
_ADAPTERS = {
    # Before torch: a layer of keras may be a module of torch besides.
    "keras": "keras_",
    "torch": "torch_",
    "jax": "jax_",
    "flax": "flax_",
    "equinox": "equinox_",
    "sklearn": "sklearn_",
    "thinc": "thinc_",
}
_NONE = Adapter()


def loaded() -> list[Adapter]:
    """Adapters of the libraries that are already imported."""
    names = dict.fromkeys(module for library, module in _ADAPTERS.items() if _imported(library))
    return [_adapter(name) for name in names]


def first(fits: Callable[[Adapter], bool]) -> Adapter | None:
    """The first adapter of an imported library that fits."""
    return next((adapter for adapter in loaded() if fits(adapter)), None)


def adapter_of(library: str | None) -> Adapter:
    """The adapter of a library by name, if that library is imported; else nobody's."""
    return _adapter(_ADAPTERS[library]) if library in _ADAPTERS and _imported(library) else _NONE


def adapter_for(obj: Any) -> Adapter:
    """The adapter of the library that an object comes from."""
    return adapter_of(library_of(obj))


def library_of(obj: Any) -> str | None:
    """Name of the top-level package an object (function, class or instance) comes from."""
    module = getattr(obj, "__module__", None) or type(obj).__module__
    return module.split(".")[0] if isinstance(module, str) else None


def _imported(library: str) -> bool:
    """Whether a library is imported, and not a user's file that is called like it: libraries are packages."""
    return hasattr(sys.modules.get(library), "__path__")


def _adapter(module: str) -> Adapter:
    adapter: Adapter = import_module(f"symcheck.adapters.{module}").ADAPTER
    return adapter

"""The laws as rows of a table: what each promises, and what each library calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from symcheck.laws.law import CATALOGUE
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.laws.names import ALIASES


def law_rows() -> list[dict[str, Any]]:
    """The catalogue as rows: name, parameters, promise, aliases."""
    rows = []
    for name, function in CATALOGUE.items():
        parameters = ", ".join(str(p) for p in _plain_parameters(function))
        promise = (function.__doc__ or "").strip().rstrip(".").replace("``", "")
        aliases = [alias for alias, law in ALIASES.items() if law == name]
        rows.append({"name": name, "parameters": parameters, "promise": promise, "aliases": aliases})
    return rows


def library_rows() -> list[dict[str, str]]:
    """What each library's own names mean: library, name, law."""
    return [
        {"library": library, "name": name, "law": law}
        for library, names in LIBRARY_LAWS.items()
        for name, law in names.items()
    ]


def _plain_parameters(function: Callable[..., Any]) -> Iterator[str]:
    for p in inspect.signature(function).parameters.values():
        yield p.name if p.default is p.empty or p.default is None else f"{p.name}={p.default}"

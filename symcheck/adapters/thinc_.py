"""thinc: initializers ``f(ops, shape)`` that draw from numpy's global generator."""

from __future__ import annotations

from typing import Any

from symcheck.laws.libraries import LIBRARY_LAWS

LAYOUT = "out_in"

_LAWS = LIBRARY_LAWS["thinc"]

#: Thinc's fans are those of a matrix: the kernel size is left out, so its laws are held to dense shapes.
DENSE_ONLY = True


def known_law(name: str, **bound: Any) -> str | None:
    """The documented law of an initializer of ``thinc.api``."""
    return None if bound else _LAWS.get(name)


def promises_random(name: str) -> bool:
    """Whether a function promises random draws without saying which (``normal_init`` names no scale)."""
    return name == "normal_init"


def extra_arguments() -> dict[str, Any]:
    """Arguments only thinc asks for."""
    from thinc.api import NumpyOps

    return {"ops": NumpyOps()}

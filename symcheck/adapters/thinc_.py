"""thinc: initializers ``f(ops, shape)`` that draw from numpy's global generator."""

from __future__ import annotations

from typing import Any

from symcheck.adapters.base import Adapter
from symcheck.laws.libraries import LIBRARY_LAWS

_LAWS = LIBRARY_LAWS["thinc"]


class ThincAdapter(Adapter):
    """thinc, whose fans leave the kernel size out."""

    draws = True
    dense_only = True

    def known_law(self, name: str, **bound: Any) -> str | None:
        """The documented law of an initializer of ``thinc.api``."""
        return None if bound else _LAWS.get(name)

    def promises_random(self, name: str) -> bool:
        """Whether a function promises random draws without saying which (``normal_init`` names no scale)."""
        return name == "normal_init"

    def ops(self) -> Any:
        """numpy's."""
        from thinc.api import NumpyOps

        return NumpyOps()


ADAPTER = ThincAdapter()

"""Figures and names as they stand in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, log10


def times(logarithm: float) -> str:
    """A factor that goes either way."""
    if logarithm < 700:
        factor = exp(logarithm)
        return f"a factor of {factor:.3g}" if factor < 1e6 else f"a factor of 1e{log10(factor):.0f}"
    return f"a factor of 1e{logarithm / log(10):.0f}"


def some_of(names: Sequence[str]) -> str:
    """The first of some names."""
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def layer_named(name: str) -> str:
    """``layer 3``, also where that is its name already."""
    return name if name.startswith("layer ") else f"layer {name}"

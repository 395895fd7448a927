"""Figures and names as they stand in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, log10

from symcheck.propagation.layers import SignalLayer


def times(logarithm: float) -> str:
    """A factor that goes either way."""
    if logarithm < 700:
        factor = exp(logarithm)
        return f"a factor of {factor:.3g}" if factor < 1e6 else f"a factor of 1e{log10(factor):.0f}"
    return f"a factor of 1e{logarithm / log(10):.0f}"


def some_of(names: Sequence[str]) -> str:
    """The first of some names."""
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def layer_numbered(layers: Sequence[SignalLayer], number: int) -> str:
    """``layer 3 of 12 (conv1)``: its number, counted from 1, and what its model calls it, where that says more."""
    return f"layer {number} of {len(layers)}{beside(layers[number - 1])}"


def beside(layer: SignalLayer) -> str:
    """`` (conv1)``, `` (Linear 4)`` where its name is a mere number, and nothing where it is named after its number here."""
    if layer.name.startswith("layer "):
        return ""
    return f" ({called(layer)})"


def called(layer: SignalLayer) -> str:
    """What its model calls a layer, with its class where that is a mere number."""
    return f"{layer.kind} {layer.name}" if layer.name.isdecimal() else layer.name

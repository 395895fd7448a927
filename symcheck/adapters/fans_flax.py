"""The fans of flax layers, as its initializers count them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from symcheck.fans import Layer, layer_of


def fans(kind: str, name: str, shape: Sequence[int], attributes: dict[str, Any]) -> Layer | None:
    """Of a kernel or a table; axes that a transformation such as ``vmap`` has put in front are no part of a layer.

    Args:
        name: of the parameter in its layer, with dots.
        attributes: of the layer, from its own dictionary.
    """
    short = kind.rpartition(".")[2]
    if len(shape) < 2:
        return None
    if name == "embedding":
        return Layer(shape[-1], shape[-2])
    if short in ("DenseGeneral", "LinearGeneral"):
        given = attributes.get("out_features" if short == "LinearGeneral" else "features", 1)
        outputs = len(given) if isinstance(given, tuple | list) else 1
        return _split(shape, len(shape) - outputs)
    if "Attention" in short:
        return _split(shape, 2 if name.startswith("out") else 1) if len(shape) == 3 else None
    size = attributes.get("kernel_size")
    sizes = 0 if size is None else len(size) if isinstance(size, tuple | list) else 1
    # An einsum's kernel is what its equation makes of it; the initializer takes the last two axes.
    rank = len(shape) if short == "Einsum" else sizes + 2
    return layer_of(shape[-rank:], "in_out") if len(shape) >= rank else None


def _split(shape: Sequence[int], inputs: int) -> Layer:
    return Layer(prod(shape[inputs:]), prod(shape[:inputs]))

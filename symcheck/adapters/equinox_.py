"""equinox: its layers; modules of a user's own are dataclasses, and their fields are looked at one by one."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import equinox

from symcheck.adapters.base import Adapter
from symcheck.adapters.held import AdaptedParameter, told
from symcheck.fans import Layer, layer_of
from symcheck.laws.equinox_layers import EQUINOX_LAYERS
from symcheck.laws.layers import rule_of


class EquinoxAdapter(Adapter):
    """equinox."""

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is a layer of the library that holds arrays."""
        return isinstance(obj, equinox.Module) and bool(_kind(obj))

    def parameters(self, model: Any) -> list[AdaptedParameter]:
        """The arrays of a layer. It draws in ``__init__``, so that a subclass with its own is held to nothing."""
        kind = _kind(model)
        draws = type(model).__init__ is getattr(equinox.nn, kind.rpartition(".")[2]).__init__
        draws = draws or type(model).__module__.startswith("equinox.nn")
        own = {f.name: vars(model).get(f.name) for f in fields(model) if not f.metadata.get("static", False)}
        arrays = {name: array for name, array in own.items() if equinox.is_array(array)}
        sizes = {"hidden": vars(model).get("hidden_size")} if "hidden_size" in vars(model) else {}
        found = []
        for name, array in arrays.items():
            rule = rule_of(EQUINOX_LAYERS[kind], name)
            beside = arrays.get("weight", array) if rule is not None and rule.role == "bias" else array
            counted = _fans(model, tuple(beside.shape))
            found.append(AdaptedParameter(told(name, array.shape, kind, rule, sizes, counted, documented=draws), array))
        return found


ADAPTER = EquinoxAdapter()


def _kind(module: Any) -> str:
    """The first class a module descends from that the table knows; empty where it knows none."""
    bases = [b for b in type(module).__mro__ if b.__module__.startswith("equinox.nn")]
    return next((name for b in bases if (name := f"equinox.nn.{b.__name__}") in EQUINOX_LAYERS), "")


def _fans(module: Any, shape: tuple[int, ...]) -> Layer | None:
    """Of the last axes: those in front are of members of an ensemble, made by ``filter_vmap``."""
    rank = 2 + int(vars(module).get("num_spatial_dims", 0))
    return layer_of(shape[-rank:], "out_in") if len(shape) >= rank else None

"""The parameters of keras models and layers, by the paths of their variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod
from typing import Any

import keras

from symcheck.adapters.held import AdaptedParameter, told
from symcheck.fans import Layer, layer_of
from symcheck.laws.keras_layers import KERAS_LAYERS
from symcheck.laws.layers import rule_of
from symcheck.parameters import Parameter

#: The law of an initializer, as text; None where it has none.
LawOf = Callable[[Any], str | None]


def held_by(model: keras.Layer, law_of: LawOf) -> list[AdaptedParameter]:
    """Every weight of a model or layer, and every layer that has none yet because it has not seen a shape.

    Layers may be of one name, and so may paths: the second is then told as ``path#2``.
    """
    owners = {id(v): layer for layer in model._flatten_layers() for v in _own(layer)}
    found = [_described(v, owners.get(id(v)), law_of) for v in model.weights]
    found += [AdaptedParameter(absent) for layer in model._flatten_layers() if (absent := _unbuilt(layer)) is not None]
    return list(_with_names_apart(found))


def _own(layer: keras.Layer) -> list[Any]:
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _with_names_apart(found: list[AdaptedParameter]) -> Iterator[AdaptedParameter]:
    seen: dict[str, int] = {}
    for held in found:
        name = held.parameter.name
        seen[name] = seen.get(name, 0) + 1
        apart = replace(held.parameter, name=f"{name}#{seen[name]}")
        yield held if seen[name] == 1 else replace(held, parameter=apart)


def _kind(layer: Any) -> str:
    """The first class a layer descends from that the table knows; empty where it knows none."""
    for base in type(layer).__mro__:
        name = f"keras.layers.{base.__name__}"
        if base.__module__.startswith("keras.") and name in KERAS_LAYERS:
            return name
    return ""


def _unbuilt(layer: Any) -> Parameter | None:
    kind = _kind(layer)
    if layer.built or not kind:
        return None
    why = "has no weights until the model is called for the first time, or built for a shape"
    return Parameter(str(layer.path or layer.name), None, layer=kind, absent=why)


def _described(variable: Any, layer: Any, law_of: LawOf) -> AdaptedParameter:
    kind = _kind(layer)
    rule = rule_of(KERAS_LAYERS.get(kind, {}), variable.name)
    shape = tuple(variable.shape)
    draws = bool(kind) and type(layer).build is getattr(keras.layers, kind.rpartition(".")[2]).build
    beside = shape if rule is None or rule.role != "bias" else _kernel_shape(layer)
    fans = _fans(layer, kind, beside)
    parameter = told(
        str(variable.path),
        shape,
        kind,
        rule,
        _laws(layer, law_of),
        fans,
        documented=draws,
        trained=bool(variable.trainable),
    )
    rectified = getattr(getattr(layer, "activation", None), "__name__", "") == "relu"
    return AdaptedParameter(replace(parameter, rectified=rectified), variable)


def _kernel_shape(layer: Any) -> tuple[int, ...]:
    names = ("kernel", "pointwise_kernel")
    return next((tuple(v.shape) for v in _own(layer) if v.name in names), ())


def _fans(layer: Any, kind: str, shape: tuple[int, ...]) -> Layer | None:
    """As keras counts them: of an einsum by the letters that its output has, of any other kernel as (*kernel, in, out)."""
    if len(shape) < 2:
        return None
    if kind == "keras.layers.EinsumDense":
        letters, _, output = layer.equation.replace(".", "").partition(",")[2].partition("->")
        kept = [letter in output for letter in letters]
        sizes = list(zip(kept, shape, strict=True))
        return Layer(prod(n for k, n in sizes if k), prod(n for k, n in sizes if not k))
    return layer_of(shape, "in_out")


def _laws(layer: Any, law_of: LawOf) -> dict[str, object]:
    """The laws of a layer's initializers, by the names of its attributes."""
    found: dict[str, object] = {}
    for name, initializer in vars(layer).items() if layer is not None else ():
        if isinstance(initializer, keras.initializers.Initializer) and (law := law_of(initializer)) is not None:
            found[name] = law
    if layer is not None and vars(layer).get("unit_forget_bias") is True:
        found["forget"] = "ones"
    return found

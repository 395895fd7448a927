"""What names, ranks and neighbours tell of an array without its layer, where they leave no doubt: its role, and its fans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symcheck.fans import Layer, layer_of
from symcheck.parameters import Parameter

#: Ending of a name -> ranks that it may have -> role.
_ROLES: tuple[tuple[str, range, str], ...] = (
    (r"running_(mean|var)|moving_(mean|variance)|num_batches_tracked", range(3), "state"),
    (r"(.*_)?(weights?|kernel)|[wW]\d*|coefs?_?\d*", range(2, 9), "weight"),
    (r"(.*_)?bias(es)?|[bB]\d*|intercepts?_?\d*", range(5), "bias"),
    (r"scale|gamma", range(2), "scale"),
    (r"embeddings?", range(2, 3), "table"),
)
#: The word for a weight in a name -> the word for its bias beside it.
_BESIDE = (
    ("weight", "bias"),
    ("kernel", "bias"),
    ("weights", "biases"),
    ("coefs_", "intercepts_"),
    ("W", "b"),
    ("w", "b"),
)
#: In which layout libraries write an array of this name, where its bias does not tell.
_LAYOUTS = {"weight": "out_in", "kernel": "in_out"}


def guessed(parameters: Sequence[Parameter]) -> list[Parameter]:
    """Parameters with the roles and fans that those have which came without: of those of a known layer nothing is changed.

    A weight's outputs are the axis that is as long as its bias; without one, or where both are, as its library writes it:
    ``weight`` is (out, in, *kernel), ``kernel`` is (*kernel, in, out). Integers are no initial weights: tokens, counters, masks.
    """
    named = {p.name: p for p in parameters}
    fans: dict[str, Layer] = {}
    beside: dict[str, str] = {}
    for parameter in parameters:
        if parameter.layer or _role(parameter) != "weight":
            continue
        bias = next((b for b in _biases(parameter.name) if b in named), None)
        layer = _layer(parameter, named[bias] if bias else None)
        if layer is not None:
            fans[parameter.name] = layer
            beside |= {bias: parameter.name} if bias else {}
    return [_told(p, fans.get(beside.get(p.name, p.name))) for p in parameters]


def _told(parameter: Parameter, layer: Layer | None) -> Parameter:
    if parameter.layer or parameter.values is None:
        return parameter
    role = _role(parameter)
    told = replace(parameter, role=role, trained=parameter.trained and role != "state")
    if layer is None or told.inputs:
        return told
    return replace(told, inputs=layer.inputs, outputs=layer.out, kernel=layer.kernel)


def _role(parameter: Parameter) -> str:
    if parameter.role != "other" or parameter.values is None:
        return parameter.role
    if parameter.values.dtype.kind not in "fc":
        return "state"
    last = re.split(r"[./:]", parameter.name.removesuffix(":0"))[-1]
    rank = parameter.values.ndim
    # Lists of arrays: the place stands last, and the name before it.
    if last.isdigit() and "." in parameter.name:
        last = parameter.name.split(".")[-2]
    return next((role for ending, ranks, role in _ROLES if rank in ranks and re.fullmatch(ending, last)), "other")


def _biases(name: str) -> list[str]:
    found = []
    for weight, bias in _BESIDE:
        at = name.rfind(weight)
        if at >= 0:
            found.append(f"{name[:at]}{bias}{name[at + len(weight) :]}")
    return found


def _layer(weight: Parameter, bias: Parameter | None) -> Layer | None:
    shape = weight.shape
    if not all(shape):
        return None
    ends = {"out_in": shape[0], "in_out": shape[-1]}
    fitting = [layout for layout, end in ends.items() if bias is not None and bias.shape == (end,)]
    if len(fitting) == 1:
        return layer_of(shape, fitting[0])
    last = re.split(r"[./]", weight.name)[-1]
    layout = _LAYOUTS.get(last) if bias is None or fitting else None
    if layout is None and len(shape) == 2 and shape[0] == shape[1]:
        layout = "out_in"
    return layer_of(shape, layout) if layout else None

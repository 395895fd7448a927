"""The parameters of torch modules, module by module: nothing of theirs is called but what computes a parametrized weight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import _WeightNorm
from torch.nn.utils.weight_norm import WeightNorm

from symcheck.adapters.held import AdaptedParameter, joined, told
from symcheck.fans import Layer
from symcheck.laws.layers import rule_of
from symcheck.laws.torch_layers import TORCH_DRAWING, TORCH_INNER, TORCH_LAYERS, TORCH_SIZES
from symcheck.parameters import Documented, Parameter
from symcheck.texts import describe

#: The layers around a module, outermost first: the path of each and its kind, where it draws as that kind does.
_Around = tuple[tuple[str, str], ...]


def held_by(model: torch.nn.Module) -> list[AdaptedParameter]:
    """Every parameter of every module, and the buffers that hold numbers with a fraction.

    Names are those of ``named_parameters``; a module that comes a second time is told a second time. A parametrized weight
    is told beside its originals, under its own name and as not trained: what training changes are the originals. Of those
    laws only weight normalization keeps the layer's own, for its weight begins as the layer drew it.
    """
    if isinstance(model, torch.jit.ScriptModule):
        return [_described(model, "", name, tensor, "", ()) for name, tensor in model.named_parameters()]
    return list(_walked(model, "", (), (), False))


def _walked(
    module: torch.nn.Module, path: str, inside: tuple[int, ...], around: _Around, rectified: bool
) -> Iterator[AdaptedParameter]:
    """The parameters of a module and of those in it.

    Args:
        inside: the modules around it. around: the layers around it. rectified: whether a ReLU is what comes next after it.
    """
    if id(module) in inside:
        return
    kind = _kind(module)
    for held in _with_weights_beside(list(_own(module, path, around)), path):
        yield replace(held, parameter=replace(held.parameter, rectified=rectified))
    if kind and _draws_as(module, kind):
        around = (*around, (path, kind))
    children = _registered(module, "_modules")
    row = isinstance(module, torch.nn.Sequential) and type(module).forward is torch.nn.Sequential.forward
    before_relu = _before_relu(list(children.values()), rectified) if row else [False] * len(children)
    for (name, child), follows in zip(children.items(), before_relu, strict=True):
        if isinstance(child, torch.nn.Module):
            yield from _walked(child, joined(path, name), (*inside, id(module)), around, follows)


def _before_relu(row: Sequence[Any], at_the_end: bool) -> list[bool]:
    """Of each module in a row, whether what comes next after it, but for norms, dropout and pooling, is a ReLU."""
    found, follows = [], at_the_end
    for module in reversed(row):
        found.append(follows)
        if isinstance(module, torch.nn.ReLU | torch.nn.ReLU6):
            follows = True
        elif not re.search(r"Norm|Dropout|Pool|Identity|Flatten", type(module).__name__):
            follows = False
    return found[::-1]


def _own(module: torch.nn.Module, path: str, around: _Around) -> Iterator[AdaptedParameter]:
    kind = _kind(module)
    parameters = _registered(module, "_parameters")
    for name, tensor in parameters.items():
        if tensor is not None:
            yield _described(module, kind, name, tensor, path, around)
    for name, kept in _registered(module, "_buffers").items():
        if isinstance(kept, torch.Tensor) and (kept.is_floating_point() or kept.is_complex()):
            held = _described(module, kind, name, kept, path, around)
            yield replace(held, parameter=replace(held.parameter, role="state", trained=False))
    if parametrize.is_parametrized(module):
        parametrizations: Any = _registered(module, "_modules")["parametrizations"]
        for name, steps in parametrizations.items():
            keeps = len(steps) == 1 and isinstance(steps[0], _WeightNorm)
            yield _computed(module, kind, name, lambda name=name: getattr(module, name), path, around, keeps)
    for hook in _registered(module, "_forward_pre_hooks").values():
        if isinstance(hook, WeightNorm):
            yield _computed(
                module, kind, hook.name, lambda hook=hook: hook.compute_weight(module), path, around, keeps=True
            )


def _registered(module: torch.nn.Module, which: str) -> Mapping[str, Any]:
    # By the instance's own dictionary: a class may have a property of this name that does anything.
    found = vars(module).get(which)
    return found if isinstance(found, Mapping) else {}


def _kind(module: torch.nn.Module) -> str:
    """The first class a module descends from that the table knows; empty where it knows none."""
    for base in type.__dict__["__mro__"].__get__(type(module)):
        name = f"torch.nn.{base.__name__}"
        if base.__module__.startswith("torch.nn.") and name in (*TORCH_LAYERS, *TORCH_INNER):
            return name
    return ""


def _draws_as(module: torch.nn.Module, kind: str) -> bool:
    """Whether a module has no method of its own that draws what its kind documents otherwise."""
    known = getattr(torch.nn, kind.rpartition(".")[2])
    # A lazy layer stands aside until it has sizes, and then draws as its kind does.
    lazy = isinstance(module, torch.nn.modules.lazy.LazyModuleMixin)
    return lazy or all(getattr(type(module), m, None) is getattr(known, m, None) for m in TORCH_DRAWING)


def _described(
    module: torch.nn.Module, kind: str, name: str, tensor: torch.Tensor, path: str, around: _Around
) -> AdaptedParameter:
    rule = rule_of(TORCH_LAYERS.get(kind, {}), name)
    absent = _absent(tensor)
    shape = () if absent else tuple(tensor.shape)
    draws = _draws_as(module, kind) if kind else False
    whole = joined(path, name)
    parameter = told(
        whole,
        shape,
        kind,
        rule,
        _sizes(module, kind),
        _fans(module, kind, name, shape),
        documented=draws,
        trained=tensor.requires_grad,
    )
    inner = _by_what_is_around(whole, around) if draws and parameter.documented else ()
    parameter = replace(parameter, documented=inner or parameter.documented, absent=absent)
    return AdaptedParameter(parameter, None if absent else tensor)


def _fans(module: torch.nn.Module, kind: str, name: str, shape: tuple[int, ...]) -> Layer | None:
    """As torch.nn.init counts them: of a transposed convolution too, whose kernel is (in, out, *sizes).

    A matrix in a module that is no layer of torch's is (in, out) where its bias says so, as in GPT-2's ``Conv1D``.
    """
    if len(shape) < 2:
        return None
    beside = _registered(module, "_parameters").get(name.replace("weight", "bias")) if "weight" in name else None
    turned = not kind and beside is not None and shape[0] != shape[1] and tuple(beside.shape) == shape[1:]
    return Layer(shape[1], shape[0]) if turned else Layer(shape[0], shape[1], shape[2:])


def _computed(
    module: torch.nn.Module, kind: str, name: str, compute: Any, path: str, around: _Around, keeps: bool
) -> AdaptedParameter:
    try:
        with torch.no_grad():
            tensor = compute()
        held = _described(module, kind, name, tensor, path, around)
    except Exception as error:
        whole = joined(path, name)
        return AdaptedParameter(
            Parameter(whole, None, layer=kind, trained=False, absent=f"cannot be computed: {describe(error)}")
        )
    documented = held.parameter.documented if keeps else ()
    return replace(held, parameter=replace(held.parameter, trained=False, documented=documented))


def _absent(tensor: torch.Tensor) -> str:
    if isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
        return "has no shape until the model is called for the first time"
    return "is on the meta device" if tensor.device.type == "meta" else ""


def _with_weights_beside(own: list[AdaptedParameter], path: str) -> Iterator[AdaptedParameter]:
    """A module's parameters, the biases with the fans of their weights."""
    named = {held.parameter.name: held.parameter for held in own}
    for held in own:
        bias = held.parameter
        last = bias.name[len(path) :]
        weight = named.get(path + last.replace("bias", "weight")) if "bias" in last else None
        if bias.inputs or weight is None:
            yield held
        else:
            with_fans = replace(bias, inputs=weight.inputs, outputs=weight.outputs, kernel=weight.kernel)
            yield replace(held, parameter=with_fans)


def _sizes(module: torch.nn.Module, kind: str) -> dict[str, object]:
    named = TORCH_SIZES.get(kind, {})
    own = {name: vars(module).get(attribute) for name, attribute in named.items()}
    return {name: value for name, value in own.items() if isinstance(value, int | float)}


def _by_what_is_around(name: str, around: _Around) -> tuple[Documented, ...]:
    for path, kind in around:
        below = name[len(path) + 1 :] if path else name
        for pattern, law in TORCH_INNER.get(kind, {}).items():
            if fnmatchcase(below, pattern):
                return (Documented(law, kind),)
    return ()

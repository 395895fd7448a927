"""Functions over modules, ``init_weights(m)`` and ``init_params(model)``: they take a layer or a model and change it in place."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import CodeType
from typing import Any

#: Methods that modules alone have, whoever calls them.
_OF_MODULES = ("modules", "named_modules", "named_parameters", "children", "named_children")
#: What is read of an argument that is a module, and of no array.
_OF_ARGUMENTS = (*_OF_MODULES, "parameters", "weight", "bias", "apply", "weight_ih_l0", "in_proj_weight")
#: What arguments that are no modules are tested for.
_NO_MODULES = {
    *("Tensor", "Parameter", "UninitializedParameter", "ndarray", "Size"),
    *("tuple", "list", "int", "float", "str", "bool", "Sequence", "Iterable", "Number", "Integral", "integer"),
}


def takes_module(function: Callable[..., Any]) -> str:
    """By what a function is known to take a module: a clause in words, empty where it is not known to.

    It is read off the annotations and the compiled code, and nothing is called.
    """
    names = _arguments(function)
    if not names:
        # What needs no argument makes the model whose modules it walks.
        return ""
    annotated = [n for n, p in names.items() if _is_module(p.annotation)]
    if annotated:
        return f"{annotated[0]} is annotated as a module"
    code = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    return next(_traces(code, set(names)), "")


def _arguments(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        parameters = inspect.signature(function).parameters
    except (ValueError, TypeError):
        return {}
    return {n: p for n, p in parameters.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD}


def _is_module(annotation: Any) -> bool:
    text = str(annotation)
    return "Module" in text or "torch.nn.modules" in text


def _traces(code: CodeType, names: set[str]) -> Iterator[str]:
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("PUSH_NULL", "COPY", "NOP")]
    for first, second in pairwise(steps):
        if "ATTR" not in second.opname and "METHOD" not in second.opname:
            continue
        if second.argval in _OF_MODULES:
            yield f"it walks .{second.argval}()"
        elif first.argval in names and second.argval in _OF_ARGUMENTS:
            yield f"it reads {first.argval}.{second.argval}"
    for place, step in enumerate(steps):
        if step.argval != "isinstance" or "GLOBAL" not in step.opname or place + 1 == len(steps):
            continue
        if steps[place + 1].argval not in names:
            continue
        asked = [s.argval for s in _until_call(steps[place + 2 :])]
        if asked and not _NO_MODULES & set(asked):
            yield f"it asks isinstance({steps[place + 1].argval}, {'.'.join(map(str, asked[:2]))})"


def _until_call(steps: list[dis.Instruction]) -> Iterator[dis.Instruction]:
    for step in steps:
        if step.opname.startswith(("CALL", "PRECALL")):
            return
        if "GLOBAL" in step.opname or "ATTR" in step.opname or "NAME" in step.opname:
            yield step

"""Whether code follows the protocol already: its own names, called as the protocol calls them, and nothing left beside them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType
from typing import Any

from symcheck.subjects.implementer import methods_of
from symcheck.subjects.scratch.names import calling_role, making_role
from symcheck.subjects.scratch.sources import Source

#: How many arguments the protocol gives its functions.
_COUNTS = {"initialize": 2, "forward": 2, "gradients": 3, "update": 3, "train_step": 4}


def follows_protocol(obj: Any) -> bool:
    """Whether the functions of the protocol that there are can be called by it, and no others would have to stand in for one.

    A module that has ``forward(params, X)`` and ``backward(...)`` does not: the suite would pass over the latter.
    """
    methods = methods_of(obj)
    if not methods or not all(_fits(obj, getattr(obj, name), name) for name in methods):
        return False
    return not _stands_in(obj, methods, ("initialize", "forward", "gradients"))


def resembles_protocol(obj: Any) -> bool:
    """Whether some function can be called by the protocol, so that what is wrong with the others is to be told by its words.

    Code that has functions of its own for what is missing shares a name with the protocol by chance.
    """
    methods = methods_of(obj)
    return any(_fits(obj, getattr(obj, name), name) for name in methods) and not _stands_in(
        obj, methods, ("initialize", "forward")
    )


def _stands_in(obj: Any, methods: Sequence[str], roles: Sequence[str]) -> bool:
    """Whether a function that the protocol does not name would be one of these that are missing."""
    source = Source(obj)
    lacking = [name for name in roles if name not in methods]
    return any(set(source.ranked(role)) - set(_COUNTS) for role in lacking)


def _fits(obj: Any, function: Callable[..., Any], name: str) -> bool:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return True
    bound = isinstance(obj, ModuleType) or not isinstance(obj, type) or _is_static(obj, name)
    parameters = parameters if bound or not isinstance(function, FunctionType) else parameters[1:]
    return _takes(parameters, _COUNTS[name]) and not _named_otherwise(parameters, name)


def _is_static(cls: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(cls, name, None), staticmethod | classmethod)


def _takes(parameters: Sequence[inspect.Parameter], count: int) -> bool:
    try:
        inspect.Signature(parameters).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True


def _named_otherwise(parameters: Sequence[inspect.Parameter], name: str) -> bool:
    """Whether the first argument speaks of something else than the protocol hands over first."""
    if not parameters:
        return False
    first = parameters[0].name
    if name == "initialize":
        return making_role(first) not in ("", "sizes")
    return calling_role(first) in ("inputs", "targets")

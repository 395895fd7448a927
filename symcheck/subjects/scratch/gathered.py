"""Gathered arguments: one argument that holds all settings, as ``args.hidden`` or ``config["hidden"]``, told by what is read of it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from symcheck.subjects.scratch.making import Making
from symcheck.subjects.scratch.names import calling_role, making_role
from symcheck.subjects.scratch.playing import MOMENTUM

#: What settings that are no widths are given.
_GIVEN = {"once": 1, "quiet": False, "count": 1, "none": 0.0, "whole": 1.0, "momentum": MOMENTUM}
_OF_MAKING = ("sizes", "n_in", "n_hidden", "hidden", "n_out", "seed", "rate")


class Settings(dict[str, Any]):
    """Settings that are read as attributes and as keys."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Gathered(Making):
    """A maker that takes everything in one argument."""

    argument: str = ""

    def told(self, name: str) -> str:
        """The call, with what the argument holds."""
        return f"{name}({self.argument}), {self.argument} holding {', '.join(field for field, _ in self.given)}"


def gathered(function: Callable[..., Any]) -> Gathered | None:
    """The maker with what is read of its only argument; None where that says nothing of widths, or something unknown."""
    if isinstance(function, partial) and not function.args and not function.keywords:
        function = function.func
    try:
        parameters = list(inspect.signature(function).parameters.values())
        own = (
            [f for f in vars(function).values() if isinstance(f, FunctionType)]
            if isinstance(function, type)
            else [function]
        )
        trees = [ast.parse(textwrap.dedent(inspect.getsource(f))) for f in own]
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    if len(parameters) != 1 or making_role(parameters[0].name) in _OF_MAKING:
        return None
    argument = parameters[0].name
    given, constants = dict[str, str](), dict[str, Any]()
    for name in dict.fromkeys(name for tree in trees for name in _read_of(tree, argument)):
        of_making, of_calling = making_role(name), calling_role(name)
        if of_making in _OF_MAKING:
            given[name] = of_making
        elif of_calling in _GIVEN:
            constants[name] = _GIVEN[of_calling]
        else:
            return None
    if not {"n_in", "sizes"} & set(given.values()):
        return None

    def made(**values: Any) -> Any:
        return function(Settings(constants | values))

    return Gathered(made, tuple(given.items()), argument=argument)


def _read_of(tree: ast.AST, argument: str) -> list[str]:
    """The attributes and keys that are read of an argument, or of what it is kept as."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is(node.value, argument) and isinstance(node.ctx, ast.Load):
            found[node.attr] = None
        elif isinstance(node, ast.Subscript) and _is(node.value, argument) and isinstance(node.slice, ast.Constant):
            found[str(node.slice.value)] = None
    return list(found)


def _is(node: ast.expr, argument: str) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == argument and isinstance(node.value, ast.Name)
    return isinstance(node, ast.Name) and node.id == argument

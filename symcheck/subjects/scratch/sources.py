"""Where functions come from: a module, the instances of a class, one instance; and what they say of themselves in their source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from symcheck.subjects.scratch.names import calling_role, rank


@dataclass(frozen=True)
class Source:
    """What offers functions to be tried.

    Attributes:
        owner: a module, a class, or an instance.
        home: the module in which it lies, where one is known: settings are looked for there too.
        note: what was put together to get it, where its author left no network as a whole.
        inside: functions that what was put together calls. where: the loop that it was made of, where it was one.
        trains_on: of `FORMS`, that in which a step that was put together takes its samples; "" where that is found by trying.
    """

    owner: Any
    home: ModuleType | None = None
    note: str = ""
    inside: tuple[str, ...] = ()
    where: str = ""
    trains_on: str = ""

    @property
    def of_class(self) -> bool:
        """Whether functions are methods, with the state on ``self``."""
        return not isinstance(self.owner, ModuleType)

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions that its author wrote, in the order of the source."""
        if isinstance(self.owner, ModuleType):
            return tuple(name for name, value in vars(self.owner).items() if _own(value, self.owner))
        cls = self.owner if isinstance(self.owner, type) else type(self.owner)
        found: dict[str, None] = {}
        for base in reversed(cls.__mro__[:-1]):
            found |= dict.fromkeys(
                n for n, v in vars(base).items() if isinstance(v, FunctionType | staticmethod | classmethod)
            )
        return tuple(n for n in found if not n.startswith("__") or n == "__call__")

    def called(self, root: Any, name: str) -> Callable[..., Any]:
        """The function, bound to the state where it is a method."""
        owner = root if self.of_class else self.owner
        return owner if name == "__call__" else getattr(owner, name)  # type: ignore[no-any-return]

    def reached(self, names: set[str]) -> set[str]:
        """These functions and every one of the author's that they call, themselves or through others."""
        found: set[str] = set()
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            found.add(name)
            told = _called_names(getattr(self.owner, name, None))
            waiting += [other for other in self.functions if other in told and other not in found]
        return found

    def ranked(self, role: str) -> list[str]:
        """Functions whose names speak of a role, the likeliest first."""
        places = [(place, i, name) for i, name in enumerate(self.functions) if (place := rank(name, role)) is not None]
        return [name for _, _, name in sorted(places)]

    @property
    def forwards(self) -> list[str]:
        """Functions that may be a forward: by their names, then those that take inputs and no targets."""
        named = self.ranked("forward")
        others = []
        for name in self.functions:
            roles = {calling_role(p.name) for p in arguments(getattr(self.owner, name, None))}
            if name not in named and rank(name, "initialize") is None and "inputs" in roles and "targets" not in roles:
                others.append(name)
        return [*named, *others]

    @property
    def goes_through_samples(self) -> bool:
        """Whether a function goes through samples one by one: ``for x, y in ...``, or ``X[i]`` in a loop over ``i``."""
        functions = [getattr(self.owner, name, None) for name in self.functions]
        return any(_loops(function) for function in functions if isinstance(function, FunctionType))

    def said(self, attribute: str) -> Any:
        """What the author says in an attribute, on the class or in its module."""
        for owner in (self.owner, self.home):
            if owner is not None and (value := getattr(owner, attribute, None)) is not None:
                return value
        return None


def _own(value: Any, module: ModuleType) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == module.__name__


def arguments(function: Any) -> list[inspect.Parameter]:
    """Arguments of a function, those that take any number left out; none where it has no signature."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def returned(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a function returns, from its last ``return``; "" for a part that has none, () where it is not read."""
    inner = inspect.unwrap(getattr(function, "__func__", function))
    if not isinstance(inner, FunctionType):
        inner = vars(type(function)).get("__call__")
    return _returned(inner) if isinstance(inner, FunctionType) else ()


@cache
def _returned(function: FunctionType) -> tuple[str, ...]:
    values = [node.value for node in _nodes(function) if isinstance(node, ast.Return) and node.value is not None]
    if not values:
        return ()
    last = values[-1]
    parts = last.elts if isinstance(last, ast.Tuple) else [last]
    return tuple(_name(part) for part in parts)


def _loops(function: FunctionType) -> bool:
    for node in _nodes(function):
        if not isinstance(node, ast.For):
            continue
        names = [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)]
        if {"inputs", "targets"} <= {calling_role(name) for name in names}:
            return True
        taken = [
            part for part in ast.walk(node) if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name)
        ]
        for part in taken:
            assert isinstance(part.value, ast.Name)
            index = part.slice
            if calling_role(part.value.id) == "inputs" and isinstance(index, ast.Name) and index.id in names:
                return True
    return False


def _name(part: ast.expr) -> str:
    if isinstance(part, ast.Name):
        return part.id
    return part.attr if isinstance(part, ast.Attribute) else ""


def _nodes(function: FunctionType) -> Iterator[ast.AST]:
    """Nodes of the function's own body, without those of functions inside it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    waiting: list[ast.AST] = [*getattr(tree.body[0], "body", [])]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting = [*ast.iter_child_nodes(node), *waiting]


def _called_names(function: Any) -> set[str]:
    """Names that the code of a function takes from its module or from objects, in functions inside it too."""
    waiting = [getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)]
    found: set[str] = set()
    while waiting:
        code = waiting.pop()
        if code is not None:
            found |= set(code.co_names)
            waiting += [c for c in code.co_consts if isinstance(c, CodeType)]
    return found


def words_of(function: Callable[..., Any]) -> set[str]:
    """Names that the code of a function mentions."""
    code = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)
    return set(code.co_names) | {c for c in code.co_consts if isinstance(c, str)} if code is not None else set()

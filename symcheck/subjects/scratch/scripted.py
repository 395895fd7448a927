"""Scripted networks: made as the statements of the file itself make one, where nothing says what its constructor takes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from symcheck.subjects.scratch.flow import is_guard, is_seed, names_of, needed
from symcheck.subjects.scratch.loops import parsed
from symcheck.subjects.scratch.making import Making
from symcheck.subjects.scratch.sources import Source

#: Methods by which layers, a loss or an optimizer are put into a network after it is made.
_ADDING = ("add", "addlayer", "append", "appendlayer", "build", "compile", "finalize", "set", "use")


@dataclass(frozen=True)
class Scripted(Making):
    """The author's own call, with what it needs.

    Attributes:
        call: as it is written. line: where.
    """

    call: str = ""
    line: int = 0

    def told(self, name: str) -> str:
        """The call, as its author wrote it."""
        return f"{self.call}, as in line {self.line}"


def scripted(source: Source) -> Iterator[Scripted]:
    """Every way in which the file of a class makes an instance: at module level, under its guard, in functions that take nothing."""
    tree = parsed(source.home) if isinstance(source.home, ModuleType) and isinstance(source.owner, type) else None
    if tree is None or source.home is None:
        return
    bodies = [tree.body, *(_body(s) for s in tree.body)]
    for body in bodies:
        for at, statement in enumerate(body):
            name = _assigned(statement, source.owner.__name__)
            if name:
                assert isinstance(statement, ast.Assign)
                added = [s for s in body[at + 1 :] if _adds(s, name)]
                run = [statement, *added]
                before = [s for s in needed(body[:at], names_of(run).read) if not is_seed(s)]
                made = _maker(source.home, [*before, *run], name)
                yield Scripted(made, (), call=ast.unparse(statement.value), line=statement.lineno)


def _body(statement: ast.stmt) -> list[ast.stmt]:
    """What runs under a guard, or in a function that takes nothing."""
    if is_guard(statement):
        assert isinstance(statement, ast.If)
        return statement.body
    if isinstance(statement, ast.FunctionDef):
        own = statement.args
        taken = len(own.posonlyargs) + len(own.args) - len(own.defaults) + sum(d is None for d in own.kw_defaults)
        return statement.body if not taken else []
    return []


def _assigned(statement: ast.stmt, cls: str) -> str:
    """The name to which an instance of a class is assigned; "" where none is."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return ""
    target, function = statement.targets[0], statement.value.func
    own = isinstance(function, ast.Name) and function.id == cls
    return target.id if own and isinstance(target, ast.Name) else ""


def _adds(statement: ast.stmt, name: str) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    method = call.func if isinstance(call, ast.Call) else None
    return (
        isinstance(method, ast.Attribute)
        and isinstance(method.value, ast.Name)
        and method.value.id == name
        and method.attr.replace("_", "").lower() in _ADDING
    )


def _maker(home: ModuleType, body: Sequence[ast.stmt], name: str) -> Callable[[], Any]:
    code = compile(ast.Module(list(body), []), str(home.__file__), "exec", dont_inherit=True)

    def made() -> Any:
        space = dict(vars(home))
        try:
            exec(code, space)
        except SystemExit as error:
            raise RuntimeError("what it needs ends the process") from error
        return space[name]

    return made

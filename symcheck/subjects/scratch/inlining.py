"""Functions inside of a function that trains: where one is called, its statements are put in the place of the call.

So what it changes of the variables around it is what the loop changes. Only where no name of it means something else outside.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence

from symcheck.subjects.scratch.flow import names_of

#: How often what was put in may call another one.
_DEEPEST = 4


def inlined(function: ast.FunctionDef) -> list[ast.stmt]:
    """The body of a function without calls of the functions inside of it that change its variables."""
    inner = {s.name: s for s in function.body if isinstance(s, ast.FunctionDef) and _changes_outside(s)}
    own = names_of([s for s in function.body if not isinstance(s, ast.FunctionDef)])
    outside = own.assigned | {a.arg for a in function.args.args}
    inner = {name: f for name, f in inner.items() if not (_own_names(f) & outside)}
    if not inner:
        return function.body
    kept = [s for s in function.body if not (isinstance(s, ast.FunctionDef) and s.name in inner)]
    # Functions that are defined further down are called by then.
    return list(_put_in(kept, inner, 0))


def _changes_outside(function: ast.FunctionDef) -> bool:
    """Whether a function can be put in the place of its call, and changes variables around it or holds a loop that may."""
    simple = not (function.args.vararg or function.args.kwarg or function.args.kwonlyargs or function.decorator_list)
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    last = not returns or returns == [function.body[-1]]
    rest = any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Global | ast.ClassDef) for node in ast.walk(function))
    return simple and last and not rest and (_nonlocal(function) or names_of(function.body).changed != frozenset())


def _nonlocal(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Nonlocal) for node in ast.walk(function))


def _own_names(function: ast.FunctionDef) -> set[str]:
    """Names that a function binds for itself, its arguments with them where they are not called by the same name."""
    around = {name for node in function.body if isinstance(node, ast.Nonlocal) for name in node.names}
    return set(names_of(function.body).assigned) - around


def _put_in(body: Sequence[ast.stmt], inner: Mapping[str, ast.FunctionDef], depth: int) -> Iterator[ast.stmt]:
    for statement in body:
        call, target = _call(statement)
        named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in inner
        if named and depth < _DEEPEST and (put := _in_place(call, target, inner)) is not None:  # type: ignore[arg-type]
            yield from _put_in(put, inner, depth + 1)
            continue
        if any(isinstance(getattr(statement, part, None), list) for part in ("body", "orelse")):
            statement = copy.copy(statement)
            for part in ("body", "orelse"):
                if isinstance(held := getattr(statement, part, None), list):
                    setattr(statement, part, list(_put_in(held, inner, depth)))
        yield statement


def _call(statement: ast.stmt) -> tuple[ast.expr | None, ast.expr | None]:
    """What is called by a statement, and what the result is assigned to."""
    if isinstance(statement, ast.Expr):
        return statement.value, None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.value, statement.targets[0]
    return None, None


def _in_place(call: ast.Call, target: ast.expr | None, inner: Mapping[str, ast.FunctionDef]) -> list[ast.stmt] | None:
    """The statements that do what a call does; None where its arguments are not read."""
    assert isinstance(call.func, ast.Name)
    function = inner[call.func.id]
    names = [a.arg for a in function.args.args]
    defaults = dict(zip(names[len(names) - len(function.args.defaults) :], function.args.defaults, strict=True))
    if len(call.args) > len(names) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = {
        **defaults,
        **dict(zip(names, call.args, strict=False)),
        **{k.arg: k.value for k in call.keywords if k.arg},
    }
    if set(given) != set(names):
        return None
    bound: list[ast.stmt] = [
        ast.Assign([ast.Name(name, ast.Store())], value)
        for name, value in given.items()
        if not (isinstance(value, ast.Name) and value.id == name)
    ]
    body = [copy.deepcopy(s) for s in function.body if not isinstance(s, ast.Nonlocal)]
    if isinstance(last := body[-1] if body else None, ast.Return):
        body = body[:-1]
        if last.value is not None and target is not None:
            body.append(ast.Assign([copy.deepcopy(target)], last.value))
    return [ast.fix_missing_locations(ast.copy_location(s, call)) for s in (*bound, *body)]

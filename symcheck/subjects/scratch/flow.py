"""Flow: which names statements assign, read, change in place, and carry from one round of a loop to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Loop = ast.For | ast.While


@dataclass(frozen=True)
class Names:
    """Names of some statements.

    Attributes:
        assigned: bound. read: looked up. changed: written into, as in ``W[i] += 1`` or ``rows.append(row)``.
        carried: read, or changed, before they are assigned, and assigned or changed: what one round leaves to the next.
    """

    assigned: frozenset[str]
    read: frozenset[str]
    changed: frozenset[str]
    carried: frozenset[str]


def names_of(body: Sequence[ast.stmt]) -> Names:
    """The names of statements that run one after the other."""
    assigned: set[str] = set()
    read: set[str] = set()
    changed: set[str] = set()
    carried: set[str] = set()
    for statement in _in_order(body):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        loads = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        stores = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if isinstance(statement, ast.AugAssign):
            loads |= stores
        written = set(_written_into(statement))
        carried |= (loads | written) - assigned
        read |= loads
        changed |= written
        assigned |= stores
    return Names(frozenset(assigned), frozenset(read), frozenset(changed), frozenset(carried & (assigned | changed)))


def touched(statement: ast.stmt) -> frozenset[str]:
    """Names that a statement binds or writes into."""
    names = names_of([statement])
    bound = {
        alias.asname or alias.name.split(".")[0] for alias in getattr(statement, "names", []) if _is_import(statement)
    }
    own = {statement.name} if isinstance(statement, ast.FunctionDef | ast.ClassDef) else set()
    return names.assigned | names.changed | bound | own


def needed(body: Sequence[ast.stmt], wanted: frozenset[str]) -> list[ast.stmt]:
    """Of statements that run before those that read ``wanted`` the ones that matter to them, and seeds."""
    kept: list[ast.stmt] = []
    for statement in reversed(body):
        if is_seed(statement) or touched(statement) & wanted:
            kept.insert(0, statement)
            wanted |= names_of([statement]).read
    return kept


def following(body: Sequence[ast.stmt], names: frozenset[str]) -> list[ast.stmt]:
    """Assignments that compute something of these names, or of what was computed of them."""
    kept: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and names_of([statement]).read & names:
            kept.append(statement)
            names |= touched(statement)
    return kept


def is_seed(statement: ast.stmt) -> bool:
    """Whether a statement seeds a generator: ``np.random.seed(0)``."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "seed"


def is_guard(statement: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__":``."""
    return isinstance(statement, ast.If) and "__name__" in names_of([ast.Expr(statement.test)]).read


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _in_order(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Simple statements, conditions and loop variables in the order in which they are run."""
    for statement in body:
        inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(statement, name, [])]
        if not inner or isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement
            continue
        yield from (part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr | ast.withitem))
        yield from _in_order([part for part in inner if isinstance(part, ast.stmt)])


def _written_into(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            inner: ast.expr = node.value
            while isinstance(inner, ast.Subscript):
                inner = inner.value
            if isinstance(inner, ast.Name):
                yield inner.id
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("append", "extend", "insert")
            and isinstance(node.func.value, ast.Name)
        ):
            yield node.func.value.id

"""A loop at module level: its body is run once, over other arrays than the module's own, for each call."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import chains
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.sources import Source


def loop_source(module: ModuleType) -> Source | None:
    """The last loop at module level that changes weights, as a network with ``forward(X)`` and ``train_step(X, Y)``.

    None where there is no such loop, or its inputs and targets are not told by their names.
    """
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return None
    for loop in reversed(list(_loops(tree))):
        assigned, read, carried = _names(loop)
        data = {
            calling_role(n): n
            for n in sorted(read - assigned, reverse=True)
            if isinstance(getattr(module, n, None), np.ndarray)
        }
        state = {n: getattr(module, n) for n in vars(module) if n in carried and _is_parameter(getattr(module, n))}
        if not {"inputs", "targets"} <= set(data):
            continue
        held = _held(module, state, data["inputs"], data["targets"])
        if held is not None:
            rates = {
                n: v
                for n, v in vars(module).items()
                if n in read and calling_role(n) == "rate" and isinstance(v, float | int)
            }
            return _network(module, loop, {**held, **rates}, assigned, data["inputs"], data["targets"])
    return None


def _held(module: ModuleType, state: dict[str, Any], inputs: str, targets: str) -> dict[str, Any] | None:
    """The arrays that one round hands to the next, if they chain from the inputs to the targets."""
    X, Y = getattr(module, inputs), getattr(module, targets)
    width = Y.shape[1] if Y.ndim == 2 else 1
    if any(chain.sizes[0] == X.shape[-1] and chain.sizes[-1] == width for chain in chains(state)):
        return {name: copy.deepcopy(value) for name, value in state.items()}
    return None


def _is_parameter(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim in (1, 2)


def _loops(tree: ast.Module) -> Iterator[ast.For | ast.While]:
    for node in tree.body:
        if isinstance(node, ast.For | ast.While):
            yield node


def _names(loop: ast.For | ast.While) -> tuple[set[str], set[str], set[str]]:
    """Names that the body assigns, names that it reads, and those that it reads before it assigns them."""
    assigned: set[str] = set()
    read: set[str] = set()
    carried: set[str] = set()
    for statement in _statements(loop.body):
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        loads = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        stores = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if isinstance(statement, ast.AugAssign):
            loads |= stores
        read |= loads
        carried |= loads - assigned
        assigned |= stores
    return assigned, read, carried & assigned


def _statements(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Simple statements and conditions in the order in which they are run."""
    for statement in body:
        inner = [part for name in ("body", "orelse", "finalbody") for part in getattr(statement, name, [])]
        if not inner:
            yield statement
            continue
        yield from (part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr))
        yield from _statements([part for part in inner if isinstance(part, ast.stmt)])


def _once(loop: ast.For | ast.While, file: str) -> CodeType:
    """The loop with a single round."""
    target = loop.target if isinstance(loop, ast.For) else ast.Name("_", ast.Store())
    rounds = ast.Tuple([ast.Constant(0)], ast.Load())
    once = ast.copy_location(ast.For(target, rounds, loop.body, []), loop)
    return compile(ast.fix_missing_locations(ast.Module([once], [])), file, "exec")


def _network(
    module: ModuleType, loop: ast.For | ast.While, held: dict[str, Any], assigned: set[str], inputs: str, targets: str
) -> Source:
    code = _once(loop, str(module.__file__))
    width = getattr(module, targets).shape[1:]

    def ran(self: Any, X: Any, Y: Any) -> dict[str, Any]:
        space = {**vars(module), **copy.deepcopy(vars(self)), inputs: X, targets: Y}
        exec(code, space)
        return space

    def forward(self: Any, X: Any) -> dict[str, Any]:
        space = ran(self, X, np.zeros((len(X), *width)))
        return {name: space[name] for name in assigned if name not in held and name in space}

    def train_step(self: Any, X: Any, Y: Any) -> None:
        space = ran(self, X, Y)
        for name in vars(self):
            setattr(self, name, space[name])

    owner = type("Loop", (), {"forward": forward, "train_step": train_step, "__module__": module.__name__})
    network = owner()
    for name, value in held.items():
        setattr(network, name, value)
    note = f"the loop of line {loop.lineno}, its body run once for each call, over other arrays than the module's own"
    return Source(network, module, note)

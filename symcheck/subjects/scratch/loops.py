"""Loops that train over arrays of their own: at module level, under ``if __name__ == "__main__"``, or inside one function."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import chains
from symcheck.subjects.scratch.flow import Loop, Names, is_guard, names_of, needed
from symcheck.subjects.scratch.inlining import inlined
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.places import nest_shape


@dataclass(frozen=True)
class Stretch:
    """A loop with what runs before it.

    Attributes:
        before: the statements that it needs. globals_before: those of the module that the former may follow from.
        function: in which it stands; None at module level and under the guard.
    """

    loop: Loop
    before: list[ast.stmt]
    globals_before: list[ast.stmt]
    function: FunctionType | None = None

    @cached_property
    def names(self) -> Names:
        """The names of its body."""
        return names_of(self.loop.body)

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        inside = f" in {self.function.__name__}" if self.function is not None else ""
        return f"the loop of line {self.loop.lineno}{inside}"


def parsed(module: ModuleType) -> ast.Module | None:
    """The source of a module; None where it cannot be read."""
    try:
        return ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def stretches(module: ModuleType) -> Iterator[Stretch]:
    """Loops that may train, the last ones first: of the module, of its guard, and of its functions."""
    tree = parsed(module)
    if tree is None:
        return
    yield from _of_body(tree.body, [], None, run=True)
    for statement in tree.body:
        if is_guard(statement):
            assert isinstance(statement, ast.If)
            yield from _of_body(statement.body, tree.body, None)
    for statement in tree.body:
        function = vars(module).get(statement.name) if isinstance(statement, ast.FunctionDef) else None
        if isinstance(function, FunctionType):
            assert isinstance(statement, ast.FunctionDef)
            yield from _of_body(inlined(statement), tree.body, function)


def _of_body(
    body: Sequence[ast.stmt], outer: list[ast.stmt], function: FunctionType | None, run: bool = False
) -> Iterator[Stretch]:
    for i, statement in reversed(list(enumerate(body))):
        if isinstance(statement, Loop) and names_of(statement.body).carried:
            names = names_of(statement.body)
            before = needed(body[:i], names.read | names.changed)
            # What stands before it in the module has been run with the module.
            yield Stretch(statement, [] if run else before, before if run else outer, function)


@dataclass(frozen=True)
class Data:
    """The names of inputs and targets of a loop, and the arrays that its rounds change.

    Attributes:
        columns: whether samples are columns. labels: whether targets are one number for each sample.
    """

    inputs: str
    targets: str
    state: tuple[str, ...]
    columns: bool
    labels: bool


def data_of(names: Names, space: Mapping[str, Any]) -> Data | None:
    """What the loop trains on and what it changes; None where its arrays are no network between them."""
    state = tuple(n for n in space if n in names.carried and _is_parameter(space[n]))
    given = {n: np.shape(space[n]) for n in sorted(names.read) if n not in state and _is_data(space.get(n))}
    outside = [n for n in given if n not in names.assigned]
    found = chains({n: space[n] for n in state})
    if not found:
        return None
    arrays = sum(len(_held(space[n]) or [n]) for n in state)
    ends = {(chain.sizes[0], chain.sizes[-1]) for chain in found if len(chain.layers) <= arrays}
    for inputs, targets in _named_first(outside):
        for columns in (False, True):
            for first, last in ends:
                if _fit(given[inputs], given[targets], first, last, columns):
                    return Data(inputs, targets, state, columns, len(given[targets]) == 1)
    return None


def _held(value: Any) -> list[Any]:
    """The arrays of a dictionary or a list that holds nothing else; none of anything else."""
    held = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return held if all(isinstance(part, np.ndarray) for part in held) else []


def _named_first(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be inputs and targets, those that are called so first."""

    def told(pair: tuple[str, str]) -> int:
        return -(calling_role(pair[0]) == "inputs") - (calling_role(pair[1]) == "targets")

    return sorted(permutations(names, 2), key=told)


def _fit(X: tuple[int, ...], Y: tuple[int, ...], first: int, last: int, columns: bool) -> bool:
    if len(X) != 2:
        return False
    features, samples = X if columns else X[::-1]
    if len(Y) == 1:
        return features == first and Y[0] == samples
    width, count = Y if columns else Y[::-1]
    return features == first and width == last and count == samples


def _is_parameter(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and value.ndim in (1, 2)
    if held := _held(value):
        return all(_is_parameter(part) for part in held)
    return nest_shape(value) is not None or type(value) is float


def _is_data(value: Any) -> bool:
    if isinstance(value, list | tuple):
        try:
            value = np.asarray(value)
        except ValueError:
            return False
    return isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.ndim in (1, 2) and value.size > 0

"""Loops that train a graph of scalars: one round of them is the training step of the network that they train."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.flow import Loop, following, is_guard, is_seed, names_of, needed
from symcheck.subjects.scratch.looped import rebind
from symcheck.subjects.scratch.loops import parsed
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.sources import Source

#: What a rate that the loop writes as a number is called, so that it can be set.
_RATE = "learning_rate"
#: Where a network keeps what the file makes of it before the loop: ``parameters = net.parameters()``, an optimizer.
_BESIDE = "_made_of_it"


@dataclass(frozen=True)
class Training:
    """A loop with what it trains.

    Attributes:
        code: one round. beside: what the file makes of the network before. home: the module. space: names as they are before the first round.
        network: the name of the network. inputs, targets: those of the data. rate: that of the learning rate, or "".
        flat: whether a target is one number. single: whether there is a step for every sample.
        line: where it begins.
    """

    code: CodeType
    beside: CodeType
    home: ModuleType
    space: dict[str, Any]
    network: str
    inputs: str
    targets: str
    rate: str
    flat: bool
    single: bool
    line: int

    def stepped(self, network: Any, X: Any, Y: Any, rate: float | None) -> None:
        """Train a network for one round on these samples.

        Raises:
            Exception: whatever the loop raises.
        """
        space = {**self.space, self.network: network, self.inputs: X, self.targets: Y}
        rebind(space, self.space, vars(self.home))
        if self.rate and rate is not None:
            space[self.rate] = rate
        kept = vars(network).get(_BESIDE)
        if kept is None:
            before = dict(space)
            exec(self.beside, space)
            kept = {name: value for name, value in space.items() if value is not before.get(name)}
            setattr(network, _BESIDE, kept)
        exec(self.code, space | kept)


def with_loop(source: Source) -> Source | None:
    """The class with the step that a loop of its module makes; None where no loop trains it, or none can be run."""
    if not isinstance(source.owner, type) or not isinstance(source.home, ModuleType):
        return None
    for found in _trainings(source.home, source.owner):
        network = copy.deepcopy(found.space[found.network])
        try:
            found.stepped(network, found.space[found.inputs], found.space[found.targets], None)
        except Exception:
            continue
        return _source(source, found)
    return None


def _source(source: Source, found: Training) -> Source:
    def train_step(self: Any, X: Any, Y: Any) -> None:
        rows, targets = np.asarray(X, float), np.asarray(Y, float)
        given = targets.reshape(-1) if found.flat else targets.reshape(len(rows), -1)
        found.stepped(self, rows.tolist(), given.tolist(), getattr(self, _RATE, None))

    own: dict[str, Any] = {"train_step": train_step, "__module__": source.owner.__module__}
    if found.rate:
        own["__init__"] = _with_rate(source.owner.__init__, float(found.space[found.rate]))
    if found.flat and source.forwards:
        own[source.forwards[0]] = _of_one_output(getattr(source.owner, source.forwards[0]))
    owner = type(source.owner.__name__, (source.owner,), own)
    note = f"a graph of scalars, trained by one round of the loop of line {found.line} at each call"
    return Source(owner, source.home, note, trains_on="row" if found.single else "rows")


def _with_rate(init: Callable[..., None], rate: float) -> Callable[..., None]:
    """A constructor that keeps the learning rate of the loop on the instance, where one is looked for."""

    @wraps(init)
    def made(self: Any, *given: Any, **named: Any) -> None:
        init(self, *given, **named)
        setattr(self, _RATE, rate)

    return made


def _of_one_output(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A forward that refuses networks of several outputs, of which the loop makes no loss."""

    @wraps(forward)
    def called(self: Any, *given: Any, **named: Any) -> Any:
        outputs = forward(self, *given, **named)
        if isinstance(outputs, list | tuple) and len(outputs) != 1:
            raise ValueError("the loop that trains it has one number for a target")
        return outputs

    return called


def _trainings(home: ModuleType, owner: type) -> Iterator[Training]:
    """Every loop of a module, or of its guard, that trains one network of a class."""
    tree = parsed(home)
    if tree is None:
        return
    guards = [(s.body, tree.body) for s in tree.body if isinstance(s, ast.If) and is_guard(s)]
    for body, outer in [(tree.body, list[ast.stmt]()), *guards]:
        for at, loop in reversed(list(enumerate(body))):
            if not isinstance(loop, Loop) or not _goes_back(loop):
                continue
            space = dict(vars(home))
            before = [s for s in needed(body[:at], names_of([loop]).read) if not is_seed(s)] if outer else []
            try:
                exec(_compiled(before, home), space)
            except Exception:
                continue
            found = _training(loop, [*outer, *body[:at]], space, owner, home)
            if found is not None:
                yield found


def _training(
    loop: ast.For | ast.While, before: Sequence[ast.stmt], space: dict[str, Any], owner: type, home: ModuleType
) -> Training | None:
    read = _read([loop], space)
    read = read if any(type(space[n]) is owner for n in read) else _read([*before, loop], space)
    networks = [n for n in read if type(space[n]) is owner]
    pairs = [(x, y) for x in read for y in read if x != y and _fit(space[x], space[y])]
    pairs.sort(key=lambda pair: -(calling_role(pair[0]) == "inputs") - (calling_role(pair[1]) == "targets"))
    if len(networks) != 1 or not pairs:
        return None
    (network,), (inputs, targets) = networks, pairs[0]
    once = copy.deepcopy(loop)
    named = [n for n in read if calling_role(n) == "rate" and isinstance(space[n], float | int)]
    rate = named[0] if named else _written_rate(once, space)
    once.body.append(ast.Break())
    beside = [
        s for s in following(before, frozenset({network})) if not names_of([s]).assigned & {network, inputs, targets}
    ]
    inner = [n for s in loop.body for n in ast.walk(s) if isinstance(n, Loop) and _goes_back(n)]
    over = isinstance(loop, ast.For) and inputs in names_of([ast.Expr(loop.iter)]).read
    flat = np.ndim(space[targets]) == 1
    made = _compiled([once], home), _compiled(beside, home)
    return Training(*made, home, space, network, inputs, targets, rate, flat, bool(inner) or over, loop.lineno)


def _goes_back(statement: ast.AST) -> bool:
    """Whether gradients are asked for: ``loss.backward()``."""
    return any(isinstance(n, ast.Attribute) and n.attr == "backward" for n in ast.walk(statement))


def _read(statements: Sequence[ast.AST], space: dict[str, Any]) -> list[str]:
    """Names that statements read, themselves or through functions of their module."""
    found: list[str] = []
    waiting = [n.id for s in statements for n in ast.walk(s) if isinstance(n, ast.Name)]
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in space:
            found.append(name)
            value = space[name]
            waiting += value.__code__.co_names if isinstance(value, FunctionType) else ()
    return found


def _fit(X: Any, Y: Any) -> bool:
    """Whether these are samples in rows with their targets."""
    try:
        inputs, targets = np.asarray(X), np.asarray(Y)
    except ValueError:
        return False
    numbers = inputs.dtype.kind in "fiu" and targets.dtype.kind in "fiu"
    return numbers and inputs.ndim == 2 and targets.ndim in (1, 2) and 0 < len(inputs) == len(targets)


def _written_rate(loop: ast.stmt, space: dict[str, Any]) -> str:
    """Put a name in the place of the one number by which derivatives are multiplied: ``p.data -= 0.1 * p.grad``."""
    places = [
        (node, side)
        for node in ast.walk(loop)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
        for side, other in ((node.left, node.right), (node.right, node.left))
        if isinstance(other, ast.Attribute) and other.attr == "grad"
    ]
    numbers = {ast.unparse(side).lstrip("-"): side for _, side in places}
    if len(numbers) != 1 or _RATE in space:
        return ""
    (text,) = numbers
    try:
        space[_RATE] = float(text)
    except ValueError:
        return ""
    for node, side in places:
        name: ast.expr = ast.Name(_RATE, ast.Load())
        name = ast.UnaryOp(ast.USub(), name) if isinstance(side, ast.UnaryOp) else name
        if node.left is side:
            node.left = name
        else:
            node.right = name
    return _RATE


def _compiled(body: Sequence[ast.stmt], home: ModuleType) -> CodeType:
    return compile(ast.fix_missing_locations(ast.Module(list(body), [])), str(home.__file__), "exec", dont_inherit=True)

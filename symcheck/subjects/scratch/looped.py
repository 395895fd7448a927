"""A network made of a loop that trains: its body is run once for each call, over other arrays than the author's own."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.flow import following, is_seed, touched
from symcheck.subjects.scratch.loops import Data, Stretch, data_of, stretches
from symcheck.subjects.scratch.making import SAMPLES
from symcheck.subjects.scratch.names import calling_role, making_role
from symcheck.subjects.scratch.sources import Source, arguments

_WIDTHS = ("sizes", "n_in", "n_hidden", "hidden", "rest", "n_out")
_RATE = 0.125
#: What a loop calls its rate where it has no other: elsewhere this keeps away from zero.
_ALSO_RATES = ("epsilon", "eps")
#: A target that makes no difference between outputs and targets look like the outputs.
_NO_TARGET = 0.375


def loop_sources(module: ModuleType) -> Iterator[Source]:
    """Every loop of a module that trains a network, as one with ``forward(X)`` and ``train_step(X, Y)``."""
    for stretch in stretches(module):
        found = _of_function(module, stretch) if stretch.function is not None else _of_module(module, stretch)
        if found is not None:
            yield found


def _of_module(module: ModuleType, stretch: Stretch) -> Source | None:
    try:
        space = _ran(dict(vars(module)), stretch.before, module)
    except Exception:
        return None
    data = data_of(stretch.names, space)
    if data is None:
        return None
    # Every statement that is run again has to be rid of what it says of the author's own data.
    again = following([*stretch.globals_before, *stretch.before], frozenset({data.inputs, data.targets}))
    made = _network(module, stretch, data, again, {(): space})
    network = made()
    _start(network, stretch, data, space)
    return Source(network, module, _note(stretch, space), _inside(stretch), stretch.where)


def _of_function(module: ModuleType, stretch: Stretch) -> Source | None:
    """A class whose instances start as the function does; None where an argument cannot be given."""
    function = stretch.function
    assert function is not None
    widths: list[inspect.Parameter] = []
    given: dict[str, Any] = {}
    data: dict[str, str] = {}
    for p in arguments(function):
        role, of_width = calling_role(p.name), making_role(p.name)
        if role in ("inputs", "targets"):
            data[role] = p.name
        elif of_width in _WIDTHS:
            widths.append(inspect.Parameter(p.name, p.KEYWORD_ONLY))
        elif role == "rate":
            given[p.name] = _RATE
        elif role in ("once", "quiet", "count", "none"):
            given[p.name] = {"once": 1, "quiet": False, "count": SAMPLES, "none": 0.0}[role]
        elif p.default is not p.empty:
            given[p.name] = p.default
        else:
            return None
    if data:
        own = {making_role(p.name) for p in widths}
        ends = [n for n in ("n_in", "n_out") if not own & {n, "sizes"}]
        widths = [*(inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in ends), *widths]
    trials = [(c, n) for c in (False, True) for n in (False, True)] if data else [(False, False)]
    for columns, labels in trials:
        source = _begun(module, stretch, given, data, widths, columns, labels)
        if source is not None:
            return source
    return None


def _begun(
    module: ModuleType,
    stretch: Stretch,
    given: dict[str, Any],
    data: dict[str, str],
    widths: Sequence[inspect.Parameter],
    columns: bool,
    labels: bool,
) -> Source | None:
    """The class, if the function gets as far as its loop for data in this form."""

    def space_of(values: dict[str, Any]) -> dict[str, Any]:
        space = {
            **vars(module),
            **given,
            **{
                p.name: values[p.name]
                for p in widths
                if p.name not in ("n_in", "n_out") or making_role(p.name) in _taken
            },
        }
        n_in, n_out = values.get("n_in", 5), values.get("n_out", 3)
        if "inputs" in data:
            X = np.random.default_rng(0).standard_normal((SAMPLES, n_in))
            space[data["inputs"]] = X.T if columns else X
        if "targets" in data:
            space[data["targets"]] = _targets(SAMPLES, n_out, columns, labels)
        return _ran(space, stretch.before, module)

    _taken = {p.name for p in arguments(stretch.function)}
    probes = _probes(widths)
    try:
        space = space_of(probes)
    except Exception:
        return None
    found = data_of(stretch.names, space)
    if found is None:
        return None
    body = [*([] if data else stretch.globals_before), *stretch.before]
    again = following(body, frozenset({found.inputs, found.targets}))
    spaces: dict[Any, dict[str, Any]] = {}
    base = _network(module, stretch, found, again, spaces)

    def __init__(self: Any, **values: Any) -> None:
        # Kept by what it was made for, so that nothing but the parameters lies on the instance.
        self.key = str(sorted(values.items()))
        fresh = space_of(values)
        spaces[self.key] = fresh
        _start(self, stretch, found, fresh)

    owner = type("Loop", (base,), {"__init__": __init__, "__module__": module.__name__})
    owner.__signature__ = inspect.Signature(list(widths))  # type: ignore[attr-defined]
    try:
        owner(**probes).train_step(*_batch(found, space))
    except Exception:
        return None
    return Source(owner, module, _note(stretch, space), _inside(stretch), stretch.where)


def _inside(stretch: Stretch) -> tuple[str, ...]:
    return (stretch.function.__name__,) if stretch.function else ()


def _probes(widths: Sequence[inspect.Parameter]) -> dict[str, Any]:
    roles = {"sizes": [5, 8, 3], "rest": [8, 3], "hidden": [8], "n_in": 5, "n_out": 3, "n_hidden": 8}
    return {p.name: roles[making_role(p.name) or p.name] for p in widths}


def _batch(data: Data, space: dict[str, Any]) -> tuple[Any, Any]:
    return space[data.inputs], space[data.targets]


def _targets(samples: int, width: int, columns: bool, labels: bool) -> Any:
    if labels:
        return np.arange(samples) % width
    return np.zeros((width, samples) if columns else (samples, width))


def _note(stretch: Stretch, space: dict[str, Any]) -> str:
    without = "".join(f", {name} being 0" for name in _penalties(stretch, space))
    return f"{stretch.where}, its body run once for each call, over other arrays than its author's own{without}"


def _start(network: Any, stretch: Stretch, data: Data, space: dict[str, Any]) -> None:
    """Give a network the parameters, and the learning rate, with which the loop starts."""
    for name in data.state:
        setattr(network, name, copy.deepcopy(space[name]))
    if rate := _rate(stretch, space):
        network.learning_rate = space[rate]


def _penalties(stretch: Stretch, space: dict[str, Any]) -> list[str]:
    """Names of the factors of penalties that the loop reads: they are 0, so that its gradients are those of its loss."""
    return [
        n for n in sorted(stretch.names.read) if calling_role(n) == "none" and isinstance(space.get(n), float | int)
    ]


def _rate(stretch: Stretch, space: dict[str, Any]) -> str:
    """The name of the learning rate that the loop reads; "" where there is none."""
    read = [n for n in sorted(stretch.names.read) if isinstance(space.get(n), float | int)]
    named = [n for n in read if calling_role(n) == "rate"]
    return next(iter([*named, *(n for n in read if n in _ALSO_RATES)]), "")


def _ran(space: dict[str, Any], body: Sequence[ast.stmt], module: ModuleType) -> dict[str, Any]:
    if body:
        exec(_compiled(body, module), space)
    return space


def _compiled(body: Sequence[ast.stmt], module: ModuleType) -> CodeType:
    tree = _Ended().visit(copy.deepcopy(ast.Module(list(body), [])))
    return compile(ast.fix_missing_locations(tree), str(module.__file__), "exec")


class _Ended(ast.NodeTransformer):
    """A loop that is left ends with the call."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node)


def _network(
    module: ModuleType, stretch: Stretch, data: Data, again: Sequence[ast.stmt], spaces: dict[Any, dict[str, Any]]
) -> type:
    own = {data.inputs, data.targets, *data.state}
    derived = [s for s in again if not is_seed(s) and not touched(s) & own]
    before = _compiled(derived, module) if derived else None
    target = stretch.loop.target if isinstance(stretch.loop, ast.For) else ast.Name("_", ast.Store())
    # One statement after the other, so that what is written into later is seen as it was computed.
    steps = [(_once(target, s, stretch.loop, module), touched(s) - own) for s in stretch.loop.body]

    def ran(self: Any, X: Any, Y: Any, looking: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        kept = vars(self)
        base = spaces[kept.get("key", ())]
        space = {**base, **copy.deepcopy({n: kept[n] for n in data.state})}
        rebind(space, base, vars(module))
        space |= {data.inputs: X, data.targets: Y}
        if rate := _rate(stretch, space):
            space[rate] = kept["learning_rate"]
        space |= dict.fromkeys(_penalties(stretch, space), 0.0)
        if before is not None:
            exec(before, space)
        seen: dict[str, Any] = {}
        for code, names in steps:
            exec(code, space)
            if looking:
                seen |= {n: copy.deepcopy(space[n]) for n in names if n in space and _holds_numbers(space[n])}
        return space, seen

    def forward(self: Any, X: Any) -> dict[str, Any]:
        samples = np.shape(X)[-1 if data.columns else 0]
        width = np.shape(spaces[vars(self).get("key", ())][data.targets])
        targets = (
            np.zeros(samples, int)
            if data.labels
            else np.full((width[0], samples) if data.columns else (samples, width[1]), _NO_TARGET)
        )
        return ran(self, X, targets, True)[1]

    def train_step(self: Any, X: Any, Y: Any) -> None:
        space, _ = ran(self, X, Y, False)
        for name in data.state:
            setattr(self, name, space[name])

    return type("Loop", (), {"forward": forward, "train_step": train_step, "__module__": module.__name__})


def rebind(space: dict[str, Any], *others: dict[str, Any]) -> None:
    """Have functions that read globals of other spaces read those of this one."""
    for name, value in space.items():
        if isinstance(value, FunctionType) and any(value.__globals__ is other for other in others):
            own = FunctionType(value.__code__, space, value.__name__, value.__defaults__, value.__closure__)
            own.__kwdefaults__ = value.__kwdefaults__
            space[name] = own


def _once(target: ast.expr, statement: ast.stmt, loop: ast.stmt, module: ModuleType) -> CodeType:
    """A statement of the loop's body in a loop of a single round, so that it may break it off."""
    rounds = ast.Tuple([ast.Constant(0)], ast.Load())
    once = ast.copy_location(ast.For(copy.deepcopy(target), rounds, [statement], []), loop)
    return _compiled([once], module)


def _holds_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.floating | float | list)

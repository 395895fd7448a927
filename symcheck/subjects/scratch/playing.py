"""Playing a network through: one call of the user's functions after the other, with what each gives kept for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symcheck.subjects.scratch.binding import Binding, Context, bindings
from symcheck.subjects.scratch.calls import Hangs, ended_by_itself
from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.forms import Features
from symcheck.subjects.scratch.keeping import Keeper, rates_beside, set_once, set_rate
from symcheck.subjects.scratch.leaves import Leaf, leaves
from symcheck.subjects.scratch.making import Staged
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.places import get, nest_shape
from symcheck.subjects.scratch.sources import arguments, returned
from symcheck.types import Array

#: Where something that a call gives lies: in its result, or in what the network keeps.
RESULT, STATE = "result", "state"
#: What an argument is given that is a momentum and has no value of its own.
MOMENTUM = 0.9


@dataclass(frozen=True)
class Operation:
    """A function of the user's with what its arguments are given."""

    name: str
    binding: Binding

    @property
    def told(self) -> str:
        """The call, as its author wrote it."""
        return self.binding.told(self.name)


@dataclass(frozen=True)
class Place:
    """Where an array lies after a call: in the result or the state."""

    where: str
    leaf: Leaf


@dataclass
class Play:
    """A network that is lent, with one batch or sample in the form that the code takes.

    Attributes:
        parts: the results of the calls so far, by the names under which the code returns them.
        result: of the last call.
        memory: what an optimizer keeps outside the network, by name.
        outputs_at: where the outputs lie after a forward, where that is known.
    """

    keeper: Keeper
    root: Any
    x: Any
    y: Any = None
    rate: float | None = None
    count: int = 1
    pairs: list[tuple[Any, Any]] | None = None
    result: Any = None
    parts: dict[str, Any] = field(default_factory=dict)
    outputs: Any = None
    cache: Any = None
    gradients: Any = None
    memory: dict[str, Any] = field(default_factory=dict)
    outputs_at: Place | None = None

    def place_data(self) -> bool:
        """Put the data where the constructor kept the one it was given; whether there is such a place."""
        if self.keeper.making is None or not self.keeper.making.takes_data:
            return False
        placed = False
        for name, value in list(vars(self.root).items()):
            role = calling_role(name)
            if isinstance(value, np.ndarray) and role in ("inputs", "targets"):
                data = self.x if role == "inputs" else self.y
                if data is not None:
                    setattr(self.root, name, data)
                    placed = placed or role == "inputs"
        return placed

    def context(self, function: Callable[..., Any]) -> Context:
        """What arguments of a function can be given now."""
        names = {**self._in_order(function), **self._own_names(), **self.memory, **self.parts}
        making = self.keeper.making
        if making is not None and not self.keeper.source.of_class:
            names = {**making.arguments(self.keeper.sizes), **names}
        roles = {"inputs": self.x, "once": 1, "count": self.count, "none": 0.0, "quiet": False, "whole": 1.0}
        roles["momentum"] = MOMENTUM
        given = {"targets": self.y, "rate": self.rate, "outputs": self.outputs, "cache": self.cache}
        roles |= {name: value for name, value in given.items() if value is not None}
        if isinstance(self.x, Features):
            roles |= {f"inputs:{i}": value for i, value in enumerate(self.x)}
            del roles["inputs"]
        if self.gradients is not None:
            roles["gradients"] = self.gradients
        if not self.keeper.source.of_class and not self.keeper.is_module:
            roles["params"] = self.root
        if self.y is not None:
            roles["pairs"] = self.pairs or [(self.x, self.y)]
            roles["n_out"] = int(np.size(self.y))
        return Context(names, roles)

    def _in_order(self, function: Callable[..., Any]) -> dict[str, Any]:
        """Parts that an initializer returns without names, by the arguments that there are for them."""
        if self.keeper.source.of_class or not isinstance(self.root, tuple) or all(self.keeper.returned()):
            return {}
        wanted = [p.name for p in arguments(function) if p.default is p.empty and not calling_role(p.name)]
        return dict(zip(wanted, self.root, strict=True)) if len(wanted) == len(self.root) else {}

    def _own_names(self) -> dict[str, Any]:
        if self.keeper.is_module:
            return kept_in(self.root)
        if self.keeper.source.of_class:
            return {}
        if isinstance(self.root, Mapping):
            return {key: value for key, value in self.root.items() if isinstance(key, str) and key.isidentifier()}
        names = self.keeper.returned()
        if isinstance(self.root, tuple) and len(names) == len(self.root):
            return {name: value for name, value in zip(names, self.root, strict=True) if name}
        return {names[0]: self.root} if len(names) == 1 and names[0] else {}

    def operations(self, name: str) -> Iterator[Operation]:
        """Ways to call a function now."""
        try:
            function = self.keeper.source.called(self.root, name)
        except Exception:
            return
        context = self.context(function)
        for binding in bindings(function, context.names, context.roles):
            yield Operation(name, binding)

    def call(self, operation: Operation) -> Any:
        """Call a function; what it returns is kept under the names that its source has for it.

        Raises:
            Exception: whatever the user's code raises. Hangs: it has not returned before, or does not now.
        """
        keeper = self.keeper
        if operation.name in keeper.hanging:
            raise Hangs(keeper.hanging[operation.name])
        function = keeper.source.called(self.root, operation.name)
        try:
            with ended_by_itself(keeper.tried):
                result = operation.binding.call(function, self.context(function))
        except Hangs as error:
            keeper.hanging[operation.name] = str(error)
            raise
        self.record(operation, result)
        self._assign(operation)
        return self.result

    def _assign(self, operation: Operation) -> None:
        """Write what a function returns under the names of globals that it was handed into them, as its caller does."""
        if not self.keeper.is_module:
            return
        handed = {argument for argument, source in operation.binding.given if source == f"name:{argument}"}
        names = self.returned(operation)
        parts = self.result if len(names) > 1 else (self.result,)
        if len(names) == len(parts):
            for name, part in zip(names, parts, strict=True):
                if name in handed and name in vars(self.root):
                    setattr(self.root, name, part)

    def record(self, operation: Operation, result: Any) -> None:
        """Keep what a function returned under the names that its source has for it."""
        self.result = result
        names = self.returned(operation)
        if len(names) > 1 and isinstance(self.result, tuple | list) and len(names) == len(self.result):
            parts = dict(zip(names, self.result, strict=True))
        else:
            parts = {names[0]: result} if len(names) == 1 else {}
        # What a function calls X or Y inside is not what is handed over under that name; a dictionary is no input.
        self.parts |= {
            n: p
            for n, p in parts.items()
            if n
            and (
                calling_role(n) not in ("inputs", "targets", "params")
                or (calling_role(n) == "inputs" and isinstance(p, dict))
            )
        }

    def returned(self, operation: Operation) -> tuple[str, ...]:
        """The names under which a function returns its results."""
        return returned(self.keeper.source.called(self.root, operation.name))

    def forward(self, operation: Operation) -> None:
        """Call a forward: of what it returns the first array is taken for the outputs, what holds several for a cache."""
        result = self.call(operation)
        parts = list(result) if isinstance(result, tuple) else [result]
        arrays = [part for part in parts if isinstance(part, np.ndarray) or nest_shape(part)]
        others = [part for part in parts if not isinstance(part, np.ndarray) and not nest_shape(part)]
        self.outputs = arrays[-1] if len(arrays) == len(parts) and arrays else arrays[0] if arrays else None
        at = self.outputs_at
        if isinstance(result, tuple) and at is not None and at.where == RESULT and len(at.leaf.paths) == 1:
            with suppress(Exception):
                # One that returns (outputs, hidden units) looks like one that returns them the other way round.
                self.outputs = get(result, at.leaf.paths[0])
        self.cache = others[0] if others else (result if len(parts) > 1 else None)

    def prepare_step(self) -> None:
        """Have a training step be one step at this rate, where that is said outside its arguments."""
        for owner in (self.root, self.keeper.source.owner if self.keeper.is_module else None):
            if owner is not None and self.rate is not None:
                set_rate(owner, self.rate)
                set_once(owner, self.count)
        home = self.keeper.source.home if self.keeper.source.of_class else None
        for name in rates_beside(home) if self.rate is not None else ():
            setattr(home, name, self.rate)
        making = self.keeper.making
        if isinstance(making, Staged) and not making.trains:
            # It would make new weights before it trains.
            setattr(self.root, making.method, lambda *_, **__: None)

    def array_at(self, place: Place, result: Any) -> Array:
        """What lies at a place.

        Raises:
            Exception: nothing does.
        """
        return np.array(place.leaf.read(result if place.where == RESULT else self.root), dtype=float)


def kept_in(module: Any) -> dict[str, Any]:
    """Globals that may be parameters, by their names, for functions that take them as arguments: data go by their roles."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("__") and calling_role(name) in ("", "params") and _holds_arrays(value)
    }


def _holds_arrays(value: Any) -> bool:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else [value]
    return any(isinstance(part, np.ndarray) or nest_shape(part) for part in parts)


def found_places(play: Play, result: Any, chain: Chain, before: Mapping[Leaf, Array] | None = None) -> list[Place]:
    """Arrays that a call gave: in its result, and in the state those that it changed; parameters are left out."""
    own = set(chain.all_slots)
    found = [Place(RESULT, leaf) for leaf in leaves(result) if play.root is not result or leaf not in own]
    for leaf in leaves(play.root):
        if leaf in own:
            continue
        if before is None or leaf not in before or not np.array_equal(before[leaf], leaf.read(play.root)):
            found.append(Place(STATE, leaf))
    return found


def snapshot(root: Any) -> dict[Leaf, Array]:
    """Every array that is kept, as it is now."""
    return {leaf: np.array(leaf.read(root)) for leaf in leaves(root)}

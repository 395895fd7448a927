"""Transcripts: one call of the protocol as Python in the author's own functions, that can be pasted and run."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import Chain
from symcheck.subjects.scratch.depths import Depth
from symcheck.subjects.scratch.forms import BATCHES, batches
from symcheck.subjects.scratch.keeping import Keeper
from symcheck.subjects.scratch.making import Making
from symcheck.subjects.scratch.places import ATTRIBUTE, Path, get
from symcheck.subjects.scratch.playing import RESULT, Operation, Place, Play, kept_in
from symcheck.subjects.scratch.reading import Params, Reading
from symcheck.subjects.scratch.training import Trained
from symcheck.types import Array

_INSTANCE = "net"


class Unwritten(Exception):
    """The calls cannot be written down as plain Python."""


@dataclass
class Transcript:
    """Lines of Python, and what they have assigned so far.

    Attributes:
        names: values by the names that the lines give them.
    """

    keeper: Keeper
    owner: str
    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """What the parameters lie in."""
        keeper = self.keeper
        if keeper.is_module:
            return "subject"
        if keeper.source.of_class:
            return _INSTANCE
        names = keeper.returned()
        return names[0] if len(names) == 1 and names[0] else "parameters"

    def make(self, sizes: Sequence[int], root: Any) -> None:
        """The call that makes the network."""
        keeper, making = self.keeper, self.keeper.making
        if making is None:
            if keeper.source.of_class:
                raise Unwritten
            return
        if type(making) is not Making or making.takes_data or keeper.is_module:
            raise Unwritten
        called = self.owner if keeper.source.of_class else f"subject.{keeper.initializer}"
        values = making._values(sizes, np.random.default_rng(0))
        star = [str(n) for n in sizes] if "star" in making.roles else []
        given = [f"{n}={self._made(role, values[n])}" for n, role in making.given if role != "star"]
        names = [self.root]
        if isinstance(root, tuple):
            names = list(keeper.returned())
            if len(names) != len(root) or not all(names):
                raise Unwritten
            self.names |= dict(zip(names, root, strict=True))
        self.lines.append(f"{', '.join(names)} = {called}({', '.join([*star, *given])})")

    @staticmethod
    def _made(role: str, value: Any) -> str:
        return "np.random.default_rng(0)" if role == "rng" else repr(value)

    def put(self, root: Any, path: Path, array: Array) -> None:
        """Set an array of the parameters."""
        old = get(root, path)
        if isinstance(old, np.ndarray) and type(old) is np.ndarray:
            value = f"np.array({np.asarray(array).tolist()!r})"
        elif isinstance(old, list) and not any(hasattr(part, "data") for part in np.ravel(np.array(old, object))):
            value = repr(np.asarray(array).tolist())
        else:
            raise Unwritten
        self.lines.append(f"{self.at(root, path)} = {value}")

    def at(self, holder: Any, path: Path) -> str:
        """The expression of a place in the parameters."""
        if isinstance(holder, tuple) and path:
            return self.keeper.returned()[path[0][1]] + _steps(path[1:])
        return self.root + _steps(path)

    def call(self, play: Play, operation: Operation, first: bool) -> None:
        """A call, of which the results are given the names that its author has for them."""
        source = self.keeper.source
        function = source.called(play.root, operation.name)
        context = play.context(function)
        given = [
            (name, self._expression(play, source_, context.value(source_))) for name, source_ in operation.binding.given
        ]
        order = list(inspect.signature(function).parameters)[: len(given)]
        plain = [n for n, _ in given] == order
        told = ", ".join(e if plain or n in operation.binding.positional or n == e else f"{n}={e}" for n, e in given)
        owner = _INSTANCE if source.of_class else "subject"
        called = owner if operation.name == "__call__" else f"{owner}.{operation.name}"
        if first:
            play.forward(operation)
        else:
            play.call(operation)
        names = self._results(play, operation)
        self.lines.append(f"{', '.join(names)} = {called}({told})" if names else f"{called}({told})")

    def _results(self, play: Play, operation: Operation) -> list[str]:
        result, own = play.result, play.returned(operation)
        if result is None:
            return []
        if isinstance(result, tuple):
            if len(own) != len(result) or len(own) < 2:
                own = tuple(f"part{i + 1}" for i in range(len(result)))
            names = [name if name.isidentifier() else f"part{i + 1}" for i, name in enumerate(own)]
            self.names |= dict(zip(names, result, strict=True))
            return names
        name = own[0] if len(own) == 1 and own[0].isidentifier() and own[0] not in ("X", "Y", "self") else "result"
        self.names[name] = result
        return [name]

    def _expression(self, play: Play, source: str, value: Any) -> str:
        if source in ("inputs", "targets"):
            return {"inputs": "X", "targets": "Y"}[source]
        if value is play.root and not isinstance(value, tuple):
            return self.root
        for name, known in self.names.items():
            if known is value:
                return name
        if isinstance(value, tuple):
            return f"({', '.join(self._expression(play, '', part) for part in value)})"
        kind, _, name = source.partition(":")
        if kind == "name" and isinstance(play.root, dict) and name in play.root:
            return f"{self.root}[{name!r}]"
        if isinstance(value, bool | int | float | str) or value is None:
            return repr(value)
        raise Unwritten

    def show(self, play: Play, place: Place, what: str) -> None:
        """Print what lies at a place."""
        path = place.leaf.paths[0]
        if place.leaf.stacked or place.leaf.single:
            raise Unwritten
        if place.where != RESULT:
            expression = self.at(play.root, path)
        elif isinstance(play.result, tuple) and path:
            part = play.result[path[0][1]]
            expression = next(n for n, v in reversed(self.names.items()) if v is part) + _steps(path[1:])
        else:
            expression = next(n for n, v in reversed(self.names.items()) if v is play.result) + _steps(path)
        self.lines.append(f"print({expression})  # {what}")


def own_calls(
    reading: Reading,
    trained: Trained,
    chain: Chain,
    depth: Depth,
    call: tuple[str, Params, Array, Array | None],
    part: Sequence[int],
) -> str:
    """The lines; "" where they cannot be written down.

    Args:
        call: ``forward`` or ``gradients`` with its arguments. part: layer and 0 for W, 1 for b; () of outputs, or for all.
    """
    with suppress(Exception):
        return _written(reading, trained, chain, depth, call, part)
    return ""


def _written(
    reading: Reading,
    trained: Trained,
    chain: Chain,
    depth: Depth,
    call: tuple[str, Params, Array, Array | None],
    part: Sequence[int],
) -> str:
    keeper = reading.keeper
    method, params, X, Y = call
    slopes = trained.slopes if method == "gradients" else None
    form, targets = (reading.form, "same") if slopes is None else (slopes.form, slopes.targets)
    if keeper.source.note or (form not in BATCHES and len(X) > 1) or (method == "gradients" and slopes is None):
        raise Unwritten
    x, y, count = next(batches(X, np.zeros((len(X), 1)) if Y is None else Y, form, targets))
    owner = keeper.source.owner
    text = Transcript(keeper, "subject" if not isinstance(owner, type) else f"subject.{owner.__name__}")
    with keeper.lent(chain.sizes) as root:
        text.make(chain.sizes, root)
        for slots, (W, b) in zip(chain.layers, params, strict=True):
            for leaf, array in ((slots.weight, chain.whole(slots, W, b)), (slots.bias, b)):
                if leaf is not None:
                    if leaf.stacked or leaf.single:
                        raise Unwritten
                    text.put(root, leaf.paths[0], np.reshape(array, leaf.shape))
        root = chain.write(root, params)
        if isinstance(root, tuple):
            text.names |= dict(zip(keeper.returned(), root, strict=True))
        elif keeper.is_module:
            text.names |= {f"{text.root}.{name}": value for name, value in kept_in(root).items()}
        text.lines += [f"X = {_literal(x)}", *([] if Y is None or slopes is None else [f"Y = {_literal(y)}"])]
        play = Play(keeper, root, x, None if slopes is None else y, None, count)
        play.outputs_at = depth.outputs
        play.prepare_step()
        operations = [reading.forward] if slopes is None else list(slopes.operations)
        for operation in operations:
            text.call(play, operation, operation == reading.forward and operation != operations[-1])
        if slopes is None:
            text.show(play, depth.outputs, "outputs")
        else:
            every = [(layer, index) for layer in range(len(chain.layers)) for index in (0, 1)]
            for layer, index in [(part[0], part[1])] if part else every:
                place = depth.gradients[layer][index]
                if place is not None and not (index and chain.layers[layer].extra):
                    text.show(play, place, f"d{'Wb'[index]} of layer {layer + 1}")
                elif part:
                    raise Unwritten
    return re.sub(r"\n{2,}", "\n", "\n".join(text.lines))


def _steps(path: Path) -> str:
    return "".join(f".{key}" if kind == ATTRIBUTE else f"[{key!r}]" for kind, key in path)


def _literal(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    dtype = ", dtype=int" if value.dtype.kind == "i" else ""
    return f"np.array({value.tolist()!r}{dtype})"

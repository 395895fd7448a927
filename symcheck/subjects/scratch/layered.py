"""Layer objects: a network put together of the layers that a module defines, where it leaves no network as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.chains import chains
from symcheck.subjects.scratch.making import Making, makings
from symcheck.subjects.scratch.names import bare, calling_role, rank
from symcheck.subjects.scratch.sources import Source, arguments

_ACTIVATION = re.compile(r"relu|tanh|sigmoid|logistic", re.IGNORECASE)
_NO_LAYER = re.compile(r"loss|cost|optimi|softmax|entropy|error|mse", re.IGNORECASE)
_DERIVATIVE = re.compile(r"_?(prime|derivative|deriv|grad|gradient|backward)$|^d_?(?=[a-z])", re.IGNORECASE)
#: Attributes in which a layer leaves what it computed, where it returns nothing.
_OUTPUT, _INPUT_SLOPE = ("output", "out", "outputs", "a", "activations"), ("dinputs", "dinput", "dx", "input_error")


@dataclass(frozen=True)
class _Parts:
    """What a module offers: how a layer with weights is made, how one of an activation is, and both their passes."""

    dense: Making
    activation: Callable[[], Any]
    names: tuple[str, str]
    forward: str
    backward: str
    takes_rate: bool
    loss: Callable[[], Any] | None


def layered_source(module: ModuleType) -> Source | None:
    """A class of networks of any widths, made of the module's layers; None where it has no such layers."""
    parts = _parts(module)
    if parts is None:
        return None
    container = _container(module)
    owner = _added(module, container, parts) if container is not None else _composed(module, parts)
    what = f"put together of {parts.names[0]} and {parts.names[1]}, the last layer without an activation"
    if container is not None:
        what += f", added to {container.__name__}()"
    elif parts.loss is None:
        what += "; its loss is the mean squared error, as it has none of its own"
    return Source(owner, module, what)


def _parts(module: ModuleType) -> _Parts | None:
    classes = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    dense = next(((c, making) for c in classes if (making := _dense(c)) is not None), None)
    if dense is None:
        return None
    cls, making = dense
    forward, backward = _pass(cls, "forward"), _pass(cls, "gradients")
    activation = next(
        ((n, make) for c in classes if c is not cls for n, make in _activations(module, c, forward)), None
    )
    if activation is None or not forward or not backward:
        return None
    takes_rate = any(calling_role(p.name) == "rate" for p in arguments(getattr(cls, backward)))
    loss = next((c for c in classes if re.search("loss", c.__name__, re.IGNORECASE) and _is_loss(c)), None)
    names = (cls.__name__, activation[0])
    return _Parts(making, activation[1], names, forward, backward, takes_rate, loss)


def _dense(cls: type) -> Making | None:
    for making in makings(cls):
        if making.hidden == 0 and making.takes_widths:
            try:
                made = making((5, 3), np.random.default_rng(0))
            except Exception:
                continue
            if chains(made, (5, 3)):
                return making
    return None


def _pass(cls: type, role: str) -> str:
    named = Source(cls).ranked(role)
    return next((name for name in named if name != "__call__"), "")


def _activations(module: ModuleType, cls: type, forward: str) -> list[tuple[str, Callable[[], Any]]]:
    """Ways to make a layer of this class that has no weights: without arguments, or of a function and its derivative."""
    if _NO_LAYER.search(cls.__name__) or not callable(getattr(cls, forward, None)):
        return []
    needed = [p.name for p in arguments(cls) if p.default is p.empty]
    if not needed:
        return [(cls.__name__, cls)] if _ACTIVATION.search(cls.__name__) else []
    functions = {n: f for n, f in vars(module).items() if isinstance(f, FunctionType) and _ACTIVATION.search(n)}
    pairs = [
        (f, functions[d])
        for n, f in functions.items()
        for d in functions
        if d != n and bare(_DERIVATIVE.sub("", d)) == bare(n)
    ]
    if len(needed) == 2 and pairs:
        one, other = pairs[0]
        return [(f"{cls.__name__}({one.__name__}, {other.__name__})", lambda: cls(one, other))]
    return []


def _is_loss(cls: type) -> bool:
    if any(p.default is p.empty for p in arguments(cls)):
        return False
    backward = getattr(cls, "backward", None)
    return callable(backward) and len(arguments(backward)) == 3


def _container(module: ModuleType) -> type | None:
    """A class to which layers are added, that has a forward and a training of its own."""
    for cls in vars(module).values():
        if isinstance(cls, type) and cls.__module__ == module.__name__ and callable(getattr(cls, "add", None)):
            source = Source(cls)
            needed = [p for p in arguments(cls) if p.default is p.empty]
            if not needed and any(rank(n, "forward") is not None for n in source.functions):
                return cls
    return None


def _layers(parts: _Parts, sizes: Any) -> list[Any]:
    layers: list[Any] = []
    rng = np.random.default_rng()
    for n, m in pairwise(sizes):
        layers += [parts.dense((n, m), rng), parts.activation()]
    return layers[:-1]


def _added(module: ModuleType, container: type, parts: _Parts) -> type:
    def made(self: Any, sizes: Any) -> None:
        container.__init__(self)  # type: ignore[misc]
        for layer in _layers(parts, sizes):
            self.add(layer)
        losses = [
            v for n, v in vars(module).items() if isinstance(v, FunctionType) and re.match(r"mse|mean_squared", n)
        ]
        if callable(getattr(self, "use", None)) and len(losses) == 2:
            self.use(*sorted(losses, key=lambda f: len(f.__name__)))

    return type(container.__name__, (container,), {"__init__": made, "__module__": module.__name__})


def _composed(module: ModuleType, parts: _Parts) -> type:
    def made(self: Any, sizes: Any) -> None:
        self.layers = _layers(parts, sizes)

    def forward(self: Any, X: Any) -> Any:
        for layer in self.layers:
            X = _given(getattr(layer, parts.forward)(X), layer, _OUTPUT)
        return X

    def backward(self: Any, X: Any, Y: Any, rate: float | None) -> None:
        outputs = forward(self, X)
        if parts.loss is None:
            slope = 2 * (outputs - Y) / np.size(outputs)
        else:
            loss = parts.loss()
            loss.forward(outputs, Y)
            # A loss that holds a softmax goes back from what came out of it.
            slope = _given(loss.backward(getattr(loss, "output", outputs), Y), loss, _INPUT_SLOPE)
        for layer in reversed(self.layers):
            rates = () if rate is None else (rate,)
            slope = _given(getattr(layer, parts.backward)(slope, *rates), layer, _INPUT_SLOPE)

    def gradients(self: Any, X: Any, Y: Any) -> None:
        backward(self, X, Y, None)

    def train_step(self: Any, X: Any, Y: Any, learning_rate: float) -> None:
        backward(self, X, Y, learning_rate)

    own: dict[str, Any] = {"__init__": made, "forward": forward, "__module__": module.__name__}
    own |= {"train_step": train_step} if parts.takes_rate else {"gradients": gradients}
    if parts.loss is None:
        own |= {"loss": "mse"}
    return type("Network", (), own)


def _given(returned: Any, layer: Any, names: tuple[str, ...]) -> Any:
    """What a pass gives: its result, or the attribute in which the layer leaves it."""
    if returned is not None and np.ndim(returned) > 0:
        return returned
    return next(getattr(layer, name) for name in names if hasattr(layer, name))

"""A backward that is handed the derivative of a loss by the outputs: it is given that of the module's own loss."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.sources import Source, arguments

Slope = Callable[[Any, Any], Any]


def with_slope(source: Source) -> Source | None:
    """The class with ``gradients(X, Y)`` (or ``train_step``, where its backward takes a learning rate) through a loss.

    The loss is a function of the module that gives it with its derivative, or the mean squared error where there is none.
    None for what is no class, or whose backward is handed nothing of the kind.
    """
    if not isinstance(source.owner, type):
        return None
    name, takes_rate = _backward(source)
    forward = next(iter(source.ranked("forward")), "")
    if not name or not forward:
        return None
    told, slope = next(iter(_slopes(source.home)), ("", _of_mean_square))

    def backward(self: Any, X: Any, Y: Any, *rate: float) -> None:
        outputs = (self if forward == "__call__" else getattr(self, forward))(X)
        getattr(self, name)(slope(outputs, Y), *rate)

    def gradients(self: Any, X: Any, Y: Any) -> None:
        backward(self, X, Y)

    def train_step(self: Any, X: Any, Y: Any, learning_rate: float) -> None:
        backward(self, X, Y, learning_rate)

    own: dict[str, Any] = {"__module__": source.owner.__module__}
    own |= {"train_step": train_step} if takes_rate else {"gradients": gradients}
    own |= {} if told else {"loss": "mse"}
    owner = type(source.owner.__name__, (source.owner,), own)
    loss = f"that {told} gives" if told else "of the mean squared error, as its file has no loss that gives one"
    return Source(owner, source.home, f"{name} is handed the derivative by the outputs {loss}", (name,))


def _backward(source: Source) -> tuple[str, bool]:
    """The backward that takes a derivative and nothing else but a rate; "" where there is none."""
    for name in source.ranked("gradients"):
        roles = [calling_role(p.name) for p in arguments(getattr(source.owner, name))[1:] if p.default is p.empty]
        if roles in (["gradients"], ["gradients", "rate"]):
            return name, len(roles) == 2
    return "", False


def _slopes(home: ModuleType | None) -> list[tuple[str, Slope]]:
    """Functions of outputs and targets that give a loss with its derivative, as told and as called."""
    found: list[tuple[str, Slope]] = []
    for name, function in vars(home).items() if home is not None else ():
        if isinstance(function, FunctionType) and function.__module__ == getattr(home, "__name__", ""):
            needed = [p.name for p in arguments(function) if p.default is p.empty]
            if (
                len(needed) == 2
                and calling_role(needed[1]) == "targets"
                and (at := _derivative_at(function)) is not None
            ):
                found.append((f"{name}({', '.join(needed)})", _taking(function, at)))
    return found


def _derivative_at(function: Callable[..., Any]) -> int | None:
    """Which part of what it returns, beside one number, has the shape of the outputs; targets in rows or as classes."""
    outputs = np.array([[0.25, 0.75], [0.625, 0.375], [0.5, 0.5]])
    for targets in (np.eye(2)[[0, 1, 1]], np.array([0, 1, 1])):
        try:
            result = function(outputs.copy(), targets)
        except Exception:
            continue
        if isinstance(result, tuple) and len(result) == 2:
            shapes = [np.shape(part) for part in result]
            if () in shapes and outputs.shape in shapes:
                return shapes.index(outputs.shape)
    return None


def _taking(function: Callable[..., Any], at: int) -> Slope:
    return lambda outputs, targets: function(outputs, targets)[at]


def _of_mean_square(outputs: Any, targets: Any) -> Any:
    return 2 * (outputs - targets) / np.size(outputs)

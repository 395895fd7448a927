"""Graphs of scalars: a network that is called on one sample and gives nodes, trained through a loss built of its own nodes."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from symcheck.subjects.scratch.places import is_node
from symcheck.subjects.scratch.sources import Source

#: The loss that is built, in the words of the protocol.
LOSS, REDUCTION = "squared_error", "samples"


def with_loss(source: Source) -> Source | None:
    """The class with gradients of the summed squared error of one sample, as a loss built of its nodes; None for an instance."""
    if not isinstance(source.owner, type):
        return None

    def gradients(self: Any, x: Any, y: Any) -> Any:
        outputs = self(x)
        outputs = [outputs] if is_node(outputs) else outputs
        total: Any = None
        for output, target in zip(outputs, y, strict=True):
            difference = output + (-float(target))
            squared = difference * difference
            total = squared if total is None else total + squared
        total.backward()
        return derivatives(self)

    own = {
        "gradients": gradients,
        "loss": LOSS,
        "reduction": REDUCTION,
        "loss_factor": 1.0,
        "__module__": source.owner.__module__,
    }
    owner = type(source.owner.__name__, (source.owner,), own)
    return Source(
        owner,
        source.home,
        "a graph of scalars; its loss is the sum of squared errors, built of its own nodes by + and *: what else they can "
        "is not tried but where the network needs it",
    )


def is_built(source: Source) -> bool:
    """Whether the gradients of a source are those through the loss that is built."""
    return getattr(getattr(source.owner, "gradients", None), "__module__", "") == __name__


def derivatives(value: Any) -> Any:
    """The derivatives of the nodes inside, in the structure in which they are kept."""
    if is_node(value):
        return float(value.grad)
    if isinstance(value, Mapping):
        return {key: derivatives(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [derivatives(part) for part in value]
    if (
        hasattr(value, "__dict__")
        and not isinstance(value, type | ModuleType)
        and not callable(getattr(value, "__wrapped__", None))
    ):
        return {name: derivatives(part) for name, part in vars(value).items() if not _is_function(part)}
    return None


def _is_function(value: Any) -> bool:
    return hasattr(value, "__code__") or hasattr(value, "__func__")

"""How a torch model is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class ModelCall:
    """How a model is called: positional and keyword arguments, which may hold tensors at any depth."""

    positional: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] | None = None

    def mapped(self, change: Callable[[torch.Tensor], Any]) -> ModelCall:
        """The same with every tensor changed."""
        return ModelCall(_mapped(self.positional, change), _mapped(dict(self.keywords or {}), change))

    @property
    def tensors(self) -> list[torch.Tensor]:
        """All tensors in it."""
        found: list[torch.Tensor] = []
        self.mapped(found.append)
        return found


def as_call(inputs: Any) -> ModelCall:
    """What the user means by inputs: a tensor is the one argument, a tuple or list all of them, a mapping those by name."""
    if isinstance(inputs, ModelCall):
        return inputs
    if isinstance(inputs, Mapping):
        return ModelCall((), dict(inputs))
    if isinstance(inputs, tuple | list):
        return ModelCall(tuple(_tensor(one) for one in inputs))
    return ModelCall((_tensor(inputs),))


def _tensor(value: Any) -> Any:
    return torch.as_tensor(value) if hasattr(value, "__array__") and not isinstance(value, torch.Tensor) else value


def _mapped(tree: Any, change: Callable[[torch.Tensor], Any]) -> Any:
    if isinstance(tree, torch.Tensor):
        return change(tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_mapped(one, change) for one in tree))
    if isinstance(tree, tuple | list):
        return type(tree)(_mapped(one, change) for one in tree)
    if isinstance(tree, dict):
        return {key: _mapped(one, change) for key, one in tree.items()}
    return tree

"""Which operation of a torch model takes a change of its parameters away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

#: Operands that are kept; larger ones are weights, or too many to keep.
_LARGEST = 1 << 20
#: Operations that hand their operand on, also to nobody.
_PASSING = {"detach", "alias", "view", "select", "slice", "t", "transpose", "unsafe_split", "split"}


class _Recording(TorchDispatchMode):  # type: ignore[misc]
    """Operations with what they take, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[torch.Tensor]]] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        operands = [t.clone() for t in _floats((args, kwargs or {}))]
        self.seen.append((str(func.overloadpacket.__name__), operands))
        return func(*args, **(kwargs or {}))


def absorber(first: Callable[[], object], second: Callable[[], object], rounding: float) -> str:
    """The last operation whose operands differ in two runs, more than by rounding; "" where the runs take different ways."""
    runs = []
    for run in (first, second):
        with _Recording() as recording, torch.no_grad():
            run()
        runs.append(recording.seen)
    if [name for name, _ in runs[0]] != [name for name, _ in runs[1]]:
        return ""
    steps = list(zip(*runs, strict=True))
    return next(
        (
            name
            for (name, some), (_, others) in reversed(steps)
            if name not in _PASSING and _differ(some, others, rounding)
        ),
        "",
    )


def _differ(some: list[torch.Tensor], others: list[torch.Tensor], rounding: float) -> bool:
    return any(
        a.shape == b.shape and a.numel() > 0 and bool((a - b).abs().max() > rounding * (a.abs().max() + b.abs().max()))
        for a, b in zip(some, others, strict=True)
    )


def _floats(tree: Any) -> Iterator[torch.Tensor]:
    if isinstance(tree, torch.Tensor):
        if tree.is_floating_point() and tree.numel() <= _LARGEST:
            yield tree.detach()
    elif isinstance(tree, Mapping):
        for one in tree.values():
            yield from _floats(one)
    elif isinstance(tree, tuple | list):
        for one in tree:
            yield from _floats(one)

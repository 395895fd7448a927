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
        name, operands = str(func.overloadpacket.__name__), list(_floats((args, kwargs or {})))
        self._meet(name, operands)
        return func(*args, **(kwargs or {}))

    def _meet(self, name: str, operands: list[torch.Tensor]) -> None:
        self.seen.append((name, [] if name in _PASSING else [t.clone() for t in operands]))


class _Comparing(_Recording):
    """A second run beside a first one, of which nothing is kept.

    Attributes:
        last: the last operation whose operands differ.
        astray: whether it takes another way.
    """

    def __init__(self, first: list[tuple[str, list[torch.Tensor]]], rounding: float) -> None:
        super().__init__()
        self._first, self._rounding = iter(first), rounding
        self.last, self.astray = "", False

    def _meet(self, name: str, operands: list[torch.Tensor]) -> None:
        other, kept = next(self._first, ("", []))
        self.astray |= name != other
        if not self.astray and name not in _PASSING and _differ(kept, operands, self._rounding):
            self.last = name

    @property
    def over(self) -> bool:
        """Whether the first run has no operation that was not met."""
        return next(self._first, None) is None


def absorber(first: Callable[[], object], second: Callable[[], object], rounding: float) -> str:
    """The last operation whose operands differ in two runs, more than by rounding; "" where the runs take different ways."""
    with _Recording() as recording, torch.no_grad():
        first()
    with _Comparing(recording.seen, rounding) as comparing, torch.no_grad():
        second()
    return comparing.last if comparing.over and not comparing.astray else ""


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

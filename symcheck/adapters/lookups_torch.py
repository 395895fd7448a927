"""Which integers a torch model looks up in tables, and how many rows those have."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

#: What takes (ids, table), and what takes (table, ..., ids).
_IDS_FIRST = (torch.nn.functional.embedding, torch.nn.functional.embedding_bag, torch.embedding)
_TABLE_FIRST = (torch.Tensor.__getitem__, torch.index_select, torch.Tensor.index_select)


class Lookups(TorchFunctionMode):  # type: ignore[misc]
    """Notes them while it is active.

    Attributes:
        seen: integers, as they were given, with the rows of their table.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[torch.Tensor, int]] = []

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        if func in _IDS_FIRST:
            self._note(*(args if len(args) > 1 else (*args, named.get("weight"))))
        elif func in _TABLE_FIRST and args:
            self._note(args[-1], args[0])
        return func(*args, **named)

    def _note(self, ids: Any, table: Any, *_: Any) -> None:
        if isinstance(ids, torch.Tensor) and isinstance(table, torch.Tensor) and table.ndim and table.requires_grad:
            self.seen.append((ids, len(table)))

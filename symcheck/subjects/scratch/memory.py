"""Memory: what an optimizer keeps from step to step outside the network, handed in and given back, as ``v, s = init_adam(params)``."""

from __future__ import annotations

import re
from typing import Any

from symcheck.subjects.scratch.keeping import Keeper
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.sources import arguments, returned

_STARTS = re.compile(
    r"(init|make|create|zero|new|setup).*(adam|velocit|moment|optim|rms|cache|state|grad)", re.IGNORECASE
)
#: What the number of a step is called.
_STEPS = ("t", "step", "adam_counter", "adam_t")


def begun(keeper: Keeper, root: Any) -> dict[str, Any]:
    """What an optimizer keeps, by the names under which its own function returns it, before the first step; {} where none does."""
    source = keeper.source
    if source.of_class or keeper.is_module:
        return {}
    for name in source.functions:
        function = getattr(source.owner, name)
        needed = [p.name for p in arguments(function) if p.default is p.empty]
        if name == keeper.initializer or not _STARTS.search(name) or [calling_role(n) for n in needed] != ["params"]:
            continue
        try:
            result = function(root)
        except Exception:
            continue
        names = returned(function)
        parts = result if isinstance(result, tuple) and len(result) == len(names) else (result,)
        if names and all(names) and len(names) == len(parts):
            return {**dict(zip(names, parts, strict=True)), **dict.fromkeys(_STEPS, 1)}
    return {}


def kept(memory: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """What is kept after a step, of which ``parts`` are the results by their names."""
    return {name: value + 1 if name in _STEPS else parts.get(name, value) for name, value in memory.items()}

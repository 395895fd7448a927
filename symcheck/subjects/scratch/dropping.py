"""Dropout inside: rates that an instance or a module keeps are set so that nothing is dropped, for no property is of random masks."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

_KEPT = re.compile(r"^_*(keep|p_keep)(_?prob\w*|_?rate|_?p)?$", re.IGNORECASE)
_DROPPED = re.compile(r"^_*(drop_?out|p_drop|drop)(_?out)?(_?(rate|prob\w*|p|ratio))?$", re.IGNORECASE)
#: What was set in modules, whose globals are set once.
_SET: WeakKeyDictionary[ModuleType, dict[str, float]] = WeakKeyDictionary()


def without_dropout(root: Any) -> dict[str, float]:
    """Set the rates of an instance, or those among the globals of a module, so that no unit is dropped; gives what was set, by name."""
    found: dict[str, float] = {}
    try:
        own = list(vars(root).items())
    except TypeError:
        return found
    for name, value in own:
        if isinstance(value, float) and 0 < value < 1:
            if _KEPT.match(name):
                found[name] = 1.0
            elif _DROPPED.match(name) and not (isinstance(root, ModuleType) and name.lower() == "drop"):
                # Of a module, "drop" may as well be what a learning rate drops by.
                found[name] = 0.0
    for name, value in found.items():
        setattr(root, name, value)
    if isinstance(root, ModuleType):
        found = _SET[root] = {**_SET.get(root, {}), **found}
    return found


def is_share(name: str, role: str) -> bool:
    """Whether an argument is a rate of dropout that was given so that nothing is dropped."""
    return role == "whole" or (role == "none" and "drop" in name.lower())

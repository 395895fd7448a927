"""How much a subject may hand over: sizes are held to what was asked for before anything is copied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

from symcheck.subjects.messages import Build, Call, Request, Take

#: A wrong shape is shown as it came where it is not much larger than the right one: so many times, and entries more.
_TIMES, _MORE = 4, 4096
#: Bytes of an entry, at most, and of the parts of a reply that are no arrays.
_ENTRY, _WORDS = 8, 1 << 24
#: The part of the machine's memory that the arrays of one network may take when they are written out.
_SHARE = 1 / 2


def most_entries(shape: Sequence[int]) -> int:
    """Entries of what may come back where an array of this shape was asked for."""
    return _TIMES * prod(shape) + _MORE


def most_bytes(message: Any) -> float:
    """Bytes of the reply to a message, at most."""
    if isinstance(message, Request):
        return _WORDS + message.count * most_entries(message.layer.shape("out_in")) * _ENTRY
    if isinstance(message, Call):
        sizes = message.sizes or [1]
        drawn = sum(a * b + b for a, b in pairwise(sizes))
        given = sum(a.size for a in message.arrays)
        outputs = len(message.arrays[-1]) * message.arrays[2 * message.depth - 1].size if message.arrays else 0
        return _WORDS + (drawn + given + outputs) * _ENTRY
    return _WORDS + (network_bytes() if isinstance(message, Take | Build) else 0)


def network_bytes() -> float:
    """Bytes of all arrays of a network, at most."""
    return memory() * _SHARE


def memory() -> float:
    """Bytes of memory of this machine; infinity where it does not tell."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("inf")

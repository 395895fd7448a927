"""Arrays that somebody hands over are held to the memory that may be taken for them before anything is copied."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from symcheck.errors import NetworkError

#: Bytes that a view which repeats its numbers may spell out.
_MOST_REPEATED = 1 << 26


def refuse_large(name: str, shape: tuple[int, ...] | None, array: Any, room: float, whole: str = "network") -> None:
    """Refuse what takes too much memory.

    Args:
        shape: what the array says of itself; None of what is no array, which is let through.
        room: bytes that are left.
        whole: what the arrays make together, for the sentence.

    Raises:
        NetworkError: it does.
    """
    if shape is None:
        return
    size = prod(shape) * int(getattr(array.dtype, "itemsize", 8))
    if size > room:
        told = f"{size:,} bytes, more than is left of the memory that symcheck takes for one {whole}"
        raise NetworkError(f"{name} has shape {shape}: {told}")
    strides = np.asarray(array).strides if isinstance(array, np.ndarray) else ()
    if size > _MOST_REPEATED and any(n > 1 and step == 0 for n, step in zip(shape, strides, strict=False)):
        raise NetworkError(f"{name} is a view that repeats few numbers to shape {shape}, {size:,} bytes: pass an array")

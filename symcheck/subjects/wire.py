"""Messages between the checker and a subject's process, as frames: a JSON header and raw arrays. Never pickle."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from math import prod
from typing import Any

import numpy as np

from symcheck.subjects.messages import MESSAGES
from symcheck.types import Array

_ARRAY, _MESSAGE = "#", "@"
#: Bytes of the number of a request, which its reply repeats, and of the length of a header.
NUMBER, _LENGTH = 16, 8
#: Bytes of a header; arrays come after it.
_LONGEST = 1 << 24

Part = bytes | memoryview


def frame(message: Any, number: bytes) -> list[Part]:
    """A message as bytes: the number of its request, the length of its header, the header, its arrays."""
    arrays: list[Array] = []
    told = _plain(message, arrays)
    described = [{"dtype": a.dtype.str, "shape": a.shape} for a in arrays]
    head = json.dumps({"message": told, "arrays": described}).encode()
    return [number + len(head).to_bytes(_LENGTH, "little") + head, *map(_bytes, arrays)]


def read(exactly: Callable[[int], bytes | bytearray], number: bytes | None, most: float) -> Any:
    """Read one frame of ``most`` bytes at most; ``exactly`` gives so many bytes, or raises.

    Where ``number`` is None any is taken, and the message comes with it.

    Raises:
        ValueError, KeyError, TypeError: what came is no frame, or not the reply to the request of this number.
    """
    came = bytes(exactly(NUMBER))
    if number is not None and came != number:
        raise ValueError("a frame that replies to nothing that was asked")
    length = int.from_bytes(exactly(_LENGTH), "little")
    if length > min(most, _LONGEST):
        raise ValueError("the header of a frame is too long to be one")
    head = json.loads(exactly(length))
    arrays, room = [], most - length
    for described in head["arrays"]:
        dtype, shape = np.dtype(described["dtype"]), tuple(described["shape"])
        size = dtype.itemsize * prod(shape)
        room -= size
        if room < 0 or any(n < 0 for n in shape):
            raise ValueError("an array that is larger than what was asked for")
        arrays.append(np.frombuffer(exactly(size), dtype=dtype).reshape(shape))
    message = _message(head["message"], arrays)
    return message if number is not None else (came, message)


def _bytes(array: Array) -> Part:
    # Of the base class, whatever a subclass of ndarray says of itself; and no copy where the array is contiguous.
    flat = np.ascontiguousarray(np.asarray(array)).reshape(-1)
    return flat.view(np.uint8).data if flat.size else b""


def _plain(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(np.asarray(value))
        return {_ARRAY: len(arrays) - 1}
    if is_dataclass(value) and not isinstance(value, type):
        told = {f.name: _plain(getattr(value, f.name), arrays) for f in fields(value)}
        return {_MESSAGE: type(value).__name__, **told}
    if isinstance(value, list | tuple):
        return [_plain(v, arrays) for v in value]
    return value


def _message(told: Any, arrays: list[Array]) -> Any:
    if isinstance(told, list):
        return tuple(_message(t, arrays) for t in told)
    if not isinstance(told, dict):
        return told
    if _ARRAY in told:
        return arrays[told[_ARRAY]]
    return MESSAGES[told.pop(_MESSAGE)](**{name: _message(t, arrays) for name, t in told.items()})

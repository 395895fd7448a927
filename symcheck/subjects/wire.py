"""Messages between the checker and a subject's process, as frames: a JSON header and raw arrays. Never pickle."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from math import prod
from typing import IO, Any

import numpy as np

from symcheck.subjects.messages import MESSAGES
from symcheck.types import Array

_ARRAY, _MESSAGE = "#", "@"
#: Bytes of a header; arrays come after it.
_LONGEST = 1 << 28


def send(stream: IO[bytes], message: Any) -> None:
    """Write one frame."""
    arrays: list[Array] = []
    told = _plain(message, arrays)
    described = [{"dtype": a.dtype.str, "shape": a.shape} for a in arrays]
    head = json.dumps({"message": told, "arrays": described}).encode()
    stream.write(len(head).to_bytes(8, "little") + head)
    for array in arrays:
        stream.write(np.ascontiguousarray(array).tobytes())
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one frame; None when the other side has gone.

    Raises:
        ValueError, KeyError, TypeError: what came is no frame.
    """
    size = _exactly(stream, 8)
    if len(size) < 8:
        return None
    length = int.from_bytes(size, "little")
    if length > _LONGEST:
        raise ValueError("the header of a frame is too long to be one")
    head = json.loads(_exactly(stream, length))
    arrays = []
    for described in head["arrays"]:
        dtype, shape = np.dtype(described["dtype"]), tuple(described["shape"])
        data = _exactly(stream, dtype.itemsize * prod(shape))
        arrays.append(np.frombuffer(data, dtype=dtype).reshape(shape))
    return _message(head["message"], arrays)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """So many bytes, or fewer at the end of the stream."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(min(size, 1 << 24))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _plain(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(value)
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

"""Frames between the checker and a subject's process: a JSON header and raw arrays. Never pickle."""

from __future__ import annotations

import json
from typing import IO, Any

import numpy as np

from symcheck.types import Array


def send(stream: IO[bytes], header: dict[str, Any], arrays: list[Array]) -> None:
    """Write one frame."""
    buffers = [np.ascontiguousarray(a) for a in arrays]
    described = [{"dtype": b.dtype.str, "shape": a.shape} for a, b in zip(arrays, buffers, strict=True)]
    head = json.dumps({"header": header, "arrays": described}).encode()
    stream.write(len(head).to_bytes(8, "little") + head)
    for buffer in buffers:
        stream.write(buffer.tobytes())
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], list[Array]] | None:
    """Read one frame; None when the other side has gone."""
    size = stream.read(8)
    if len(size) < 8:
        return None
    head = json.loads(stream.read(int.from_bytes(size, "little")))
    arrays = []
    for described in head["arrays"]:
        dtype, shape = np.dtype(described["dtype"]), tuple(described["shape"])
        data = stream.read(dtype.itemsize * int(np.prod(shape, dtype=np.int64)))
        arrays.append(np.frombuffer(data, dtype=dtype).reshape(shape))
    return head["header"], arrays

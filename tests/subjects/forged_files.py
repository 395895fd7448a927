"""Weights files whose headers say whatever they are told to say."""

import json
import struct
import zipfile
from pathlib import Path


def lying(header: dict, data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def npy_member(header: str, data: bytes, version: tuple[int, int] = (1, 0)) -> bytes:
    """A member whose header says whatever it is told to say."""
    text = header.encode("latin1") + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text + data


def described(shape: object, descr: object = "<f8", fortran: bool = False) -> str:
    return repr({"descr": descr, "fortran_order": fortran, "shape": shape})


def archive(path: Path, members: list[tuple[str, bytes]], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", **options) as out:
        for name, data in members:
            out.writestr(name, data)
    return path

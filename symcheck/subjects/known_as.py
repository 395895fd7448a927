"""What the caller calls an object, so that a reproduction runs where the object was judged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from keyword import iskeyword
from types import FrameType
from typing import Any

from symcheck.texts import exact_text

#: Packages whose own names for a subject say nothing to its author.
_BETWEEN = {__name__.partition(".")[0], "pytest", "_pytest", "pluggy", "unittest"}


def known_as(subject: Any) -> tuple[str, str]:
    """A line that imports an object in memory, or nothing, and the name that it then has; two empty texts where it has none.

    A variable of the caller comes first: what is printed is run in that session. Nothing of the object is called.
    """
    frame = _caller()
    for names in (frame.f_locals, frame.f_globals) if frame is not None else ():
        for name, value in list(names.items()):
            if value is subject and issubclass(type(name), str) and _plain(name):
                return "", exact_text(name)
    if type(subject).__module__ != "builtins" or type(subject).__name__ not in ("function", "type"):
        return "", ""
    module, name = exact_text(subject.__module__), exact_text(subject.__qualname__)
    holder = sys.modules.get(module)
    if holder is None or not all(map(str.isidentifier, module.split("."))) or not _plain(name):
        return "", ""
    return (f"from {module} import {name}", name) if vars(holder).get(name) is subject else ("", "")


def _caller() -> FrameType | None:
    """The innermost frame of the user's own code."""
    return next((frame for frame in _frames() if _package(frame) not in _BETWEEN), None)


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _plain(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not name.startswith("_") and not iskeyword(name)

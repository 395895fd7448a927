"""What a call does beside its result: global state that it changes, text that it prints."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import Any

import numpy as np

from symcheck.subjects.places import working_directory
from symcheck.texts import plain

#: No subject seeds with this one.
_SEED = 0x5C4EC


class Watch:
    """Looks at numpy's and Python's global state before and after a call, and puts it back.

    ``state`` is then a sentence, or "". ``printed`` is always "": what is printed in this process is the caller's
    to capture.
    """

    def __init__(self) -> None:
        self.state, self.printed = "", ""
        self._before: dict[str, Any] = {}
        self._outside: dict[str, Any] = {}

    def __enter__(self) -> None:
        self._outside = _states()
        # A state of its own: whoever calls may have seeded with the very number that the subject seeds with.
        np.random.seed(_SEED)
        random.seed(_SEED)
        self._before = {**self._outside, **_generators()}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        changed = [name for name, value in _states().items() if value != self._before[name]]
        self.state = f"changes {' and '.join(changed)}" if changed else ""
        _restore(self._outside)


class StreamWatch(Watch):
    """Also keeps what the whole process prints, on the file descriptors themselves; for a process of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        for descriptor in (1,) if os.environ.get("SYMCHECK_DEBUG") else (1, 2):
            os.dup2(self._file.fileno(), descriptor)

    def __enter__(self) -> None:
        # What was printed before, as while a module was imported, is not this call's.
        self._flush()
        self._empty()
        super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._flush()
        size = os.lseek(self._file.fileno(), 0, os.SEEK_END)
        lines = os.pread(self._file.fileno(), 2000, 0).decode(errors="replace").split("\n") if size else []
        self.printed = plain(next((line.strip() for line in lines if line.strip()), "")[:120])
        self._empty()

    def _flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # the subject may have closed or replaced it
                stream.flush()

    def _empty(self) -> None:
        os.ftruncate(self._file.fileno(), 0)
        os.lseek(self._file.fileno(), 0, os.SEEK_SET)


def _generators() -> dict[str, Any]:
    return {"numpy's global generator": _numpy_state(), "Python's global generator": random.getstate()}


def _states() -> dict[str, Any]:
    return {
        **_generators(),
        "numpy's print options": repr(np.get_printoptions()),
        "the working directory": working_directory(),
    }


def _numpy_state() -> tuple[Any, ...]:
    state: Any = np.random.get_state(legacy=False)
    return state["state"]["key"].tobytes(), state["state"]["pos"], state["has_gauss"], state["gauss"]


def _restore(states: dict[str, Any]) -> None:
    key, *rest = states["numpy's global generator"]
    np.random.set_state(("MT19937", np.frombuffer(key, np.uint32), *rest))
    random.setstate(states["Python's global generator"])
    if here := states["the working directory"]:
        # It may have been deleted meanwhile.
        with suppress(OSError):
            os.chdir(here)

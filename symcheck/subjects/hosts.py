"""Where a subject runs: a process of its own (named subjects) or a thread here (objects). Both keep time limits."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

from symcheck.errors import SubjectError
from symcheck.subjects import wire
from symcheck.subjects.model import LOAD_LIMIT, Description, Draw, Options, Request, SubjectFailure
from symcheck.subjects.session import Session

T = TypeVar("T")

#: Load for each processor from which a machine is overloaded, and by how much a time limit grows at most.
_CROWDED, _LONGEST = 1.5, 4.0


class Host(Protocol):
    """Serves one subject."""

    description: Description

    def draw(self, request: Request) -> list[Draw]:
        """Draw; a call that hangs or kills its process comes back as a draw with an error."""
        ...

    def close(self) -> None:
        """End whatever is still running."""
        ...


class ProcessHost:
    """A subject named by text, in a child process that can be ended whatever it does."""

    def __init__(self, spec: str, options: Options) -> None:
        self._spec, self._options = spec, options
        self._hung: Draw | None = None
        self._start()
        self.description = self._load()

    def draw(self, request: Request) -> list[Draw]:
        """Draw in the child; after one hang or crash nothing more is asked of the subject."""
        if self._hung:
            return [self._hung]
        fields = {**asdict(request), "layer": asdict(request.layer)}
        limit = self._options.call_limit * request.count
        try:
            header, arrays = self._ask({"do": "draw", "request": fields}, limit)
        except SubjectFailure as failure:
            self._hung = Draw(error=str(failure), kind=failure.kind)
            return [self._hung]
        if "draws" not in header:
            return [Draw(error=header.get("failed", header.get("refused")), kind="raised")]
        rest = iter(arrays)
        return [
            Draw(array=next(rest) if has else None, **fields)
            for fields, has in zip(header["draws"], header["has"], strict=True)
        ]

    def close(self) -> None:
        """End the child."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def _load(self) -> Description:
        try:
            limit = max(LOAD_LIMIT, self._options.call_limit)
            self._asked_to_load({"do": "import", "spec": self._spec}, limit)
            options = {"do": "take", "options": asdict(self._options)}
            header, arrays = self._asked_to_load(options, self._options.build_limit)
        except BaseException:
            self.close()
            raise
        description = Description(**header["description"])
        description.arrays = arrays
        return description

    def _asked_to_load(self, request: dict[str, Any], limit: float) -> tuple[dict[str, Any], list[Any]]:
        header, arrays = self._ask(request, limit)
        if "refused" in header:
            raise SubjectError(header["refused"])
        if "failed" in header:
            raise SubjectFailure(header["failed"], header["kind"])
        return header, arrays

    def _start(self) -> None:
        # A file random.py in the working directory must not take the place of the standard module in the child
        # before the subject is imported, so the directory joins the path only then.
        home = str(Path(__file__).resolve().parents[2])
        path = [p for p in sys.path if p and (p == home or Path(p).resolve() != Path.cwd())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "symcheck.subjects.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._replies: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (frame := wire.receive(self._process.stdout)) is not None:
                self._replies.put(frame)
        except (OSError, ValueError):
            pass
        self._replies.put(None)

    def _ask(self, header: dict[str, Any], limit: float) -> tuple[dict[str, Any], list[Any]]:
        assert self._process.stdin is not None
        doing = "its module is imported" if header["do"] == "import" else "it is called"
        try:
            wire.send(self._process.stdin, header, [])
            frame = waited(self._replies, limit)
        except queue.Empty:
            self.close()
            raise SubjectFailure(f"does not return within {limit:g} s when {doing}", "hung") from None
        except OSError:
            frame = None
        if frame is None:
            self._process.wait()
            raise SubjectFailure(f"ends the process when {doing} ({_exit(self._process.returncode)})", "died")
        return frame  # type: ignore[no-any-return]


def _exit(code: int) -> str:
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit status {code}"


class ThreadHost:
    """A subject given as a Python object, called in a thread so that it cannot hold up the checks for ever."""

    def __init__(self, obj: Any, name: str, options: Options) -> None:
        self._options, self._session = options, Session()
        self._hung: Draw | None = None
        self.description = within(lambda: self._session.take(obj, name, options), options.build_limit)

    def draw(self, request: Request) -> list[Draw]:
        """Draw in a thread; after one hang nothing more is asked of the subject."""
        if self._hung:
            return [self._hung]
        try:
            return within(lambda: self._session.draw(request), self._options.call_limit * request.count)
        except SubjectFailure as failure:
            self._hung = Draw(error=str(failure), kind=failure.kind)
            return [self._hung]

    def close(self) -> None:
        """Nothing to end: a thread that hangs was asked to stop when its time was up."""


def waited(replies: queue.Queue[T], limit: float) -> T:
    """The next reply within ``limit`` seconds of a machine that is not overloaded.

    Where more wants to run than there are processors, waiting for a turn is not the subject's fault: the limit grows as
    the load does, fourfold at most.

    Raises:
        queue.Empty: there is none in time.
    """
    try:
        return replies.get(timeout=limit)
    except queue.Empty:
        crowd = os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1.0
        if crowd <= _CROWDED:
            raise
        return replies.get(timeout=limit * (min(crowd, _LONGEST) - 1))


def within(function: Callable[[], T], limit: float) -> T:
    """The function's value, or a SubjectFailure when it takes longer than ``limit`` seconds.

    A thread that runs Python code is then stopped by an exception; one that sits in foreign code is left behind.
    """
    outcome: queue.Queue[tuple[bool, Any]] = queue.Queue()

    def run() -> None:
        try:
            outcome.put((True, function()))
        except BaseException as error:
            outcome.put((False, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        fine, value = waited(outcome, limit)
    except queue.Empty:
        if thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
        raise SubjectFailure(f"does not return within {limit:g} s when it is called", "hung") from None
    if fine:
        return value  # type: ignore[no-any-return]
    raise value

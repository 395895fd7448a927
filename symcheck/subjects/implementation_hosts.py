"""Where an implementation runs: a process of its own (named) or a thread here (objects). Both keep time limits."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Protocol

from symcheck.errors import SubjectError
from symcheck.subjects import wire
from symcheck.subjects.hosts import waited, within
from symcheck.subjects.implementation_calls import Implementer
from symcheck.subjects.implementation_messages import Answer, Call, Offer
from symcheck.subjects.implementation_watch import Watch
from symcheck.subjects.model import LOAD_LIMIT, SubjectFailure


class NotAnImplementation(Exception):
    """A subject that was found, and is something else: an initializer or a network."""


class ImplementationHost(Protocol):
    """Serves one implementation."""

    offer: Offer

    def call(self, call: Call) -> Answer:
        """Call; a call that hangs or kills its process comes back as an answer with an error."""
        ...

    def close(self) -> None:
        """End whatever is still running."""
        ...


class ImplementationThread:
    """An implementation given as an object, called in a thread so that it cannot hold up the suite for ever."""

    def __init__(self, obj: Any, name: str, limit: float) -> None:
        self._implementer = within(lambda: Implementer(obj, name), LOAD_LIMIT)
        self.offer, self._limit = self._implementer.offer, limit

    def call(self, call: Call) -> Answer:
        """Call in a thread."""
        try:
            return within(lambda: self._implementer.call(call, Watch()), self._limit)
        except SubjectFailure as failure:
            return Answer(error=_without_ending(str(failure)), kind=failure.kind)

    def close(self) -> None:
        """Nothing to end: a thread that hangs was asked to stop when its time was up."""


class ImplementationProcess:
    """An implementation named by text, in a child process, started again after a call that hangs or kills it."""

    def __init__(self, spec: str, limit: float) -> None:
        self._spec, self._limit = spec, limit
        self.offer = self._load()

    def call(self, call: Call) -> Answer:
        """Call in the child."""
        if self._process.poll() is not None:
            self._load()
        try:
            header, arrays = self._ask({"do": "call", "call": call.header()}, call.arrays, self._limit)
        except SubjectFailure as failure:
            return Answer(error=str(failure), kind=failure.kind)
        if "answer" not in header:
            return Answer(error=header.get("failed", header.get("refused", "")), kind="raised")
        return Answer(**header["answer"], arrays=arrays)

    def close(self) -> None:
        """End the child."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:
                    continue

    def _load(self) -> Offer:
        self._start()
        try:
            header, _ = self._ask({"do": "load", "spec": self._spec}, [], LOAD_LIMIT)
            if "refused" in header:
                raise SubjectError(header["refused"])
            if "failed" in header:
                raise SubjectFailure(header["failed"], header["kind"])
            if header["offer"] is None:
                raise NotAnImplementation(self._spec)
        except (SubjectError, SubjectFailure, NotAnImplementation):
            self.close()
            raise
        return Offer(**header["offer"])

    def _start(self) -> None:
        # The working directory joins the child's path only after the standard library is imported, so that a file
        # random.py there does not take the place of the standard module.
        home = str(Path(__file__).resolve().parents[2])
        path = [p for p in sys.path if p and (p == home or Path(p).resolve() != Path.cwd())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "symcheck.subjects.implementation_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._replies: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._replies), daemon=True).start()

    def _ask(self, header: dict[str, Any], arrays: list[Any], limit: float) -> tuple[dict[str, Any], list[Any]]:
        assert self._process.stdin is not None
        doing = " when it is imported and made" if header["do"] == "load" else ""
        try:
            wire.send(self._process.stdin, header, arrays)
            frame = waited(self._replies, limit)
        except queue.Empty:
            self.close()
            raise SubjectFailure(f"does not return within {limit:g} s{doing}", "hung") from None
        except OSError:
            frame = None
        if frame is None:
            self._process.wait()
            code = self._process.returncode
            self.close()
            ending = f"signal {-code}" if code < 0 else f"exit status {code}"
            raise SubjectFailure(f"ends the process{doing} ({ending})", "died")
        return frame  # type: ignore[no-any-return]


def _listen(process: subprocess.Popen[bytes], replies: queue.Queue[Any]) -> None:
    assert process.stdout is not None
    try:
        while (frame := wire.receive(process.stdout)) is not None:
            replies.put(frame)
    except (OSError, ValueError):
        pass
    replies.put(None)


def _without_ending(sentence: str) -> str:
    return sentence.removesuffix(" when it is called")

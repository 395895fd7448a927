"""Where a subject runs: a process of its own (named subjects) or a thread here (objects). Both keep time limits."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.subjects import wire
from symcheck.subjects.data import LOAD_LIMIT, Facts, Options
from symcheck.subjects.kinds import Given
from symcheck.subjects.messages import Failed, Find, Refused, Take
from symcheck.subjects.watch import Watch
from symcheck.subjects.worker import Server

T = TypeVar("T")

#: Seconds in which a process that has closed its pipe may end by itself.
_PARTING = 1.0
#: Load for each processor from which a machine is overloaded, and by how much a time limit grows at most.
_CROWDED, _LONGEST = 1.5, 4.0

CALLED = " when it is called"
#: In place of a reply: none came in time; what came is none.
_LATE, _GARBLED = "late", "garbled"


class Host(Protocol):
    """Where one subject is served."""

    def open(self, options: Options) -> Facts:
        """Find out what the subject is.

        Raises:
            SymcheckError: it cannot be found, or is nothing that can be checked.
            SubjectFailure: it raises, hangs or dies meanwhile.
        """
        ...

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """The reply to a message within ``limit`` seconds; ``doing`` ends the sentence of one that does not come.

        Raises:
            SubjectFailure: the subject hangs, or ends its process.
        """
        ...

    def close(self) -> None:
        """End whatever is still running."""
        ...


class ProcessHost:
    """A subject named by text, in a child process that can be ended whatever it does.

    A call that hangs or kills the process ends it; the next one starts another, with the subject loaded again.
    """

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._options = Options()
        self._closed = False
        self._start()

    def open(self, options: Options) -> Facts:
        """Import the subject and look at it in the child."""
        self._options = options
        try:
            limit = max(LOAD_LIMIT, options.call_limit)
            self._asked(Find(self._spec), limit, " when its module is imported")
            facts: Facts = self._asked(Take(options), options.build_limit, CALLED)
        except BaseException:
            self.close()
            raise
        self._facts = facts
        return facts

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """Ask the child."""
        if self._process.poll() is not None:
            self.close()
            self._start()
            self._load_again()
        return self._asked(message, limit, doing)

    def _load_again(self) -> None:
        before = self._facts
        try:
            same = self.open(self._options) == before
        except SymcheckError as error:
            raise SubjectFailure(f"cannot be loaded a second time: {error}", "died") from None
        if not same:
            self.close()
            self._facts = before
            raise SubjectFailure("is something else when it is loaded a second time", "died")

    def close(self) -> None:
        """End the child, and whatever it has started."""
        if not self._closed:
            self._closed = True
            # Once only: later its number may be another group's.
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()

    def _start(self) -> None:
        # A file random.py in the working directory must not take the place of the standard module in the child
        # before the subject is imported, so the directory joins the path only then.
        home = str(Path(__file__).resolve().parents[2])
        path = [p for p in sys.path if p and (p == home or Path(p).resolve() != Path.cwd())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        command = [sys.executable, "-P", "-m", "symcheck.subjects.worker"]
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=writing, env=environment, start_new_session=True
        )
        os.close(writing)
        self._closed = False
        self._replies: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=_listen, args=(reading, self._replies), daemon=True).start()

    def _asked(self, message: Any, limit: float, doing: str) -> Any:
        assert self._process.stdin is not None
        try:
            wire.send(self._process.stdin, message)
            reply = waited(self._replies, limit)
        except queue.Empty:
            reply = None if self._process.poll() is not None else _LATE
        except OSError:
            reply = None
        if reply is None or reply in (_LATE, _GARBLED):
            raise self._ended(reply, limit, doing)
        if isinstance(reply, Refused):
            raise SubjectError(reply.message, reply.reason)
        if isinstance(reply, Failed):
            raise SubjectFailure(reply.message, reply.kind, reply.subject)
        return reply

    def _ended(self, reply: Any, limit: float, doing: str) -> SubjectFailure:
        """End the process, from which no reply will come; what it did."""
        if reply is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PARTING)
        code = self._process.poll()
        self.close()
        if reply is _LATE:
            return SubjectFailure(f"does not return within {limit:g} s{doing}", "hung")
        if reply is _GARBLED or code is None:
            what = "writes into" if reply is _GARBLED else "closes"
            return SubjectFailure(f"{what} the pipe through which it answers{doing}", "died")
        return SubjectFailure(f"ends the process{doing} ({_exit(code)})", "died")


class DirectHost:
    """The reference, which is trusted to return: called where it is asked for."""

    def __init__(self, obj: Any, name: str) -> None:
        self._server = Server(Watch, Given(obj, name))

    def open(self, options: Options) -> Facts:
        """Look at the object."""
        facts: Facts = self.ask(Take(options), options.build_limit, CALLED)
        return facts

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """Ask here and now."""
        return self._server.serve(message)

    def close(self) -> None:
        """Nothing to end."""


class ThreadHost(DirectHost):
    """A subject given as a Python object, called in a thread so that it cannot hold up the checks for ever.

    A thread that runs Python code when its time is up is stopped by an exception; one that sits in foreign code is left
    behind, and another takes its place.
    """

    _messages: queue.SimpleQueue[Any] | None = None

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """Ask in the thread."""
        if self._messages is None:
            self._start()
        assert self._messages is not None
        self._messages.put(message)
        try:
            fine, value = waited(self._replies, limit)
        except queue.Empty:
            self.close()
            if self._thread.ident is not None:
                thread = ctypes.c_ulong(self._thread.ident)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(SystemExit))
            raise SubjectFailure(f"does not return within {limit:g} s{doing}", "hung") from None
        if fine:
            return value
        raise value

    def close(self) -> None:
        """Let the thread end when what it is at has ended."""
        if self._messages is not None:
            self._messages.put(_NO_MORE)
            self._messages = None

    def _start(self) -> None:
        messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        replies: queue.Queue[tuple[bool, Any]] = queue.Queue()
        server = self._server

        def serve() -> None:
            for message in iter(messages.get, _NO_MORE):
                try:
                    replies.put((True, server.serve(message)))
                except BaseException as error:
                    replies.put((False, error))

        self._messages, self._replies = messages, replies
        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()


_NO_MORE = object()


def _listen(descriptor: int, replies: queue.Queue[Any]) -> None:
    try:
        # Closed here and nowhere else: its number must not become another pipe's while this thread may still read.
        with os.fdopen(descriptor, "rb") as stream:
            while (reply := wire.receive(stream)) is not None:
                replies.put(reply)
    except Exception:
        # What is no message was written by the subject itself.
        replies.put(_GARBLED)
    replies.put(None)


def _exit(code: int) -> str:
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit status {code}"


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

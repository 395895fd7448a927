"""Where a subject runs: a process of its own (named subjects) or a thread here (objects). Both keep time limits."""

from __future__ import annotations

import ctypes
import queue
import signal
import threading
from contextlib import suppress
from typing import Any, Protocol

from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.subjects.channel import Channel, Garbled, Gone, Late
from symcheck.subjects.data import LOAD_LIMIT, Facts, Options
from symcheck.subjects.deadline import GROWN, Deadline
from symcheck.subjects.given import Given
from symcheck.subjects.messages import Failed, Find, Refused, Take
from symcheck.subjects.watch import Watch
from symcheck.subjects.worker import Server

#: By how much the limit of an import grows at most on a machine that is overloaded: there is but one, and it is long.
IMPORTED = 2.0
CALLED = " when it is called"


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
        self._channel = Channel()

    def open(self, options: Options) -> Facts:
        """Import the subject and look at it in the child."""
        self._options = options
        try:
            limit = max(LOAD_LIMIT, options.call_limit)
            self._asked(Find(self._spec, options.seed), limit, " when its module is imported", IMPORTED)
            facts: Facts = self._asked(Take(options), options.build_limit, CALLED)
        except BaseException:
            self.close()
            raise
        self._facts = facts
        return facts

    def ask(self, message: Any, limit: float, doing: str = "") -> Any:
        """Ask the child."""
        if self._channel.ended:
            self.close()
            self._channel = Channel()
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
        self._channel.close()

    def _asked(self, message: Any, limit: float, doing: str, longest: float = GROWN) -> Any:
        try:
            reply = self._channel.ask(message, Deadline(limit, doing, longest))
        except Late:
            self.close()
            raise SubjectFailure(f"does not return within {limit:g} s{doing}", "hung") from None
        except Garbled:
            self.close()
            raise SubjectFailure(f"writes into the pipe through which it answers{doing}", "died") from None
        except Gone:
            code = self._channel.part()
            self.close()
            what = "closes the pipe through which it answers" if code is None else "ends the process"
            raise SubjectFailure(f"{what}{doing}{'' if code is None else f' ({_exit(code)})'}", "died") from None
        if isinstance(reply, Refused):
            raise SubjectError(reply.message, reply.reason)
        if isinstance(reply, Failed):
            raise SubjectFailure(reply.message, reply.kind, reply.subject)
        return reply


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
            fine, value = _waited(self._replies, Deadline(limit))
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
                    replies.put((True, server.answer(message)))
                except BaseException as error:
                    replies.put((False, error))

        self._messages, self._replies = messages, replies
        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()


_NO_MORE = object()


def _waited(replies: queue.Queue[tuple[bool, Any]], deadline: Deadline) -> tuple[bool, Any]:
    while left := deadline.left():
        with suppress(queue.Empty):
            return replies.get(timeout=left)
    raise queue.Empty


def _exit(code: int) -> str:
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit status {code}"

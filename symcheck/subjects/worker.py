"""The side on which a subject lives: it serves messages, in a process of its own or in a thread of the checker's.

Whatever a named subject prints, breaks or never returns from stays in its process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import IO, Any

from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
from symcheck.subjects import wire
from symcheck.subjects.builder import Builder
from symcheck.subjects.find import find
from symcheck.subjects.given import Given
from symcheck.subjects.implementer import Implementer
from symcheck.subjects.initializer import Initializer
from symcheck.subjects.messages import Build, Call, Draws, Failed, Find, Found, Refused, Request, Take, Transcribe
from symcheck.subjects.running import run_definitions
from symcheck.subjects.seeding import Seeded
from symcheck.subjects.watch import StreamWatch, Watch
from symcheck.subjects.whole import take_whole
from symcheck.texts import traced


class Server:
    """Serves one subject."""

    def __init__(self, make_watch: Callable[[], Watch], given: Given | None = None) -> None:
        self._make_watch, self._given = make_watch, given
        self._watch: Watch | None = None
        self._serves: Initializer | Implementer | Builder | None = None

    def serve(self, message: Any) -> Any:
        """The reply to a message.

        Raises:
            SymcheckError: the subject cannot be found, or is nothing that can be checked.
            SubjectFailure: it raises while it is loaded.
        """
        if isinstance(message, Find):
            with Seeded(message.seed):
                obj, positional, keywords = find(message.spec, run_definitions)
            self._given = Given(obj, message.spec, True, positional, keywords, ":" not in message.spec)
            return Found()
        if isinstance(message, Take):
            assert self._given is not None
            with Seeded(message.options.seed):
                facts, self._serves = take_whole(self._given, message.options)
            return facts
        if isinstance(message, Request):
            assert isinstance(self._serves, Initializer)
            return Draws(self._serves.draw(message))
        if isinstance(message, Build):
            assert isinstance(self._serves, Builder)
            return self._serves.build(message)
        if isinstance(message, Transcribe):
            assert isinstance(self._serves, Implementer)
            return self._serves.transcribe(message)
        assert isinstance(message, Call)
        assert isinstance(self._serves, Implementer)
        if self._watch is None:
            self._watch = self._make_watch()
        return self._serves.call(message, self._watch)

    def answer(self, message: Any) -> Any:
        """The reply to a message, whatever the subject raises.

        Raises:
            SymcheckError: the request cannot be carried out.
            SubjectFailure: the subject failed.
        """
        try:
            return self.serve(message)
        except (SymcheckError, SubjectFailure):
            raise
        except BaseException as error:
            raise SubjectFailure(f"raises {traced(error)}", "raised") from error


def main() -> None:
    """Serve messages from standard input until it closes."""
    replies = os.fdopen(os.dup(1), "wb")
    requests = os.fdopen(os.dup(0), "rb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1) if os.environ.get("SYMCHECK_DEBUG") else (0, 1, 2):
        os.dup2(null, descriptor)
    server = Server(StreamWatch)
    while True:
        try:
            number, message = wire.read(lambda size: _exactly(requests, size), None, float("inf"))
        except EOFError:
            return
        for part in _reply(server, message, number):
            replies.write(part)
        replies.flush()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    whole = stream.read(size)
    if len(whole) < size:
        raise EOFError
    return whole


def _reply(server: Server, message: Any, number: bytes) -> list[wire.Part]:
    try:
        return wire.frame(server.answer(message), number)
    except SubjectError as error:
        reply: Any = Refused(str(error), error.reason)
    except SymcheckError as error:
        reply = Refused(str(error))
    except SubjectFailure as failure:
        reply = Failed(str(failure), failure.kind, failure.subject)
    except BaseException as error:
        # What came back is no plain data after all.
        reply = Failed(f"raises {traced(error)}", "raised")
    return wire.frame(reply, number)


if __name__ == "__main__":
    main()

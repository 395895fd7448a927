"""A process of a subject's own and the two pipes to it, on which nothing is waited for beyond a deadline."""

from __future__ import annotations

import os
import secrets
import select
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from symcheck.subjects import wire
from symcheck.subjects.deadline import Deadline
from symcheck.subjects.limits import most_bytes
from symcheck.subjects.places import import_path

#: Seconds in which a process that has closed its pipe may end by itself.
_PARTING = 1.0
#: Seconds after which a process that is waited for is looked at.
_LOOK = 0.2
#: Bytes that are passed on at once, and so many at most that are put together first.
_BLOCK, _TOGETHER = 1 << 20, 1 << 16


class Late(Exception):
    """No reply came in time."""


class Gone(Exception):
    """The other side has closed its pipe, and perhaps ended."""


class Garbled(Exception):
    """What came is no reply to what was asked: the subject wrote it itself."""


class Channel:
    """A worker process that leads a group of its own.

    The pipes do not block here, whatever holds their other ends: a process that the subject has forked, or none.
    """

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(import_path())}
        command = [sys.executable, "-P", "-m", "symcheck.subjects.worker"]
        theirs, self._to = os.pipe()
        self._back, mine = os.pipe()
        self._open = True
        self._ahead = b""
        try:
            self._process = subprocess.Popen(
                command, stdin=theirs, stdout=mine, env=environment, start_new_session=True
            )
        except BaseException:
            self._close_pipes()
            raise
        finally:
            os.close(theirs)
            os.close(mine)
        for end in (self._to, self._back):
            os.set_blocking(end, False)

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def ask(self, message: Any, deadline: Deadline) -> Any:
        """The reply to a message.

        Raises:
            Late, Gone, Garbled: there is none.
        """
        # A reply carries the number of its request, which the subject is not told: what it writes itself is none.
        number = secrets.token_bytes(wire.NUMBER)
        try:
            parts = wire.frame(message, number)
            if sum(map(len, parts)) <= _TOGETHER:
                # Each write and each wait is a call of the system, and an array of a small network a few bytes.
                parts = [b"".join(parts)]
            for part in parts:
                self._send(part, deadline)
            return wire.read(lambda size: self._receive(size, deadline), number, most_bytes(message))
        except (Late, Gone):
            raise
        except OSError:
            raise Gone from None
        except Exception as error:
            raise Garbled from error

    def part(self) -> int | None:
        """Wait for a process that has closed its pipe; its exit status, or None where it lives on."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_PARTING)
        return None

    def close(self) -> None:
        """End the process, and what it has started."""
        if not self._open:
            return
        # Once only: later its number may be another group's.
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        self._open = False
        os.close(self._to)
        os.close(self._back)

    def _send(self, part: wire.Part, deadline: Deadline) -> None:
        view = memoryview(part)
        while view:
            self._wait(deadline, writing=True)
            with suppress(BlockingIOError):
                view = view[os.write(self._to, view[:_BLOCK]) :]

    def _receive(self, size: int, deadline: Deadline) -> bytearray:
        """Exactly so many bytes.

        Raises:
            Late, Gone: they do not come.
        """
        whole = bytearray(size)
        view = memoryview(whole)
        while True:
            taken = min(len(view), len(self._ahead))
            view[:taken] = self._ahead[:taken]
            self._ahead, view = self._ahead[taken:], view[taken:]
            if not view:
                return whole
            self._wait(deadline, writing=False)
            with suppress(BlockingIOError):
                if len(view) < _TOGETHER:
                    self._ahead = os.read(self._back, _TOGETHER)
                    count = len(self._ahead)
                else:
                    count = os.readv(self._back, [view[:_BLOCK]])
                    view = view[count:]
                if not count:
                    raise Gone

    def _wait(self, deadline: Deadline, writing: bool) -> None:
        """Wait until a pipe is ready.

        Raises:
            Late, Gone: it will not be.
        """
        reads, writes = ([], [self._to]) if writing else ([self._back], [])
        while left := deadline.left():
            # Looked at before the pipe: what a process wrote before it ended is still read.
            ended = self.ended
            if any(select.select(reads, writes, [], 0 if ended else min(left, _LOOK))):
                return
            if ended:
                # What it has forked holds the pipe open.
                raise Gone
        raise Late

"""A word to whoever waits for a subject that does not answer soon."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Seconds after which something is said, and then again.
_SOON, _AGAIN = 3.0, 1.0

_TOLD: ContextVar[Callable[[str], None] | None] = ContextVar("told", default=None)


@contextmanager
def telling(tell: Callable[[str], None] | None) -> Iterator[None]:
    """Have it said inside what is waited for."""
    token = _TOLD.set(tell)
    try:
        yield
    finally:
        _TOLD.reset(token)


class Wait:
    """One wait: told every second from the third on, with how long it may take."""

    def __init__(self, what: str) -> None:
        self._what, self._start = what, time.monotonic()
        self._next = self._start + _SOON

    def go_on(self, left: float) -> None:
        """Say it where it is time to.

        Args:
            left: seconds for which it is waited on.
        """
        now, tell = time.monotonic(), _TOLD.get()
        if tell is not None and now >= self._next:
            self._next = now + _AGAIN
            passed = now - self._start
            tell(
                f"waiting for it to answer{self._what}: {passed:.0f} s of {passed + left:.0f} s at most; Ctrl-C stops it"
            )

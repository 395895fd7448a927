"""Calls of an author's functions that may not return: each is given so much of the processor, and none may end the process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Seconds of the processor, whatever else runs, that a function may take which is tried on a handful of samples.
LONGEST = 5


class Hangs(Exception):
    """A function that is tried has not returned after `LONGEST` seconds of the processor."""


class EndsProgram(Exception):
    """A function that is called would end the program."""


@contextmanager
def ended_by_itself(limited: bool) -> Iterator[None]:
    """Calls inside raise what they raise; where they are tried they never end the process, nor go on for ever.

    Args:
        limited: whether they are tried, and stopped after `LONGEST` seconds; this only in the main thread, whose alone signals
            are. Whoever calls otherwise tells every exception as it came.

    Raises:
        Hangs, EndsProgram: in the place of what cannot go on.
    """
    try:
        if limited and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            with _stopped():
                yield
        else:
            yield
    except BaseException as error:
        # SystemExit, KeyboardInterrupt, GeneratorExit: what no search for another way to call catches.
        if not limited or isinstance(error, Exception):
            raise
        raise EndsProgram(f"{type(error).__name__} {error}".rstrip()) from error


@contextmanager
def _stopped() -> Iterator[None]:
    def stop(number: int, frame: Any) -> None:
        raise Hangs(f"does not return within {LONGEST} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

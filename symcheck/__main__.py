"""The command line: ``symcheck`` and ``python -m symcheck``."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def main() -> None:
    """Run the command line; a request that cannot be carried out ends in one sentence and exit status 2."""
    from symcheck.cli.main import symcheck
    from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
    from symcheck.texts import first_line, plain, plain_lines

    for stream in (sys.stdout, sys.stderr):
        # In a locale that lacks a character it is spelled, rather than the whole report lost.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _ending_in_order():
            symcheck(prog_name="symcheck")
    except SymcheckError as error:
        if "--debug" in sys.argv:
            raise
        # What is said of a subject may quote it; other sentences break their lines themselves.
        shown = plain(error) if isinstance(error, SubjectError) else plain_lines(error)
        print(f"symcheck: {shown}", file=sys.stderr)
        sys.exit(2)
    except SubjectFailure as failure:
        if "--debug" in sys.argv:
            raise
        print(f"symcheck: the subject {plain(failure)}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if "--debug" in sys.argv:
            raise
        _drop_what_is_not_written()
        print(f"symcheck: cannot write what was found: {first_line(error)}", file=sys.stderr)
        sys.exit(2)


class _Terminated(BaseException):
    """A request to end: no ``SystemExit``, which Hypothesis would take for what an example of a property raises."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """A request to end is an exit like any other, so that the processes of subjects are ended too."""

    def end(number: int, frame: object) -> None:
        raise _Terminated(128 + number)

    # Where an interrupt is ignored, as by what a shell runs in the background, it stays so.
    heeded = [signal.SIGTERM, *([signal.SIGINT] if signal.getsignal(signal.SIGINT) != signal.SIG_IGN else [])]
    try:
        before = [(number, signal.signal(number, end)) for number in heeded]
    except ValueError:
        # Signals are the main thread's.
        yield
        return
    try:
        yield
    except _Terminated as terminated:
        if terminated.status == 128 + signal.SIGINT:
            print("symcheck: interrupted; nothing was decided", file=sys.stderr)
        sys.exit(terminated.status)
    finally:
        for number, handler in before:
            signal.signal(number, handler or signal.SIG_DFL)


def _drop_what_is_not_written() -> None:
    """Have nothing left to be written when Python ends, which would raise again."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


if __name__ == "__main__":
    main()

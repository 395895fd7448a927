"""The command line: ``symcheck`` and ``python -m symcheck``."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; a request that cannot be carried out ends in one sentence and exit status 2."""
    from symcheck.cli.main import symcheck
    from symcheck.errors import SubjectError, SubjectFailure, SymcheckError
    from symcheck.texts import plain, plain_lines

    for stream in (sys.stdout, sys.stderr):
        # In a locale that lacks a character it is spelled, rather than the whole report lost.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
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


if __name__ == "__main__":
    main()

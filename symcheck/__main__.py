"""The command line: ``symcheck`` and ``python -m symcheck``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; a request that cannot be carried out ends in one sentence and exit status 2."""
    from symcheck.cli.main import symcheck
    from symcheck.errors import SubjectFailure, SymcheckError

    try:
        symcheck(prog_name="symcheck")
    except SymcheckError as error:
        if "--debug" in sys.argv:
            raise
        print(f"symcheck: {error}", file=sys.stderr)
        sys.exit(2)
    except SubjectFailure as failure:
        if "--debug" in sys.argv:
            raise
        print(f"symcheck: the subject {failure}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

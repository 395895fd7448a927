"""Expected failures: a user's own list of what is known to fail, each with a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from symcheck.errors import SymcheckError
from symcheck.suite.properties import bare


class BadExpectation(SymcheckError, ValueError):
    """An expected failure without a reason, or of something that does not exist."""


def read_expected(path: Path) -> dict[str, str]:
    """Read a file with one ``name: reason`` a line; ``#`` starts a comment.

    Raises:
        BadExpectation: no such file, or a line without a reason.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadExpectation(f"cannot read the expected failures in {path}: {error.strerror}") from None
    expected = {}
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        # A single colon ends the name; a double one is part of a test's id.
        name, *rest = (part.strip() for part in re.split(r"(?<!:):(?!:)", text, maxsplit=1))
        reason = rest[0] if rest else ""
        if not reason:
            raise BadExpectation(f"{path}, line {number}: write name: reason, not {text!r}")
        expected[bare(name)] = reason
    return expected


def check_names(expected: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse names of nothing.

    Raises:
        BadExpectation: an expected failure names no property and no check.
    """
    import difflib

    for name in expected:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise BadExpectation(f"the expected failure {name!r} names no property and no check{hint}")

"""How a failed test is shown: the subject's fault, without the stack of this package."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from symcheck.suite.attribution import Example, attribute
from symcheck.suite.claim import claim_of
from symcheck.suite.failure import Undecided, told
from symcheck.texts import plain_lines

#: Under which name what is known of a failure travels with its report, as plain data.
FACTS = "symcheck_failure"
#: The same of what is undecided: a sentence.
UNDECIDED = "symcheck_undecided"

_STALE = "[XPASS(strict)] "


@dataclass(frozen=True)
class _Crash:
    """What pytest's short summary reads."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return self.message


class Retold:
    """A failure as text; pytest shows it as it is."""

    def __init__(self, text: str) -> None:
        self.text = plain_lines(text, None)
        self.reprcrash = _Crash("", 0, self.text.partition("\n")[0])

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Any) -> None:
        """Write to pytest's terminal."""
        for number, line in enumerate(self.text.splitlines()):
            writer.line(line, red=number == 0, bold=number == 0)


def retold(error: BaseException | None, function: Any, report: Any, example: Example | None = None) -> Retold | None:
    """What to show in place of a traceback; None leaves the report as it is.

    Args:
        example: the one that failed, by which the cause is found; what is known of it is left with the report.
    """
    if isinstance(error, Undecided):
        report.user_properties.append((UNDECIDED, str(error)))
        # The sentence is told above all, and here only that it was.
        report.longrepr = (*report.longrepr[:2], "Skipped: undecided, as told above")
        return None
    if error is None:
        shown = str(report.longrepr)
        if report.failed and shown.startswith(_STALE):
            reason = shown.removeprefix(_STALE)
            return Retold(
                f"passes, although it is expected to fail ({reason}): take it off the list of expected failures"
            )
        return None
    if not report.failed:
        return None
    causes = {} if example is None else {"attribute": partial(attribute, example=example)}
    failure = told(error, claim_of(function), **causes)
    if failure is None:
        return None
    if failure.facts is not None:
        report.user_properties.append((FACTS, asdict(failure.facts)))
    return Retold(failure.full)

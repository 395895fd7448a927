"""How a failed test is shown: the subject's fault, without the stack of this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symcheck.oracle.claim import Claim, claim_of
from symcheck.oracle.evidence import PropertyFailure
from symcheck.subjects.implementation import Misbehaviour

_STALE = "[XPASS(strict)] "
_UNSTEADY = (
    "The same arguments gave another result the second time: the subject keeps something from call to call, or draws "
    "random numbers."
)


@dataclass(frozen=True)
class _Crash:
    """What pytest's short summary reads."""

    path: str
    lineno: int
    message: str


class Retold:
    """A failure as text; pytest shows it as it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reprcrash = _Crash("", 0, text.partition("\n")[0])

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Any) -> None:
        """Write to pytest's terminal."""
        for number, line in enumerate(self.text.splitlines()):
            writer.line(line, red=number == 0, bold=number == 0)


def retold(error: BaseException | None, function: Any, report: Any) -> Retold | None:
    """What to show in place of a traceback; None leaves the report as it is."""
    if error is None:
        shown = str(report.longrepr)
        if report.failed and shown.startswith(_STALE):
            reason = shown.removeprefix(_STALE)
            return Retold(
                f"passes, although it is expected to fail ({reason}): take it off the list of expected failures"
            )
        return None
    failure = told(error, claim_of(function)) if report.failed else None
    return Retold(failure.full) if failure is not None else None


def told(error: BaseException, claim: Claim | None) -> PropertyFailure | None:
    """The failure of the subject inside an exception, with the lemma it contradicts; None for any other error."""
    if isinstance(error, PropertyFailure) and error.full:
        return error
    found = _inside(error)
    if found is None:
        return None
    if isinstance(found, Misbehaviour):
        failure, text = PropertyFailure(str(found)), str(found)
        failure.misbehaved = True
    else:
        failure = PropertyFailure(found.sentence, found.details, found.mistake, found.code)
        text = found.text(claim.theorem if claim else None, claim.ids if claim else ())
    # Hypothesis wraps a failure that does not repeat in a group.
    failure.full = text if found is error else f"{text}\n\n{_UNSTEADY}"
    return failure


def _inside(error: BaseException) -> PropertyFailure | Misbehaviour | None:
    if isinstance(error, PropertyFailure | Misbehaviour):
        return error
    for inner in (*getattr(error, "exceptions", ()), error.__cause__, error.__context__):
        found = _inside(inner) if inner is not None else None
        if found is not None:
            return found
    return None

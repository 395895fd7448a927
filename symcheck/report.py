"""Findings and reports: data only; how they look is the business of symcheck.render."""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from symcheck.displayed import Displayed
from symcheck.drawn import Drawn
from symcheck.texts import describe, plain, plain_lines, plain_values, type_name
from symcheck.verdict import Verdict
from symcheck.version import __version__

STATUSES = ("passed", "warned", "failed", "skipped", "xfailed", "error")
GRADES = ("proved", "exact", "rounding", "statistical", "observed")


@dataclass(frozen=True)
class Finding:
    """What one check says of a subject; texts that came from the subject are plain in it, whatever they held.

    Attributes:
        check: ``initializer.scale``, ``network.symmetry``, ...
        status: passed, warned (nothing is known to be wrong, and something not known to be right), failed, skipped (it does not apply, and says why), xfailed, or error (the subject could
            not be judged, because it raised, hung or returned nonsense).
        grade: how sure: proved, exact, rounding, statistical (within the false-alarm rate) or observed.
        message: one sentence: got, but should be.
        measured, expected: the figures behind it, as numbers or short text.
        p_value: of a statistical check; otherwise None.
        reproduce: a command or snippet.
        diagnosis: the likely cause and its remedy.
        explained: whether the verdict of its report tells the cause, and an earlier finding the diagnosis.
    """

    check: str
    status: str
    grade: str
    message: str
    measured: Any = None
    expected: Any = None
    p_value: float | None = None
    reproduce: str | None = None
    diagnosis: str | None = None
    explained: bool = False

    def __post_init__(self) -> None:
        if self.status not in STATUSES or self.grade not in GRADES:
            raise ValueError(f"no such status or grade: {self.status}, {self.grade}")
        _set(self, "message", plain(self.message))
        _set(self, "diagnosis", self.diagnosis and plain_lines(self.diagnosis))
        # Code that is cut would not run.
        _set(self, "reproduce", self.reproduce and plain_lines(self.reproduce, None))

    @property
    def bad(self) -> bool:
        """Whether this finding makes the report fail."""
        return self.status in ("failed", "error")


@dataclass(frozen=True)
class NotJudged(Finding):
    """What stands in for a finding where the check itself raised: no subject is rejected by it."""


def not_judged(check: str, grade: str, error: Exception) -> NotJudged:
    """What is found where a check itself raises, which is no verdict on the subject."""
    package = Path(__file__).parent
    steps = traceback.extract_tb(error.__traceback__)
    own = [step for step in steps if Path(step.filename).is_relative_to(package)]
    where = f" ({Path(own[-1].filename).relative_to(package.parent).as_posix()}, line {own[-1].lineno})" if own else ""
    message = f"could not be judged: this check raises {describe(error)}{where}, which is a fault of symcheck"
    return NotJudged(check, "error", grade, message, measured=type_name(error))


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """The findings on one subject, with how it was called and what it was held to.

    ``looks_like`` says what is drawn, where no law was tested. ``notes`` are sentences about the run: which law was taken and why,
    what could not be tested, the smallest error that would have been seen. ``verdict`` says what is behind the failures,
    where that was looked for; its sentences are said first in every view. ``drawn`` has what a picture shows, where it was
    asked for: of an initializer its draws, of a network its certificate. ``holds_to_laws`` is false where laws of weights
    are not what the findings are about.
    """

    name: str
    kind: str
    findings: Sequence[Finding]
    called_as: str | None = None
    layout: str | None = None
    law: str | None = None
    looks_like: str | None = None
    seed: int | None = None
    false_alarm_rate: float = 1e-9
    notes: Sequence[str] = field(default=())
    verdict: Verdict | None = None
    drawn: Drawn | Displayed | None = None
    holds_to_laws: bool = True

    def __post_init__(self) -> None:
        for name in ("name", "called_as", "law", "looks_like"):
            value = getattr(self, name)
            _set(self, name, value and plain(value))
        _set(self, "notes", tuple(map(plain, self.notes)))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings passed, warned, failed (errors included) and were skipped (expected failures included)."""
        statuses = [f.status for f in self.findings]
        failed = sum(f.bad for f in self.findings)
        passed = statuses.count("passed")
        warned = statuses.count("warned")
        skipped = len(statuses) - passed - warned - failed
        return {"passed": passed, "warned": warned, "failed": failed, "skipped": skipped}

    @property
    def untested(self) -> str:
        """That no law was tested, and what the draws look like; empty where there is a law."""
        if self.law is not None or self.kind == "recipe" or not self.holds_to_laws:
            return ""
        return f"no law was tested{f'; it looks like this: {self.looks_like}' if self.looks_like else ''}"

    @property
    def taken_law(self) -> str:
        """The law as a fact for a header; empty where the findings are not about laws."""
        if self.law:
            return f"law {self.law}"
        if not self.holds_to_laws:
            return ""
        return "laws by pattern" if self.kind == "recipe" else "no law"

    @property
    def passed(self) -> bool:
        """Whether at least one check ran and none failed."""
        counts = self.counts
        return counts["failed"] == 0 and counts["passed"] > 0

    @property
    def said(self) -> str:
        """The verdict on one line: the cause of what failed, or how much passed and what was not tested."""
        told = self.verdict.sentences[:1] if self.verdict else []
        if self.failures:
            first = self.failures[0]
            rest = len(self.failures) - 1
            more = "" if told or not rest else f" ({rest} more failed)"
            cause = told or [first.message, *(first.diagnosis or "").split("\n")[:1]]
            return f"failed: {'. '.join(c.rstrip('.') for c in cause if c)}{more}"
        counts = self.counts
        if not counts["passed"]:
            return "no check could be run, which is not a pass"
        other = [f"{counts[status]} {status}" for status in ("warned", "skipped") if counts[status]]
        counted = ", ".join([f"{counts['passed']} checks passed", *other, *([self.untested] if self.untested else [])])
        return f"passed: {counted}"

    @property
    def failures(self) -> list[Finding]:
        """The findings that make the report fail."""
        return [f for f in self.findings if f.bad]

    def as_dict(self) -> dict[str, Any]:
        """The JSON report as a dictionary; its keys are stable."""
        return {
            "symcheck": __version__,
            "subject": {"name": self.name, "kind": self.kind, "called_as": self.called_as, "layout": self.layout},
            "verdict": "passed" if self.passed else "failed",
            "said_first": [] if self.verdict is None else self.verdict.sentences,
            "causes": None if self.verdict is None else plain_values(asdict(self.verdict)),
            "law": self.law,
            "looks_like": self.looks_like,
            "false_alarm_rate": self.false_alarm_rate,
            "seed": self.seed,
            "notes": list(self.notes),
            "findings": [plain_values(asdict(f)) for f in self.findings],
            "counts": self.counts,
        }

    def to_json(self) -> str:
        """The JSON report, one stable object; a number that is not finite is written as text."""
        return json.dumps(self.as_dict(), indent=2, allow_nan=False)


def _set(frozen: object, name: str, value: Any) -> None:
    object.__setattr__(frozen, name, value)

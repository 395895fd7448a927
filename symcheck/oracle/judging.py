"""Opens whatever a user hands to the suite and says what kind of subject it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from symcheck.errors import SubjectError
from symcheck.report import Finding, Report
from symcheck.subjects.files import SUFFIXES
from symcheck.subjects.implementation import Implementation, open_implementation
from symcheck.subjects.implementation_hosts import NotAnImplementation
from symcheck.subjects.misnamed import OTHER_SUFFIXES
from symcheck.subjects.model import CALL_LIMIT, SubjectFailure

IMPLEMENTATION = "implementation"


@dataclass
class Subject:
    """A subject with its kind: an implementation for the properties, or one that the checks have judged.

    Attributes:
        kind: ``implementation``, ``initializer`` or ``network``.
        failure: why it could not be loaded, in one sentence; then there is neither.
    """

    name: str
    kind: str
    implementation: Implementation | None = None
    report: Report | None = None
    failure: str = ""

    @property
    def called_as(self) -> str:
        """How it is called."""
        if self.implementation is not None:
            return self.implementation.called_as
        return (self.report.called_as if self.report else None) or ""

    def finding(self, name: str) -> Finding:
        """What a check said."""
        assert self.report is not None
        return next(f for f in self.report.findings if f.check == name)


def open_for_suite(
    subject: Any, *, law: str | None = None, seed: int = 0, false_alarm_rate: float = 1e-9, limit: float = CALL_LIMIT,
    kind: str | None = None, only: Collection[str] | None = None,
) -> Subject:  # fmt: skip
    """Open a subject; one that is no implementation is judged by the checks at once.

    Raises:
        SymcheckError: there is no such thing, or it is nothing that can be judged.
    """
    from symcheck.subjects.opening import subject_name

    name = subject_name(subject)
    if kind in (None, "implementation") and may_be_an_implementation(subject):
        try:
            opened = open_implementation(subject, limit)
            return Subject(opened.name, "implementation", opened)
        except SubjectFailure as failure:
            return Subject(name, "implementation", failure=f"{name} {failure}")
        except NotAnImplementation:
            if kind == "implementation":
                raise SubjectError(f"{name} offers nothing of the implementation protocol") from None
    elif kind == "implementation":
        raise SubjectError(f"{name} names no implementation")
    from symcheck.checks.runner import check

    report = check(
        subject, law, kind=kind, seed=seed % 2**31, false_alarm_rate=false_alarm_rate, timeout=limit, only=only
    )
    return Subject(name, report.kind, report=report)


def may_be_an_implementation(subject: Any) -> bool:
    """Whether it is worth opening as an implementation: files of weights and names of laws are none."""
    if not isinstance(subject, str):
        return True
    if subject.lower().endswith((*SUFFIXES, *OTHER_SUFFIXES)):
        return False
    return ":" in subject or subject.endswith(".py") or _dotted(subject)


def _dotted(name: str) -> bool:
    return "." in name and all(part.isidentifier() for part in name.split("."))

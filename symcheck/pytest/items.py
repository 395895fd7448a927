"""Tests that are no functions: one for each check of an initializer or network, and one for a subject that fails to load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symcheck.checking import OpenedSubject
from symcheck.suite.failure import PropertyFailure


class CheckItem(pytest.Item):
    """One check; it was run with all others when the subject was opened."""

    def __init__(self, *, subject: OpenedSubject, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._subject = subject

    def runtest(self) -> None:
        """Tell what the check found."""
        tell(self._subject, self.name)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where pytest says that it stands."""
        return self.path, None, f"{self._subject.name}: {self.name}"


class FailedItem(CheckItem):
    """A subject that raises or hangs while it is loaded."""

    def runtest(self) -> None:
        """Tell why."""
        raise PropertyFailure(self._subject.failure)


def tell(subject: OpenedSubject, name: str) -> None:
    """Raise what a check found, or skip the test where it does not apply."""
    finding = subject.finding(name)
    if finding.status == "skipped":
        pytest.skip(finding.message)
    if finding.bad:
        parts = []
        if finding.measured is not None and finding.expected is not None:
            parts.append(f"  got {finding.measured}, but should be {finding.expected}")
        if finding.diagnosis:
            parts.append(f"  {finding.diagnosis}")
        if finding.reproduce:
            parts.append(f"  reproduce: {finding.reproduce}")
        raise PropertyFailure(f"{name}: {finding.message}", "\n".join(parts))

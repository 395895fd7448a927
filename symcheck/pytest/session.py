"""What a pytest run knows: the subject, the properties that apply to it, and how a failure is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from symcheck.checking import OpenedSubject, open_and_check
from symcheck.diagnosis.settling import settle
from symcheck.errors import SymcheckError
from symcheck.pytest.expected import check_names, read_expected
from symcheck.pytest.items import CheckItem, FailedItem
from symcheck.pytest.retelling import retold
from symcheck.strategies.frame import FREE, drawing_within
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation, reference_implementation
from symcheck.suite.attribution import Example
from symcheck.suite.claim import claim_of
from symcheck.suite.experiments import frame_of
from symcheck.suite.properties import REFERENCES, Counter, bare, configured, counting
from symcheck.suite.run import Run, suite
from symcheck.suite.settlement_sentences import settlement_lines
from symcheck.texts import plain
from symcheck.version import __version__


def open_session(config: pytest.Config) -> Session:
    """The session of a run, with its subject open.

    Raises:
        pytest.UsageError: the request cannot be carried out; one sentence says why.
    """
    option = config.option
    try:
        file = option.symcheck_xfail or config.getini("symcheck_xfail")
        expected = read_expected(Path(file) if option.symcheck_xfail else config.rootpath / file) if file else {}
        run = Run(option.symcheck_seed, option.symcheck_profile, option.symcheck_false_alarm, option.symcheck_law)
        subject = None
        if option.symcheck:
            if not suite():
                raise SymcheckError("the property suite is not part of this installation of symcheck")
            told = Options(option.symcheck_kind, call_limit=option.symcheck_timeout, seed=run.seed % 2**31)
            tell = _tell if sys.stderr.isatty() else None
            subject = open_and_check(
                option.symcheck, run.law, told, false_alarm_rate=run.false_alarm_rate, progress=tell
            )
    except SymcheckError as error:
        raise pytest.UsageError(plain(error)) from None
    if subject is not None and subject.implementation is not None:
        settle(subject.implementation, frame_of(subject.implementation))
    return Session(run, subject, expected)


class Session:
    """One pytest run."""

    def __init__(self, run: Run, subject: OpenedSubject | None, expected: dict[str, str]) -> None:
        self.run, self.subject, self._expected = run, subject, expected
        self._references: dict[str, Implementation] = {}
        self._noted = False
        self._examples: dict[str, Example] = {}

    @property
    def names(self) -> list[str]:
        """The implementations that the properties run against."""
        return [self.subject.name] if self.subject else list(REFERENCES)

    def implementation(self, name: str | None = None) -> Implementation:
        """An implementation by name; the subject's own when there is one."""
        if self.subject is not None:
            if self.subject.implementation is None:
                pytest.skip(f"{self.subject.name} is no implementation")
            return self.subject.implementation
        key = name or next(iter(REFERENCES))
        if key not in self._references:
            self._references[key] = reference_implementation(*REFERENCES[key])
        return self._references[key]

    def header(self) -> list[str]:
        """What is judged, and how."""
        if self.subject is None:
            return []
        subject, run = self.subject, self.run
        called = f"   called as {subject.called_as}" if subject.called_as else ""
        lines = [f"symcheck {__version__}   {subject.kind} {subject.name}{called}"]
        if subject.implementation is not None:
            offer = subject.implementation.offer
            loss = offer.objective.name if offer.objective else offer.loss
            told = f"activation {offer.activation}", f"loss {loss}", f"layout {offer.layout}"
            lines.append("   ".join(told).replace("None", "not named"))
            lines += [f"  {part.told}" for part in offer.found]
            lines += settlement_lines(subject.implementation)
        law = f"   law {run.law}" if run.law else ""
        lines.append(f"seed {run.seed}   profile {run.profile}{law}   false alarms <= {run.false_alarm_rate:g}")
        return list(map(plain, lines))

    def arrange(self, session: pytest.Session, items: list[pytest.Item], found: list[pytest.Item]) -> None:
        """Keep the properties that are about the subject, or put its checks in their place."""
        others = [item for item in items if item not in set(found)]
        if self.subject is not None and found:
            found = self._of_subject(session, found)
        items[:] = others + found
        names = set()
        for item in found:
            name = bare(item.name)
            item.user_properties.append(("symcheck", name))
            names |= {name, name.partition("[")[0]}
            function = getattr(item, "obj", None)
            configured(function, self.run)
            self._mark(item, name)
        if found:
            try:
                check_names(self._expected, sorted(names))
            except SymcheckError as error:
                raise pytest.UsageError(plain(error)) from None

    def _of_subject(self, session: pytest.Session, found: list[pytest.Item]) -> list[pytest.Item]:
        assert self.subject is not None
        subject = self.subject
        if subject.failure:
            return [FailedItem.from_parent(session, name="load", nodeid=f"{subject.name}::load", subject=subject)]
        if subject.report is not None:
            return [
                CheckItem.from_parent(session, name=f.check, nodeid=f"{subject.name}::{f.check}", subject=subject)
                for f in subject.report.findings
            ]
        return [item for item in found if "implementation" in getattr(item, "fixturenames", ())]

    def _mark(self, item: pytest.Item, name: str) -> None:
        claim = claim_of(getattr(item, "obj", None))
        if claim is not None and self.subject is not None and self.subject.implementation is not None:
            lacking = self.subject.implementation.lacks(claim.needs)
            if lacking:
                item.add_marker(pytest.mark.skip(reason=lacking))
        reason = self._expected.get(name) or self._expected.get(name.partition("[")[0])
        if reason:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))

    @contextmanager
    def counting(self, item: pytest.Function) -> Iterator[None]:
        """Count the examples a property completes; none is a failure."""
        counter = Counter()
        subject = item.funcargs.get("implementation")
        try:
            frame = frame_of(subject) if isinstance(subject, Implementation) else FREE
            with counting(item.obj, counter), drawing_within(frame):
                yield
        except Exception:
            if isinstance(subject, Implementation):
                self._examples[item.nodeid] = Example(item.obj, subject, self.run, counter.failing or item.funcargs)
            raise
        finally:
            item.user_properties.append(("symcheck_examples", counter.count))
            self._note(item)

    def example(self, item: pytest.Item) -> Example | None:
        """The example in which a property failed."""
        return self._examples.get(item.nodeid)

    def _note(self, item: pytest.Item) -> None:
        implementation = self.subject.implementation if self.subject else None
        if implementation is not None and implementation.printed and not self._noted:
            self._noted = True
            item.user_properties.append(("symcheck_note", plain(implementation.printed)))

    def close(self) -> None:
        """End the subject's process."""
        for implementation in (self.subject and self.subject.implementation, *self._references.values()):
            if implementation:
                implementation.close()


def retell(session: Session, item: pytest.Item, call: pytest.CallInfo[None], report: Any) -> None:
    """Put what failed into the words of whoever wrote the subject."""
    error = call.excinfo.value if call.excinfo else None
    text = retold(error, getattr(item, "obj", None), report, session.example(item))
    if text is not None:
        report.longrepr = text


def _tell(text: str) -> None:
    """Say on the terminal what is waited for, on one line that is written over."""
    sys.stderr.write(f"\r{text}\x1b[K\r")
    sys.stderr.flush()

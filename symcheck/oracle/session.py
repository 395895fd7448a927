"""What a pytest run knows: the subject, the properties that apply to it, and how a failure is shown."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import UnsatisfiedAssumption

from symcheck.errors import SymcheckError
from symcheck.oracle.claim import claim_of
from symcheck.oracle.evidence import PropertyFailure
from symcheck.oracle.expected import bare, check_names, read_expected
from symcheck.oracle.items import CheckItem, FailedItem
from symcheck.oracle.judging import Subject, open_for_suite
from symcheck.oracle.retelling import retold
from symcheck.oracle.run import EXAMPLES, Run, suite
from symcheck.subjects.implementation import Implementation, reference_implementation
from symcheck.version import __version__

#: The networks that the properties hold for when no subject is named: a smooth and a kinked activation, both losses.
REFERENCES = {"tanh-mse": ("tanh", "mse"), "relu-softmax": ("relu", "softmax_cross_entropy")}


def open_session(config: pytest.Config) -> Session:
    """The session of a run, with its subject open.

    Raises:
        pytest.UsageError: the request cannot be carried out; one sentence says why.
    """
    option = config.option
    try:
        if not 0 < option.symcheck_false_alarm < 1:
            raise SymcheckError(f"the false-alarm rate must lie between 0 and 1, not {option.symcheck_false_alarm!r}")
        file = option.symcheck_xfail or config.getini("symcheck_xfail")
        expected = read_expected(Path(file) if option.symcheck_xfail else config.rootpath / file) if file else {}
        run = Run(option.symcheck_seed, option.symcheck_profile, option.symcheck_false_alarm, option.symcheck_law)
        subject = None
        if option.symcheck:
            if not suite():
                raise SymcheckError("the property suite is not part of this installation of symcheck")
            subject = open_for_suite(
                option.symcheck, law=run.law, seed=run.seed, false_alarm_rate=run.false_alarm_rate,
                limit=option.symcheck_timeout, kind=option.symcheck_kind,
            )  # fmt: skip
    except SymcheckError as error:
        raise pytest.UsageError(str(error)) from None
    return Session(run, subject, expected)


def profile(name: str) -> settings:
    """The Hypothesis settings of a profile, registered with Hypothesis as ``symcheck-NAME``.

    No database: the seed that is printed repeats a run, and nothing is left in the working directory.
    """
    chosen = settings(
        max_examples=EXAMPLES[name], deadline=None, database=None, derandomize=False, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.differing_executors],
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )  # fmt: skip
    settings.register_profile(f"symcheck-{name}", chosen)
    return chosen


def configured(function: Any, run: Run) -> None:
    """Give a property the seed and the number of examples of a run, unless it has settings of its own."""
    claim = claim_of(function)
    if claim is None or not hasattr(function, "hypothesis") or getattr(function, "symcheck_configured", False):
        return
    hypothesis.seed(run.seed_of(function.__name__))(function)
    settings(profile(run.profile), max_examples=run.examples(claim.weight))(function)
    function.symcheck_configured = True


class Session:
    """One pytest run."""

    def __init__(self, run: Run, subject: Subject | None, expected: dict[str, str]) -> None:
        self.run, self.subject, self._expected = run, subject, expected
        self._references: dict[str, Implementation] = {}
        self._noted = False

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
            told = f"activation {offer.activation}", f"loss {offer.loss}", f"layout {offer.layout}"
            lines.append("   ".join(told).replace("None", "not named"))
        law = f"   law {run.law}" if run.law else ""
        lines.append(f"seed {run.seed}   profile {run.profile}{law}   false alarms <= {run.false_alarm_rate:g}")
        return lines

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
                raise pytest.UsageError(str(error)) from None

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
        try:
            with counted(item.obj, counter):
                yield
        finally:
            item.user_properties.append(("symcheck_examples", counter.count))
            self._note(item)

    def _note(self, item: pytest.Item) -> None:
        implementation = self.subject.implementation if self.subject else None
        if implementation is not None and implementation.printed and not self._noted:
            self._noted = True
            item.user_properties.append(("symcheck_note", implementation.printed))

    def close(self) -> None:
        """End the subject's process."""
        for implementation in (self.subject and self.subject.implementation, *self._references.values()):
            if implementation:
                implementation.close()


class Counter:
    """Counts the examples that ran to their end, or failed."""

    def __init__(self) -> None:
        self.count = 0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted."""

        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            try:
                result = function(*args, **kwargs)
            except UnsatisfiedAssumption:
                raise
            except Exception:
                self.count += 1
                raise
            self.count += 1
            return result

        return counted


@contextmanager
def counted(function: Any, counter: Counter | None = None) -> Iterator[Counter]:
    """Count the examples that a property completes.

    Raises:
        PropertyFailure: there was none.
    """
    counter = counter or Counter()
    handle = getattr(function, "hypothesis", None)
    original = handle.inner_test if handle else None
    if handle:
        handle.inner_test = counter.around(handle.inner_test)
    try:
        yield counter
        if not handle:
            counter.count += 1
        if not counter.count:
            raise PropertyFailure("no example of this property could be run, so nothing was tested")
    finally:
        if handle:
            handle.inner_test = original


def retell(item: pytest.Item, call: pytest.CallInfo[None], report: Any) -> None:
    """Put what failed into the words of whoever wrote the subject."""
    text = retold(call.excinfo.value if call.excinfo else None, getattr(item, "obj", None), report)
    if text is not None:
        report.longrepr = text

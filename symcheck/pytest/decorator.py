"""Properties and checks inside a user's own tests: one generator feeds the decorator and the fixture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from symcheck.checking import OpenedSubject, open_and_check
from symcheck.pytest.expected import check_names
from symcheck.pytest.items import tell
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Misbehaviour
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.properties import SuiteCheck, bare, property_checks
from symcheck.suite.run import Run
from symcheck.verdict import Failed, verdict_of


def parametrize_with_checks(
    subjects: Sequence[Any],
    *,
    law: str | None = None,
    xfail: Mapping[str, str] | None = None,
    profile: str = "fast",
    false_alarm_rate: float = 1e-9,
) -> pytest.MarkDecorator:
    """Parametrize a test by ``subject`` and ``check``: every property or check that applies, one test each.

    ::

        @symcheck.parametrize_with_checks([MyMLP(), my_init], xfail={"initializer.scale": "it is LeCun's law"})
        def test_mine(subject, check):
            check(subject)

    Args:
        subjects: objects, or text as for ``pytest --symcheck``.
        law: of initializers, and of what implementations draw.
        xfail: names of properties or checks that are known to fail, each with its reason; one that passes fails.
        profile: ``fast``, ``default`` or ``thorough``.
        false_alarm_rate: of the whole list.

    Raises:
        SymcheckError: a subject that is nothing to judge, or an expected failure that names nothing.
    """
    run = Run(profile=profile, false_alarm_rate=false_alarm_rate / max(1, len(subjects)), law=law)
    expected = {bare(name): reason for name, reason in (xfail or {}).items()}
    parameters, names = [], set()
    for subject in subjects:
        opened = open_and_check(subject, law, Options(seed=run.seed % 2**31), false_alarm_rate=run.false_alarm_rate)
        for check in suite_checks(opened, run):
            names |= {check.name, check.name.partition("[")[0]}
            reason = _reason(expected, check.name)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            parameters.append(pytest.param(subject, check, marks=marks, id=f"{opened.name}-{check.name}"))
    check_names(expected, sorted(names))
    return pytest.mark.parametrize(("subject", "check"), parameters)


def judge(
    subject: Any, law: str | None = None, *, run: Run | None = None, xfail: Mapping[str, str] | None = None
) -> None:
    """Run every property or check that applies, and fail with one line for each that does not hold.

    Raises:
        PropertyFailure: with all of them.
        SymcheckError: the subject is nothing to judge.
    """
    base = run or Run()
    run = Run(base.seed, "fast", base.false_alarm_rate, law)
    opened = open_and_check(subject, law, Options(seed=run.seed % 2**31), false_alarm_rate=run.false_alarm_rate)
    try:
        _judge(opened, run, xfail or {})
    finally:
        if opened.implementation is not None:
            opened.implementation.close()


def _judge(opened: OpenedSubject, run: Run, xfail: Mapping[str, str]) -> None:
    expected = {bare(name): reason for name, reason in xfail.items()}
    wrong, ran, names, failed = [], 0, [], list[Failed]()
    for check in suite_checks(opened, run):
        names += [check.name, check.name.partition("[")[0]]
        try:
            check()
        except pytest.skip.Exception:
            continue
        except (PropertyFailure, Misbehaviour) as failure:
            ran += 1
            if not _reason(expected, check.name):
                wrong.append(f"{check.name}: {getattr(failure, 'sentence', failure)}")
                facts = getattr(failure, "facts", None)
                failed += [replace(facts, name=check.name)] if facts else []
            continue
        ran += 1
        if reason := _reason(expected, check.name):
            wrong.append(f"{check.name}: passes, although it is expected to fail ({reason})")
    check_names(expected, names)
    if wrong or not ran:
        verdict = verdict_of(failed)
        cause = [] if verdict is None else verdict.sentences
        raise PropertyFailure("\n".join([f"{opened.name}: {len(wrong)} of {ran} do not hold", *cause, *wrong]))


def suite_checks(subject: OpenedSubject, run: Run) -> Iterator[SuiteCheck]:
    """Every property (of an implementation) or check (of anything else) that there is for a subject."""
    if subject.failure:
        yield SuiteCheck("load", partial(_raise, subject.failure))
    elif subject.report is not None:
        for finding in subject.report.findings:
            yield SuiteCheck(finding.check, partial(tell, subject, finding.check))
    else:
        assert subject.implementation is not None
        yield from property_checks(subject.implementation, run)


def _reason(expected: Mapping[str, str], name: str) -> str | None:
    """Why a property, or one case of it, is expected to fail."""
    return expected.get(name) or expected.get(name.partition("[")[0])


def _raise(sentence: str) -> None:
    raise PropertyFailure(sentence)

"""Properties and checks inside a user's own tests: one generator feeds the decorator and the fixture."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from symcheck.oracle.claim import claim_of
from symcheck.oracle.evidence import PropertyFailure
from symcheck.oracle.expected import bare, check_names
from symcheck.oracle.items import tell
from symcheck.oracle.judging import Subject, open_for_suite
from symcheck.oracle.retelling import told
from symcheck.oracle.run import Run, suite
from symcheck.oracle.session import configured, counted
from symcheck.subjects.implementation import Implementation, Misbehaviour


@dataclass(frozen=True)
class SuiteCheck:
    """One property or check by name; call it with the subject that it was made for."""

    name: str
    body: Callable[[], int | None]
    function: Callable[..., None] | None = None

    def __call__(self, subject: Any = None) -> None:
        """Run it.

        Raises:
            PropertyFailure: it does not hold; the text says why.
        """
        self.body()

    def __repr__(self) -> str:
        return self.name


def parametrize_with_checks(
    subjects: Sequence[Any], *, law: str | None = None, xfail: Mapping[str, str] | None = None, profile: str = "fast",
    false_alarm_rate: float = 1e-9,
) -> pytest.MarkDecorator:  # fmt: skip
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
        opened = open_for_suite(subject, law=law, seed=run.seed, false_alarm_rate=run.false_alarm_rate)
        for check in checks_of(opened, run):
            names |= {check.name, check.name.partition("[")[0]}
            reason = expected.get(check.name) or expected.get(check.name.partition("[")[0])
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
    opened = open_for_suite(subject, law=law, seed=run.seed, false_alarm_rate=run.false_alarm_rate)
    expected = {bare(name): reason for name, reason in (xfail or {}).items()}
    wrong, ran, names = [], 0, []
    for check in checks_of(opened, run):
        names.append(check.name)
        try:
            check()
        except pytest.skip.Exception:
            continue
        except (PropertyFailure, Misbehaviour) as failure:
            ran += 1
            if check.name not in expected:
                wrong.append(f"{check.name}: {getattr(failure, 'sentence', failure)}")
            continue
        ran += 1
        if check.name in expected:
            wrong.append(f"{check.name}: passes, although it is expected to fail ({expected[check.name]})")
    check_names(expected, names)
    if wrong or not ran:
        raise PropertyFailure("\n".join([f"{opened.name}: {len(wrong)} of {ran} do not hold", *wrong]))


def checks_of(subject: Subject, run: Run) -> Iterator[SuiteCheck]:
    """Every property (of an implementation) or check (of anything else) that there is for a subject."""
    if subject.failure:
        yield SuiteCheck("load", lambda: _raise(subject.failure))
    elif subject.report is not None:
        for finding in subject.report.findings:
            yield SuiteCheck(finding.check, lambda name=finding.check: tell(subject, name))  # type: ignore[misc]
    else:
        assert subject.implementation is not None
        for function in properties():
            configured(function, run)
            for label, extra in cases_of(function):
                name = bare(function.__name__) + (f"[{label}]" if label else "")
                yield SuiteCheck(name, _bound(function, subject.implementation, run, extra), function)


def properties() -> tuple[Callable[..., None], ...]:
    """The properties of the suite, in the order of their files; new functions at every call, as each run sets its own
    number of examples and seed on them.
    """
    found = []
    for path in suite():
        name = f"symcheck_suite_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        found += [f for n, f in vars(module).items() if n.startswith("test_") and claim_of(f) is not None]
    return tuple(found)


def _bound(
    function: Callable[..., None], implementation: Implementation, run: Run, extra: dict[str, Any]
) -> Callable[[], int]:
    return lambda: run_property(function, implementation, run, extra)


def run_property(function: Callable[..., None], implementation: Implementation, run: Run, extra: dict[str, Any]) -> int:
    """Run one case of a property, and give the number of examples it went through.

    Raises:
        PropertyFailure: it does not hold, or no example could be run.
        pytest.skip.Exception: it does not apply.
    """
    claim = claim_of(function)
    assert claim is not None
    lacking = implementation.lacks(claim.needs)
    if lacking:
        pytest.skip(lacking)
    arguments = {"implementation": implementation, "symcheck_run": run, **extra}
    wanted = inspect.signature(function).parameters
    try:
        with counted(function) as counter:
            function(**{name: value for name, value in arguments.items() if name in wanted})
    except Exception as error:
        failure = told(error, claim)
        if failure is None:
            raise
        raise failure from None
    return counter.count


def cases_of(function: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a parametrized property: a label and the argument; one without either for any other."""
    marks = [m for m in getattr(function, "pytestmark", ()) if m.name == "parametrize"]
    if not marks:
        yield "", {}
    for mark in marks:
        name, values = mark.args
        for value in values:
            yield str(value), {name: value}


def _raise(sentence: str) -> None:
    raise PropertyFailure(sentence)

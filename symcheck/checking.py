"""Judge any subject: initializers and networks by the checks, implementations by the property suite."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from symcheck.checks.runner import check as check_parts
from symcheck.errors import SubjectError, SymcheckError
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.report import Finding, Report
from symcheck.subjects.files import SUFFIXES
from symcheck.subjects.implementation import Implementation, open_implementation
from symcheck.subjects.implementation_calls import NO_IMPLEMENTATION
from symcheck.subjects.implementation_hosts import NotAnImplementation
from symcheck.subjects.misnamed import OTHER_SUFFIXES, refuse_misnamed
from symcheck.subjects.model import CALL_LIMIT, IsImplementation, SubjectFailure

IMPLEMENTATION = "implementation"


def check(
    subject: Any,
    law: str | Law | None = None,
    *,
    kind: str | None = None,
    seed: int | None = None,
    false_alarm_rate: float = 1e-9,
    timeout: float = 10.0,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> Report:
    """Judge an initializer, a network, or an implementation of the protocol.

    Args:
        subject: an initializer (any callable that draws an array), a network (a :class:`symcheck.Network`, a list or
            dictionary of arrays, a torch, keras or scikit-learn model), an implementation (an instance, class or module
            with ``initialize``, ``forward``, ``gradients``, ``update``), or text: ``package.module:attribute``,
            ``file.py:attribute``, ``weights.npz``, ``weights.safetensors``, or a law such as ``constant(0.5)``.
        law: what an initializer promises, a network's weights were drawn from, or ``initialize`` draws.
        kind: ``initializer``, ``network`` or ``implementation``, where it is not plain.
        seed: of every draw; fresh by default and shown in the report.
        false_alarm_rate: chance that a sound subject fails anything in the whole run.
        timeout: seconds each call may take; one that builds a model, three times as long.
        only: names of the checks to run.
        progress: called with the name of each check before it runs.
        options: of initializers and networks: see `symcheck.checks.runner.check`.

    Returns:
        The report; ``report.passed`` is the verdict.

    Raises:
        SymcheckError: the request cannot be carried out.
    """
    number = secrets.randbelow(2**31) if seed is None else seed
    shared: dict[str, Any] = {
        "seed": number,
        "false_alarm_rate": false_alarm_rate,
        "timeout": timeout,
        "only": only,
        "progress": progress,
    }
    # A module is named without a colon, and nothing but an implementation is a module.
    module = isinstance(subject, str) and ":" not in subject and may_be_an_implementation(subject)
    if kind != IMPLEMENTATION and not module:
        try:
            return check_parts(subject, law, kind=kind, **shared, **options)
        except IsImplementation:
            pass
    given = [name for name, value in options.items() if value is not None and (name, value) != ("optimizer", "sgd")]
    if given:
        what = f"{subject}, without a colon, names" if module else "the subject is"
        raise SymcheckError(f"{given[0]} is for initializers and networks, and {what} an implementation")
    if law is not None:
        parse_law(law)

    try:
        opened = open_for_suite(subject, seed=number, limit=timeout, kind=IMPLEMENTATION)
    except SubjectError as error:
        if module and kind is None:
            _say_what_is_meant(subject, error)
        raise
    if opened.implementation is None:
        again = f"symcheck check {opened.name}"
        finding = Finding("implementation.load", "error", "rounding", opened.failure, reproduce=again)
        return Report(opened.name, IMPLEMENTATION, [finding], seed=number, false_alarm_rate=false_alarm_rate)
    # The suite needs pytest and hypothesis, which nothing else does.
    from symcheck.suite.findings import check_implementation

    try:
        return check_implementation(
            opened.implementation, law, seed=number, false_alarm_rate=false_alarm_rate, only=only, progress=progress
        )
    finally:
        opened.implementation.close()


def _say_what_is_meant(subject: str, error: SubjectError) -> None:
    """Of a text without a colon that turned out to name no implementation."""
    missing = "there is no module" in str(error)
    if not missing and NO_IMPLEMENTATION not in str(error):
        return
    try:
        refuse_misnamed(subject)
    except SubjectError as better:
        raise SubjectError(f"{error}; {better}" if missing else str(better)) from error


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
    subject: Any,
    *,
    law: str | None = None,
    seed: int = 0,
    false_alarm_rate: float = 1e-9,
    limit: float = CALL_LIMIT,
    kind: str | None = None,
    only: Collection[str] | None = None,
) -> Subject:
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
    report = check_parts(
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

"""Judge any subject: initializers and networks by the checks, implementations by the property suite."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import Any

from symcheck.checks.runner import check as check_parts
from symcheck.errors import SubjectError, SymcheckError
from symcheck.law_names import parse_law
from symcheck.laws import Law
from symcheck.oracle.judging import IMPLEMENTATION, may_be_an_implementation
from symcheck.report import Report
from symcheck.subjects.implementation_calls import NO_IMPLEMENTATION
from symcheck.subjects.misnamed import refuse_misnamed
from symcheck.subjects.model import IsImplementation


def check(
    subject: Any, law: str | Law | None = None, *, kind: str | None = None, seed: int | None = None,
    false_alarm_rate: float = 1e-9, timeout: float = 10.0, only: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None, **options: Any,
) -> Report:  # fmt: skip
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
        "seed": number, "false_alarm_rate": false_alarm_rate, "timeout": timeout, "only": only, "progress": progress,
    }  # fmt: skip
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
    # The suite needs pytest and hypothesis, which nothing else does.
    from symcheck.oracle.implementations import check_implementation

    try:
        return check_implementation(subject, law, **shared)
    except SubjectError as error:
        if module and kind is None:
            _say_what_is_meant(subject, error)
        raise


def _say_what_is_meant(subject: str, error: SubjectError) -> None:
    """Of a text without a colon that turned out to name no implementation."""
    missing = "there is no module" in str(error)
    if not missing and NO_IMPLEMENTATION not in str(error):
        return
    try:
        refuse_misnamed(subject)
    except SubjectError as better:
        raise SubjectError(f"{error}; {better}" if missing else str(better)) from error

"""What a check is: a function that judges one aspect of a subject; its name and its texts are the function's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from symcheck.errors import listed
from symcheck.report import GRADES, Finding


class Skip(Exception):
    """Raised by a check that does not apply; the message says why."""


@dataclass(frozen=True)
class UnfiledFinding:
    """What a check says of a subject: a `Finding` that is not yet filed under the check's name.

    Its grade is the check's own where none is given.
    """

    status: str
    message: str
    measured: Any = None
    expected: Any = None
    p_value: float | None = None
    diagnosis: str | None = None
    grade: str | None = None


def passed(message: str, **figures: Any) -> UnfiledFinding:
    """Nothing is wrong."""
    return UnfiledFinding("passed", message, **figures)


def warned(message: str, **figures: Any) -> UnfiledFinding:
    """Nothing is known to be wrong, but something is not known to be right."""
    return UnfiledFinding("warned", message, **figures)


def failed(message: str, **figures: Any) -> UnfiledFinding:
    """Something is wrong."""
    return UnfiledFinding("failed", message, **figures)


def figures_of(outcome: Any) -> dict[str, Any]:
    """The figures of a statistical test, for a verdict."""
    return {"measured": outcome.measured, "expected": outcome.expected, "p_value": outcome.p_value}


@dataclass(frozen=True)
class Check:
    """One aspect of a kind of subject.

    Attributes:
        grade: of the findings it gives.
        looks_at: what it judges, in one sentence.
        causes: what usually lies behind a failure.
        remedy: what to try.
        run: judges a bench (see :mod:`symcheck.checks.bench`); raises :class:`Skip` where it does not apply.
    """

    kind: str
    aspect: str
    grade: str
    looks_at: str
    causes: str
    remedy: str
    run: Callable[[Any], UnfiledFinding]

    @property
    def name(self) -> str:
        """``initializer.scale`` and its like."""
        return f"{self.kind}.{self.aspect}"

    def judge(self, bench: Any) -> Finding:
        """What it finds on a bench."""
        try:
            verdict = self.run(bench)
        except Skip as reason:
            verdict = UnfiledFinding("skipped", str(reason))
        return self.finding(verdict)

    def finding(self, verdict: UnfiledFinding) -> Finding:
        """A verdict under the check's name."""
        told = vars(verdict)
        return Finding(check=self.name, **{**told, "grade": told["grade"] or self.grade})


def _check(kind: str, grade: str) -> Callable[[Callable[[Any], UnfiledFinding]], Check]:
    if grade not in GRADES:
        raise ValueError(f"no grade of evidence is named {grade!r}; there are {listed(GRADES)}")

    """Make a check of a function on a bench.

    It is named after the function. The docstring says what it looks at, and after ``Causes:`` and ``Remedy:`` the rest.
    """

    def define(run: Callable[[Any], UnfiledFinding]) -> Check:
        looks_at, _, rest = " ".join((inspect.getdoc(run) or "").split()).partition(" Causes: ")
        causes, _, remedy = rest.partition(" Remedy: ")
        return Check(kind, run.__name__, grade, looks_at, causes, remedy, run)

    return define


initializer_check = partial(_check, "initializer")
network_check = partial(_check, "network")
parameter_check = partial(_check, "parameter")

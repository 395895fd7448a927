"""The registry of checks: each has a name, an explanation and counterexamples it must reject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from symcheck.report import Finding

FAULT_SIZES = ("gross", "slight")


class Skip(Exception):
    """Raised by a check that does not apply; the message says why."""


@dataclass(frozen=True)
class Check:
    """One aspect of a subject.

    Attributes:
        name: ``initializer.scale`` and its like.
        grade: of the findings it gives.
        looks_at: what it judges, in one sentence.
        causes: what usually lies behind a failure.
        remedy: what to try.
        run: judges a bench (see :mod:`symcheck.checks.bench`); raises :class:`Skip` where it does not apply.
    """

    name: str
    grade: str
    looks_at: str
    causes: str
    remedy: str
    run: Callable[[Any], Finding]

    @property
    def kind(self) -> str:
        """The kind of subject it judges."""
        return self.name.split(".")[0]


CHECKS: dict[str, Check] = {}


def register(
    name: str, *, grade: str, looks_at: str, causes: str, remedy: str
) -> Callable[[Callable[[Any], Finding]], Callable[[Any], Finding]]:
    """Add a check to the registry."""

    def add(run: Callable[[Any], Finding]) -> Callable[[Any], Finding]:
        if name in CHECKS:
            raise ValueError(f"two checks are named {name}")
        CHECKS[name] = Check(name, grade, looks_at, causes, remedy, run)
        return run

    return add


def checks_of(kind: str) -> Iterator[Check]:
    """The checks of a kind of subject, in the order they were registered."""
    from symcheck.checks import (  # noqa: F401
        closeness,
        contract,
        copies,
        dependence,
        law,
        networks,
        randomness,
        structure,
        symmetry,
        ties,
    )

    return (check for check in CHECKS.values() if check.kind == kind)


def all_checks() -> list[Check]:
    """Every check."""
    return [*checks_of("initializer"), *checks_of("network")]


def passed(check: str, message: str, **figures: Any) -> Finding:
    """A finding that nothing is wrong."""
    return Finding(check, "passed", _grade(check), message, **figures)


def failed(check: str, message: str, **figures: Any) -> Finding:
    """A finding that something is wrong."""
    return Finding(check, "failed", _grade(check), message, **figures)


def _grade(check: str) -> str:
    return CHECKS[check].grade

"""Every shipped fault is rejected by the properties meant for it, in words that name it; the correct ones pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from symcheck.checking import open_and_check
from symcheck.counterexamples.implementations import (
    ALL,
    CORRECT,
    CORRECT_OBJECTIVES,
    CORRECT_STEPS,
    CORRECT_UNBIASED,
    FAMILIES,
    UNUSUAL,
)
from symcheck.counterexamples.implementations.mlp import LAWS
from symcheck.pytest.decorator import suite_checks
from symcheck.subjects.data import Options
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.properties import properties
from symcheck.suite.run import Run


def failures(kind: Any, words: tuple[str, ...], profile: str) -> Iterator[str]:
    """The texts of the failures of the properties with one of these words in their names."""
    run = Run(profile=profile, law=LAWS.get(kind.activation))
    for check in suite_checks(open_and_check(kind(), None, Options()), run):
        if any(word in check.name for word in words):
            try:
                check()
            except pytest.skip.Exception:
                continue
            except PropertyFailure as failure:
                yield f"{check.name}: {failure}"


def test_every_family_has_properties() -> None:
    names = [f.__name__ for f in properties()]
    assert all(any(word in name for name in names) for words in FAMILIES.values() for word in words)


#: The first gross and the first slight fault of each family, and the first of each kind of right code; the others in a
#: stage of CI.
FIRST = {(fault.shown_by, fault.severity): fault for fault in reversed(ALL)}.values()
KINDS = (CORRECT[:2], UNUSUAL, CORRECT_OBJECTIVES, CORRECT_STEPS, CORRECT_UNBIASED)
RIGHT = {kind: kinds not in (KINDS[0], CORRECT_STEPS) or i > 0 for kinds in KINDS for i, kind in enumerate(kinds)}


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=() if fault in FIRST else pytest.mark.soak) for fault in ALL],
    ids=lambda fault: fault.__name__,
)
def test_a_fault_is_rejected_by_what_is_meant_for_it(fault: Any) -> None:
    texts = []
    for text in failures(fault, FAMILIES[fault.shown_by], "default"):
        texts.append(text)
        if fault.likely_mistake in text:
            return
    assert texts, fault.fault
    raise AssertionError(f"rejected, and not named: {texts}")


@pytest.mark.parametrize(
    "correct",
    [pytest.param(kind, marks=pytest.mark.soak if later else ()) for kind, later in RIGHT.items()],
    ids=lambda kind: kind.__name__,
)
def test_correct_implementations_pass(correct: Any) -> None:
    assert list(failures(correct, ("",), "fast")) == []

"""Mistakes that people make are rejected and named in the first sentence; right code in another style passes."""

from __future__ import annotations

from typing import Any

import pytest

from symcheck.checking import open_and_check
from symcheck.counterexamples.implementations import CORRECT_VECTORS, FAMILIES, PAIRED, STYLES
from symcheck.pytest.decorator import suite_checks
from symcheck.subjects.data import Options
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run
from symcheck.verdict import Failed, verdict_of

pytestmark = pytest.mark.soak


def failures(subject: Any, words: tuple[str, ...]) -> list[Failed]:
    """What fails of the properties with one of these words in their names, at the fast profile and a fresh seed."""
    run, found = Run(profile="fast"), []
    print("seed", run.seed)
    for check in suite_checks(open_and_check(subject, None, Options()), run):
        if any(word in check.name for word in words):
            try:
                check()
            except pytest.skip.Exception:
                continue
            except PropertyFailure as failure:
                found += [failure.facts] if failure.facts else []
    return found


@pytest.mark.parametrize("fault", PAIRED, ids=lambda fault: fault.__name__)
def test_a_mistake_is_rejected_and_the_first_sentence_names_it(fault: Any) -> None:
    found = failures(fault(), FAMILIES[fault.shown_by])
    assert found, fault.fault
    verdict = verdict_of(found)
    assert verdict is not None
    assert fault.likely_mistake in verdict.sentences[0]


#: (right code, activation, objective, family), each once.
RIGHT = list(dict.fromkeys((f.right, f.activation, f().objective, f.shown_by) for f in PAIRED))


@pytest.mark.parametrize(
    ("right", "activation", "objective", "family"), RIGHT, ids=lambda part: getattr(part, "__name__", str(part))
)
def test_right_code_in_another_style_passes(right: Any, activation: str, objective: Any, family: str) -> None:
    assert failures(right(activation, objective), FAMILIES[family]) == []


def test_there_are_enough_of_both() -> None:
    assert len(PAIRED) >= 30
    assert len(STYLES) >= 6
    assert {f.right for f in PAIRED} == {*STYLES, *CORRECT_VECTORS}

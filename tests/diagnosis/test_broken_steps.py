"""A mistake of an optimizer that leaves what is no number is named by where it leaves it; epsilon inside a root and a penalty
inside are told, and are no mistakes."""

from __future__ import annotations

from typing import Any

import pytest
from test_optimizer_steps import Beside, Steps

from symcheck.diagnosis.broken_steps import broken_steps
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.moving import of_steps
from symcheck.diagnosis.optimizer_faults import breaking, shown
from symcheck.diagnosis.optimizer_steps import rule_of
from symcheck.diagnosis.settling import settle
from symcheck.reference.optimizers import Adam, Optimizer, RMSprop
from symcheck.strategies.frame import FREE
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject

BREAKING = [(rule, words, form) for rule in (Adam(), RMSprop(decay=0.9)) for words, form in breaking(rule)]


def settled(implementation: Any) -> Implementation:
    subject = open_subject(implementation, Options())
    settle(subject, FREE)
    return subject


@pytest.mark.parametrize("kind", [Beside, Steps])
@pytest.mark.parametrize(("rule", "words", "form"), BREAKING, ids=[words for _, words, _ in BREAKING])
def test_a_mistake_that_leaves_no_numbers_is_named(kind: Any, rule: Optimizer, words: str, form: Optimizer) -> None:
    subject = settled(kind(form))
    assert rule_of(subject.offer) == rule
    (cause,) = causes_of(subject).found
    # What breaks the second step is told with what breaks it alike.
    assert words in cause.mistakes
    assert all(told == words or "from the second step on" in told for told in cause.mistakes)


def test_steps_that_leave_numbers_are_not_broken() -> None:
    assert broken_steps(settled(Beside(Adam())), FREE) is None


@pytest.mark.first(4)
@pytest.mark.parametrize("kind", [Beside, Steps])
@pytest.mark.parametrize(
    "rule",
    [
        Adam(epsilon=0.0, eps_root=1e-6),
        RMSprop(decay=0.9, epsilon=0.0, eps_root=1e-7),
        Adam(beta1=0.5),
        Adam(l2=0.01),
        Adam(l2=0.05, l2_bias=0.0),
        RMSprop(decay=0.99, l2=0.1),
    ],
    ids=shown,
)
def test_known_variants_are_recognised(kind: Any, rule: Optimizer) -> None:
    subject = settled(kind(rule))
    assert rule_of(subject.offer) == rule
    assert of_steps(subject) == []

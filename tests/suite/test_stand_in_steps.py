"""A stand-in of an optimizer that remembers steps by the rule of its mistake, and remembers between steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.counterexamples.implementations.steps import AdamSteps
from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.settling import settle
from symcheck.diagnosis.stand_in import StandIn
from symcheck.strategies.frame import FREE
from symcheck.subjects.data import Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import open_subject


class PlusForMinus(AdamSteps):
    """The mean takes 1 + beta1 of a gradient."""

    def share(self, gradient: Any) -> Any:
        return (1 + self.beta1) * gradient


def opened(network: Any) -> Implementation:
    subject = open_subject(network, Options())
    settle(subject, FREE)
    return subject


def walked(subject: Implementation, steps: int = 4) -> Any:
    rng = np.random.default_rng(5)
    params = [(rng.standard_normal((n, m)), rng.standard_normal(n)) for m, n in ((3, 4), (4, 2))]
    X, Y = rng.standard_normal((5, 3)), rng.random((5, 2))
    for step in range(steps):
        params = subject.train_step(params, X, Y, 0.01, fresh=step == 0)
    return np.concatenate([a.ravel() for pair in params for a in pair])


def test_right_steps_have_no_cause_and_a_stand_in_takes_the_same() -> None:
    subject = opened(AdamSteps())
    assert causes_of(subject).found == ()
    assert np.allclose(walked(StandIn(subject, None)), walked(subject), rtol=0, atol=1e-10)


def test_a_stand_in_takes_the_wrong_steps_of_its_mistake() -> None:
    subject = opened(PlusForMinus())
    (cause,) = causes_of(subject).found
    assert cause.part == "steps"
    assert "1 + beta1" in cause.sentence
    assert np.allclose(walked(StandIn(subject, cause)), walked(subject), rtol=0, atol=1e-10)
    assert not np.allclose(walked(StandIn(subject, None)), walked(subject), rtol=0, atol=1e-3)


def test_a_stand_in_that_is_fresh_forgets() -> None:
    stand_in = StandIn(opened(AdamSteps()), None)
    assert np.array_equal(walked(stand_in), walked(stand_in))

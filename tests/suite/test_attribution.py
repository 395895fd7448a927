"""A failure is laid to a mistake only where the reference fails by it in the same place, and without it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind

from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.evaluation import evaluate
from symcheck.diagnosis.stand_in import StandIn
from symcheck.objective import get_objective
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.attribution import Example, attribute
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run

SQUARES = Kind("tanh", get_objective("mse"))


class Descending(Faulted):
    """With an update of gradient descent."""

    def update(self, params: Any, gradients: Any, learning_rate: float) -> Any:
        pairs = zip(params, gradients, strict=True)
        return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in pairs]


class Upwards(Faulted):
    """With an update that adds the gradient."""

    def update(self, params: Any, gradients: Any, learning_rate: float) -> Any:
        pairs = zip(params, gradients, strict=True)
        return [(W + learning_rate * dW, b + learning_rate * db) for (W, b), (dW, db) in pairs]


def biasless(trial: Any) -> Any:
    return evaluate(trial, {"bias": lambda at, right: 0 * right})


def forgetful() -> Implementation:
    return SQUARES.opened(Descending(SQUARES, biasless))


def problem(seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    params = [(rng.standard_normal((n, m)), rng.standard_normal(n)) for m, n in ((3, 4), (4, 2))]
    return params, rng.standard_normal((5, 3)), rng.standard_normal((5, 2))


def fails(wrong: bool) -> None:
    if wrong:
        raise PropertyFailure("got 1, but should be 2")


def biases_move(implementation: Implementation, seed: int) -> None:
    fails(not any(np.any(db) for _, db in implementation.gradients(*problem(seed))))


def weights_move(implementation: Implementation, seed: int) -> None:
    fails(any(np.any(dW) for dW, _ in implementation.gradients(*problem(seed))))


def always(implementation: Implementation, seed: int) -> None:
    fails(True)


def stumbles(implementation: Implementation, seed: int) -> None:
    raise KeyError("what only the example knows")


def failure_of(function: Any, subject: Implementation, guess: str | None = None) -> PropertyFailure:
    failure = PropertyFailure("got 1, but should be 2")
    failure.mistake = guess
    attribute(failure, Example(function, subject, Run(profile="fast"), {"seed": 1}))
    return failure


def test_a_failure_that_the_reference_shows_with_the_mistake_alone_is_laid_to_it() -> None:
    failure = failure_of(biases_move, forgetful())
    assert failure.causes
    assert failure.mistake is not None
    assert failure.mistake.startswith("gradient of the bias forgotten")
    assert failure.facts is not None
    assert failure.facts.causes


@pytest.mark.parametrize("function", [weights_move, always, stumbles])
def test_what_fails_without_the_mistake_too_or_cannot_be_repeated_is_not(function: Any) -> None:
    failure = failure_of(function, forgetful(), guess="a second cause")
    assert failure.causes == ()
    # Beside a mistake that is known nothing is guessed.
    assert failure.mistake is None


def test_of_a_right_network_a_guess_is_left_as_it_is() -> None:
    failure = failure_of(biases_move, SQUARES.opened(Descending(SQUARES)), guess="a bias is frozen")
    assert failure.causes == ()
    assert failure.mistake == "a bias is frozen"


def test_a_subject_that_raises_has_no_cause_and_no_second_exception() -> None:
    class Raising(Descending):
        def gradients(self, params: Any, X: Any, Y: Any) -> Any:
            raise KeyError("W1")

    failure = failure_of(biases_move, SQUARES.opened(Raising(SQUARES)))
    assert failure.causes == ()


def spoiled(trial: Any) -> Any:
    """Nothing of the first layer's weights is right, nor of any bias."""
    return evaluate(
        trial, {"bias": lambda at, right: 0 * right, "weights": lambda at, right: right * (1 if at.layer > 1 else -1)}
    )


def test_each_of_two_mistakes_is_laid_what_it_alone_would_have_fail() -> None:
    subject = SQUARES.opened(Descending(SQUARES, spoiled))
    (pair,) = causes_of(subject).found
    assert [half.together for half in pair.halves] == [1, 1]
    right = evaluate(SQUARES.trial(*problem(1)), {})
    assert right is not None

    def weights_are_right(implementation: Implementation, seed: int) -> None:
        got = implementation.gradients(*problem(1))
        assert right is not None
        assert right.gradients is not None
        fails(any(not np.allclose(dW, V) for (dW, _), (V, _) in zip(got, right.gradients, strict=True)))

    def anything_is_right(implementation: Implementation, seed: int) -> None:
        weights_are_right(implementation, seed)
        biases_move(implementation, seed)

    told = {
        function: [cause.sentence for cause in failure_of(function, subject).causes]
        for function in (biases_move, weights_are_right, anything_is_right)
    }
    assert [words.partition(":")[0] for words in told[biases_move]] == ["gradient of the bias forgotten"]
    assert told[weights_are_right] == ["sign of dW is wrong in layer 1"]
    assert sorted(told[anything_is_right]) == sorted(told[biases_move] + told[weights_are_right])


def test_a_stand_in_has_the_mistake_and_no_other() -> None:
    subject = forgetful()
    (cause,) = causes_of(subject).found
    params, X, Y = problem(2)
    for mistaken, wrong in ((cause, True), (None, False)):
        stand_in = StandIn(subject, mistaken)
        right = evaluate(SQUARES.trial(params, X, Y), {})
        assert right is not None
        assert right.gradients is not None
        assert np.allclose(stand_in.forward(params, X), right.outputs)
        for (dW, db), (rW, rb) in zip(stand_in.gradients(params, X, Y), right.gradients, strict=True):
            assert np.allclose(dW, rW)
            assert np.allclose(db, 0 if wrong else rb)
        stepped = stand_in.update(params, stand_in.gradients(params, X, Y), 0.5)
        for (W, b), (V, c), (rW, rb) in zip(params, stepped, right.gradients, strict=True):
            assert np.allclose(V, W - 0.5 * rW)
            assert np.allclose(c, b if wrong else b - 0.5 * rb)
        assert causes_of(stand_in).found == ()


def test_a_stand_in_updates_as_its_mistake_does() -> None:
    subject = SQUARES.opened(Upwards(SQUARES))
    (cause,) = causes_of(subject).found
    assert cause.part == "update"
    assert cause.sentence == "update adds the gradient"
    params, X, Y = problem(3)
    slopes = StandIn(subject, cause).gradients(params, X, Y)
    for mistaken, sign in ((cause, 1), (None, -1)):
        stepped = StandIn(subject, mistaken).update(params, slopes, 0.5)
        for (W, b), (V, c), (dW, db) in zip(params, stepped, slopes, strict=True):
            assert np.allclose(V, W + sign * 0.5 * dW)
            assert np.allclose(c, b + sign * 0.5 * db)


def test_a_stand_in_raises_where_its_mistake_gives_nothing_that_can_be_compared() -> None:
    columns = SQUARES.opened(Faulted(SQUARES, lambda t: evaluate(t, {"bias": lambda at, right: right[None, :]})))
    (of_shape,) = causes_of(columns).found
    assert of_shape.sentence == "db keeps the axis of the samples: drop keepdims"
    with pytest.raises(Misbehaviour, match="nothing that can be compared"):
        StandIn(columns, of_shape).gradients(*problem(4))

"""Faults that are in no catalogue are explained by none, and what is known of them is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from faulted import Faulted, Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.diagnosis.causes import causes_of
from symcheck.diagnosis.faults.evaluation import At, evaluate
from symcheck.diagnosis.knowledge import Part
from symcheck.diagnosis.trial import Trial
from symcheck.objective import Objective, get_objective

SQUARES = Kind("tanh", get_objective("mse"))
THROUGH_SIGMOID = Kind("sigmoid", Objective("squared_error", "samples", 0.5, "sigmoid"))


def noise(array: Any) -> Any:
    """Numbers of ordinary size that no rule of a network gives, the same for the same array."""
    return np.random.default_rng(abs(hash(array.tobytes())) % 2**32).standard_normal(array.shape)


def perturbed(line: str, size: float, away: int) -> Any:
    """A line that is off by so much relative to its largest entry, in the layer so far from the last one."""

    def wrong(at: At, right: Any) -> Any:
        hidden = line in ("back", "slope")
        if at.layer != at.depth - hidden - away:
            return right
        return right + size * np.abs(right).max() * noise(right)

    return lambda trial: evaluate(trial, {line: wrong})


def off(trial: Trial, part: Part, size: float, pairs: list[Any]) -> list[Any]:
    kind, above = part
    place = trial.depth - 1 - above
    return [
        (
            dW + size * np.abs(dW).max() * noise(dW) * (kind == "W" and layer == place),
            db + size * np.abs(db).max() * noise(db) * (kind == "b" and layer == place),
        )
        for layer, (dW, db) in enumerate(pairs)
    ]


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", [SQUARES, THROUGH_SIGMOID], ids=lambda k: k.objective.name)
@pytest.mark.parametrize("size", [1.0, 1e-3])
@given(st.sampled_from(["delta", "back", "slope"]), st.integers(0, 1))
@settings(max_examples=6)
def test_deltas_that_are_off_at_random_are_explained_by_nothing(kind: Kind, size: float, line: str, away: int) -> None:
    away = 0 if line == "delta" else away
    causes = causes_of(kind.opened(Faulted(kind, perturbed(line, size, away))))
    assert not causes.found
    assert causes.wrong == ("gradients",)
    known = causes.known
    assert known is not None
    # All layers from the one that is off downwards, and none above it.
    first = 0 if line == "delta" else away + 1
    assert set(known.right) == {(part, above) for above in range(first) for part in "Wb"}
    assert set(known.wrong) == {(part, above) for above in range(first, 4) for part in "Wb"}
    assert known.multiples == ()


def test_deltas_that_are_off_by_rounding_are_right() -> None:
    for line, away in (("delta", 0), ("back", 0), ("slope", 1)):
        causes = causes_of(SQUARES.opened(Faulted(SQUARES, perturbed(line, 1e-13, away))))
        assert causes.wrong == ()
        assert causes.known is None


def test_what_is_a_hundred_times_rounding_is_seen() -> None:
    causes = causes_of(SQUARES.opened(Faulted(SQUARES, perturbed("delta", 1e-7, 0))))
    assert causes.wrong == ("gradients",)
    assert not causes.found


@given(st.sampled_from([("W", 0), ("b", 0), ("W", 1), ("b", 2)]), st.sampled_from([1.0, 1e-3]))
@settings(max_examples=8)
def test_one_wrong_part_is_told_and_the_others_are_right(part: Part, size: float) -> None:
    subject = SQUARES.opened(Faulted(SQUARES, spoil=lambda trial, pairs: off(trial, part, size, pairs)))
    causes = causes_of(subject)
    assert not causes.found
    assert causes.known is not None
    assert causes.known.wrong == (part,)
    assert part not in causes.known.right
    assert ("W", 3) in causes.known.right


@given(st.floats(-4.0, 4.0).filter(lambda x: min(abs(f - n) for f in (x, 3 * x) for n in (0, 0.5, -1, 1, 2)) > 1e-3))
@settings(max_examples=8)
def test_parts_that_are_different_multiples_are_told_with_their_factors(factor: float) -> None:
    def scaled(trial: Trial, pairs: list[Any]) -> list[Any]:
        # The weights of the last layer and the biases of the one below, so that no single fault does both.
        *below, (V, c), (W, b) = [(dW.copy(), db.copy()) for dW, db in pairs] if len(pairs) > 1 else [(0, 0), *pairs]
        both = [*below, (V, 3 * factor * c), (factor * W, b)]
        return both if len(pairs) > 1 else both[1:]

    causes = causes_of(SQUARES.opened(Faulted(SQUARES, spoil=scaled)))
    assert not causes.found
    assert causes.known is not None
    assert dict(causes.known.multiples) == pytest.approx({("W", 0): factor, ("b", 1): 3 * factor})
    assert set(causes.known.wrong) == {("W", 0), ("b", 1)}

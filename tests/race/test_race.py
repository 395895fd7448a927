"""The race: what is trained, what its intervals say, and how it is told."""

import json
from importlib.util import find_spec
from math import inf, log, nan
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.errors import SymcheckError
from symcheck.laws.gallery import GALLERY
from symcheck.races.result import Lane, MeanInterval, PairedComparison, Race, interval_of
from symcheck.races.running import CLAIMED, run
from symcheck.render.race import comparison, row

CLASSES = 3


@pytest.fixture(scope="module")
def blobs() -> tuple[Any, Any]:
    """Points around one centre a class, far apart."""
    rng = np.random.default_rng()
    labels = np.arange(90) % CLASSES
    return np.eye(CLASSES)[labels] * 4 + 0.1 * rng.standard_normal((90, CLASSES)), labels


@pytest.fixture(scope="module")
def raced(blobs: tuple[Any, Any]) -> Race:
    """A race on points that every random start learns at once."""
    told: list[tuple[int, int]] = []
    found = run(*blobs, (8,), "relu", 3, 8, 10, (0.1, 0.3), 7, lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))
    assert told[-1][0] == told[-1][1], "k of n ends at n of n"
    return found


def test_every_entry_of_the_gallery_runs(raced: Race) -> None:
    assert [lane.name for lane in raced.lanes] == list(GALLERY)
    assert all(lane.losses.shape == lane.accuracies.shape == (3, 9) for lane in raced.lanes)
    assert raced.sizes == (CLASSES, 8, CLASSES)


def test_zero_weights_learn_the_shares_of_the_classes_and_random_ones_more(raced: Race) -> None:
    zeros, he = raced.lane("zeros"), raced.lane("he_normal")
    assert zeros.losses[:, 0] == pytest.approx(log(CLASSES))
    assert zeros.losses[:, -1] == pytest.approx(log(CLASSES), rel=0.1)
    assert zeros.accuracies.max() < 0.6, "one class for all"
    assert he.accuracies[:, -1].min() == 1
    assert he.epochs_to(0.5) is not None
    assert zeros.epochs_to(0.5) is None
    compared = {(c.first, c.second): c for c in raced.compared}
    assert tuple(compared) == CLAIMED
    assert compared["he_normal", "zeros"].found == compared["he_normal", "zeros"].lower == "better"


def test_a_seed_repeats_a_race(blobs: tuple[Any, Any], raced: Race) -> None:
    again = run(*blobs, (8,), "relu", 3, 8, 10, (0.1, 0.3), 7, lambda done, of: None)
    other = run(*blobs, (8,), "relu", 3, 8, 10, (0.1, 0.3), 8, lambda done, of: None)
    assert again.to_json() == raced.to_json()
    assert other.to_json() != raced.to_json()


def test_intervals_are_those_of_student() -> None:
    found = interval_of(np.array([1.0, 2.0, 3.0]))
    # t(0.975, 2) = 4.302653 (any table), standard error 1/sqrt(3).
    assert (found.mean, found.half) == (2.0, pytest.approx(4.302653 / 3**0.5, rel=1e-6))


@pytest.mark.parametrize(
    ("low", "high", "told"), [(0.1, 0.2, "holds"), (-0.2, -0.1, "is refuted"), (-0.1, 0.1, "is not decided")]
)
def test_a_claim_is_told_as_it_was_found(low: float, high: float, told: str) -> None:
    interval = MeanInterval((low + high) / 2, (high - low) / 2)
    said = comparison(PairedComparison("he_normal", "zeros", interval, MeanInterval(0.0, 1.0)))
    assert f"he_normal better than zeros: {told}" in said
    assert "training loss not told apart" in said


def test_what_diverges_is_said_to() -> None:
    losses = np.array([[1.0, nan], [1.0, inf], [1.0, 0.2]])
    lane = Lane("10 * randn", 0.3, losses, np.full((3, 2), 0.1))
    assert "diverged in 2 of 3 seeds" in row(lane)


def test_a_race_shows_itself(raced: Race) -> None:
    assert repr(raced).startswith("<Race 3 seeds: best accuracy 100.0% from ")
    page = str(raced)
    assert all(name in page for name in GALLERY)
    assert "seed 7" in page
    data = json.loads(raced.to_json())
    assert len(data["lanes"]) == len(GALLERY)
    assert data["compared"][1]["found"] == "better"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"seeds": 1}, "2 seeds"),
        ({"epochs": 0}, "epochs"),
        ({"hidden": ()}, "hidden layer"),
        ({"hidden": (0,)}, "width"),
        ({"rates": (0.1, -1.0)}, "positive"),
        ({"activation": "any"}, "any"),
        ({"activation": "rellu"}, "relu"),
    ],
)
def test_what_makes_no_race_is_refused_in_one_sentence(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(SymcheckError, match=said) as caught:
        symcheck.race(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(find_spec("sklearn") is not None, reason="scikit-learn is installed")
def test_without_the_digits_it_says_what_to_install() -> None:
    with pytest.raises(SymcheckError, match="pip install scikit-learn"):
        symcheck.race()


@pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn is not installed")
def test_the_digits_are_raced() -> None:
    found = symcheck.race(2, 1, hidden=(8,), rates=(0.1,))
    assert found.sizes == (64, 8, 10)
    assert found.lane("he_normal").accuracy.mean > 0.3 > found.lane("zeros").accuracy.mean

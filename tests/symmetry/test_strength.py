"""How strongly symmetry is broken, against closed forms and direct computation."""

import numpy as np
import pytest

from symcheck.network import Network
from symcheck.symmetry import strength as module
from symcheck.symmetry.strength import strength


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


def of(matrix, activation="relu", bias=None):
    biases = None if bias is None else [bias, None]
    (measured,) = strength(Network([matrix, np.ones((1, len(matrix)))], biases, activation))
    return measured


def directly(rows, odd=False):
    """Smallest angle between rows, by the law of cosines in extended precision."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit.T
    cosines = np.abs(cosines) if odd else cosines
    np.fill_diagonal(cosines, -2)
    i, k = np.unravel_index(np.argmax(cosines), cosines.shape)
    return np.arccos(min(1.0, cosines[i, k])), (min(i, k), max(i, k))


def test_orthogonal_rows():
    measured = of(3 * np.eye(6))
    assert measured.stable_rank == pytest.approx(6)
    assert measured.effective_rank == pytest.approx(6)
    assert measured.smallest_angle == pytest.approx(np.pi / 2)
    assert measured.all_pairs


def test_constant_rows_are_one_direction():
    measured = of(np.full((6, 4), 0.3))
    assert measured.stable_rank == pytest.approx(1)
    assert measured.effective_rank == pytest.approx(1, rel=1e-6)
    assert measured.smallest_angle == pytest.approx(0, abs=1e-7)


def test_rows_that_are_zero():
    measured = of(np.zeros((5, 3)))
    assert (measured.stable_rank, measured.effective_rank) == (0.0, 0.0)
    assert measured.smallest_angle is None
    assert measured.between is None
    one = np.zeros((5, 3))
    one[2] = 1
    assert of(one).smallest_angle is None


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_random_rows_agree_with_direct_computation(rng, activation):
    rows, bias = rng.normal(size=(30, 7)), rng.normal(size=30)
    measured = of(rows, activation, bias)
    whole = np.concatenate([rows, bias[:, None]], 1)
    values = np.linalg.svd(whole, compute_uv=False)
    shares = values / values.sum()
    assert measured.stable_rank == pytest.approx((values**2).sum() / values[0] ** 2)
    assert measured.effective_rank == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))
    angle, pair = directly(whole, activation == "tanh")
    assert measured.smallest_angle == pytest.approx(angle, rel=1e-6)
    assert measured.between == pair


def test_tiny_angles_keep_their_precision(rng):
    rows = rng.normal(size=(20, 50))
    rows[11] = rows[4] * 3
    side = rng.normal(size=50)
    side -= (side @ rows[4]) / (rows[4] @ rows[4]) * rows[4]
    rows[11] += 1e-11 * side / np.linalg.norm(side) * np.linalg.norm(rows[11])
    measured = of(rows)
    assert measured.between == (4, 11)
    assert measured.smallest_angle == pytest.approx(1e-11, rel=1e-3)


def test_opposite_rows_are_one_line_under_an_odd_activation(rng):
    rows = rng.normal(size=(8, 5))
    rows[6] = -2 * rows[1]
    assert of(rows, "tanh").smallest_angle == pytest.approx(0, abs=1e-7)
    assert of(rows, "tanh").between == (1, 6)
    assert of(rows, "relu").smallest_angle > 1e-3


def test_scale_does_not_matter(rng):
    rows = rng.normal(size=(9, 5))
    for scale in (1e-300, 1e300):
        one, other = of(rows), of(rows * scale)
        assert other.stable_rank == pytest.approx(one.stable_rank)
        assert other.smallest_angle == pytest.approx(one.smallest_angle)


def test_neighbours_find_a_planted_pair_where_not_all_pairs_are_tried(rng, monkeypatch):
    monkeypatch.setattr(module, "_WORK", 0)
    rows = rng.normal(size=(200, 30))
    rows[150] = -rows[20] + 1e-6 * rng.normal(size=30)
    measured = of(rows, "tanh")
    assert not measured.all_pairs
    assert measured.between == (20, 150)
    angle, _ = directly(rows, odd=True)
    assert measured.smallest_angle == pytest.approx(angle, rel=1e-3)


def test_the_power_method_finds_a_direction_that_stands_out(rng, monkeypatch):
    """The largest singular value is five times the next or more, so each step gains a factor of 25."""
    rows = rng.normal(size=(120, 90)) + 2
    exact = of(rows)
    monkeypatch.setattr(module, "_LARGEST_SPECTRUM", 0)
    estimate = of(rows)
    assert exact.effective_rank > 10
    assert estimate.effective_rank is None
    assert estimate.stable_rank == pytest.approx(exact.stable_rank, rel=1e-3)
    assert estimate.stable_rank >= exact.stable_rank * (1 - 1e-9)
    assert of(np.zeros((5, 3))).stable_rank == 0.0


def test_every_hidden_layer_is_told(rng):
    network = Network([rng.normal(size=(n, m)) for m, n in ((3, 8), (8, 5), (5, 2))], None, "tanh")
    assert [(s.layer, s.units) for s in strength(network)] == [(1, 8), (2, 5)]
    assert strength(Network([np.ones((2, 3))])) == []

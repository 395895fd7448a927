"""Reference samplers: each law's own structure, exactly or to rounding."""

import numpy as np
import pytest

from symcheck.laws.names import parse_law
from symcheck.reference.samplers import haar_matrix, sample, to_in_out, to_out_in

RNG = np.random.default_rng


def test_layouts_turn_into_each_other() -> None:
    array = RNG().standard_normal((4, 3, 5, 7))
    assert to_in_out(array).shape == (5, 7, 3, 4)
    assert np.array_equal(to_out_in(to_in_out(array)), array)


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4), (4, 3, 3, 3)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    w = sample(parse_law("orthogonal(2)"), shape, RNG()).reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    assert gram == pytest.approx(4 * np.eye(len(gram)), abs=1e-12)


def test_haar_signs_are_even() -> None:
    """QR alone, without fixing signs, gives a first column whose first entry is always negative."""
    rng = RNG()
    positive = sum(haar_matrix(3, 3, rng)[0, 0] > 0 for _ in range(400))
    # P(fewer than 100 or more than 300 of 400 fair coins) < 1e-23.
    assert 100 <= positive <= 300


def test_sparse_has_its_zeros_in_every_column() -> None:
    w = sample(parse_law("sparse(0.25)"), (10, 30), RNG())
    assert ((w == 0).sum(axis=0) == 3).all()


def test_identity_and_hadamard() -> None:
    assert np.array_equal(sample(parse_law("identity"), (3, 5), RNG()), np.eye(3, 5))
    kernel = sample(parse_law("identity(2)"), (4, 4, 3, 3), RNG())
    assert np.array_equal(kernel[:, :, 1, 1], 2 * np.eye(4))
    assert kernel.sum() == 8
    h = sample(parse_law("hadamard"), (8, 8), RNG())
    assert h @ h.T == pytest.approx(np.eye(8))


def test_in_out_layout_is_the_transposed_draw() -> None:
    law = parse_law("identity")
    assert sample(law, (3, 3, 5, 2), RNG(), "in_out").shape == (3, 3, 5, 2)
    assert np.array_equal(sample(law, (5, 2), RNG(), "in_out"), np.eye(5, 2))


@pytest.mark.parametrize("layout", ["out_in", "in_out"])
def test_fans_follow_the_layout(layout: str) -> None:
    shape = (400, 4) if layout == "out_in" else (4, 400)
    w = sample(parse_law("he_uniform"), shape, RNG(), layout)
    assert abs(w).max() <= np.sqrt(6 / 4)
    # 1600 draws all below half the bound: 2^-1600.
    assert abs(w).max() > np.sqrt(6 / 4) / 2


def test_truncated_draws_stay_inside() -> None:
    w = sample(parse_law("truncated_normal(1, -0.5, 2)"), (100, 100), RNG())
    assert w.min() >= -0.5
    assert w.max() <= 2

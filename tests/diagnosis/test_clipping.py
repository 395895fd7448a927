"""What is clipped, and at what, is read off gradients; those that are not clipped are called so by nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symcheck.diagnosis.clipping import clippings

SIZES = ((4, 3), (4,), (2, 4), (2,))
PARTS = ["W", "b", "W", "b"]


def norm(arrays: Any) -> float:
    return float(np.linalg.norm(np.concatenate([np.ravel(a) for a in arrays])))


def by_value(arrays: Any) -> Any:
    return [np.clip(a, -0.5, 0.5) for a in arrays]


def by_norm(arrays: Any) -> Any:
    return [a * min(1.0, 0.5 / norm(arrays)) for a in arrays]


def by_padded_norm(arrays: Any) -> Any:
    return [a * min(1.0, 0.5 / (norm(arrays) + 1e-6)) for a in arrays]


def by_norm_each(arrays: Any) -> Any:
    return [a * min(1.0, 0.5 / norm([a])) for a in arrays]


def weights_only(arrays: Any) -> Any:
    return [np.clip(a, -0.5, 0.5) if a.ndim == 2 else a for a in arrays]


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        (by_value, "gradients are clipped at 0.5"),
        (by_norm, "gradients are clipped to the norm 0.5"),
        (by_padded_norm, "gradients are clipped to the norm 0.5"),
        (by_norm_each, "gradients are clipped to the norm 0.5, each array by itself"),
        (weights_only, "gradients of the weights are clipped at 0.5"),
    ],
)
def test_a_clipping_is_found_and_gives_the_same_elsewhere(clip: Any, said: str) -> None:
    rng = np.random.default_rng()
    one, other, small = ([size * rng.standard_normal(shape) for shape in SIZES] for size in (3.0, 50.0, 1e-3))
    found = {c.words: c for c in clippings(clip(one), one, PARTS)}
    assert said in found
    for arrays in (other, small):
        for got, wanted in zip(found[said].of(arrays, PARTS), clip(arrays), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-9)


@pytest.mark.parametrize("off", [1.0, 1e-6])
def test_numbers_that_are_off_otherwise_are_not_clipped(off: float) -> None:
    rng = np.random.default_rng()
    right = [rng.standard_normal(shape) for shape in SIZES]
    assert list(clippings([a + off * rng.standard_normal(a.shape) for a in right], right, PARTS)) == []


def test_what_is_not_finite_or_of_another_shape_is_not_clipped() -> None:
    right = [np.ones(shape) for shape in SIZES]
    assert list(clippings([a * np.nan for a in right], right, PARTS)) == []
    assert list(clippings([a.T for a in right], right, PARTS)) == []

"""Formats agree with numpy about spacing, neighbours, and which numbers they hold."""

import numpy as np
import pytest
from false_alarms import rounded

from symcheck.distribution.formats import FORMATS, narrower

RNG = np.random.default_rng()
SPREAD = RNG.standard_normal(20_000) * 10.0 ** RNG.uniform(-9, 4, 20_000)
SPECIAL = np.array([0.0, 1.0, -1.0, 2.0**-14, -(2.0**-14), 2.0**-24, 3 * 2.0**-24, 0.5, 1024.0])


def stored(values: np.ndarray, name: str) -> np.ndarray:
    return np.float64(rounded(values, name, twice=False))


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_spacing_is_numpys(name: str) -> None:
    w = np.concatenate([SPREAD, SPECIAL]).astype(name)
    w = w[np.isfinite(w)]
    assert np.array_equal(FORMATS[name].spacing(w), np.float64(np.spacing(np.abs(w))))


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32"])
def test_what_lies_in_a_cell_rounds_to_its_number(name: str) -> None:
    w = stored(np.concatenate([SPREAD, SPECIAL]), name)
    low, high = FORMATS[name].cells(w)
    for share in (0.001, 0.5, 0.999):
        assert np.array_equal(stored(low + share * (high - low), name), w)
    assert (stored(low - (w - low) * 0.01, name) < w).all()
    assert (stored(high + (high - w) * 0.01, name) > w).all()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_holds_its_numbers_and_few_others(name: str) -> None:
    form, w = FORMATS[name], stored(np.concatenate([SPREAD, SPECIAL]), name)
    assert form.holds(w).all()
    for other in narrower(form):
        assert FORMATS[name].holds(stored(SPREAD, other.name)).all()
        # Close to 0 most digits of a float64 are zeros in float16 too.
        assert other.holds(w[: len(SPREAD)]).mean() < 0.2
    assert not FORMATS["float16"].holds(np.array([70_000.0, 2.0**-25, 1 + 2.0**-11])).any()


def test_a_scaled_format_is_the_same_one() -> None:
    form, w = FORMATS["float16"], stored(SPREAD, "float16")
    assert np.array_equal(form.scaled(7).spacing(w * 128), 128 * form.spacing(w))
    assert np.array_equal(form.scaled(7).cells(w * 128)[0], 128 * form.cells(w)[0])

"""Mean, spread and median of numbers of any size, with every warning an error."""

import numpy as np
import pytest

from symcheck.distribution.moments import by_bulk, mean_of, median, spread, times_two_to

pytestmark = pytest.mark.filterwarnings("error")
Z = np.random.default_rng().standard_normal(5000).clip(-4, 4)


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-160, 1.0, 1e160, 4e307])
def test_they_are_those_of_the_scaled_sample(scale: float) -> None:
    w = Z * scale
    exact = Z if scale > 1e-300 else w / scale
    assert mean_of(w) == pytest.approx(scale * exact.mean(), rel=1e-9, abs=5e-324)
    assert spread(w) == pytest.approx(scale * exact.std(), rel=1e-9, abs=5e-324)
    assert spread(w, 0.0) == pytest.approx(scale * np.sqrt(np.mean(exact**2)), rel=1e-9, abs=5e-324)


def test_one_entry_beside_which_all_vanish() -> None:
    w = np.array([1e308, *Z])
    assert spread(w) == pytest.approx(1e308 / np.sqrt(w.size), rel=1e-3)
    assert abs(median(w)) < 1
    bulk, exponent = by_bulk(w)
    assert np.allclose(np.ldexp(bulk[1:], exponent), Z)
    assert np.isfinite(np.sum(bulk**4))


def test_a_median_of_the_largest_numbers() -> None:
    assert median(np.full(4, 1.7e308)) == 1.7e308
    assert median(np.array([])) == 0.0


def test_powers_of_two_beyond_the_range() -> None:
    assert times_two_to(1.5, 3) == 12.0
    assert times_two_to(1.0, 3000) == np.inf
    assert times_two_to(2.0**1000, -2074) == 2.0**-1074

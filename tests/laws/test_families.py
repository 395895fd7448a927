"""Every family of the table offers what it states: its moments, quantiles, density and tests belong to one distribution."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from symcheck.distribution.goodness import mean_test, scale_test
from symcheck.errors import LawError
from symcheck.laws.families import DISTRIBUTIONS, FAMILIES, EntryLaw
from symcheck.laws.law import Law

SHARES = np.linspace(0.001, 0.999, 999)


@pytest.fixture(params=FAMILIES)
def entry(request: pytest.FixtureRequest) -> EntryLaw:
    return FAMILIES[request.param].of_std(0.3)


def test_the_quantile_is_the_inverse_of_the_tails(entry: EntryLaw) -> None:
    below, above = entry.tails(entry.quantile(SHARES))
    assert below == pytest.approx(SHARES, rel=1e-9)
    assert above == pytest.approx(1 - SHARES, rel=1e-9)
    assert entry.tails(np.array([entry.low, entry.high]))[0] == pytest.approx([0, 1])


def test_the_moments_are_those_of_the_quantile(entry: EntryLaw) -> None:
    def moment(power: int) -> float:
        return quad(lambda share: float((entry.quantile(share) - entry.mean) ** power), 0, 1, limit=200)[0]

    # The kurtosis of the truncated law is stated to five digits only.
    assert (moment(1), moment(2), moment(4)) == pytest.approx((0, 0.3**2, entry.kurtosis * 0.3**4), rel=2e-5, abs=1e-9)
    assert entry.std == pytest.approx(0.3, rel=1e-12)


def test_the_peak_is_the_steepest_place_of_the_distribution_function(entry: EntryLaw) -> None:
    x = np.linspace(-1, 1, 20_001)
    assert np.max(np.diff(entry.tails(x)[0]) / np.diff(x)) == pytest.approx(entry.peak, rel=1e-3)


def test_draws_follow_the_distribution_function(entry: EntryLaw) -> None:
    draws = entry.draw((40, 50), np.random.default_rng())
    assert draws.shape == (40, 50)
    assert stats.kstest(draws.ravel(), lambda x: entry.tails(x)[0]).pvalue > 1e-11
    assert stats.kstest(2 * draws.ravel(), lambda x: entry.scaled(2).tails(x)[0]).pvalue > 1e-11


def test_without_bounds_there_are_tests_of_its_own(entry: EntryLaw) -> None:
    assert entry.bounded or entry.exponent is not None
    right = entry.draw((20_000,), np.random.default_rng())
    for test, wrong in ((scale_test, 1.2 * right), (mean_test, right + 0.1)):
        assert test(right, entry).p_value > 1e-11
        assert test(wrong, entry).p_value < 1e-11


def test_variance_scaling_can_draw_from_every_family() -> None:
    assert {make(1.0).family for make in DISTRIBUTIONS.values()} == set(FAMILIES)


def test_an_unknown_family_is_an_error_at_once() -> None:
    with pytest.raises(LawError, match="family must be normal, uniform"):
        Law("cauchy", "cauchy")

"""The laws of one layer, against independent ways to the same numbers; a slightly wrong one is told apart."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from symcheck.activations import get_activation
from symcheck.propagation.correlation import correlation, relu_coactivation, relu_correlation
from symcheck.propagation.ratio import relu_ratio_cdf, relu_ratio_mean, relu_ratio_variance

WIDTHS = st.integers(1, 40)


@settings(max_examples=25)
@given(fan_in=WIDTHS, fan_out=WIDTHS)
def test_the_moments_are_those_of_the_distribution(fan_in: int, fan_out: int) -> None:
    """E[R] = int (1 - F), E[R^2] = int 2 r (1 - F)."""
    mean, variance = relu_ratio_mean(fan_in, fan_out), relu_ratio_variance(fan_in, fan_out)
    far = mean + 40 * variance**0.5
    above = lambda r: 1 - float(relu_ratio_cdf(r, fan_in, fan_out))  # noqa: E731
    first = quad(above, 0, far, limit=200)[0]
    second = quad(lambda r: 2 * r * above(r), 0, far, limit=200)[0]
    assert first == pytest.approx(mean, rel=1e-6)
    assert second - first**2 == pytest.approx(variance, rel=1e-5)


def test_the_distribution_starts_with_the_chance_that_no_unit_is_active() -> None:
    assert relu_ratio_cdf(0.0, 3, 4) == pytest.approx(2**-4)
    assert relu_ratio_cdf(-1e-9, 3, 4) == 0
    assert relu_ratio_cdf(np.array([0.1, 1.0, 50.0]), 3, 4).shape == (3,)


@given(cosine=st.floats(-1, 1))
def test_relu_contracts_every_angle(cosine: float) -> None:
    after = relu_correlation(cosine)
    assert cosine - 1e-12 <= after <= 1 + 1e-12
    if cosine < 0.99:
        assert after > cosine + 1e-6


@given(cosine=st.floats(-0.999, 0.999))
def test_the_slope_is_twice_the_share_of_units_that_see_both(cosine: float) -> None:
    step = 1e-6
    slope = (relu_correlation(cosine + step) - relu_correlation(cosine - step)) / (2 * step)
    assert slope == pytest.approx(2 * relu_coactivation(cosine), abs=1e-6)


def test_known_values() -> None:
    assert relu_correlation(1.0) == pytest.approx(1)
    assert relu_correlation(0.0) == pytest.approx(1 / pi)
    assert relu_correlation(-1.0) == pytest.approx(0, abs=1e-12)
    assert relu_coactivation(0.0) == pytest.approx(1 / 4)


@given(cosine=st.floats(-1, 1))
def test_erf_has_its_closed_form(cosine: float) -> None:
    """E[erf(z) erf(z')] = 2/pi asin(2 c / 3) for unit variances (Williams 1998)."""
    expected = np.arcsin(2 * cosine / 3) / np.arcsin(2 / 3)
    assert correlation(get_activation("erf"), cosine) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "softplus", "identity", "sin"])
def test_equal_inputs_stay_equal(name: str) -> None:
    assert correlation(get_activation(name), 1.0) == pytest.approx(1, rel=1e-7)


def test_an_odd_activation_keeps_orthogonal_inputs_orthogonal_and_the_identity_keeps_all() -> None:
    assert correlation(get_activation("tanh"), 0.0) == pytest.approx(0, abs=1e-12)
    assert correlation(get_activation("identity"), 0.3) == pytest.approx(0.3)


@pytest.mark.parametrize("cosine", [-1.0001, 1.5, float("nan")])
def test_what_is_no_correlation_is_refused(cosine: float) -> None:
    for function in (relu_correlation, relu_coactivation, lambda c: correlation(get_activation("tanh"), c)):
        with pytest.raises(ValueError, match="between -1 and 1"):
            function(cosine)
    with pytest.raises(ValueError, match="any has no values"):
        correlation(get_activation("any"), 0.5)

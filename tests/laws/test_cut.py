"""A normal law between two bounds agrees with quadrature of arbitrary precision, in the bulk and far out."""

import mpmath as mp
import numpy as np
import pytest

from symcheck.errors import LawError
from symcheck.laws.cut import Cut
from symcheck.laws.names import parse_law

pytestmark = pytest.mark.filterwarnings("error")
BOUNDS = [(-2, 2), (-1, 3), (5, 6), (-6, -5), (50, 60), (-60, -50), (0.5, 0.5001), (-1e-5, 2e-5), (39, 1e6), (-30, 1)]


@pytest.mark.parametrize(("low", "high"), BOUNDS)
def test_moments_tails_and_quantiles(low: float, high: float) -> None:
    cut = Cut(low, high)
    with mp.workdps(40):
        near = max(low, -12.0) if high > 0 else low
        far = min(high, near + 12) if low > 0 else high
        near = max(near, far - 12) if high < 0 else near
        points = mp.linspace(near, far, 9)
        middle = mp.mpf(min(max(0.0, low), high))

        def integral(f):  # type: ignore[no-untyped-def]
            return mp.quad(lambda z: f(z) * mp.exp(-(z - middle) * (z + middle) / 2), points)

        whole = integral(lambda z: 1)
        mean = integral(lambda z: z) / whole
        std = mp.sqrt(integral(lambda z: (z - mean) ** 2) / whole)
        at = float(mean)
        below = mp.quad(lambda z: mp.exp(-(z - middle) * (z + middle) / 2), [near, at]) / whole
    found = cut.moments()
    assert found[0] == pytest.approx(float(mean), rel=1e-12, abs=1e-15)
    assert found[1] == pytest.approx(float(std), rel=1e-9)
    tails = cut.tails(np.array(at))
    assert float(tails[0]) == pytest.approx(float(below), abs=1e-6)
    assert float(tails[0] + tails[1]) == pytest.approx(1, abs=1e-9)
    assert float(cut.quantile(tails[0])) == pytest.approx(at, rel=1e-9, abs=1e-6 * float(std))
    assert np.exp(cut.log_peak - np.log(float(1 / whole))) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(
    "text", ["truncated_normal(1, 50, 60)", "truncated_normal(1e-300)", "truncated_normal(1e-320)"]
)
def test_far_and_tiny_laws_are_read(text: str) -> None:
    entry = parse_law(text).entries
    assert entry is not None
    assert entry.low < entry.mean < entry.high or entry.mean == 0
    assert 0 < entry.std < entry.high - entry.low


@pytest.mark.parametrize(
    "text", ["truncated_normal(1, 1e9, 1e10)", "uniform(-1e308, 1.7e308)", "truncated_normal(1e308)"]
)
def test_laws_beyond_float64_are_refused(text: str) -> None:
    with pytest.raises(LawError):
        parse_law(text)

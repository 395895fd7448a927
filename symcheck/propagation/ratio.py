"""How one layer of ReLU units changes the squared length of a signal: an exact law.

Given the input h of ``fan_in`` entries and independent weights W ~ N(0, 2/fan_in), the pre-activations are independent
N(0, 2 |h|^2 / fan_in). K ~ Binomial(fan_out, 1/2) of them are positive and |h'|^2 / |h|^2 = (2/fan_in) chi^2_K, with mean
fan_out / fan_in and variance 5 fan_out / fan_in^2 (He et al. 2015, section 2.2, for the mean; Hanin and Rolnick 2018
for what the variance does to deep narrow networks).
"""

from __future__ import annotations

import numpy as np

from symcheck.types import Array, Floats


def relu_ratio_mean(fan_in: int, fan_out: int) -> float:
    """E of the ratio."""
    return fan_out / fan_in


def relu_ratio_variance(fan_in: int, fan_out: int) -> float:
    """Variance of the ratio; 5/n for equal widths n."""
    return 5 * fan_out / fan_in**2


def relu_ratio_cdf(ratio: Array | float, fan_in: int, fan_out: int) -> Floats:
    """P(|h'|^2 / |h|^2 <= ratio), shape of ``ratio``; it jumps by 2^-fan_out at 0."""
    from scipy import stats

    positive = np.arange(1, fan_out + 1)
    weights = stats.binom.pmf(positive, fan_out, 0.5)
    squares = np.asarray(ratio, dtype=float)[..., None] * fan_in / 2
    below = stats.binom.pmf(0, fan_out, 0.5) + (weights * stats.chi2.cdf(squares, positive)).sum(axis=-1)
    return np.asarray(np.where(np.asarray(ratio) < 0, 0.0, below))
